"""One step in one call: the numbers of the cells, and which path gives them."""

from typing import Any

import pytest
import torch
from torch import Tensor
from torch.testing import assert_close

from tests.harness import every_cell, example, instruction_sets, needs_native, normal
from unrolled.cells._base import AbstractGatedCell
from unrolled.cells.elman import Elman
from unrolled.cells.gru import GRU
from unrolled.cells.lstm import LSTM
from unrolled.engine import Weights, forced, fused, gated, kernels, moment

SERVED = (LSTM(), LSTM(peepholes=True), GRU())
EXACT: Any = {"rtol": 1e-12, "atol": 1e-12}
BY_CELL = pytest.mark.parametrize("cell", SERVED, ids=str)
BY_SET = pytest.mark.parametrize("instructions", instruction_sets())


@pytest.fixture(autouse=True)
def without_gradients():
    with torch.no_grad():
        yield


def given(
    cell: AbstractGatedCell, rows: int, hidden: int = 5, **options: Any
) -> tuple[Weights, Tensor, tuple[Tensor, ...]]:
    """Weights, a and a state, all random."""
    made = example(cell, [1] * rows, hidden=hidden, **options)
    a = normal(rows, len(cell.gates) * hidden, seed=1)
    return made.weights, a, made.state


def both_ways(
    cell: AbstractGatedCell,
    weights: Weights,
    a: Tensor,
    state: tuple[Tensor, ...],
    how: Any = fused,
) -> list[Tensor]:
    """The new states, then every gradient."""
    there, back = (fused.step, fused.step_back) if how is fused else how
    new, kept = there(cell, weights, a, state)
    hidden = a.shape[1] // len(cell.gates)
    grad = tuple(
        normal(len(a), hidden, seed=place + 2).to(a.dtype)
        for place in range(len(state))
    )
    found, before = back(cell, weights, grad, kept)
    parts = [*new, found.a, found.u, *before, kept.h, kept.m]
    return parts if found.v is None else [*parts, found.v]


PLAIN = (moment.step, gated.step_back)


@pytest.mark.parametrize("cell", every_cell(), ids=str)
@pytest.mark.parametrize("rows", [0, 1, 4])
def test_every_cell_gives_its_own_numbers(cell, rows):
    all_given = given(cell, rows)
    found = both_ways(cell, *all_given)
    assert_close(found, both_ways(cell, *all_given, how=PLAIN), **EXACT)


@BY_SET
@BY_CELL
@pytest.mark.parametrize("hidden", [1, 16, 17, 40])
@pytest.mark.parametrize("bias", [True, False])
@needs_native
def test_widths_around_those_of_the_registers(instructions, cell, hidden, bias):
    all_given = given(cell, 3, hidden, bias=bias)
    with forced(instructions=instructions):
        found = both_ways(cell, *all_given)
    assert_close(found, both_ways(cell, *all_given, how=PLAIN), **EXACT)


@BY_CELL
@needs_native
def test_in_single_precision_it_is_as_near_as_torch(cell):
    weights, a, state = given(cell, 7, 20)
    expected = both_ways(cell, weights, a, state, how=PLAIN)
    narrow = Weights(*(w if w is None else w.float() for w in weights))
    found = both_ways(cell, narrow, a.float(), tuple(s.float() for s in state))
    assert all(one.dtype is torch.float32 for one in found)
    assert_close([one.double() for one in found], expected, rtol=1e-5, atol=1e-5)


@needs_native
def test_a_projection_comes_behind_the_step():
    all_given = given(LSTM(), 3, projected=True)
    new, kept = fused.step(LSTM(), *all_given)
    expected, plainly = moment.step(LSTM(), *all_given)
    assert isinstance(kept.kept, fused.Kept)
    assert_close(new, expected, **EXACT)
    assert_close(kept.m, plainly.m, **EXACT)


@BY_SET
@BY_CELL
@needs_native
def test_a_row_has_the_same_bits_alone_and_beside_others(instructions, cell):
    """R is zero, so that no product of torch's has a say."""
    weights, a, state = given(cell, 6, 19)
    weights = weights._replace(R=torch.zeros_like(weights.R))
    with forced(instructions=instructions):
        together = both_ways(cell, weights, a, state)[: len(state) + 2]
        for row in range(6):
            here = slice(row, row + 1)
            alone = fused.step(cell, weights, a[here], tuple(s[here] for s in state))
            for one, other in zip(together, alone[0], strict=False):
                assert torch.equal(one[here], other)


@BY_CELL
def test_views_are_as_good_as_their_numbers(cell):
    weights, a, state = given(cell, 4)
    expected = both_ways(cell, weights, a, state)
    turned = a.T.contiguous().T
    wide = tuple(torch.stack([s, s], dim=-1)[..., 0] for s in state)
    assert not turned.is_contiguous()
    assert not wide[0].is_contiguous()
    if weights.v is not None:
        weights = weights._replace(v=weights.v.T.contiguous().T)
    assert_close(both_ways(cell, weights, turned, wide), expected, **EXACT)


# -- which path it takes -------------------------------------------------------------


def is_fused(cell: AbstractGatedCell, **changes: Any) -> bool:
    weights, a, state = given(cell, 3)
    a = changes.get("a", a)
    _, kept = fused.step(cell, weights, a, state)
    return isinstance(kept.kept, fused.Kept)


@BY_CELL
@needs_native
def test_the_kernels_are_asked(cell):
    assert is_fused(cell)
    with forced(path="native"):
        assert is_fused(cell)


@BY_CELL
def test_told_to_leave_the_kernels_alone_it_asks_torch(cell):
    for path in ("gated", "reference"):
        with forced(path=path):
            assert not is_fused(cell)


@pytest.mark.parametrize("cell", [GRU(reset="before"), Elman()], ids=str)
def test_a_cell_without_a_step_of_its_own_is_for_torch(cell):
    assert not is_fused(cell)


@BY_CELL
def test_where_nothing_was_built_it_asks_torch(cell, monkeypatch):
    monkeypatch.setattr(kernels, "is_built", lambda: False)
    assert not is_fused(cell)


@BY_CELL
def test_where_gradients_are_recorded_it_asks_torch(cell):
    with torch.enable_grad():
        weights, a, state = given(cell, 3)
        new, _ = fused.step(cell, weights, a, state)
        assert new[0].requires_grad


@BY_CELL
def test_what_does_not_fit_never_reaches_the_kernels(cell):
    weights, a, state = given(cell, 3)
    for short in ((a[:2], state), (a[:, :-1], state), (a, tuple(s[:2] for s in state))):
        with pytest.raises(RuntimeError):
            fused.step(cell, weights, *short)


@BY_CELL
@needs_native
def test_gradients_that_do_not_fit_never_reach_the_kernels(cell):
    weights, a, state = given(cell, 3)
    _, kept = fused.step(cell, weights, a, state)
    assert isinstance(kept.kept, fused.Kept)
    for shape in ((4, 5), (3, 4), (2, 5)):
        grad = tuple(normal(*shape, seed=1) for _ in state)
        with pytest.raises(RuntimeError):
            fused.step_back(cell, weights, grad, kept)
