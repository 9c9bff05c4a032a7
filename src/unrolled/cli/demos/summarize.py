"""Descriptions of packages, 60 words or so, in the few words of a synopsis."""

from collections.abc import Sequence
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any, final

from typing_extensions import override

from unrolled.cli.demos._base import AbstractDemo, Prepared, cut, fetched
from unrolled.cli.output import say, tell
from unrolled.errors import DatasetError

if TYPE_CHECKING:
    from unrolled.datasets import Fetched
    from unrolled.training.model import Model

ROWS = {"train": 30_000, "valid": 500, "test": 500}
"""Searching answers to all 1,500 test rows would take another minute."""
LEAD = 7  # words of a synopsis, on average
TEXTS = (
    "Skylark shows the weather of the next five days in a terminal. It asks a public"
    " server for the forecast of a town and draws temperature and rain as curves made"
    " of characters.",
    "This package contains the Python 3 bindings of Quillpress, a library that reads"
    " and writes PDF documents. It can split and join files, rotate pages and extract"
    " the text that is in them.",
    "In Moonhopper you land a small rocket on the moon. Fuel is short, the ground is"
    " rough, and every level has a stronger wind. One or two people can play, with the"
    " keyboard or a joystick.",
    "Tidewatch is a daemon that watches log files and sends a mail when a line matches"
    " one of the regular expressions in its configuration. It is meant for small"
    " servers and needs no database.",
)
TOLD = (
    "\n  This is what some minutes of training give: it writes in the manner of a"
    "\n  synopsis and often names the kind of thing right, but it may say what the text"
    "\n  does not say. Read the text before you trust it."
)


@final
class SummarizeDemo(AbstractDemo):
    """A text in, a few words out, some of them copied from it."""

    folder = "demo/summarize"
    minutes = 3.2
    invitation = "a text of some sentences, all on one line,"
    more = "unrolled predict {out} -"

    @override
    def prepare(self, out: Path) -> Prepared:
        say("Software, described at length: what is it, in a few words?\n")
        found = _descriptions()
        files = cut(found, out.with_name(f"{out.name}-texts"), ROWS)
        settings = {"target.vocabulary": 5_000}  # other words are copied; this is quick
        columns = {"input": "text", "target": "title"}
        return Prepared(files=files, settings=settings, columns=columns)

    @override
    def answers(self, model: "Model", asked: Sequence[str]) -> Any:
        return [
            answer | {"lead": " ".join(answer["input"].split()[:LEAD])}
            for answer in model.predict([*TEXTS, *asked])
        ]

    @override
    def show(self, answers: Any) -> None:
        for answer in answers:
            text = fill(
                answer["input"], 84, initial_indent="  | ", subsequent_indent="  | "
            )
            tell(f"\n{text}")
            _show(answer)
        tell(TOLD)

    @override
    def reply(self, model: "Model", line: str) -> None:
        [answer] = model.predict([line])
        _show(answer | {"lead": " ".join(line.split()[:LEAD])})


def _descriptions() -> "Fetched":
    """Those of the packages that apt knows; else what Python says of itself."""
    try:
        return fetched("debian_descriptions")
    except DatasetError as why:
        say(f"{why}\n")
        say(
            "So the documentation of Python's own library is read instead. It is a"
            " small set: expect the first words of a text to win.\n"
        )
        return fetched("docstrings")


def _show(answer: dict[str, Any]) -> None:
    tell(f"  this model  {answer['prediction']}")
    tell(f"  the lead    {answer['lead']} ...")
