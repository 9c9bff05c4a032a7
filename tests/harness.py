"""What the batteries share: every cell with every option, and gradients by name.

    every_cell()        each cell of the catalog, with each choice of its options
    example(...)        weights, an unequal batch and first states, random and unequal
    measured(...)       the outputs of a run and the gradient of every tensor, by name
    needs_native        skips, with the reason, where the C++ was not compiled

Everything is float64, so that two right answers agree to about 1e-13 and a wrong one
does not. Nothing here names a cell: a new file in `cells/` is found by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass
from itertools import product
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn.utils.rnn import pack_sequence, unpack_sequence
from torch.testing import assert_close

from unrolled.catalog import find, names
from unrolled.cells._base import AbstractGatedCell
from unrolled.engine import PATHS, Weights, native, run
from unrolled.errors import SettingError
from unrolled.ragged import Ragged

UNEQUAL = ([1], [4], [4, 1, 6], [0, 3], [])
"""Lengths of rows: one moment, one row, unequal rows, an empty row, an empty batch."""

needs_native = pytest.mark.skipif(
    not native.is_built(),
    reason="the native engine is not built: there was no C++ compiler",
)


def every_cell() -> list[AbstractGatedCell]:
    """Each cell of the catalog, in each combination of its options."""
    return [cell for name in names("cells") for cell in variants(find("cells", name))]


def variants(kind: type) -> list[Any]:
    """One object for each combination of the class's options."""
    options = [(one.name, choices(kind, one)) for one in _options(kind)]
    chosen = product(*(values for _, values in options))
    return [
        kind(**dict(zip([name for name, _ in options], values, strict=True)))
        for values in chosen
    ]


def choices(kind: type, option: Any) -> list[Any]:
    """What an option may be: a text's choices are those that its own error lists."""
    if isinstance(option.default, bool):
        return [False, True]
    if not isinstance(option.default, str):
        return [option.default]
    try:
        kind(**{option.name: "no such choice"})
    except SettingError as refusal:
        return refusal.expected.removeprefix("one of ").split(", ")
    raise AssertionError(f"{kind.__name__} takes any text as {option.name}")


def _options(kind: type) -> tuple[Any, ...]:
    return fields(kind) if is_dataclass(kind) else ()


def normal(*shape: int, seed: int) -> Tensor:
    """Standard normal numbers, (shape,) float64."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


@dataclass(frozen=True)
class Example:
    """All that goes into a run; every tensor is a leaf that needs a gradient."""

    cell: AbstractGatedCell
    weights: Weights
    x: Ragged
    state: tuple[Tensor, ...]

    @property
    def leaves(self) -> dict[str, Tensor]:
        """Every tensor by its name: x, h0, c0, ..., W, R, b, c, P, v."""
        starts = {
            f"{name}0": s for name, s in zip(self.cell.states, self.state, strict=True)
        }
        weights = {n: w for n, w in self.weights._asdict().items() if w is not None}
        return {"x": self.x.values, **starts, **weights}

    def on(
        self, *, path: str | None = None, reverse: bool = False
    ) -> dict[str, Tensor]:
        """Outputs and last states of a run, by name."""
        r = run(self.cell, self.weights, self.x, self.state, path=path, reverse=reverse)
        return named(self.cell, r.output.values, r.state)


def example(
    cell: AbstractGatedCell,
    lengths: Sequence[int],
    *,
    inputs: int = 3,
    hidden: int = 4,
    bias: bool = True,
    projected: bool | int = False,
    seed: int = 0,
) -> Example:
    """Random unequal weights, an unequal batch, and first states that are not zero.

    A projection is 2 wide, or as wide as `projected` says.
    """
    narrow = 2 if projected is True else projected
    size, blocks = narrow or hidden, len(cell.gates)
    shapes = {
        "W": (blocks * hidden, inputs),
        "R": (blocks * hidden, size),
        "b": (blocks * hidden,) if bias else None,
        "c": (blocks * hidden,) if bias else None,
        "P": (size, hidden) if projected else None,
        "v": (len(cell.vectors), hidden) if cell.vectors else None,
    }
    weights = {
        name: None if shape is None else normal(*shape, seed=seed + k).requires_grad_()
        for k, (name, shape) in enumerate(shapes.items(), start=1)
    }
    made = Weights(**weights)
    state = tuple(
        normal(len(lengths), width, seed=seed + 10 + k).requires_grad_()
        for k, width in enumerate(made.sizes(cell))
    )
    x = normal(sum(lengths), inputs, seed=seed).requires_grad_()
    return Example(cell, made, Ragged(x, torch.tensor(lengths)), state)


def named(
    cell: AbstractGatedCell, output: Tensor, state: Sequence[Tensor]
) -> dict[str, Tensor]:
    """An output and last states by name: output, last h, last c, ..."""
    last = {f"last {n}": s for n, s in zip(cell.states, state, strict=True)}
    return {"output": output, **last}


def by_torch(made: Example, layer: nn.RNNBase) -> dict[str, Tensor]:
    """Outputs and last states of a torch layer that is lent these weights."""
    letters = zip(("ih", "hh"), ("W", "R"), ("b", "c"), strict=True)
    lent = {}
    for name, weight, bias in letters:
        lent[f"weight_{name}_l0"] = getattr(made.weights, weight)
        lent[f"bias_{name}_l0"] = getattr(made.weights, bias)
    lent["weight_hr_l0"] = made.weights.P
    given = {name: tensor for name, tensor in lent.items() if tensor is not None}
    packed = pack_sequence(made.x.to_list(), enforce_sorted=False)
    first = tuple(state[None] for state in made.state)
    states = first if len(first) > 1 else first[0]
    output, last = functional_call(layer, given, (packed, states), strict=True)
    last = last if len(first) > 1 else (last,)
    rows = torch.cat(unpack_sequence(output))
    return named(made.cell, rows, [state[0] for state in last])


def measured(
    outputs: dict[str, Tensor], leaves: dict[str, Tensor], **more: Any
) -> dict[str, Tensor]:
    """The outputs, and the gradient of each leaf for a random weighing of them all."""
    loss = weighed(outputs)
    if not loss.requires_grad:  # nothing went in but an empty batch
        grads = [torch.zeros_like(leaf) for leaf in leaves.values()]
    else:
        grads = torch.autograd.grad(
            loss, list(leaves.values()), materialize_grads=True, **more
        )
    gradients = {f"d {n}": g for n, g in zip(leaves, grads, strict=True)}
    return {**{n: t.detach() for n, t in outputs.items()}, **gradients}


def weighed(outputs: dict[str, Tensor]) -> Tensor:
    """One number in which every entry of every output has a weight of its own."""
    each = [
        (tensor * normal(*tensor.shape, seed=100 + k).to(tensor)).sum()
        for k, tensor in enumerate(outputs.values())
    ]
    return torch.stack(each).sum()


def assert_same(
    found: dict[str, Tensor], expected: dict[str, Tensor], *, tolerance: float = 1e-11
) -> None:
    """Equal by name, and nothing missing on either side.

    `tolerance` is a part of each tensor's largest entry, or of 1 if that is smaller: a
    sum loses by rounding what its terms are large, not what it is itself.
    """
    assert found.keys() == expected.keys()
    for name, wanted in expected.items():
        largest = float(wanted.detach().abs().max()) if wanted.numel() else 0.0
        assert_close(
            found[name],
            wanted,
            rtol=0,
            atol=tolerance * max(1.0, largest),
            msg=lambda why, name=name: f"{name}: {why}",
        )


def paths_that_serve(cell: AbstractGatedCell, *, projected: bool = False) -> list[str]:
    """The fast paths for this cell, as the engine itself accepts or refuses them."""
    one = example(cell, [1], projected=projected)
    fast = [path for path in PATHS if path != "reference"]
    return [path for path in fast if _accepts(one, path)]


def own_paths_that_serve(cell: AbstractGatedCell) -> list[str]:
    """The fast paths but cuDNN, which is not ours: no trace, no second derivative."""
    return [path for path in paths_that_serve(cell) if path != "cudnn"]


def path_on_cpu(cell: AbstractGatedCell, dtype: torch.dtype = torch.float64) -> str:
    """The path that a CPU takes for this cell: native, if it was built and knows it."""
    return "native" if native.serves(cell, dtype) else "gated"


def native_cells() -> list[AbstractGatedCell]:
    """Each cell that the C++ knows, with each option; all, where it was not built."""
    known = every_cell()
    if not native.is_built():
        return known  # to be skipped by name
    return [cell for cell in known if native.serves(cell, torch.float64)]


def instruction_sets() -> list[str]:
    """The sets that run here; one that is not there, where nothing was built."""
    return list(native.instruction_sets()) or ["not built"]


def _accepts(one: Example, path: str) -> bool:
    try:
        one.on(path=path)
    except SettingError:
        return False
    return True
