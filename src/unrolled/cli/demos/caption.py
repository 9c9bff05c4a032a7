"""Drawings of emoji, and what each shows, in words."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from typing_extensions import override

from unrolled.cli.demos._base import AbstractDemo, Prepared, fetched
from unrolled.cli.output import say, tell

if TYPE_CHECKING:
    from unrolled.training.model import Model

SHOWN = 10
"""Pictures of the test part that are shown: equally far apart, the first among them."""
PAGE = "page.html"
TOLD = (
    "\n  Many a thing is drawn only once: no other picture teaches its name. People are"
    "\n  drawn again and again, with other hair, clothes and skin, and their captions"
    "\n  are put together from words of other pictures."
)


@final
class CaptionDemo(AbstractDemo):
    """A picture in, a sentence out (one to many)."""

    folder = "demo/caption"
    minutes = 3.0
    invitation = "the path of a picture a line"
    more = f"unrolled predict {{out}} PICTURE.png --show {PAGE}"

    def __init__(self) -> None:
        self._test, self._out = Path(), Path()

    @override
    def prepare(self, out: Path) -> Prepared:
        say(
            "What does a picture show? The drawings of a font, made into pictures on\n"
            "this machine, and the names that Unicode gives them.\n"
        )
        found = fetched("emoji_pictures")
        self._test, self._out = found.files["test"], out
        return Prepared(files=found.files, settings={"picture.size": 32})

    @override
    def answers(self, model: "Model", asked: Sequence[str]) -> Any:
        rows = model.read(self._test).examples
        some = rows[:: max(len(rows) // SHOWN, 1)][:SHOWN]
        shown = [str(row.input) for row in some]
        answers = model.predict([*shown, *asked])
        for answer, row in zip(answers, some, strict=False):
            answer["caption"] = str(row.target)
        page = self._out.with_name(f"{self._out.name}-{PAGE}")
        page.write_text(model.page([*shown, *asked], answers), encoding="utf-8")
        return answers

    @override
    def show(self, answers: Any) -> None:
        tell(f"\n  {'what it shows':42}  what the model says")
        for answer in answers:
            name = answer.get("caption", Path(answer["input"]).name)
            tell(f"  {name:42}  {answer['prediction']}")
        tell(TOLD)
        page = self._out.with_name(f"{self._out.name}-{PAGE}")
        tell(f"\n  Where each word looked: open {page}")

    @override
    def reply(self, model: "Model", line: str) -> None:
        [answer] = model.predict([line])
        tell(f"  {answer['prediction']}")
