"""Edits of tokens as edits of the text, with the blanks that they need.

    text      I do n't knows , why .      tokens as they stand in it
    edits     knows → know, "," → ∅
    found     [9, 14] "know", [14, 16] ""

An edit keeps the blanks around it as the author wrote them, unless the new words need
others: "do" and "n't" stand together, "do" and "not" do not. What is taken out takes
one blank along.
"""

from collections.abc import Sequence
from itertools import zip_longest
from typing import NamedTuple, final

from unrolled.text.edits.between import Edit
from unrolled.text.joined import joined
from unrolled.text.spans import Offsets


class CharacterEdit(NamedTuple):
    """text[start:stop] becomes the replacement, which has the blanks it needs."""

    start: int
    stop: int
    replacement: str
    kind: str
    """As in `Edit`."""


def character_edits(
    text: str, offsets: Offsets, edits: Sequence[Edit]
) -> list[CharacterEdit]:
    """The edits in characters of `text`, whose words stand at `offsets`.

    In order and without overlap. Raises IndexError for edits that leave the text.
    """
    words = _Words(text, offsets)
    found: list[CharacterEdit] = []
    written = ""
    reached = lowest = 0
    for edit, following in zip_longest(edits, edits[1:]):
        if edit.start > reached:
            written = words.at(edit.start - 1)
        behind = words.at(edit.stop)
        if following and following.start == edit.stop and following.replacement:
            behind = following.replacement[0]
        start, stop, new = words.edited(edit, lowest, written, behind)
        found.append(CharacterEdit(start, stop, new, edit.kind))
        written = edit.replacement[-1] if edit.replacement else written
        reached, lowest = edit.stop, stop
    return found


@final
class _Words:
    """A text and where its words stand.

    `written` and `behind` are the words before and behind an edit in the corrected
    text, empty where there is none. `lowest` is the end of the edit before.
    """

    def __init__(self, text: str, offsets: Offsets) -> None:
        self.text, self.offsets = text, offsets

    def at(self, place: int) -> str:
        """The word there; empty behind the last one."""
        return self.text[slice(*self.offsets[place])] if self.has(place) else ""

    def has(self, place: int) -> bool:
        return 0 <= place < len(self.offsets)

    def start(self, place: int) -> int:
        """Where the word begins; the end of the text behind the last one."""
        return self.offsets[place][0] if self.has(place) else len(self.text)

    def stop(self, place: int) -> int:
        """Where the word ends; the start of the text before the first one."""
        return self.offsets[place][1] if self.has(place) else 0

    def edited(
        self, edit: Edit, lowest: int, written: str, behind: str
    ) -> tuple[int, int, str]:
        """Start, stop and replacement of one edit."""
        if not edit.replacement:
            return self._taken_out(edit, lowest, written, behind)
        if edit.start == edit.stop:
            return self._put_in(edit, lowest, written, behind)
        start, stop = self.start(edit.start), self.stop(edit.stop - 1)
        new = joined(edit.replacement, "word")
        before = max(self.stop(edit.start - 1), lowest)
        needs = _apart(written, edit.replacement[0])
        if needs != _apart(self.at(edit.start - 1), self.at(edit.start)):
            new = " " + new if needs and before == start else new
            start = start if needs else before
        needs = _apart(edit.replacement[-1], behind)
        if needs != _apart(self.at(edit.stop - 1), self.at(edit.stop)):
            new = new + " " if needs and stop == self.start(edit.stop) else new
            stop = stop if needs or not behind else self.start(edit.stop)
        return start, stop, new

    def _taken_out(
        self, edit: Edit, lowest: int, written: str, behind: str
    ) -> tuple[int, int, str]:
        start, stop = self.start(edit.start), self.stop(edit.stop - 1)
        before = max(self.stop(edit.start - 1), lowest)
        after = self.start(edit.stop)
        if not written:
            return start, after, ""
        needs = _apart(written, behind)
        if before < start and (stop < after or not needs):
            return before, stop, ""
        return start, stop, " " if needs and before == start and stop == after else ""

    def _put_in(
        self, edit: Edit, lowest: int, written: str, behind: str
    ) -> tuple[int, int, str]:
        new = joined(edit.replacement, "word")
        before, after = max(self.stop(edit.start - 1), lowest), self.start(edit.start)
        if _apart(written, edit.replacement[0]):
            new = " " + new
        if not behind:
            return before, before, new
        needs = _apart(edit.replacement[-1], behind)
        if not written:
            return after, after, new + " " if needs else new
        if before < after and not needs:
            return after, after, new.lstrip()  # an opening bracket
        return before, before, new + " " if needs and before == after else new


def _apart(one: str, other: str) -> bool:
    """Whether a person writes a blank between two words."""
    together = len(one) + len(other)
    return bool(one and other) and len(joined([one, other], "word")) > together
