"""Names in the news: people, organizations and places, marked word by word."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from typing_extensions import override

from unrolled.cli.demos._base import AbstractDemo, Prepared, fetched
from unrolled.cli.output import say, tell

if TYPE_CHECKING:
    from unrolled.training.model import Model

SENTENCES = (
    "Chirag worked at Microsoft in India",
    "Angela Merkel met the president of France in Berlin on Tuesday .",
    "Toyota will build cars in Brazil , the company said in Tokyo .",
    "Ajax beat Real Madrid 2-1 in Amsterdam .",
    "May was in Paris in May .",
)


@final
class TagDemo(AbstractDemo):
    """A sentence in, a tag for each of its words out (many to many)."""

    folder = "demo/tag"
    minutes = 2.5
    invitation = "a sentence a line"
    more = "unrolled predict {out} -"

    @override
    def prepare(self, out: Path) -> Prepared:
        say("Names in the news: which words are people, organizations or places?\n")
        return Prepared(files=fetched("conll2003").files)

    @override
    def answers(self, model: "Model", asked: Sequence[str]) -> Any:
        return model.predict([*SENTENCES, *asked])

    @override
    def show(self, answers: Any) -> None:
        for answer in answers:
            tell(f"  {marked(answer['input'], answer['spans'])}")

    @override
    def reply(self, model: "Model", line: str) -> None:
        self.show(model.predict([line]))


def marked(text: str, spans: Sequence[dict[str, Any]]) -> str:
    """A text with its spans in brackets: [Chirag PER] worked."""
    pieces: list[str] = []
    at = 0
    for span in spans:
        pieces += [text[at : span["start"]], f"[{span['text']} {span['label']}]"]
        at = span["stop"]
    return "".join([*pieces, text[at:]])
