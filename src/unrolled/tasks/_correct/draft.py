"""A text that is being corrected, and what was changed of it so far.

    text      He go  to  school  yesturday
    changes      went            yesterday      places count in the text of now
    edits     {"start": 3, "stop": 5, ...}      places count in the text as it was given

The text is held as pieces that lie end to end. A piece that was never touched is a part
of the given text, so that a text that needs nothing comes back byte for byte.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, final


class Change(NamedTuple):
    """A piece of the text of now, and what shall stand for it."""

    start: int
    stop: int
    replacement: str
    kind: str
    confidence: float


class _Piece(NamedTuple):
    text: str
    start: int
    stop: int
    """Where the given text has what this stands for."""
    kind: str = ""
    """What was wrong; empty for what was never touched."""
    confidence: float = 1.0


@final
class Draft:
    """The given text and its changes."""

    def __init__(self, text: str) -> None:
        self.given = text
        self._pieces = [_Piece(text, 0, len(text))] if text else []

    @property
    def text(self) -> str:
        """The text of now."""
        return "".join(piece.text for piece in self._pieces)

    def apply(self, changes: Sequence[Change]) -> None:
        """Makes changes that are in order and do not overlap."""
        for change in reversed(changes):
            self._apply(change)

    def _apply(self, change: Change) -> None:
        before, rest = _cut(self._pieces, change.start)
        inside, behind = _cut(rest, change.stop - change.start)
        # What was changed before and now in part: the whole of it is one change.
        head = tail = ""
        if before and rest and _is_one(before[-1], rest[0]):
            head = before[-1].text
            inside = [before.pop(), *inside]
        if inside and behind and _is_one(inside[-1], behind[0]):
            tail = behind[0].text
            inside = [*inside, behind.pop(0)]
        place = before[-1].stop if before else 0
        start = inside[0].start if inside else place
        stop = inside[-1].stop if inside else place
        sure = min([change.confidence, *(p.confidence for p in inside if p.kind)])
        text = head + change.replacement + tail
        self._pieces = [
            *before,
            _Piece(text, start, stop, change.kind, sure),
            *behind,
        ]

    def edits(self) -> list[dict[str, Any]]:
        """What differs from the given text, with its places there, in order."""
        return [
            {
                "start": piece.start,
                "stop": piece.stop,
                "original": self.given[piece.start : piece.stop],
                "replacement": piece.text,
                "kind": piece.kind,
                "confidence": round(piece.confidence, 4),
            }
            for piece in self._pieces
            if piece.kind and self.given[piece.start : piece.stop] != piece.text
        ]


def _cut(pieces: Sequence[_Piece], place: int) -> tuple[list[_Piece], list[_Piece]]:
    """The pieces before and behind a place of their text; both halves of a piece.

    Of a piece that was changed both halves stand for the whole of it.
    """
    before: list[_Piece] = []
    for number, piece in enumerate(pieces):
        if place >= len(piece.text):
            before.append(piece)
            place -= len(piece.text)
            continue
        if not place:
            return before, list(pieces[number:])
        first = piece._replace(text=piece.text[:place])
        second = piece._replace(text=piece.text[place:])
        if not piece.kind:
            middle = piece.start + place
            first, second = first._replace(stop=middle), second._replace(start=middle)
        return [*before, first], [second, *pieces[number + 1 :]]
    return before, []


def _is_one(left: _Piece, right: _Piece) -> bool:
    """Whether two neighbors are the halves of one change."""
    same = (left.start, left.stop, left.kind) == (right.start, right.stop, right.kind)
    return bool(left.kind) and same
