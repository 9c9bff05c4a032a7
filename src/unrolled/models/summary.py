"""What a series looks like without its order: the cheap baseline for numbers.

Eight figures for each feature (mean, deviation, least, largest, first, last, share of
rises, mean step) and the length; then a linear model. A recurrent network that
beats it has found something in the order.
"""

import torch
from torch import Tensor

from unrolled.models.scores import loss
from unrolled.ragged import Ragged


def summarize(series: Ragged) -> Tensor:
    """(rows, figures) from values (moments, features); an empty row gives zeros."""
    return torch.stack([_figures(row) for row in series.to_list()])


def _figures(row: Tensor) -> Tensor:
    if not len(row):
        return row.new_zeros(8 * row.shape[1] + 1)
    steps = row.diff(dim=0) if len(row) > 1 else torch.zeros_like(row)
    parts = [row.mean(0), row.std(0, correction=0), row.amin(0), row.amax(0)]
    parts += [row[0], row[-1], (steps > 0).to(row).mean(0), steps.abs().mean(0)]
    return torch.cat([*parts, row.new_tensor([len(row)])])


def linear_fit(figures: Tensor, targets: Tensor, *, kind: str, scores: int) -> Tensor:
    """Weights (figures + 1, scores) of a ridge-penalized linear model, by L-BFGS.

    `figures` (rows, figures) should be standardized; the last row is the bias.
    """
    inputs = with_bias(figures).double()
    weights = torch.zeros(inputs.shape[1], scores, dtype=torch.float64)
    weights.requires_grad_()
    optimizer = torch.optim.LBFGS(
        [weights], max_iter=200, line_search_fn="strong_wolfe"
    )
    wanted = targets.double() if targets.is_floating_point() else targets

    def closure() -> Tensor:
        optimizer.zero_grad()
        penalty = weights[:-1].square().sum() / len(inputs)
        value = loss(kind, inputs @ weights, wanted).mean() + penalty
        value.backward()
        return value

    optimizer.step(closure)
    return weights.detach().float()


def with_bias(figures: Tensor) -> Tensor:
    """(rows, figures + 1), the last column all ones."""
    return torch.cat([figures, figures.new_ones(len(figures), 1)], dim=1)
