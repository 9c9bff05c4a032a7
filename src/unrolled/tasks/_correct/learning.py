"""From rows to what is learned: wrong words beside right ones, and their tags.

pair           He go home | He goes home         as it is
right text     He goes home                      mistakes are made in each sentence,
                                                 other ones in each copy
single words   recieve | receive                 from the list of misspellings
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any, NamedTuple, Self, final

from unrolled.errors import BrokenModelError
from unrolled.models.spelling import Spelling
from unrolled.readers import read
from unrolled.tasks._base import Column
from unrolled.tasks._columns import choose
from unrolled.tasks._columns import examples as examples_of
from unrolled.tasks._correct.align import steps
from unrolled.tasks._correct.proposals import Lists
from unrolled.tasks._correct.rows import Row
from unrolled.tasks._correct.sentence import Sentence, sentences
from unrolled.tasks._correct.tags import INSERT, REPLACE, Tag, tags_of
from unrolled.tasks._text_input import text_of
from unrolled.text.english.mistakes import Mistakes
from unrolled.text.vocabulary import Vocabulary

MOST_WORDS = 5000  # that may be put in, of each kind
WORDS = (
    Column("input", holds="misspelled words", usual=("wrong", "misspelling", "source")),
    Column("target", holds="right words", usual=("right", "correction", "target")),
)


class Pair(NamedTuple):
    """Words as they were written, and as they should be."""

    wrong: list[str]
    right: list[str]
    touched: frozenset[int] | None = None
    """The places of right words that mistakes were made at, if they are known."""


def misspellings(path: str) -> list[tuple[str, str]]:
    """Pairs (wrong, right) of a file; none for no path. Raises FixableError."""
    if not path:
        return []
    table = read(Path(path))
    places, _ = choose(table, WORDS, {})
    rows = examples_of(table, places)
    return [(text_of(row), str(row.target)) for row in rows if row.target]


def words_of(text: str) -> list[str]:
    """All words of a text."""
    return [word for sentence in sentences(text) for word in sentence.words]


def right_sentences(rows: Sequence[Row]) -> list[list[str]]:
    """The words of the right side of each row: what a reader of the task may learn.

    A right text is as many sentences as it has, the right side of a pair one.
    """
    found: list[list[str]] = []
    for row in rows:
        if row.rights:
            found.append(words_of(row.rights[0]))
        else:
            found += [one.words for one in sentences(row.text) if one.words]
    return found


def pairs_to_learn(
    rows: Sequence[Row], errs: Mistakes, draw: Random, *, copies: int
) -> Iterator[Pair]:
    """Pairs as they are, and copies of each right sentence with mistakes of its own."""
    for row in rows:
        if row.rights:
            yield Pair(words_of(row.text), words_of(row.rights[0]))
            continue
        for one in sentences(row.text):
            if one.words:
                for _ in range(copies):
                    made = errs.explained(one.words, draw)
                    places = {slip.place for slip in made.slips}
                    # Words that changed places are told by the first of the two.
                    places |= {s.place + 1 for s in made.slips if s.kind == "order"}
                    touched = frozenset(places)
                    yield Pair(made.tokens, one.words, touched)


def single_words(
    listed: Sequence[tuple[str, str]], most: int, draw: Random
) -> Iterator[Pair]:
    """Misspelled words and as many right ones, each as a text of its own."""
    for wrong, right in draw.sample(list(listed), min(most, len(listed))):
        yield Pair(words_of(wrong), words_of(right))
        yield Pair(words_of(right), words_of(right))


def with_mistakes(row: Row, errs: Mistakes, draw: Random) -> Row:
    """The row as a pair: mistakes are made in a right text, blanks stay as they are."""
    if row.rights:
        return row
    text = row.text
    for one in reversed(sentences(row.text)):
        made = errs.make(one.words, draw) if one.words else []
        if made and made != one.words:
            first, last = one.places[0][0], one.places[-1][1]
            text = text[:first] + _written(one, made) + text[last:]
    return Row(text, (row.text,), row.place)


@final
class Tagged:
    """Tags of pairs as numbers, by lists of words that were learned."""

    def __init__(self, lists: Lists, spelling: Spelling) -> None:
        self.lists, self.spelling = lists, spelling

    @classmethod
    def learn(cls, pairs: Sequence[Pair], spelling: Spelling, *, least: int) -> Self:
        """The words that are often put in, or in place of others."""
        counts: dict[str, Counter[str]] = {REPLACE: Counter(), INSERT: Counter()}
        for pair in pairs:
            for tag in _tags(pair, spelling):
                if tag.kind in counts:
                    counts[tag.kind][tag.word] += 1
        lists = Lists(
            *(
                Vocabulary.build(
                    [found.elements()], min_count=least, max_size=MOST_WORDS
                )
                for found in (counts[REPLACE], counts[INSERT])
            )
        )
        return cls(lists, spelling)

    def tags(self, pair: Pair) -> list[Tag]:
        """What is to be done with <begin> and with each wrong word, (words + 1,)."""
        return _tags(pair, self.spelling)

    def written(self, tags: Sequence[Tag]) -> list[int]:
        """The place of each tag's word in its list; 0 for none and for one unknown."""
        known = {REPLACE: self.lists.replacements, INSERT: self.lists.insertions}
        return [
            known[tag.kind].ids([tag.word])[0] if tag.kind in known else 0
            for tag in tags
        ]

    def to_json(self) -> dict[str, Any]:
        """Plain values for a model folder, by file."""
        return {
            "replacements.json": self.lists.replacements.to_json(),
            "insertions.json": self.lists.insertions.to_json(),
        }

    @classmethod
    def restore(cls, files: Mapping[str, Any], spelling: Spelling) -> Self:
        """The way back from `to_json`. Raises BrokenModelError."""
        names = ("replacements.json", "insertions.json")
        missing = [name for name in names if name not in files]
        if missing:
            raise BrokenModelError(
                found=f"the model has no {missing[0]}.",
                expected="the words that it may put into a text",
                fix="copy the model folder again, or train again",
            )
        lists = (Vocabulary.from_json(files[name]) for name in names)
        return cls(Lists(*lists), spelling)


def _tags(pair: Pair, spelling: Spelling) -> list[Tag]:
    return tags_of(pair.wrong, pair.right, spelling.knows, pair.touched)


def _written(sentence: Sentence, words: Sequence[str]) -> str:
    """Other words in place of those of a sentence, with its blanks where they fit."""
    first, last = sentence.places[0][0], sentence.places[-1][1]
    text = sentence.text[first:last]
    for step in reversed(steps(sentence.words, words)):
        edit = sentence.changed(step.start, step.stop, step.words)
        text = text[: edit.start - first] + edit.replacement + text[edit.stop - first :]
    return text
