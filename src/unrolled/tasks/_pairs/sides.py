"""Two texts that belong together: source and target as numbers, and back.

    source    I am late .          ids of the source's vocabulary
    target    Je suis en retard .  ids of the target's, the end behind them

Where words may be copied, each unknown word of a source has a number behind the
vocabulary of the target, the first of a row the first (models/copying.py).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self, final

import torch
from torch import Tensor
from typing_extensions import override

from unrolled.errors import BrokenModelError, UnreadableDataError
from unrolled.models.copying import Copies
from unrolled.models.encoder_decoder_base import Sides
from unrolled.ragged import Ragged
from unrolled.settings import Settings
from unrolled.tasks._base import Batch, Example
from unrolled.tasks._pairs.settings import PairsSettings
from unrolled.tasks._pairs.suggestions import unit_of
from unrolled.tasks._symbols import Symbols, ragged
from unrolled.tasks._text_input import text_of

BEYOND = 1.25  # longest answer, as a share of the longest of the training rows
LENGTHS = "pairs.json"


@final
@dataclass(frozen=True, kw_only=True)
class PairsBatch(Batch):
    """Ids of sources in `inputs`, of targets and their ends in `targets`."""

    targets: Ragged | None = None
    words: list[list[str]]
    """The tokens of each source that are read, as they were."""
    unread: list[int]
    """How many more each source has."""
    copies: Copies | None = None
    """Numbers for copying; those of the target are empty where there are none."""

    @override
    def gather(self, rows: Sequence[int] | Tensor) -> "PairsBatch":
        chosen = torch.as_tensor(rows, dtype=torch.int64)
        copies = self.copies
        if copies is not None:
            copies = Copies(*(part.gather(chosen) for part in copies))
        return replace(
            self,
            inputs=self.inputs.gather(chosen),
            targets=None if self.targets is None else self.targets.gather(chosen),
            words=[self.words[row] for row in chosen.tolist()],
            unread=[self.unread[row] for row in chosen.tolist()],
            copies=copies,
        )


@final
class Pairs:
    """The vocabularies of both sides, and what they make of examples."""

    def __init__(
        self, source: Symbols, target: Symbols, longest: int, length: float
    ) -> None:
        """`longest` answer in tokens; `length` is the mean, with the end, in training.

        `source` is `target` where the two are joint.
        """
        self.source, self.target = source, target
        self.longest, self.length = longest, length
        self.said: list[str] = []

    @classmethod
    def learn(cls, examples: list[Example], settings: Mapping[str, Settings]) -> Self:
        """From the training rows. Raises UnreadableDataError for rows without text."""
        chosen: Mapping[str, Any] = settings
        task: PairsSettings = chosen["task"]
        targets = [as_targets(row) for row in examples]
        sides = {"source": examples, "target": targets}
        if task.joint:
            sides = {"target": [*examples, *targets]}
        symbols = {}
        for side, rows in sides.items():
            unit = unit_of([text_of(row) for row in rows], chosen[side].tokens)
            symbols[side] = Symbols.learn(rows, chosen[side], unit)
        target = symbols["target"]
        lengths = [len(target.ids(text_of(row))) for row in targets]
        longest = task.longest or round(BEYOND * max(lengths)) + 1
        length = sum(lengths) / len(lengths) + 1
        made = cls(symbols.get("source", target), target, longest, length)
        if most := task.longest_source:
            sizes = [len(made.source.ids(text_of(row))) for row in examples]
            longer = sum(size > most for size in sizes)
            if longer:
                made.said.append(f"sources: {longer:,} are cut at {most} tokens")
        return made

    @property
    def joint(self) -> bool:
        """Whether both sides have one vocabulary."""
        return self.source is self.target

    def notes(self) -> list[str]:
        """What was found, in words."""
        if self.joint:
            return [*(f"both sides: {n}" for n in self.target.notes()), *self.said]
        return [
            *(f"source: {note}" for note in self.source.notes()),
            *(f"target: {note}" for note in self.target.notes()),
            *self.said,
        ]

    def batch(
        self, examples: list[Example], *, most: int, copies: bool, targets: bool
    ) -> PairsBatch:
        """Examples as numbers; at most so many tokens of a source are read, 0 for all.

        With `targets`, those too. With `copies`, the numbers of models/copying.py.
        """
        texts = [text_of(row) for row in examples]
        words = [self.source.tokenizer.tokens(text) for text in texts]
        unread = [max(len(row) - most, 0) if most else 0 for row in words]
        words = [row[:most] for row in words] if most else words
        inputs = ragged([self.source.vocabulary.ids(row) for row in words])
        end, known = self.target.end, self.target.vocabulary
        answers = [
            self.target.tokenizer.tokens(text_of(as_targets(row))) if targets else []
            for row in examples
        ]
        rows = ragged([[*known.ids(row), end] for row in answers]) if targets else None
        numbers = None
        if copies:
            unknown = [self.unknown(row) for row in words]
            pairs = list(zip(words, unknown, answers, strict=True))
            ends = [end] if targets else []
            numbers = Copies(
                ragged([self._numbers(row, new) for row, new, _ in pairs]),
                ragged([[*self._numbers(row, new), *ends] for _, new, row in pairs]),
            )
        return PairsBatch(
            inputs=inputs, targets=rows, words=words, unread=unread, copies=numbers
        )

    def sides(self, batch: PairsBatch) -> Sides:
        """What the network learns from. Raises UnreadableDataError without targets."""
        if batch.targets is None:
            raise UnreadableDataError(
                found="rows without targets.",
                expected="a target in every row, to learn from",
                fix="name the column of the targets with --target",
            )
        inputs = shifted(batch.targets, self.target.end)
        return Sides(batch.inputs, inputs, batch.targets, batch.copies)

    def unknown(self, words: list[str]) -> list[str]:
        """The words of a source that the target's vocabulary lacks, each once."""
        known = self.target.vocabulary
        return list(dict.fromkeys(word for word in words if word not in known))

    def _numbers(self, words: list[str], unknown: list[str]) -> list[int]:
        first = len(self.target)
        places = {word: first + place for place, word in enumerate(unknown)}
        ids = self.target.vocabulary.ids(words)
        return [places.get(w, i) for w, i in zip(words, ids, strict=True)]

    def tokens(self, ids: Sequence[int], words: list[str]) -> list[str]:
        """The tokens of an answer, copied ones included, to a source of these words."""
        known, unknown = len(self.target), self.unknown(words)
        symbols = self.target
        return [
            unknown[i - known] if i >= known else symbols.tokens([i])[0] for i in ids
        ]

    def state(self) -> dict[str, Any]:
        """JSON values for a model folder, by file name."""
        files = {f"target_{name}": one for name, one in self.target.state().items()}
        if not self.joint:
            source = self.source.state()
            files |= {f"source_{name}": one for name, one in source.items()}
        return files | {LENGTHS: {"longest": self.longest, "length": self.length}}

    @classmethod
    def restore(cls, files: Mapping[str, Any]) -> Self:
        """The way back from `state`. Raises BrokenModelError."""
        target, kept = _symbols(files, "target"), files.get(LENGTHS)
        longest, length = lengths_of(kept if isinstance(kept, dict) else {}, LENGTHS)
        joint = not any(name.startswith("source_") for name in files)
        source = target if joint else _symbols(files, "source")
        return cls(source, target, longest, length)


def _symbols(files: Mapping[str, Any], side: str) -> Symbols:
    """Those of one side, "source" or "target". Raises BrokenModelError."""
    kept = {name: f"{side}_{name}" for name in ("tokenizer.json", "vocabulary.json")}
    for name in kept.values():
        if name not in files:
            raise _broken(f"{name} is missing")
    return Symbols.restore({name: files[mine] for name, mine in kept.items()})


def lengths_of(kept: Mapping[str, Any], name: str) -> tuple[int, float]:
    """The longest and the mean answer, of a file. Raises BrokenModelError."""
    longest: Any = kept.get("longest")
    length: Any = kept.get("length")
    if type(longest) is not int or longest < 1:
        raise _broken(f"{name} has no longest from 1 on, but {str(longest)[:40]}")
    if type(length) not in (int, float) or not 0 < length < math.inf:
        raise _broken(f"{name} has no length above 0, but {str(length)[:40]}")
    return longest, float(min(length, 2**62))


def _broken(what: str) -> BrokenModelError:
    return BrokenModelError(
        found=f"what the model knows of its pairs is damaged: {what}.",
        expected="what `fit` found in the training rows",
        fix="copy the model folder again, or train again",
    )


def shifted(targets: Ragged, end: int) -> Ragged:
    """What is read before each target, ids (tokens,): the end, then those before."""
    before = targets.values.roll(1)
    before[targets.offsets[:-1][targets.lengths > 0]] = end
    return targets.with_values(before)


def as_targets(example: Example) -> Example:
    """The example with its target in the place of its input."""
    return example._replace(input=example.target if example.target is not None else "")


def with_references(examples: list[Example]) -> list[Example]:
    """A row for each right answer, to learn from all of them."""
    return [
        row._replace(target=answer, references=())
        for row in examples
        for answer in (row.target, *row.references)
    ]


def references_of(examples: list[Example]) -> list[list[str]]:
    """All right answers to each row."""
    return [
        [text_of(row._replace(input=one)) for one in (row.target, *row.references)]
        for row in examples
    ]
