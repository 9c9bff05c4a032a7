"""A sentence while mistakes are being made in it, and draws from a list.

    words   He  has   a    cat  .
    slots   He  have  (no) cats .        each word's place keeps what stands there now

Every word is changed once at most. What stands around a word is read from the clean
sentence, so the order in which mistakes are made does not matter for what they are.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from random import Random
from typing import NamedTuple, TypeVar, final

Item = TypeVar("Item")


class Slip(NamedTuple):
    """A mistake that was made: its kind, and the place of its word (0 is the first)."""

    kind: str
    place: int


@final
class Draft:
    """The sentence, word by word; `small` has the words in small letters."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words
        self.small = [word.lower() for word in words]
        self.slots = [[word] for word in words]
        self.touched = [False] * len(words)
        self.slips: list[Slip] = []

    def __len__(self) -> int:
        return len(self.words)

    def places(self, among: Container[str]) -> list[int]:
        """Where words stand, as yet unchanged, that are among the given ones."""
        return [
            place
            for place, word in enumerate(self.small)
            if word in among and not self.touched[place]
        ]

    def at(self, place: int) -> str:
        """The word there in small letters; empty in front of all and behind all."""
        return self.small[place] if 0 <= place < len(self.small) else ""

    def write(self, place: int, kind: str, *words: str) -> bool:
        """Puts these words, or none, in place of one. Says so: it is always True."""
        self.slots[place] = list(words)
        self.touched[place] = True
        self.slips.append(Slip(kind, place))
        return True

    def put_before(self, place: int, kind: str, word: str) -> bool:
        """Puts a word in front of one. Says so, as write() does."""
        return self.write(place, kind, word, self.words[place])

    def tokens(self) -> list[str]:
        """The sentence as it is now."""
        return [word for slot in self.slots for word in slot]


def one_of(draw: Random, items: Sequence[Item]) -> Item:
    """One of them, each as likely as any other."""
    return items[int(draw.random() * len(items))]


def weighted(draw: Random, weights: Mapping[Item, float]) -> Item:
    """One of the keys, as likely as its weight says; some weight is above zero."""
    rest = draw.random() * sum(weights.values())
    found = next(iter(weights))
    for item, weight in weights.items():
        if weight > 0:  # the last such item also takes what rounding leaves over
            found = item
            rest -= weight
            if rest < 0:
                break
    return found


Kind = Callable[[Draft, Random], bool]
"""Makes one mistake of its kind in a sentence; False where it finds no place for it."""
