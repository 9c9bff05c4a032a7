"""The words that may be heard and no others, as a tree of their symbols.

    cat, car, cart        c ─ a ─ t*          * a word may end here
                                └ r* ─ t*

Between two words stands the separator, once; none stands at the beginning or the end.
Without a separator one word is all that may be heard, which suits commands.
"""

from collections.abc import Iterable, Sequence
from typing import Self, final

from unrolled.errors import SettingError


@final
class Lexicon:
    """A place in the tree; the first one is before the first symbol of a word."""

    __slots__ = ("ends", "next")

    def __init__(self) -> None:
        self.next: dict[int, Lexicon] = {}
        """The symbols that may follow here, and where they lead."""
        self.ends = False
        """Whether a word may end here."""

    @classmethod
    def of(cls, words: Iterable[Sequence[int]], *, separator: int | None) -> Self:
        """The tree of some words, each the ids of its symbols.

        Raises SettingError for no words, an empty one, or one with a separator in it.
        """
        root = cls()
        for word in words:
            if not word or separator in word:
                raise SettingError(
                    found="a word of the lexicon is empty."
                    if not word
                    else "a word of the lexicon has the separator of words in it.",
                    expected="words of one symbol or more, without separators",
                    fix="take it out of the list of words, or cut it in two",
                )
            place = root
            for symbol in word:
                place = place.next.setdefault(symbol, cls())
            place.ends = True
        if not root.next:
            raise SettingError(
                found="the lexicon holds no words.",
                expected="one word or more",
                fix="fill the list of words, or search without one",
            )
        if separator is not None:
            _join(root, separator)
        return root


def _join(root: Lexicon, separator: int) -> None:
    """From wherever a word ends the separator leads back to the root."""
    waiting = [root]
    while waiting:
        place = waiting.pop()
        waiting.extend(place.next.values())
        if place.ends:
            place.next[separator] = root
