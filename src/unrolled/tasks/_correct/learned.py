"""All that `correct` learns before training, from right text: one object for its parts.

reads       words, letters and counts          what the network reads
tagged      words to put in                    what the network answers
spelling    a corrector of single words
judge       n-grams of right text
mistakes    what makes wrong text of right text
"""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, Self, final

import torch
from torch import Tensor

from unrolled.errors import UnreadableDataError
from unrolled.models.spelling import Spelling
from unrolled.ragged import Ragged
from unrolled.tasks._correct.batch import EditBatch
from unrolled.tasks._correct.errors import mistakes_of
from unrolled.tasks._correct.input import EditInput, counts_of, flat
from unrolled.tasks._correct.judge import Judge
from unrolled.tasks._correct.learning import (
    Pair,
    Tagged,
    misspellings,
    pairs_to_learn,
    right_sentences,
    single_words,
    with_mistakes,
)
from unrolled.tasks._correct.rows import Row
from unrolled.tasks._correct.settings import CorrectSettings
from unrolled.tasks._correct.tags import NUMBER
from unrolled.text.english.mistakes import Mistakes
from unrolled.text.english.mistakes_settings import MistakesSettings

SPELLING = "spelling."
ENOUGH = 40_000  # pairs from which the lists of words are learned


@final
class Learned:
    """The parts."""

    def __init__(
        self,
        settings: Mapping[str, Any],
        reads: EditInput,
        tagged: Tagged,
        spelling: Spelling,
        judge: Judge,
    ) -> None:
        self.reads, self.tagged = reads, tagged
        self.spelling, self.judge = spelling, judge
        self._task: CorrectSettings = settings["task"]
        self._mistakes = _mistakes(settings["mistakes"], spelling)

    @classmethod
    def fit(cls, rows: Sequence[Row], settings: Mapping[str, Any]) -> tuple[Self, Any]:
        """From training rows; with the settings of the model, which may change.

        Raises UnreadableDataError for rows without any word.
        """
        listed = misspellings(settings["task"].misspellings)
        right = right_sentences(rows)
        if not any(right):
            raise UnreadableDataError(
                found="the training rows have no word in them.",
                expected="right texts, some hundreds of sentences at least",
                fix="look at the file, or name the column of the texts",
            )
        known = frozenset(one.lower() for _, right in listed for one in right.split())
        reads = EditInput.learn(right, settings["text"], known)
        model = reads.words.begin(right, settings["text"], settings["model"])
        spelling = Spelling.learn(listed, counts_of(right))
        errs = _mistakes(settings["mistakes"], spelling)
        draw = Random(_seed())
        pairs: list[Pair] = []
        for pair in pairs_to_learn(rows, errs, draw, copies=1):
            pairs.append(pair)
            if len(pairs) == ENOUGH:
                break
        tagged = Tagged.learn(pairs, spelling, least=settings["task"].least_words)
        judge = Judge.fit(reads.words, right)
        return cls(settings, reads, tagged, spelling, judge), model

    def notes(self) -> list[str]:
        """What was found, in words."""
        lists = self.tagged.lists
        return [
            *self.reads.notes(),
            f"words that may be put in: {len(lists.replacements) - 1:,} in place of"
            f" another, {len(lists.insertions) - 1:,} between others",
            f"spelling: {len(self.spelling.meant.mistakes):,} misspellings known",
        ]

    def to_learn(self, rows: Sequence[Row]) -> list[Pair]:
        """Pairs of all training rows, by torch's generator."""
        draw, copies = Random(_seed()), self._task.copies
        pairs = list(pairs_to_learn(rows, self._mistakes, draw, copies=copies))
        listed = misspellings(self._task.misspellings)
        most = round(self._task.single_words * len(pairs) / 2)
        return [*pairs, *single_words(listed, most, draw)]

    def with_mistakes(self, row: Row, draw: Random) -> Row:
        """The row as a pair: see _correct/learning.py."""
        return with_mistakes(row, self._mistakes, draw)

    def encode(
        self, pairs: Sequence[Pair], *, counted: bool, rows: tuple[Row, ...] = ()
    ) -> EditBatch:
        """Pairs as numbers; `counted` if their right words are among those learned."""
        own = [pair.right for pair in pairs] if counted else None
        read = self.reads.encode([pair.wrong for pair in pairs], own)
        tags = [self.tagged.tags(pair) for pair in pairs]
        return EditBatch(
            inputs=read.ids,
            targets=flat([[NUMBER[tag.kind] for tag in row] for row in tags]),
            written=flat([self.tagged.written(row) for row in tags]),
            forms=read.forms,
            familiar=read.familiar,
            spellings=read.spellings,
            rows=rows,
        )

    def state(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        """For a model folder; tensors are (words,), (pairs,) and (n-grams,)."""
        files, tensors = self.reads.state()
        spelling, kept = self.spelling.to_state()
        files |= {**self.tagged.to_json(), "corrector.json": spelling}
        tensors |= {f"{SPELLING}{name}": one for name, one in kept.items()}
        return files, tensors | self.judge.state()

    @classmethod
    def restore(
        cls,
        settings: Mapping[str, Any],
        files: Mapping[str, Any],
        tensors: Mapping[str, Tensor],
    ) -> Self:
        """The way back from `state`, (words,). Raises BrokenModelError."""
        kept = {
            name.removeprefix(SPELLING): one
            for name, one in tensors.items()
            if name.startswith(SPELLING)
        }
        spelling = Spelling.from_state(files.get("corrector.json"), kept)
        reads = EditInput.restore(files, tensors)
        tagged = Tagged.restore(files, spelling)
        judge = Judge.restore(reads.words, tensors)
        return cls(settings, reads, tagged, spelling, judge)


def _mistakes(settings: MistakesSettings, spelling: Spelling) -> Mistakes:
    meant = spelling.meant.mistakes.items()
    listed = [(wrong, right) for wrong, rights in meant for right in rights]
    return mistakes_of(settings, spelling.lexicon, listed)


def _seed() -> int:
    """A seed from torch's generator, which a run sets."""
    return int(torch.randint(2**62, ()))


def lengths_only(lengths: Sequence[int]) -> Ragged:
    """Rows of so many zeros, values (tokens,) int64."""
    return flat([[0] * length for length in lengths])
