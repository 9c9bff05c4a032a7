"""The words that may be heard and no others, as a tree of their symbols.

    cat, car, cart        c ─ a ─ t*          * a word may end here
                                └ r* ─ t*

Between two words stands the separator, once; none stands at the beginning or the end.
Where there is none, one word is all that may be heard. Or words follow each other
directly, as those of sub-words do: then a place may be one of several in the tree,
after "car" both before the "t" of "cart" and before another word.
"""

from collections.abc import Iterable, Sequence
from typing import Self, final

from unrolled.errors import SettingError


@final
class _Node:
    """A place in the tree."""

    __slots__ = ("ends", "next")

    def __init__(self) -> None:
        self.next: dict[int, _Node] = {}
        self.ends = False


@final
class Lexicon:
    """Where a text stands in the words; the first one is before its first symbol."""

    def __init__(self, nodes: tuple[_Node, ...], first: "Lexicon | None") -> None:
        """Use `Lexicon.of`."""
        self.ends = any(node.ends for node in nodes)
        """Whether a word may end here."""
        self._nodes = nodes
        self._first = first or self
        self._after: dict[int, Lexicon | None] = {}
        # Of the first alone: all places, so that an endless text goes through few.
        self._separator: int | None = None
        self._joined = False
        self._known: dict[tuple[int, ...], Lexicon] = {}

    @classmethod
    def of(
        cls,
        words: Iterable[Sequence[int]],
        *,
        separator: int | None,
        joined: bool = False,
    ) -> Self:
        """Of words, each the ids of its symbols; `joined` follow each other directly.

        Raises SettingError for no words, an empty one, or one with a separator in it.
        """
        root = _Node()
        for word in words:
            if not word or separator in word:
                raise SettingError(
                    found="a word of the lexicon is empty."
                    if not word
                    else "a word of the lexicon has the separator of words in it.",
                    expected="words of one symbol or more, without separators",
                    fix="take it out of the list of words, or cut it in two",
                )
            node = root
            for symbol in word:
                node = node.next.setdefault(symbol, _Node())
            node.ends = True
        if not root.next:
            raise SettingError(
                found="the lexicon holds no words.",
                expected="one word or more",
                fix="fill the list of words, or search without one",
            )
        first = cls((root,), None)
        first._separator, first._joined = separator, joined
        return first

    def after(self, symbol: int) -> "Lexicon | None":
        """Where one more symbol leads; None if it may not follow."""
        if symbol not in self._after:
            self._after[symbol] = self._find(symbol)
        return self._after[symbol]

    def _find(self, symbol: int) -> "Lexicon | None":
        first = self._first
        if symbol == first._separator and self.ends:
            return first
        nodes = [node.next[symbol] for node in self._nodes if symbol in node.next]
        if first._joined and any(node.ends for node in nodes):
            nodes += first._nodes
        if not nodes:
            return None
        key = tuple(map(id, nodes))
        if key not in first._known:
            first._known[key] = Lexicon(tuple(nodes), first)
        return first._known[key]
