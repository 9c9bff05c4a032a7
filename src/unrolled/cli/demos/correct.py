"""English sentences with mistakes, put right where something is wrong."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from typing_extensions import override

from unrolled.cli.demos._base import AbstractDemo, Prepared, fetched
from unrolled.cli.output import say, tell

if TYPE_CHECKING:
    from unrolled.training.model import Model

SENTENCES = (
    "He recieved teh letter on monday.",
    "She have lived in an small house since two years.",
    "There is many reason for this, but the goverment do not know them.",
    "The city was build in the 12th century and it's walls are still standing.",
    "He was the first to reach the summit, and he returned safely.",
)
TOLD = (
    "\n  Only such mistakes are learned as the program makes by itself in sentences of"
    "\n  encyclopedia: misspellings are found well, grammar often not, and everyday"
    "\n  speech is strange to it. A change is made only where it is probable enough."
)


@final
class CorrectDemo(AbstractDemo):
    """A sentence in, the same without its mistakes out, and what was changed."""

    folder = "demo/correct"
    minutes = 3.0
    invitation = "a sentence a line, with mistakes or without"
    more = "unrolled predict {out} -"

    @override
    def prepare(self, out: Path) -> Prepared:
        say("Grammar and spelling: what is wrong in a sentence, and what is right?\n")
        found = fetched("sentences")
        listed = fetched("misspellings")
        say(
            "The sentences are right: mistakes are made in them, anew in each copy,"
            f" and {listed.rows['train']:,} misspelled words are learned beside them.\n"
        )
        settings = {"task.misspellings": str(listed.files["train"])}
        return Prepared(files=found.files, settings=settings)

    @override
    def answers(self, model: "Model", asked: Sequence[str]) -> Any:
        return model.predict([*SENTENCES, *asked])

    @override
    def show(self, answers: Any) -> None:
        for answer in answers:
            tell(f"\n  {answer['input']}")
            _show(answer)
        tell(TOLD)

    @override
    def reply(self, model: "Model", line: str) -> None:
        for answer in model.predict([line]):
            _show(answer)


def _show(answer: dict[str, Any]) -> None:
    """The text as it is now, and each change with its kind and confidence."""
    if not answer["edits"]:
        tell("  nothing to change")
        return
    tell(f"  {answer['prediction']}")
    for edit in answer["edits"]:
        tell(f"    {told(edit):32} {edit['why'] + ',':28} {edit['confidence']:.2f}")


def told(edit: dict[str, Any]) -> str:
    """A change in words: teh becomes the."""
    old, new = edit["original"].strip(), edit["replacement"].strip()
    if not old:
        return f"{new} is added"
    return f"{old} becomes {new}" if new else f"{old} is left out"
