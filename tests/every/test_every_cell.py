"""The battery that every cell passes, with every option, on every path of the engine.

A new file in `cells/` is found by itself and is held to all of this without an edit.
The law is `engine/reference.py`, differentiated by autograd in float64. What a batch is
made of, and that rows keep to themselves, is in `test_every_cell_in_batches.py`.
"""

import sys
from collections.abc import Callable
from inspect import getdoc

import pytest
import torch
from torch import Tensor
from torch.autograd import gradcheck, gradgradcheck

from tests.harness import (
    UNEQUAL,
    Example,
    assert_same,
    every_cell,
    example,
    measured,
    normal,
    own_paths_that_serve,
    path_on_cpu,
    paths_that_serve,
)
from unrolled.cells._base import AbstractGatedCell
from unrolled.engine import path_for, run
from unrolled.errors import ShapeError

CELLS = every_cell()
BY_CELL = pytest.mark.parametrize("cell", CELLS, ids=str)
BY_PATH = pytest.mark.parametrize(
    ("cell", "path"),
    [(cell, path) for cell in CELLS for path in paths_that_serve(cell)],
    ids=str,
)
BY_OWN_PATH = pytest.mark.parametrize(
    ("cell", "path"),
    [(cell, path) for cell in CELLS for path in own_paths_that_serve(cell)],
    ids=str,
)
BY_LENGTHS = pytest.mark.parametrize("lengths", UNEQUAL, ids=str)
BY_DIRECTION = pytest.mark.parametrize("reverse", [False, True], ids=["there", "back"])


# -- one mathematics -----------------------------------------------------------------


@BY_PATH
@BY_LENGTHS
@BY_DIRECTION
@pytest.mark.parametrize("bias", [True, False], ids=["bias", "plain"])
def test_the_gradient_of_every_tensor_is_that_of_the_law(
    cell, path, lengths, reverse, bias
):
    made = example(cell, lengths, bias=bias)
    law = measured(made.on(path="reference", reverse=reverse), made.leaves)
    assert_same(measured(made.on(path=path, reverse=reverse), made.leaves), law)


@pytest.mark.parametrize("cell", [cell for cell in CELLS if cell.projects], ids=str)
@BY_LENGTHS
@BY_DIRECTION
@pytest.mark.parametrize("bias", [True, False], ids=["bias", "plain"])
def test_a_projection_keeps_to_the_law_too(cell, lengths, reverse, bias):
    made = example(cell, lengths, bias=bias, projected=True)
    law = measured(made.on(path="reference", reverse=reverse), made.leaves)
    for path in paths_that_serve(cell, projected=True):
        assert_same(measured(made.on(path=path, reverse=reverse), made.leaves), law)


@pytest.mark.parametrize("cell", [cell for cell in CELLS if not cell.projects], ids=str)
def test_a_cell_that_meets_its_state_directly_refuses_a_projection(cell):
    with pytest.raises(ShapeError) as refusal:
        example(cell, [4, 1, 6], projected=True).on()
    assert str(refusal.value) == (
        f"a projection P for {cell}.\n"
        "  expected: no P: this cell meets h unit by unit, not only in R h\n"
        "  to fix:   leave P out, or choose another cell\n"
        "  code:     shape"
    )


@BY_PATH
def test_with_one_bias_of_the_two_the_law_holds(cell, path):
    for absent in ("b", "c"):
        full = example(cell, [4, 1, 6])
        weights = full.weights._replace(**{absent: None})
        made = Example(cell, weights, full.x, full.state)
        law = measured(made.on(path="reference"), made.leaves)
        assert_same(measured(made.on(path=path), made.leaves), law)


@BY_CELL
def test_the_numbers_of_the_examples_tell_every_tensor_apart(cell):
    """A battery with equal weights, or gradients of zero, would see no swapped gate."""
    found = measured((made := example(cell, [4, 1, 6])).on(), made.leaves)
    for name, tensor in found.items():
        assert tensor.abs().sum() > 0.01, name
        assert len(tensor.unique()) > 0.4 * tensor.numel(), name  # a relu has zeros


@BY_OWN_PATH
@pytest.mark.parametrize("lengths", [[2, 1, 3], [0, 2]], ids=str)
@BY_DIRECTION
def test_first_and_second_derivatives_pass_torchs_own_checks(
    cell, path, lengths, reverse
):
    made = example(cell, lengths, inputs=2, hidden=2)
    call = _function_of_leaves(made, path=path, reverse=reverse)
    leaves = tuple(made.leaves.values())
    assert gradcheck(call, leaves)
    assert gradgradcheck(call, leaves, fast_mode=True)


@BY_OWN_PATH
@BY_LENGTHS
def test_second_derivatives_by_name_are_those_of_the_law(cell, path, lengths):
    made = example(cell, lengths)

    def curvature(path: str) -> dict[str, Tensor]:
        first = measured(made.on(path=path), made.leaves, create_graph=True)
        gradients = {n: g for n, g in first.items() if n.startswith("d ")}
        return measured(gradients, made.leaves)

    assert_same(curvature(path), curvature("reference"))


def _function_of_leaves(
    made: Example, *, path: str, reverse: bool
) -> Callable[..., tuple[Tensor, ...]]:
    """The run as a function of its tensors, in the order of `Example.leaves`."""
    present = [n for n, w in made.weights._asdict().items() if w is not None]
    states = len(made.state)

    def call(x: Tensor, *rest: Tensor) -> tuple[Tensor, ...]:
        weights = made.weights._replace(
            **dict(zip(present, rest[states:], strict=True))
        )
        ours = Example(made.cell, weights, made.x.with_values(x), rest[:states])
        return tuple(ours.on(path=path, reverse=reverse).values())

    return call


# -- weights -------------------------------------------------------------------------


@BY_PATH
def test_an_edit_of_a_weight_in_place_is_seen_by_the_next_run(cell, path):
    for name in example(cell, [4, 1, 6]).weights._asdict():
        made = example(cell, [4, 1, 6])
        before = made.on(path=path)["output"]
        weight = getattr(made.weights, name)
        if weight is None:
            continue
        with torch.no_grad():
            weight.mul_(-0.5)
        after = made.on(path=path)
        assert not torch.allclose(before, after["output"]), name
        assert_same(after, made.on(path="reference"))


@BY_OWN_PATH
def test_tied_weights_gather_the_gradients_of_all_their_places(cell, path):
    """W is R and b is c: one tensor in two places, in first and second derivatives."""
    blocks = len(cell.gates)
    one = example(cell, [4, 1, 6], inputs=4)
    weights = one.weights._replace(R=one.weights.W, c=one.weights.b)
    made = Example(cell, weights, one.x, one.state)
    leaves = {n: t for n, t in made.leaves.items() if n not in ("R", "c")}
    assert weights.W.shape == (blocks * 4, 4)

    def curvature(path: str) -> dict[str, Tensor]:
        first = measured(made.on(path=path), leaves, create_graph=True)
        gradients = {n: g for n, g in first.items() if n.startswith("d ")}
        return {**first, **{f"d{n}": g for n, g in measured(gradients, leaves).items()}}

    assert_same(curvature(path), curvature("reference"))


# -- to be seen through --------------------------------------------------------------


@BY_OWN_PATH
@BY_LENGTHS
@BY_DIRECTION
def test_the_trace_shows_the_gates_of_the_law_beside_their_tokens(
    cell, path, lengths, reverse
):
    made = example(cell, lengths)
    inputs = (cell, made.weights, made.x, made.state)
    law = run(*inputs, reverse=reverse, path="reference", trace=True)
    seen = run(*inputs, reverse=reverse, path=path, trace=True)
    assert seen.path == path
    assert set(cell.gates) <= set(seen.trace)
    assert set(cell.opens) <= set(cell.gates)
    assert {f"{state}_new" for state in cell.states[1:]} <= set(seen.trace)
    for one in seen.trace.values():
        assert one.lengths.tolist() == lengths
        assert one.values.shape == (sum(lengths), 4)
        assert not one.values.requires_grad
    by_name = {n: r.values for n, r in seen.trace.items()}
    assert_same(by_name, {n: r.values.detach() for n, r in law.trace.items()})
    untraced = run(*inputs, reverse=reverse, path=path)
    assert torch.equal(seen.output.values, untraced.output.values)


@BY_PATH
def test_the_path_that_was_asked_for_is_the_path_that_ran(cell, path):
    made = example(cell, [2])
    inputs = (cell, made.weights, made.x)
    assert run(*inputs, path=path).path == path
    assert run(*inputs).path == path_for(cell, "cpu") == path_on_cpu(cell)
    assert run(*inputs, path="reference").path == "reference"


@BY_CELL
def test_on_a_gpu_cudnn_takes_what_it_can_and_the_gated_path_the_rest(cell):
    for projected in {False, cell.projects}:
        served = "cudnn" in paths_that_serve(cell, projected=projected)
        chosen = path_for(cell, "cuda", projected=projected)
        assert chosen == ("cudnn" if served else "gated")
        assert path_for(cell, "cuda", projected=projected, trace=True) == "gated"


@BY_CELL
def test_the_page_of_a_cell_holds_equations_shapes_and_reference(cell):
    page = sys.modules[type(cell).__module__].__doc__ or ""
    for part in ("=", "Shapes:", "Reference:"):
        assert part in page, f"{part} is missing in {type(cell).__module__}"
    for gate in cell.gates:
        assert f"    {gate}  = " in page, f"no equation of {gate}"
    assert getdoc(type(cell))


@BY_CELL
def test_a_cell_is_a_value(cell: AbstractGatedCell):
    assert not [n for n, held in vars(cell).items() if isinstance(held, Tensor)]
    assert cell == type(cell)(**vars(cell))
    assert hash(cell) == hash(type(cell)(**vars(cell)))
    assert not [name for name, held in vars(cell).items() if isinstance(held, Tensor)]


@BY_CELL
def test_blocks_joined_are_the_blocks_that_were_split(cell):
    blocks = normal(3, len(cell.gates) * 2, seed=0)
    assert len(cell.split(blocks)) == len(cell.gates)
    assert torch.equal(cell.join(*cell.split(blocks)), blocks)
