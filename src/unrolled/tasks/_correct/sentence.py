"""A text as sentences of words with their places, and changes of words in characters.

    text       "I dont  know.It is"      as it was written, blanks and all
    words      I dont know . | It is     two sentences
    places     [0, 1] [2, 6] [8, 12] ...

A sentence ends behind . ! or ?, so that the network reads what it has learned to read,
however long a text is. Words of a text that was tokenized (a blank stands before its
marks) get blanks likewise when something is put in.
"""

import re
from itertools import pairwise
from typing import NamedTuple, final

from unrolled.text.words import Words

TOKENIZER = Words(lowercase=False)
SHORTEST = 3  # words up to a full stop that ends a sentence; "Mr." has fewer
_ENDS = re.compile(r"[.!?]+")
_CLOSES = frozenset("\"')]}»\u2019\u201d") | {"''"}
_CLINGS = re.compile(r"[,.;:!?)\]}…%”]|\.{2,}|n't|'(?:s|re|ve|ll|d|m)?", re.IGNORECASE)
_HOLDS = frozenset("([{“$€£#") | {"``"}
_TOKENIZED = re.compile(r"(?<=\w) (?=[,.!?;:](?:\s|$))|(?<=\w) (?=n't\b|'s\b)")
_RAW = re.compile(r"(?<=\w)(?=[,.!?;:](?:\s|$))|(?<=\w)(?=n't\b|'s\b)")

Span = tuple[int, int]


class Edit(NamedTuple):
    """Characters start up to stop of a text, and what shall stand for them."""

    start: int
    stop: int
    replacement: str


@final
class Sentence:
    """Words, and where they stand in the text."""

    def __init__(
        self, text: str, words: list[str], places: list[Span], *, spaced: bool
    ) -> None:
        self.text, self.words, self.places = text, words, places
        self.spaced = spaced  # whether a blank stands before marks

    @property
    def has_letters(self) -> bool:
        """Whether there is anything to be put right: not in "?!" or in "3.50"."""
        return any(letter.isalpha() for word in self.words for letter in word)

    def changed(self, start: int, stop: int, words: tuple[str, ...]) -> Edit:
        """What makes other words of those from `start` up to `stop`; none if equal.

        Without new words, one of the blanks around the old ones goes, too.
        """
        if start == stop:
            return self._put_in(start, words)
        if not words:
            return self._taken_out(start, stop)
        first, last = self.places[start][0], self.places[stop - 1][1]
        gap = self.text[self.places[start][1] : self.places[stop - 1][0]]
        if stop - start != len(words) or gap.strip():
            return Edit(first, last, self._joined(words))
        # As many as before: the blanks between them stay as they are.
        parts = [words[0]]
        for place in range(start + 1, stop):
            gap = self.text[self.places[place - 1][1] : self.places[place][0]]
            parts += [gap, words[place - start]]
        return Edit(first, last, "".join(parts))

    def _put_in(self, place: int, words: tuple[str, ...]) -> Edit:
        new = self._joined(words)
        if not place:
            at = self.places[0][0] if self.places else len(self.text)
            blank = " " if self.places else ""
            return Edit(at, at, new + blank)
        at = self.places[place - 1][1]
        if not self._clings(self.words[place - 1], words[0]):
            return Edit(at, at, " " + new)
        held = self.words[place - 1] in _HOLDS and place < len(self.words)
        return Edit(at, at, new + " " if held else new)

    def _taken_out(self, start: int, stop: int) -> Edit:
        first, last = self.places[start][0], self.places[stop - 1][1]
        text = self.text
        before, behind = text[first - 1 : first], text[last : last + 1]
        if before.isspace() and (start or not behind.isspace()):
            blank = self.places[start - 1][1] if start else first
            return Edit(blank, last, "")
        if behind.isspace() and not start and stop < len(self.places):
            return Edit(first, self.places[stop][0], "")
        between = before.isalnum() and behind.isalnum()
        return Edit(first, last, " " if between else "")

    def _joined(self, words: tuple[str, ...]) -> str:
        text = words[0]
        for one, other in pairwise(words):
            text += other if self._clings(one, other) else " " + other
        return text

    def _clings(self, before: str, word: str) -> bool:
        """Whether no blank stands between two words."""
        if self.spaced:
            return False
        return before in _HOLDS or _CLINGS.fullmatch(word) is not None


def sentences(text: str) -> list[Sentence]:
    """The sentences of a text, one at least; a text without words has an empty one."""
    whole = whole_text(text)
    words, places = whole.words, whole.places
    cuts = [0, *_ends(words), len(words)]
    return [
        Sentence(text, words[first:last], places[first:last], spaced=whole.spaced)
        for first, last in pairwise(cuts)
        if last > first or not words
    ]


def whole_text(text: str) -> Sentence:
    """All words of a text, as if they were one sentence."""
    places = TOKENIZER.spans(text)
    words = [text[start:stop] for start, stop in places]
    spaced = len(_TOKENIZED.findall(text)) > len(_RAW.findall(text))
    return Sentence(text, words, places, spaced=spaced)


def _ends(words: list[str]) -> list[int]:
    """Where sentences but the first begin."""
    found: list[int] = []
    first, place = 0, 0
    while place < len(words):
        mark = words[place]
        place += 1
        if not _ENDS.fullmatch(mark) or (mark == "." and place - first <= SHORTEST):
            continue
        while place < len(words) and (
            words[place] in _CLOSES or _ENDS.fullmatch(words[place])
        ):
            place += 1
        if place < len(words):
            found.append(place)
            first = place
    return found
