"""Traces of the native path: what it has not written down is made from what it has."""

import pytest
import torch
from torch import Tensor

from tests.harness import (
    assert_same,
    example,
    instruction_sets,
    native_cells,
    needs_native,
)
from unrolled.engine import forced, run
from unrolled.ragged import Ragged

pytestmark = needs_native

BY_CELL = pytest.mark.parametrize("cell", native_cells(), ids=str)
BY_DIRECTION = pytest.mark.parametrize("reverse", [False, True], ids=["there", "back"])


def values(trace: dict[str, Ragged]) -> dict[str, Tensor]:
    return {name: ragged.values for name, ragged in trace.items()}


@BY_CELL
@BY_DIRECTION
@pytest.mark.parametrize("bias", [True, False], ids=["bias", "plain"])
@pytest.mark.parametrize("instructions", instruction_sets())
def test_a_trace_is_that_of_the_law_on_each_instruction_set(
    cell, reverse, bias, instructions
):
    made = example(cell, [4, 1, 0, 6], inputs=5, hidden=19, bias=bias)
    given = (cell, made.weights, made.x, made.state)
    law = run(*given, reverse=reverse, path="reference", trace=True)
    with forced(instructions=instructions):
        seen = run(*given, reverse=reverse, path="native", trace=True)
    expected = {n: t.detach() for n, t in values(law.trace).items()}
    assert_same(values(seen.trace), expected)
    assert list(seen.trace) == list(law.trace)


@BY_CELL
@BY_DIRECTION
def test_without_a_first_state_it_is_that_of_zero(cell, reverse):
    made = example(cell, [4, 1, 0, 6])
    zero = tuple(torch.zeros_like(s) for s in made.state)
    how = {"reverse": reverse, "path": "native", "trace": True}
    none = run(cell, made.weights, made.x, **how)
    begun = run(cell, made.weights, made.x, zero, **how)
    assert_same(values(none.trace), values(begun.trace), tolerance=0)


@pytest.mark.parametrize("cell", [c for c in native_cells() if c.projects], ids=str)
@BY_DIRECTION
def test_of_a_projected_layer_it_is_as_wide_as_the_cell(cell, reverse):
    made = example(cell, [4, 1, 0, 6], hidden=9, projected=5)
    given = (cell, made.weights, made.x, made.state)
    law = run(*given, reverse=reverse, path="reference", trace=True)
    seen = run(*given, reverse=reverse, path="native", trace=True)
    assert_same(
        values(seen.trace), {n: t.detach() for n, t in values(law.trace).items()}
    )


@BY_CELL
def test_an_output_that_is_edited_leaves_the_trace_alone(cell):
    made = example(cell, [4, 1, 6])
    with torch.no_grad():
        result = run(cell, made.weights, made.x, made.state, path="native", trace=True)
        before = {n: t.clone() for n, t in values(result.trace).items()}
        result.output.values.fill_(7)
        for state in result.state:
            state.fill_(7)
    assert_same(values(result.trace), before, tolerance=0)


@BY_CELL
def test_a_trace_that_is_edited_leaves_the_way_back_alone(cell):
    made = example(cell, [4, 1, 6])
    given = (cell, made.weights, made.x, made.state)
    leaves = list(made.leaves.values())
    plain = run(*given, path="native").output.values
    expected = torch.autograd.grad(plain.sum(), leaves)
    traced = run(*given, path="native", trace=True)
    for table in values(traced.trace).values():
        table.fill_(7)
    found = torch.autograd.grad(traced.output.values.sum(), leaves)
    assert all(map(torch.equal, found, expected))
    assert torch.equal(traced.output.values, plain)


@BY_CELL
@pytest.mark.parametrize("grad", [False, True])
def test_a_trace_changes_no_bit_of_the_run(cell, grad):
    made = example(cell, [4, 1, 6])
    given = (cell, made.weights, made.x, made.state)
    with torch.set_grad_enabled(grad):
        traced = run(*given, path="native", trace=True)
        plain = run(*given, path="native")
    assert torch.equal(traced.output.values, plain.output.values)
    assert traced.output.values.requires_grad == grad
    assert not any(table.requires_grad for table in values(traced.trace).values())
