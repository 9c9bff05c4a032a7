"""Mistakes that can be made again: the words and misspellings that they are made with.

What a model is scored on must not change when it comes back from its folder, so the
words that mistakes are made with are kept there.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from random import Random
from typing import Any, Self, final

from unrolled.errors import BrokenModelError
from unrolled.randomness import derive
from unrolled.tasks._base import Example
from unrolled.tasks._correct.learning import with_mistakes
from unrolled.tasks._correct.rows import row_of
from unrolled.text.english.mistakes import Mistakes
from unrolled.text.english.mistakes_settings import MistakesSettings

SEED = 0  # of mistakes in rows that are scored


@final
class Errors:
    """Known words, listed misspellings, and what makes mistakes with both."""

    def __init__(
        self,
        settings: MistakesSettings,
        words: list[str],
        listed: Sequence[tuple[str, str]],
    ) -> None:
        """`words` and the pairs (wrong, right) in small letters."""
        self.words, self.listed = words, [tuple(pair) for pair in listed]
        self.mistakes = mistakes_of(settings, frozenset(words), self.listed)

    def scored(self, example: Example) -> Example:
        """The example as a pair, with the same mistakes each time in right text."""
        row = row_of(example)
        made = with_mistakes(row, self.mistakes, Random(derive(SEED, row.text)))
        right, *others = made.rights
        return example._replace(input=made.text, target=right, references=tuple(others))

    def to_json(self) -> dict[str, Any]:
        """Plain values for a model folder."""
        return {"words": self.words, "listed": [list(pair) for pair in self.listed]}

    @classmethod
    def from_json(cls, settings: MistakesSettings, found: Any) -> Self:
        """The way back from `to_json`. Raises BrokenModelError."""
        kept = found if isinstance(found, dict) else {}
        words, listed = kept.get("words"), kept.get("listed")
        right = (
            isinstance(words, list)
            and isinstance(listed, list)
            and all(isinstance(word, str) for word in words)
            and all(
                isinstance(pair, list)
                and len(pair) == len(("wrong", "right"))
                and all(isinstance(one, str) for one in pair)
                for pair in listed
            )
        )
        if not right:
            raise BrokenModelError(
                found="errors.json does not say with which words mistakes are made.",
                expected="a list of words and a list of pairs (wrong, right)",
                fix="copy the model folder again, or train again",
            )
        return cls(settings, words or [], listed or [])


def mistakes_of(
    settings: MistakesSettings,
    lexicon: Container[str],
    listed: Iterable[Sequence[str]],
) -> Mistakes:
    """What makes mistakes, from words in small letters and pairs (wrong, right)."""
    wrong: dict[str, list[str]] = defaultdict(list)
    for one, right in listed:
        wrong[right.lower()].append(one)
    return Mistakes(settings, lexicon, wrong, {})
