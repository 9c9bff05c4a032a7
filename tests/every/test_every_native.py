"""The battery of the native path: each kernel on each instruction set keeps to the law.

Sizes are no multiples of a vector, or smaller than one; some are so large that threads
share the rows, or the units of one row. The law is `engine/reference.py` in float64. In
float32 the same numbers are compared, with a tolerance that is stated.

What is equal bit for bit is in `test_every_native_bit_for_bit.py`.
"""

from dataclasses import dataclass
from functools import cache

import pytest
import torch
from torch import Tensor

from tests.harness import (
    Example,
    assert_same,
    example,
    instruction_sets,
    measured,
    named,
    native_cells,
    needs_native,
)
from unrolled.cells._base import AbstractGatedCell
from unrolled.engine import Weights, forced, run, run_directions

pytestmark = needs_native

CELLS = native_cells()
BY_CELL = pytest.mark.parametrize("cell", CELLS, ids=str)
BY_SET = pytest.mark.parametrize("instructions", instruction_sets())

MANY = [7, 1, 15, 0, 9, 4, 12, 1, 6, 11, 2, 15, 8, 3, 10, 5, 13, 7, 1, 4]
SIZES = [  # inputs, hidden, lengths of the rows
    (1, 1, [1]),
    (3, 5, [4]),
    (20, 17, [4, 1, 6]),
    (70, 33, [0, 3]),
    (3, 100, []),
    (70, 100, MANY),  # at least 2e6 products: two threads share the rows
    (1, 33, [2] * 7),
]
TOLERANCE = {torch.float64: 1e-11, torch.float32: 1e-5}
"""As a part of each tensor's largest entry; see `assert_same`."""


@dataclass(frozen=True)
class Layer:
    """A layer in one direction or in both: an Example for each, of the same x."""

    sides: tuple[Example, ...]
    reverse: bool = False

    @property
    def leaves(self) -> dict[str, Tensor]:
        """Every tensor by its name and direction."""
        found = {"x": self.sides[0].x.values}
        for place, side in enumerate(self.sides):
            found |= {f"{n} {place}": t for n, t in side.leaves.items() if n != "x"}
        return found

    def to(self, dtype: torch.dtype) -> "Layer":
        """The same numbers in another precision, as leaves of their own."""

        def cast(tensor: Tensor | None) -> Tensor | None:
            return None if tensor is None else leaf(tensor.to(dtype))

        x = self.sides[0].x.map(lambda values: leaf(values.to(dtype)))
        sides = [
            Example(
                s.cell, Weights(*map(cast, s.weights)), x, tuple(map(cast, s.state))
            )
            for s in self.sides
        ]
        return Layer(tuple(sides), self.reverse)

    def by_law(self) -> dict[str, Tensor]:
        """Outputs and last states of the reference, by name."""
        runs = [
            run(s.cell, s.weights, s.x, s.state, path="reference", reverse=reverse)
            for s, reverse in zip(self.sides, (self.reverse, True), strict=False)
        ]
        output = torch.cat([r.output.values for r in runs], dim=-1)
        return self._named(output, [r.state for r in runs])

    def by_default(self) -> dict[str, Tensor]:
        """The same from the path that the engine takes by itself, which is native."""
        one = self.sides[0]
        if len(self.sides) == 1:
            r = run(one.cell, one.weights, one.x, one.state, reverse=self.reverse)
            output, states = r.output, [r.state]
        else:
            weights, begun = zip(
                *((s.weights, s.state) for s in self.sides), strict=True
            )
            r = run_directions(one.cell, weights, one.x, begun)
            output, states = r.output, r.states
        assert r.path == "native"
        return self._named(output.values, states)

    def _named(self, output: Tensor, states: list) -> dict[str, Tensor]:
        found = {"output": output}
        for place, state in enumerate(states):
            each = named(self.sides[0].cell, output, state)
            found |= {f"{n} {place}": t for n, t in each.items() if n != "output"}
        return found


def leaf(tensor: Tensor) -> Tensor:
    return tensor.detach().clone().requires_grad_()


@cache
def layer(
    cell: AbstractGatedCell,
    size: tuple,
    way: str = "both",
    *,
    absent: tuple[str, ...] = (),
    projected: int = 0,
) -> Layer:
    """A layer of some size that reads `there`, `back` or `both`, with tame weights."""
    inputs, hidden, lengths = size
    made = []
    for seed in (0, 1000) if way == "both" else (0,):
        one = example(
            cell, lengths, inputs=inputs, hidden=hidden, projected=projected, seed=seed
        )
        tame = {
            name: None if w is None or name in absent else leaf(w * hidden**-0.5)
            for name, w in one.weights._asdict().items()
        }
        x = made[0].x if made else one.x
        made.append(Example(cell, Weights(**tame), x, one.state))
    return Layer(tuple(made), reverse=way == "back")


@cache
def law(one: Layer) -> dict[str, Tensor]:
    return measured(one.by_law(), one.leaves)


def keeps_to_the_law(one: Layer, instructions: str, threads: tuple[int, ...] = (1, 2)):
    """In both precisions and on each number of threads."""
    for dtype, tolerance in TOLERANCE.items():
        here = one.to(dtype)
        for count in threads:
            with forced(instructions=instructions, threads=count):
                found = measured(here.by_default(), here.leaves)
            found = {name: tensor.double() for name, tensor in found.items()}
            assert_same(found, law(one), tolerance=tolerance)


@BY_CELL
@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}-{s[1]}-{len(s[2])}")
@pytest.mark.parametrize("way", ["there", "back", "both"])
@BY_SET
def test_values_and_the_gradient_of_every_tensor_are_those_of_the_law(
    cell, size, way, instructions
):
    key = (size[0], size[1], tuple(size[2]))
    keeps_to_the_law(layer(cell, key, way), instructions)


@BY_CELL
@pytest.mark.parametrize("absent", [("b", "c"), ("b",), ("c",)], ids="".join)
@BY_SET
def test_with_one_bias_or_none_the_law_holds(cell, absent, instructions):
    one = layer(cell, (3, 17, (0, 5, 2)), absent=absent)
    keeps_to_the_law(one, instructions)


@pytest.mark.parametrize("cell", [cell for cell in CELLS if cell.projects], ids=str)
@pytest.mark.parametrize(
    ("hidden", "width", "lengths"),
    [(5, 1, (4, 1)), (17, 20, (0, 3)), (33, 17, (4, 1, 6)), (100, 33, tuple(MANY))],
)
@pytest.mark.parametrize("absent", [(), ("b", "c")], ids=["bias", "plain"])
@BY_SET
def test_a_projection_of_any_width_keeps_to_the_law(
    cell, hidden, width, lengths, absent, instructions
):
    one = layer(cell, (20, hidden, lengths), absent=absent, projected=width)
    keeps_to_the_law(one, instructions)


@BY_CELL
@BY_SET
@pytest.mark.parametrize("inputs", [0, 3])
def test_inputs_of_no_width_and_rows_of_no_length_keep_to_the_law(
    cell, instructions, inputs
):
    keeps_to_the_law(layer(cell, (inputs, 5, (2, 3))), instructions)
    keeps_to_the_law(layer(cell, (inputs, 5, (0, 0))), instructions)


# -- more work than one thread should do ---------------------------------------------


def wide(cell: AbstractGatedCell) -> Layer:
    """Recurrent weights of more than 3 MB: threads share the units of the same rows."""
    hidden = 384 if len(cell.gates) > 1 else 648
    return layer(cell, (20, hidden, (3, 1, 4, 0, 2, 2)), "there")


@BY_CELL
@BY_SET
def test_threads_that_share_the_units_of_a_row_keep_to_the_law(cell, instructions):
    one = wide(cell)
    side = one.sides[0]
    assert side.weights.R.numel() * 8 > 3e6
    gated = measured(side.on(path="gated"), side.leaves)
    found = []
    for count in (1, 2, 3):
        with forced(instructions=instructions, threads=count):
            found.append(measured(side.on(path="native"), side.leaves))
        assert_same(found[-1], gated)
        assert_same(found[-1], found[0], tolerance=0)


@BY_SET
def test_a_projection_whose_units_are_shared_keeps_to_the_law(instructions):
    for cell in (cell for cell in CELLS if cell.projects):
        hidden = 384 if len(cell.gates) > 1 else 648
        side = layer(cell, (5, hidden, (2, 4, 1)), "back", projected=300).sides[0]
        gated = measured(side.on(path="gated"), side.leaves)
        for count in (1, 2):
            with forced(instructions=instructions, threads=count):
                found = measured(side.on(path="native"), side.leaves)
            assert_same(found, gated)


@BY_CELL
@BY_SET
def test_more_threads_than_rows_or_directions_change_nothing(cell, instructions):
    one = layer(cell, (70, 100, (40, 30)))
    for count in (1, 2, 3, 7):
        with forced(instructions=instructions, threads=count):
            found = measured(one.by_default(), one.leaves)
        assert_same(found, law(one))
