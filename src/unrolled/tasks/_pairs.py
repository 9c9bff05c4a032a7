"""Two texts that belong together: source and target as numbers, and back.

    source    I am late .          ids of the source's vocabulary
    target    Je suis en retard .  ids of the target's, the end behind them

Where words may be copied, each unknown word of a source has a number behind the
vocabulary of the target, the first of a row the first (models/copying.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self, final

import torch
from torch import Tensor
from typing_extensions import override

from unrolled.errors import UnreadableDataError
from unrolled.models.copying import Copies
from unrolled.models.encoder_decoder import Sides
from unrolled.ragged import Ragged
from unrolled.settings import Settings
from unrolled.tasks._base import Batch, Example
from unrolled.tasks._pairs_settings import PairsSettings
from unrolled.tasks._pairs_suggestions import unit_of
from unrolled.tasks._symbols import Symbols, ragged
from unrolled.tasks._text_input import text_of

BEYOND = 1.25  # longest answer, as a share of the longest of the training rows


@final
@dataclass(frozen=True, kw_only=True)
class PairsBatch(Batch):
    """Ids of sources in `inputs`, of targets and their ends in `targets`."""

    targets: Ragged | None = None
    words: list[list[str]]
    """The tokens of each source, as they were."""
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
        return cls(symbols.get("source", target), target, longest, length)

    @property
    def joint(self) -> bool:
        """Whether both sides have one vocabulary."""
        return self.source is self.target

    def notes(self) -> list[str]:
        """What was found, in words."""
        if self.joint:
            return [f"both sides: {note}" for note in self.target.notes()]
        return [
            *(f"source: {note}" for note in self.source.notes()),
            *(f"target: {note}" for note in self.target.notes()),
        ]

    def batch(
        self, examples: list[Example], *, most: int, copies: bool, targets: bool
    ) -> PairsBatch:
        """Examples as numbers; at most so many tokens of a source are read, 0 for all.

        With `targets`, those too. With `copies`, the numbers of models/copying.py.
        """
        texts = [text_of(row) for row in examples]
        words = [self.source.tokenizer.tokens(text) for text in texts]
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
        return PairsBatch(inputs=inputs, targets=rows, words=words, copies=numbers)

    def sides(self, batch: PairsBatch) -> Sides:
        """What the network learns from. Raises UnreadableDataError without targets."""
        if batch.targets is None:
            raise UnreadableDataError(
                found="rows without targets.",
                expected="a target in every row, to learn from",
                fix="name the column of the targets with --target",
            )
        targets = batch.targets
        shifted = targets.values.roll(1)
        begins = targets.offsets[:-1][targets.lengths > 0]
        shifted[begins] = self.target.end
        copies = batch.copies
        return Sides(batch.inputs, targets.with_values(shifted), targets, copies)

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
        return files | {"pairs.json": {"longest": self.longest, "length": self.length}}

    @classmethod
    def restore(cls, files: Mapping[str, Any]) -> Self:
        """The way back from `state`. Raises BrokenModelError."""

        def side(name: str) -> Symbols:
            kept = ("tokenizer.json", "vocabulary.json")
            return Symbols.restore({file: files[f"{name}_{file}"] for file in kept})

        target = side("target")
        joint = "source_vocabulary.json" not in files
        mine = files["pairs.json"]
        source = target if joint else side("source")
        return cls(source, target, int(mine["longest"]), float(mine["length"]))


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
