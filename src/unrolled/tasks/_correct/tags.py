"""What is to be done with each word of a wrong sentence, as tags, and done.

    words    <begin>   She    go      in       school   yesturday
    tags     keep      keep   past    replace  keep     spell
                                      to

keep               the word stays
delete             it goes
replace WORD       another stands in its place
insert WORD        one more stands behind it; <begin> carries what comes first
past, plural, ...  a form or a case of the word: see text/english/word_forms.py
spell              it is misspelled; the right word is looked for among the near ones
swap               it changes places with the next word
merge, hyphen      the two become one: "some times", "well known"
split              it becomes two: "alot"

One word has one tag. What else is wrong near it is left for the next round, which reads
the sentence again after the first changes.

References: Omelianchuk et al. 2020, "GECToR", arXiv:2005.12592; Awasthi et al. 2019,
"Parallel iterative edit models", arXiv:1910.02893; Malmi et al. 2019, "Encode, tag,
realize" (LaserTagger), arXiv:1909.01187.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from unrolled.tasks._correct.align import Step, steps
from unrolled.text.edits.edit_words import unlikeness
from unrolled.text.english.word_forms import NAMES as FORMS
from unrolled.text.english.word_forms import transform, transformation

KEEP, DELETE, REPLACE, INSERT = "keep", "delete", "replace", "insert"
SPELL, SWAP, MERGE, HYPHEN, SPLIT = "spell", "swap", "merge", "hyphen", "split"
KINDS = (KEEP, DELETE, REPLACE, INSERT, SPELL, SWAP, MERGE, HYPHEN, SPLIT, *FORMS)
"""Every kind of tag; the place of one is its number in the network."""
ALIKE = 0.5  # the largest share of letters that a misspelling changes
NUMBER = {kind: number for number, kind in enumerate(KINDS)}
BEGIN = "<s>"
"""Stands before the first word."""


class Tag(NamedTuple):
    """What is done with a word."""

    kind: str = KEEP
    word: str = ""
    """Of replace, insert, spell and split (with a blank): what is written."""


class Changed(NamedTuple):
    """Words from `start` up to `stop` of a sentence become others."""

    start: int
    stop: int
    words: tuple[str, ...]


def tags_of(
    wrong: Sequence[str],
    right: Sequence[str],
    knows: Callable[[str], bool],
    touched: Iterable[int] | None = None,
) -> list[Tag]:
    """A tag for <begin> and for each wrong word, (words + 1,).

    `knows` says of a word whether it is a right one somewhere: those are replaced and
    not misspelled. For `touched` see _correct/align.py.
    """
    tags = [Tag()] * (len(wrong) + 1)
    for step in steps(wrong, right, touched):
        if step.kind == "insert":
            place, tag = step.start, Tag(INSERT, step.words[0])
        else:
            place, tag = step.start + 1, _tag_of(wrong, step, knows)
        # What changes the word itself goes before what is put in behind it.
        before = tags[place].kind
        if before == KEEP or (before == INSERT and tag.kind != INSERT):
            tags[place] = tag
    return tags


def _tag_of(wrong: Sequence[str], step: Step, knows: Callable[[str], bool]) -> Tag:
    old = wrong[step.start]
    if step.kind == "delete":
        return Tag(DELETE)
    if step.kind == "swap":
        return Tag(SWAP)
    if step.kind == "split":
        return Tag(SPLIT, " ".join(step.words))
    [new] = step.words
    if step.kind == "merge":
        return Tag(HYPHEN if "-" in new and "-" not in old else MERGE)
    form = transformation(old, new)
    if form is not None:
        return Tag(form)
    is_near = unlikeness(old.lower(), new.lower()) <= ALIKE
    return Tag(SPELL if is_near and not knows(old) else REPLACE, new)


def changed(words: Sequence[str], place: int, tag: Tag) -> Changed | None:
    """What a tag makes of the words; `place` counts from <begin>. None for nothing.

    Of a tag that needs a word it is in the tag. None, too, where a tag cannot be done:
    the last word has no next one.
    """
    if tag.kind == KEEP:
        return None
    if tag.kind == INSERT:
        return Changed(place, place, (tag.word,)) if tag.word else None
    here = place - 1
    if here < 0:
        return None
    word = words[here]
    if tag.kind == DELETE:
        return Changed(here, here + 1, ())
    if tag.kind in (SWAP, MERGE, HYPHEN):
        if place >= len(words):
            return None
        following = words[place]
        if tag.kind == SWAP:
            return Changed(here, here + 2, _in_order(following, word, begins=not here))
        link = "-" if tag.kind == HYPHEN else ""
        return Changed(here, here + 2, (f"{word}{link}{following}",))
    made = _made(word, tag)
    if not made or made == (word,):
        return None
    return Changed(here, here + 1, made)


def _made(word: str, tag: Tag) -> tuple[str, ...]:
    if tag.kind in (REPLACE, SPELL, SPLIT):
        return tuple(tag.word.split())
    form = transform(word, tag.kind)
    return () if form is None else (form,)


def _in_order(first: str, second: str, *, begins: bool) -> tuple[str, str]:
    """The two; at the beginning of a sentence the capital stays where it was."""
    if begins and second[:1].isupper() and second[1:].islower() and second != "I":
        return first[:1].upper() + first[1:], second[:1].lower() + second[1:]
    return first, second


def apply(words: Sequence[str], changes: Sequence[Changed]) -> list[str]:
    """The words after changes that are in order and do not overlap."""
    found: list[str] = []
    reached = 0
    for change in changes:
        found += words[reached : change.start]
        found += change.words
        reached = change.stop
    return [*found, *words[reached:]]
