"""Promise 1 on the native path, in float32, bit for bit: torch.equal and no tolerance.

A sequence gives the same outputs, last states and gradients alone, in any batch, in any
order, on any number of threads, and streamed in any pieces; and weights that learn give
the same bits on any number of threads.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from random import Random

import pytest
import torch
from torch import Tensor

from tests.every.test_every_native import Layer, layer
from tests.harness import (
    instruction_sets,
    named,
    native_cells,
    needs_native,
    normal,
)
from unrolled import nn
from unrolled.cells._base import AbstractGatedCell
from unrolled.engine import Stream, forced, run, run_directions, stream
from unrolled.ragged import Ragged

pytestmark = needs_native

CELLS = native_cells()
BY_CELL = pytest.mark.parametrize("cell", CELLS, ids=str)
BY_SET = pytest.mark.parametrize("instructions", instruction_sets())
LENGTHS = (7, 1, 15, 0, 9, 4, 12, 1, 6, 11, 2, 15, 8, 3, 10, 5, 13, 7, 1, 14, 9, 15)


def narrow(
    cell: AbstractGatedCell, *, inputs: int = 40, hidden: int = 101, **how: object
) -> Layer:
    """A bidirectional layer in float32, with enough rows for two threads to share."""
    size = (inputs, hidden, how.pop("lengths", LENGTHS))
    return layer(cell, size, "both", **how).to(torch.float32)


def of_rows(one: Layer, rows: Sequence[int], *, sides: int = 2) -> list[list[Tensor]]:
    """For each of the rows, run in one batch: outputs, last states and gradients.

    What the outputs are weighed by belongs to the row, whichever batch it is in.
    """
    x = one.sides[0].x.gather(rows)
    x = Ragged(x.values.detach().requires_grad_(), x.lengths)
    begun = [
        tuple(s[rows].detach().requires_grad_() for s in side.state)
        for side in one.sides[:sides]
    ]
    weights = [side.weights for side in one.sides[:sides]]
    if sides == 2:
        made = run_directions(one.sides[0].cell, weights, x, begun)
        states = [s for state in made.states for s in state]
    else:
        made = run(one.sides[0].cell, weights[0], x, begun[0])
        states = list(made.state)
    assert made.path == "native"
    outputs = [made.output.values, *states]
    given = [x.values, *(s for state in begun for s in state)]
    d = torch.autograd.grad(outputs, given, weighing(one, rows, outputs))
    whole = [made.output.values.detach(), d[0]]
    each = [*(s.detach() for s in states), *d[1:]]
    cut = [x.with_values(table).to_list() for table in whole]
    return [
        [*(table[k] for table in cut), *(table[k] for table in each)]
        for k in range(len(rows))
    ]


def weighing(one: Layer, rows: Sequence[int], outputs: list[Tensor]) -> list[Tensor]:
    everything = one.sides[0].x
    table = normal(len(everything.values), outputs[0].shape[1], seed=5)
    first = everything.with_values(table).gather(rows).values
    others = [
        normal(len(everything), state.shape[1], seed=6 + k)[rows]
        for k, state in enumerate(outputs[1:])
    ]
    return [
        weight.to(out) for weight, out in zip([first, *others], outputs, strict=True)
    ]


def same(found: list[Tensor], expected: list[Tensor], what: str = "") -> None:
    """Every tensor equal, bit for bit; if not, says which one and by how much."""
    for place, (ours, theirs) in enumerate(zip(found, expected, strict=True)):
        if not torch.equal(ours, theirs):
            apart = (ours.double() - theirs.double()).abs().max()
            raise AssertionError(f"{what} tensor {place}: up to {apart:.1e} apart")


@BY_CELL
@BY_SET
@pytest.mark.parametrize("sides", [1, 2], ids=["there", "both"])
def test_a_sequence_alone_is_what_it_is_in_any_batch_and_order(
    cell, instructions, sides
):
    one, chance = narrow(cell), Random(sides)
    find = partial(of_rows, one, sides=sides)
    with forced(instructions=instructions):
        with forced(threads=1):
            alone = [find([row])[0] for row in range(len(LENGTHS))]
        for count in range(20):
            rows = chance.sample(range(len(LENGTHS)), chance.randint(2, len(LENGTHS)))
            with forced(threads=1 + count % 3):
                together = find(rows)
            for row, found in zip(rows, together, strict=True):
                same(found, alone[row], f"row {row} in {rows},")


@pytest.mark.parametrize("cell", [cell for cell in CELLS if cell.projects], ids=str)
@BY_SET
def test_so_is_a_projected_sequence_and_one_without_biases(cell, instructions):
    for how in ({"projected": 33}, {"absent": ("b", "c")}):
        one = narrow(cell, **how)
        with forced(instructions=instructions):
            alone = [of_rows(one, [row])[0] for row in range(len(LENGTHS))]
            with forced(threads=2):
                together = of_rows(one, list(range(len(LENGTHS)))[::-1])
        for found, expected in zip(together, alone[::-1], strict=True):
            same(found, expected)


@BY_CELL
@BY_SET
def test_so_is_a_sequence_whose_units_are_shared_by_threads(cell, instructions):
    """Recurrent weights larger than any second cache: 4 MB, of Elman 3."""
    hidden = 512 if len(cell.gates) > 1 else 872
    one = narrow(cell, inputs=9, hidden=hidden, lengths=(3, 1, 0, 5, 2))
    with forced(instructions=instructions, threads=1):
        alone = [of_rows(one, [row], sides=1)[0] for row in range(5)]
    for count in (1, 2):
        for rows in ([0, 1, 2, 3, 4], [3, 4], [2, 3, 0], [1]):
            with forced(instructions=instructions, threads=count):
                together = of_rows(one, rows, sides=1)
            for row, found in zip(rows, together, strict=True):
                same(found, alone[row])


@BY_CELL
@BY_SET
def test_the_gradients_of_weights_are_the_same_on_any_number_of_threads(
    cell, instructions
):
    one = narrow(cell)
    found = []
    for count in (1, 2, 3):
        with forced(instructions=instructions, threads=count):
            outputs = one.by_default()
        given = torch.autograd.grad(
            list(outputs.values()),
            list(one.leaves.values()),
            [torch.ones_like(output) for output in outputs.values()],
        )
        found.append([*outputs.values(), *given])
    same(found[1], found[0])
    same(found[2], found[0])


# -- in pieces -----------------------------------------------------------------------


@BY_CELL
@BY_SET
@pytest.mark.parametrize("projected", [0, 17])
def test_a_sequence_in_random_pieces_is_the_whole(cell, instructions, projected):
    if projected and not cell.projects:
        return
    side = narrow(cell, hidden=37, projected=projected).sides[0]
    chance = Random(0)
    with torch.no_grad(), forced(instructions=instructions):
        whole = side.on()
        for _ in range(5):
            output, state = [[] for _ in LENGTHS], side.state
            for chunk in pieces(side.x, chance):
                with forced(threads=chance.randint(1, 2)):
                    made = run(cell, side.weights, chunk, state)
                state = made.state
                for row, part in enumerate(made.output.to_list()):
                    output[row].append(part)
            values = torch.cat([part for row in output for part in row])
            found = named(cell, values, state)
            same(list(found.values()), list(whole.values()))


def pieces(x: Ragged, chance: Random) -> Iterator[Ragged]:
    """Each row cut into pieces of random lengths, some of them empty."""
    rest = x.to_list()
    while any(len(row) for row in rest):
        sizes = [chance.randint(0, 6) for _ in rest]
        yield Ragged.from_list([r[:n] for r, n in zip(rest, sizes, strict=True)])
        rest = [r[n:] for r, n in zip(rest, sizes, strict=True)]


@BY_CELL
@BY_SET
def test_moment_by_moment_it_is_the_whole(cell, instructions):
    side = narrow(cell, hidden=37, lengths=(9, 9, 9)).sides[0]
    x = torch.stack(side.x.to_list(), dim=1).detach()  # (time, rows, inputs)
    with torch.no_grad(), forced(instructions=instructions):
        whole = side.on()
        seen, state = [], side.state
        for moment in x:
            output, state = stream(cell, side.weights, moment, state)
            seen.append(output)
        found = named(cell, torch.stack(seen, dim=1).flatten(0, 1), state)
        held = Stream(cell, side.weights, rows=3, state=side.state)
        steps = [held.step(moment).clone() for moment in x]
        kept = named(cell, torch.stack(steps, dim=1).flatten(0, 1), held.state)
    assert held.path == "native"
    same(list(found.values()), list(whole.values()))
    same(list(kept.values()), list(whole.values()))


@BY_CELL
@BY_SET
@pytest.mark.parametrize("projected", [0, 17])
def test_a_stream_of_one_row_is_that_row_in_any_batch(cell, instructions, projected):
    if projected and not cell.projects:
        return
    for hidden in (5, 37, 160):  # what is left of a vector, and more blocks than one
        side = narrow(cell, hidden=hidden, projected=projected).sides[0]
        with torch.no_grad(), forced(instructions=instructions):
            whole = run(cell, side.weights, side.x, side.state)
            for row in (0, 2, 3):
                begun = tuple(state[row : row + 1] for state in side.state)
                held = Stream(cell, side.weights, state=begun)
                steps = [held.step(x[None]).clone() for x in side.x[row]]
                output = torch.cat(steps) if steps else whole.output[row]
                found = [output, *held.state]
                last = [state[row : row + 1] for state in whole.state]
                same(found, [whole.output[row], *last], f"row {row}, hidden {hidden},")


# -- learning ------------------------------------------------------------------------


def trained(layer_of: type, threads: int, **how: object) -> list[Tensor]:
    """The weights after five steps on batches that keep two threads at work."""
    torch.manual_seed(0)
    made = layer_of(40, 96, bidirectional=True, num_layers=2, **how)
    head = torch.nn.Linear(192, 3)
    weights = [*made.parameters(), *head.parameters()]
    optimizer = torch.optim.AdamW(weights, lr=0.01, fused=True)
    lengths = torch.tensor(LENGTHS)
    for step in range(5):
        x = Ragged(normal(len_of(lengths), 40, seed=step).float(), lengths)
        with forced(threads=threads):
            output, _ = made(x)
            loss = head(output.values).square().mean()
            optimizer.zero_grad()
            loss.backward()
        optimizer.step()
    return [weight.detach() for weight in weights]


def len_of(lengths: Tensor) -> int:
    return int(lengths.sum())


@pytest.mark.parametrize("kind", [nn.RNN, nn.GRU, nn.LSTM])
def test_training_gives_the_same_weights_on_one_thread_and_on_two(kind):
    before = torch.get_num_threads()
    found = []
    for threads in (1, 2):
        torch.set_num_threads(threads)
        found += [trained(kind, threads), trained(kind, threads)]
    torch.set_num_threads(before)
    for again in found[1:]:
        same(again, found[0])
