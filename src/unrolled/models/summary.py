"""What a series looks like without its order: the cheap baseline for numbers.

Eight figures for each feature (mean, deviation, least, largest, first, last, share of
rises, mean size of a step) and the length; then a linear model. A recurrent network
that beats it has found something in the order.
"""

import torch
from torch import Tensor

from unrolled.ragged import Ragged


def summarize(series: Ragged) -> Tensor:
    """(rows, figures) from values (moments, features); an empty row gives zeros."""
    none = series.values.new_zeros(0, 8 * series.values.shape[1] + 1)
    return torch.cat([none, *(_figures(row)[None] for row in series.to_list())])


def _figures(row: Tensor) -> Tensor:
    if not len(row):
        return row.new_zeros(8 * row.shape[1] + 1)
    steps = row.diff(dim=0) if len(row) > 1 else torch.zeros_like(row)
    parts = [row.mean(0), row.std(0, correction=0), row.amin(0), row.amax(0)]
    parts += [row[0], row[-1], (steps > 0).to(row).mean(0), steps.abs().mean(0)]
    return torch.cat([*parts, row.new_tensor([len(row)])])
