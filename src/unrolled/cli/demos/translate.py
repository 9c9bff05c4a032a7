"""English words, letter by letter, to how they sound."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from typing_extensions import override

from unrolled.cli.demos._base import AbstractDemo, Prepared, cut, fetched
from unrolled.cli.output import say, tell

if TYPE_CHECKING:
    from unrolled.training.model import Model

ROWS = {"train": 110_426, "valid": 1_000, "test": 2_000}
"""Searching answers to all 12,000 test words would take another minute."""
WORDS = ("photographic", "nationality", "rhythmically", "Kubernetes", "perceptron")
"""None of them is among those to learn from."""
DRAWN = "nationality"
NOTE = """
  Sounds are those of ARPAbet: AA father, AE cat, AH cut, AO law, AW cow, AY five,
  EH red, ER bird, EY say, IH ship, IY see, OW go, OY boy, UH book, UW two, CH chin,
  DH this, HH hat, JH jump, NG sing, SH she, TH thin, ZH vision; others as spelled.
"""
TOLD = (
    "\n  The first five are words that it has not learned from. After so little"
    "\n  training names from other languages and rare spellings are often wrong; where"
    "\n  the stress falls is not part of the answers."
)


@final
class TranslateDemo(AbstractDemo):
    """Letters in, sounds out, as many as it takes (many to many, not aligned)."""

    folder = "demo/translate"
    minutes = 3.2
    invitation = "an English word a line"
    more = "unrolled predict {out} -"

    @override
    def prepare(self, out: Path) -> Prepared:
        say("Spelling to sound: how is an English word, or a name, pronounced?\n")
        found = fetched("pronunciations")
        files = cut(found, out.with_name(f"{out.name}-words"), ROWS)
        settings = {"source.tokens": "character", "source.lowercase": True}
        return Prepared(files=files, settings=settings)

    @override
    def answers(self, model: "Model", asked: Sequence[str]) -> Any:
        return model.predict([*WORDS, *asked])

    @override
    def show(self, answers: Any) -> None:
        tell(NOTE)
        for answer in answers:
            _show(answer)
        for answer in answers:
            if answer["input"] == DRAWN or answer["input"] not in WORDS:
                tell(f"\n{drawn(answer)}")
        tell(TOLD)

    @override
    def reply(self, model: "Model", line: str) -> None:
        [answer] = model.predict([line])
        _show(answer)
        tell(drawn(answer))


def _show(answer: dict[str, Any]) -> None:
    tell(f"  {answer['input']:15} {answer['prediction']}")


def drawn(answer: dict[str, Any]) -> str:
    """Where the decoder looked most: its tokens downwards, those of the source across.

    Bahdanau et al. 2015, arXiv:1409.0473, figure 3, with one place for each token.
    """
    source: list[str] = answer["source"]
    wide = max(map(len, answer["tokens"]), default=0)
    lines = [f"  {'':{wide}}  {' '.join(source)}"]
    for token, looked in zip(answer["tokens"], answer["looked_at"], strict=True):
        marks = (
            f"{'#' if place == looked else '.':{len(word)}}"
            for place, word in enumerate(source)
        )
        lines.append(f"  {token:{wide}}  {' '.join(marks).rstrip()}")
    return "\n".join(lines)
