"""Film reviews, positive or negative: 6,824 sentences to learn from."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from typing_extensions import override

from unrolled.cli.demos._base import AbstractDemo, Prepared, fetched
from unrolled.cli.output import say, tell

if TYPE_CHECKING:
    from unrolled.training.model import Model

SENTENCES = (
    "He is great",
    "a waste of two hours and of good actors",
    "funny , moving and beautifully acted",
    "not as bad as everyone says",
)


@final
class ClassifyDemo(AbstractDemo):
    """A sentence in, an opinion out (many to one)."""

    folder = "demo/film-reviews"
    minutes = 3.0
    invitation = "a sentence a line"
    more = "unrolled predict {out} -"

    @override
    def prepare(self, out: Path) -> Prepared:
        from unrolled import datasets

        say("Film reviews: is a sentence positive or negative?\n")
        found = fetched("film_reviews")
        further = datasets.get("imdb_reviews", accept_license=True)
        say(
            f"{further.rows['train']:,} longer reviews, without their labels, show"
            " which words keep company (text.unlabelled). Reading them takes"
            " a minute.\n"
            f"Data:    {further.credit}\n"
        )
        unlabelled = str(further.files["train"])
        return Prepared(files=found.files, settings={"text.unlabelled": unlabelled})

    @override
    def answers(self, model: "Model", asked: Sequence[str]) -> Any:
        return model.predict([*SENTENCES, *asked])

    @override
    def show(self, answers: Any) -> None:
        for answer in answers:
            name = answer["prediction"]
            chance = answer["probabilities"][name]
            tell(f"  {answer['input']:45} {name:10} {chance:.2f}")

    @override
    def reply(self, model: "Model", line: str) -> None:
        self.show(model.predict([line]))
