"""The edits that lead from one sentence to another: where, what and of which kind.

    source   He  go      to the school yesterdey .
    target   He  went    to     school yesterday .
    edits    [1, 2] went R:VERB:FORM   [3, 4] U:DET   [5, 6] yesterday R:SPELL

    edits(source, target)       edits of tokens
    apply(source, edits)        the target again

Tokens are aligned at the least cost (token_alignment.py). What belongs together
then becomes one edit: a phrase for a phrase, "sub way" for "subway", a verb with its
auxiliary. Two mistakes side by side stay two edits. The same edits in characters of a
text: text/edits/character_edits.py.

References: Damerau 1964, "A technique for computer detection and correction of spelling
errors", for the exchange of neighbors; Felice, Bryant and Briscoe 2016, "Automatic
extraction of learner errors in ESL sentences using linguistically enhanced optimal
alignments", COLING; Bryant, Felice and Briscoe 2017, "Automatic annotation and
evaluation of error types for grammatical error correction" (ERRANT), ACL. Theirs read
parts of speech; ours have lists of words and letters only, so that their figures and
ours differ by a little.
"""

from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

from unrolled.text.edits.edit_kinds import kind_of
from unrolled.text.edits.edit_words import AUXILIARIES, DETERMINERS, inflected, is_mark
from unrolled.text.edits.token_alignment import Step, aligned, is_similar

LONGEST_SPACING = 4  # steps: "can not" and "well - known" need two


class Edit(NamedTuple):
    """Tokens start up to stop of the source become the replacement."""

    start: int
    stop: int
    """The first token behind; equal to start where something is only put in."""
    replacement: tuple[str, ...]
    """Empty where something is only taken out."""
    kind: str
    """As in "R:SPELL": M(issing), U(nnecessary) or R(eplace), and a class of
    `edit_kinds.MEANINGS`."""


def edits(
    source: Sequence[str],
    target: Sequence[str],
    *,
    lexicon: Container[str] | None = None,
) -> list[Edit]:
    """Few and small edits from `source` to `target`, in order and without overlap.

    With a `lexicon` of right words in lower case, SPELL is said of words that are not
    in it; without one, of words that differ in few letters.
    """
    found: list[Edit] = []
    for steps in _parted(source, target):
        start, stop = steps[0].start, steps[-1].stop
        first, last = steps[0].target_start, steps[-1].target_stop
        # Where a long text was cut in two, a word may be taken out and put in again.
        while start < stop and first < last and source[start] == target[first]:
            start, first = start + 1, first + 1
        while start < stop and first < last and source[stop - 1] == target[last - 1]:
            stop, last = stop - 1, last - 1
        if start == stop and first == last:
            continue
        new = tuple(target[first:last])
        before = source[start - 1] if start else ""
        kind = kind_of(source[start:stop], new, before=before, lexicon=lexicon)
        found.append(Edit(start, stop, new, kind))
    return found


def apply(source: Sequence[str], edits: Sequence[Edit]) -> list[str]:
    """The tokens of `source` after the edits.

    Raises ValueError for edits that overlap, are out of order or leave the source.
    """
    found: list[str] = []
    reached = 0
    for edit in edits:
        if not reached <= edit.start <= edit.stop <= len(source):
            raise ValueError(f"{edit} overlaps another or leaves the source")
        found += [*source[reached : edit.start], *edit.replacement]
        reached = edit.stop
    return [*found, *source[reached:]]


class _Change(NamedTuple):
    """A step with its tokens."""

    step: Step
    old: Sequence[str]
    new: Sequence[str]

    @property
    def moves_one(self) -> bool:
        """Whether one token is put in or taken out."""
        return len(self.old) + len(self.new) == 1

    @property
    def is_marks(self) -> bool:
        return all(map(is_mark, (*self.old, *self.new)))

    @property
    def word(self) -> str:
        """The token that is put in or taken out, in lower case."""
        return (*self.old, *self.new)[0].lower()


def _parted(source: Sequence[str], target: Sequence[str]) -> Iterator[list[Step]]:
    """The steps of each edit."""
    found = [
        _Change(s, source[s.start : s.stop], target[s.target_start : s.target_stop])
        for s in aligned(source, target)
    ]
    place = 0
    while place < len(found):
        stop = place + _spacing(found, place)
        if stop == place + 1:
            while stop < len(found) and _follows(found, stop):
                if _spacing(found, stop) > 1 or not _together(
                    *found[stop - 1 : stop + 1]
                ):
                    break
                stop += 1
        yield [change.step for change in found[place:stop]]
        place = stop


def _follows(changes: Sequence[_Change], place: int) -> bool:
    """Whether no equal token stands between a change and the one before it."""
    before, now = changes[place - 1].step, changes[place].step
    return (before.stop, before.target_stop) == (now.start, now.target_start)


def _spacing(changes: Sequence[_Change], place: int) -> int:
    """How many changes from here only move blanks, hyphens and marks; else 1."""
    old = new = ""
    found = 1
    for size, change in enumerate(changes[place : place + LONGEST_SPACING], 1):
        if size > 1 and not _follows(changes, place + size - 1):
            break
        old += "".join(filter(str.isalnum, "".join(change.old).lower()))
        new += "".join(filter(str.isalnum, "".join(change.new).lower()))
        if old and old == new:
            found = size
    return found


def _together(one: _Change, other: _Change) -> bool:
    """Whether two changes side by side are one edit."""
    if one.is_marks or other.is_marks:
        return one.is_marks and other.is_marks
    if any(max(len(change.old), len(change.new)) > 1 for change in (one, other)):
        return False  # a change of order
    if one.moves_one and not other.moves_one and _verbal(one.word, other):
        return True
    if one.moves_one and other.moves_one and bool(one.old) == bool(other.old):
        return True
    if any(c.moves_one and c.word in DETERMINERS for c in (one, other)):
        return False
    exchanged = [change for change in (one, other) if not change.moves_one]
    return len(exchanged) < 2 and not any(
        is_similar(change.old[0], change.new[0]) for change in exchanged
    )


def _verbal(word: str, verb: _Change) -> bool:
    """Whether a word belongs to the form of a verb that changes behind it."""
    form = inflected(verb.old[0], verb.new[0])
    return bool(form) and (word in AUXILIARIES or (word == "to" and form == "verb"))
