"""Series to vectors: [0.1, 0.4] or "0.1 0.4" → numbers (moments, features)."""

from collections.abc import Mapping
from typing import Any, Self, final

import torch
from torch import Tensor
from typing_extensions import override

from unrolled.errors import UnreadableDataError
from unrolled.models.inputs import VectorInput
from unrolled.models.settings import ModelSettings
from unrolled.ragged import Ragged
from unrolled.readers import parse_series
from unrolled.tasks._base import Example
from unrolled.tasks._input import AbstractInput


@final
class SeriesInput(AbstractInput):
    """Series of numbers, or of vectors that are all equally wide."""

    def __init__(self, mean: Tensor, scale: Tensor) -> None:
        self.mean, self.scale = mean, scale

    @classmethod
    def learn(cls, examples: list[Example]) -> Self:
        """Mean and scale of each feature over all moments of the training rows."""
        wide = next((r.shape[1] for r in map(series_of, examples) if len(r)), 1)
        plain = cls(torch.zeros(wide), torch.ones(wide))
        values = plain.encode(examples).values.double()
        if not len(values):
            return plain
        scale = values.std(0, correction=0)
        return cls(values.mean(0).float(), torch.where(scale > 0, scale, 1.0).float())

    @override
    def encode(self, examples: list[Example]) -> Ragged:
        rows = [series_of(example) for example in examples]
        wide = len(self.mean)
        for row, example in zip(rows, examples, strict=True):
            if row.shape[1] != wide and len(row):
                raise UnreadableDataError(
                    found=f"{example.place}: a series of {row.shape[1]} numbers at each"
                    " moment.",
                    expected=f"{wide}, as in the training rows",
                    fix="correct that row",
                )
        rows = [row if len(row) else row.new_zeros(0, wide) for row in rows]
        return Ragged.from_list([*rows, torch.zeros(0, wide)]).gather(range(len(rows)))

    @override
    def layer(self, settings: ModelSettings, evidence: int) -> VectorInput:
        del settings, evidence  # a series is read as it is
        return VectorInput(self.mean, self.scale, dropout=0.0)

    @override
    def notes(self) -> list[str]:
        return [f"series of {len(self.mean)} numbers at each moment, standardized"]

    @override
    def state(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        return {}, {"input.mean": self.mean, "input.scale": self.scale}

    @classmethod
    def restore(cls, tensors: Mapping[str, Tensor]) -> Self:
        """The way back from `state`."""
        return cls(tensors["input.mean"], tensors["input.scale"])


def looks_like_series(examples: list[Example]) -> bool:
    """Whether the first cells hold several numbers each and no words."""
    lengths = []
    for example in examples[:20]:
        try:
            lengths.append(len(parse_series(example.input)))
        except UnreadableDataError:
            return False
    lists = any(isinstance(e.input, list) for e in examples[:20])
    return lists or any(length > 1 for length in lengths)


def series_of(example: Example) -> Tensor:
    """The series of a row, (moments, features) float32.

    Raises UnreadableDataError for what is no series, or too large for float32.
    """
    found = torch.tensor(parse_series(example.input, where=example.place)).float()
    if not found.isfinite().all():
        raise UnreadableDataError(
            found=f"{example.place} holds a number beyond 3.4e38.",
            expected="numbers that fit in 32 bits",
            fix="write the column in larger units",
        )
    return found[:, None] if found.dim() == 1 else found
