"""What the tests of forecasters share: windows of unequal lengths, with gaps."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from tests.harness import normal
from unrolled.cells.gru import GRU
from unrolled.models.forecaster_settings import ForecasterSettings
from unrolled.models.windows import Windows, WindowShape
from unrolled.ragged import Ragged

SHAPE = WindowShape(horizon=5, covariates=3, ahead=2, groups=(4, 3))
PLAIN = ForecasterSettings(
    levels="0.1,0.5,0.9",
    hidden=6,
    dropout=0.0,
    group_width=4,
    segment=3,
    paths=20,
)
LENGTHS = (7, 1, 0, 12, 3)
DISTRIBUTIONS = ("quantiles", "gaussian", "student", "negative_binomial")


def settings(**changes: Any) -> ForecasterSettings:
    return replace(PLAIN, **changes)


def windows(
    lengths: Sequence[int] = LENGTHS,
    *,
    shape: WindowShape = SHAPE,
    gaps: float = 0.0,
    counts: bool = False,
) -> Windows:
    """Float64 windows; a share `gaps` of the moments was not measured."""
    tokens, rows = sum(lengths), len(lengths)
    values = normal(tokens, seed=1)
    values = (3 * values.abs()).round() if counts else values
    drawn = torch.rand(tokens, generator=torch.Generator().manual_seed(2))
    seen = (drawn >= gaps).double()
    sizes = torch.tensor(shape.groups)
    return Windows(
        values=Ragged(values * seen, torch.tensor(lengths, dtype=torch.int64)),
        seen=seen,
        covariates=normal(tokens, shape.covariates, seed=3),
        ahead=normal(rows, shape.horizon, shape.ahead, seed=4),
        groups=torch.arange(rows)[:, None] % sizes,
    )


def targets(rows: int, *, counts: bool = False) -> tuple[Tensor, Tensor]:
    """True values (rows, horizon) float64, and which of them are there."""
    true = normal(rows, SHAPE.horizon, seed=5)
    true = (3 * true.abs()).round() if counts else true
    there = torch.ones_like(true)
    there[0, 1] = there[-1, 0] = 0.0
    return true, there


def gru(weights: dict[str, Tensor], layer: int, x: Tensor, h: Tensor) -> Tensor:
    """One step of a GRU for one row, from its equations: h (hidden,)."""
    a = weights[f"weight_ih_l{layer}"] @ x + weights[f"bias_ih_l{layer}"]
    u = weights[f"weight_hh_l{layer}"] @ h + weights[f"bias_hh_l{layer}"]
    (new,), _ = GRU().step(a=a[None], u=u[None], state=(h[None],), v=None)
    return new[0]


def single(windows: Windows) -> Windows:
    """The same in float32."""
    return Windows(
        values=windows.values.map(Tensor.float),
        seen=windows.seen.float(),
        covariates=windows.covariates.float(),
        ahead=windows.ahead.float(),
        groups=windows.groups,
    )
