"""Series to vectors: [0.1, 0.4] or "0.1 0.4" → numbers (moments, features).

    [0.5, None, None, 0.7]   →   0.5  0.5  0.5  0.7      a gap is the value before it
                                 1    0    0    1        and, where training rows have
                                                         gaps, whether one was measured

A gap at the beginning is the mean of the training rows. The numbers that say what was
measured are those of Lipton, Kale and Wetzel 2016, "Modeling missing data in clinical
time series with RNNs".

With a width of 8 a plain list of 64 numbers is read as 8 moments of 8: a picture by
its rows.
"""

from collections.abc import Mapping
from typing import Any, Self, final

import torch
from torch import Tensor
from typing_extensions import override

from unrolled.errors import BrokenModelError, UnreadableDataError
from unrolled.models.inputs import VectorInput
from unrolled.models.settings import ModelSettings
from unrolled.ragged import Ragged
from unrolled.readers import Cell, parse_series
from unrolled.tasks._base import Example
from unrolled.tasks._input import AbstractInput


@final
class SeriesInput(AbstractInput):
    """Series of numbers, or of vectors that are all equally wide."""

    def __init__(
        self,
        mean: Tensor,
        scale: Tensor,
        gapped: Tensor | None = None,
        *,
        width: int = 0,
    ) -> None:
        """All are of (features,); `gapped` is bool: which have gaps in training.

        `width` is how many numbers of a plain list are a moment, 0 for one.
        """
        self.mean, self.scale, self.width = mean, scale, width
        none = torch.zeros(len(mean), dtype=torch.bool)
        self.gapped = none if gapped is None else gapped

    @classmethod
    def learn(cls, examples: list[Example], *, width: int = 0) -> Self:
        """Mean and scale of each feature over all moments of the training rows.

        Raises UnreadableDataError for a row that is no series, or of another width.
        """
        rows = [series_of(example, width) for example in examples]
        wide = next((row.shape[1] for row in rows if len(row)), max(width, 1))
        made = cls(torch.zeros(wide), torch.ones(wide), width=width)
        made.check(rows, examples)
        values = torch.cat(
            [torch.zeros(0, wide), *(r for r in rows if len(r))]
        ).double()
        there = ~values.isnan()
        count = there.sum(0).clamp(min=1)
        made.gapped = ~there.all(0)
        mean = values.nan_to_num(nan=0.0).sum(0) / count
        far = torch.where(there, values - mean, 0.0)
        scale = (far.square().sum(0) / count).sqrt()
        made.mean = mean.float()
        made.scale = torch.where(scale > 0, scale, 1.0).float()
        return made

    def check(self, rows: list[Tensor], examples: list[Example]) -> None:
        """Raises UnreadableDataError for a row of another width."""
        wide = len(self.mean)
        for row, example in zip(rows, examples, strict=True):
            if row.shape[1] != wide and len(row):
                raise UnreadableDataError(
                    found=f"{example.place}: a series of {row.shape[1]} numbers at each"
                    " moment.",
                    expected=f"{wide}, as in the training rows",
                    fix="correct that row",
                )

    @override
    def encode(self, examples: list[Example]) -> Ragged:
        rows = [series_of(example, self.width) for example in examples]
        self.check(rows, examples)
        wide = len(self.mean)
        filled = [
            self._filled(row if len(row) else row.new_zeros(0, wide)) for row in rows
        ]
        none = torch.zeros(0, wide + int(self.gapped.sum()))
        return Ragged.from_list([*filled, none]).gather(range(len(rows)))

    def _filled(self, row: Tensor) -> Tensor:
        """(moments, features) with gaps to (moments, features + measured) without."""
        there = ~row.isnan()
        if not there.all():
            moments = torch.arange(1, len(row) + 1)[:, None]
            last = torch.where(there, moments, 0).cummax(0).values  # 0: none so far
            row = torch.cat([self.mean[None], row]).gather(0, last)
        return torch.cat([row, there[:, self.gapped].float()], 1)

    @override
    def layer(self, settings: ModelSettings, evidence: int) -> VectorInput:
        del evidence  # counted for tokens alone
        count = int(self.gapped.sum())
        mean = torch.cat([self.mean, torch.zeros(count)])
        scale = torch.cat([self.scale, torch.ones(count)])
        noisy = len(self.mean)
        return VectorInput(mean, scale, dropout=0.0, noise=settings.noise, noisy=noisy)

    @override
    def notes(self) -> list[str]:
        found = [f"series of {len(self.mean)} numbers at each moment, standardized"]
        gapped = int(self.gapped.sum())
        if gapped:
            found.append(
                f"gaps: in {gapped} of these; a gap is the value before it, and the"
                " network is told"
            )
        return found

    @override
    def state(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        tensors = {"input.mean": self.mean, "input.scale": self.scale}
        if self.gapped.any():
            tensors["input.gapped"] = self.gapped
        return {}, tensors

    @classmethod
    def restore(cls, tensors: Mapping[str, Tensor], *, width: int = 0) -> Self:
        """The way back from `state`. Raises BrokenModelError for sizes that differ."""
        mean, scale = tensors["input.mean"], tensors["input.scale"]
        gapped = tensors.get("input.gapped", torch.zeros_like(mean)).bool()
        sizes = {one.shape for one in (mean, scale, gapped)}
        if len(sizes) > 1 or mean.dim() != 1 or not len(mean):
            raise BrokenModelError(
                found="the model folder has sizes of input tensors that do not agree.",
                expected="every file that the training run wrote",
                fix="copy the folder again, whole",
            )
        return cls(mean, scale, gapped, width=width)


def looks_like_series(examples: list[Example]) -> bool:
    """Whether the first cells hold several numbers each and no words."""
    lengths = []
    for example in examples[:20]:
        try:
            lengths.append(_length(example.input))
        except UnreadableDataError:
            return False
    lists = any(isinstance(e.input, list) for e in examples[:20])
    return lists or any(length > 1 for length in lengths)


def _length(cell: Cell) -> int:
    """The moments of a series; gaps alone are none, unless they stand in a list.

    Raises UnreadableDataError for what is no series.
    """
    found = parse_series(cell, gaps=True)
    if not isinstance(cell, list) and all(one != one for one in found):
        return len(parse_series(cell))
    return len(found)


def series_of(example: Example, width: int = 0) -> Tensor:
    """The series of a row, (moments, features) float32, NaN for a gap.

    With a `width` a plain list of numbers is cut into moments of so many. Raises
    UnreadableDataError for what is no series, or too large for float32.
    """
    parsed = parse_series(example.input, where=example.place, gaps=True)
    found = torch.tensor(parsed).float()
    if found.isinf().any():
        raise UnreadableDataError(
            found=f"{example.place} holds a number beyond 3.4e38.",
            expected="numbers that fit in 32 bits",
            fix="write the column in larger units",
        )
    if found.dim() > 1 or not width:
        return found[:, None] if found.dim() == 1 else found
    if len(found) % width:
        raise UnreadableDataError(
            found=f"{example.place}: a series of {len(found)} numbers, which are no"
            f" moments of {width}.",
            expected=f"a multiple of {width} numbers, as task.width says",
            fix="correct that row, or set another task.width",
        )
    return found.reshape(-1, width)
