"""What the tests of forecasters share: windows of unequal lengths, with gaps."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor
from torch.testing import assert_close

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


def check_gradients(mean_of: Callable[[Tensor], Tensor], given: Windows) -> None:
    """Those of each mean (rows, horizon) by each value that was seen, by differences.

    A gap is never read, so its value has none.
    """
    values = given.values.values.clone().requires_grad_()
    means, step = mean_of(values), 1e-6
    found = [
        torch.autograd.grad(one, values, retain_graph=True)[0]
        for one in means.flatten().unbind()
    ]
    with torch.no_grad():
        wanted = []
        for place in range(len(values)):
            moved = step * torch.eye(len(values), dtype=values.dtype)[place]
            difference = mean_of(values + moved) - mean_of(values - moved)
            wanted.append(difference.flatten() / (2 * step))
    wanted = torch.stack(wanted, dim=1) * given.seen
    assert_close(torch.stack(found) * given.seen, wanted, rtol=1e-5, atol=1e-8)
    assert (wanted[: means.shape[1], given.seen > 0] != 0).any(0)[0]


def single(windows: Windows) -> Windows:
    """The same in float32."""
    return Windows(
        values=windows.values.map(Tensor.float),
        seen=windows.seen.float(),
        covariates=windows.covariates.float(),
        ahead=windows.ahead.float(),
        groups=windows.groups,
    )
