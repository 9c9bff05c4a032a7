"""First names that nobody bears, for a girl or for a boy, letter by letter."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from typing_extensions import override

from unrolled.cli.demos._base import AbstractDemo, Prepared, fetched
from unrolled.cli.output import say, tell

if TYPE_CHECKING:
    from unrolled.training.model import Model

SEXES = {"female": "girls", "male": "boys"}
STARTS = ("Mar",)
COUNT = 10  # names of each sex; half as many of each start


@final
class GenerateDemo(AbstractDemo):
    """A sex in, a name out (one to many)."""

    folder = "demo/generate"
    minutes = 2.0
    invitation = "the first letters of a name a line"
    more = "unrolled generate {out} --given female --count 10"

    @override
    def prepare(self, out: Path) -> Prepared:
        say("First names of the United States: invent new ones, letter by letter.\n")
        found = fetched("us_names")
        return Prepared(
            files=found.files,
            settings={"training.epochs": 40, "training.batch_rows": 64},
            columns={"input": "name", "given": "sex"},
        )

    @override
    def answers(self, model: "Model", asked: Sequence[str]) -> Any:
        found = [self._names(model, sex, "", COUNT) for sex in SEXES]
        return found + [
            self._names(model, sex, start, COUNT // 2)
            for start in (*STARTS, *asked)
            for sex in SEXES
        ]

    def _names(
        self, model: "Model", sex: str, start: str, count: int
    ) -> dict[str, Any]:
        """Names that are not among those it learned from."""
        written = model.generate(
            given=sex,
            start=start,
            count=count,
            copies=False,
            seed=list(SEXES).index(sex),  # of one seed they would sound alike
            decoding={"temperature": 0.7},
        )
        return {"given": sex, "start": start, "names": [one["text"] for one in written]}

    @override
    def show(self, answers: Any) -> None:
        for one in answers:
            who = SEXES[one["given"]]
            which = f"{who}, {one['start']}..." if one["start"] else f"new for {who}"
            tell(f"  {which + ':':20} {', '.join(one['names']) or 'none'}")

    @override
    def reply(self, model: "Model", line: str) -> None:
        self.show([self._names(model, sex, line, COUNT // 2) for sex in SEXES])
