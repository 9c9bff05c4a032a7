"""Plays of Shakespeare, character by character: what comes next?"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from typing_extensions import override

from unrolled.cli.demos._base import AbstractDemo, Prepared, cut, fetched
from unrolled.cli.output import say, tell

if TYPE_CHECKING:
    from unrolled.training.model import Model

LINES = {"train": 40_000, "valid": 2_500, "test": 2_500}  # all take ten minutes
STARTS = ("To be, or not", "ROMEO:")
ORDERS = ("I love to go to the gym", "love I go to the gym to")
TYPED = ("My lord, I ", "Good ")
TRIES, FEW = 60, 4  # continuations that are counted by their first word


@final
class LanguageModelDemo(AbstractDemo):
    """A beginning in, its continuation out, each character from those before."""

    folder = "demo/language-model"
    minutes = 3.1
    invitation = "the beginning of a line"
    more = 'unrolled generate {out} --start "To be, or not"'

    @override
    def prepare(self, out: Path) -> Prepared:
        say("Plays of Shakespeare: the next character, from all that came before.\n")
        found = fetched("shakespeare")
        folder = out.with_name(f"{out.name}-plays")
        files = cut(found, folder, LINES)
        say(f"A part of them is read, to be done in minutes; it is in {folder}.\n")
        settings = {"text.tokens": "character", "training.precision": "bfloat16"}
        return Prepared(files=files, settings=settings)

    @override
    def answers(self, model: "Model", asked: Sequence[str]) -> Any:
        orders = model.surprisal(ORDERS)
        orders.sort(key=lambda one: -one["log_probability"])
        return {
            "continuations": [_continued(model, start) for start in STARTS],
            "next_words": [_next_words(model, line) for line in (*TYPED, *asked)],
            "orders": [
                {key: one[key] for key in ("text", "log_probability")} for one in orders
            ],
        }

    @override
    def show(self, answers: Any) -> None:
        for text in answers["continuations"]:
            tell("\n".join(f"  | {line}" for line in text.split("\n")) + "\n")
        for one in answers["next_words"]:
            _show_words(one)
        tell("\n  The likelier of two orders of the same words, in nats:")
        for one in answers["orders"]:
            tell(f"  {one['log_probability']:8.2f}  {one['text']}")

    @override
    def reply(self, model: "Model", line: str) -> None:
        _show_words(_next_words(model, line))


def _continued(model: "Model", start: str) -> str:
    """A start and some lines after it."""
    decoding = {"longest": 300, "temperature": 0.6}
    [written] = model.generate(start=start, decoding=decoding)
    return written["text"]


def _next_words(model: "Model", line: str) -> dict[str, Any]:
    """The words that most of many continuations begin with, with their shares."""
    start = line.rstrip() + " "
    longest = len(start) + 14
    written = model.generate(start=start, count=TRIES, decoding={"longest": longest})
    ends = [one["text"].removeprefix(start).split() for one in written]
    counts = Counter(words[0].strip(",.;:!?") for words in ends if words)
    shares = {word: count / TRIES for word, count in counts.most_common(FEW)}
    return {"input": line, "next": shares}


def _show_words(one: dict[str, Any]) -> None:
    words = ", ".join(f"{word} {share:.2f}" for word, share in one["next"].items())
    tell(f"  {one['input'].rstrip()} ...  {words}")
