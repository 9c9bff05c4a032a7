"""The battery that every cell passes, continued: rows of a batch keep to themselves.

However a batch is cut, ordered or laid out, and whatever stands beside a row, the row's
values and gradients are its own; on every path of the engine.
"""

import pytest
import torch
from torch import Tensor
from torch.testing import assert_close

from tests.harness import (
    Example,
    assert_same,
    every_cell,
    example,
    measured,
    named,
    paths_that_serve,
    weighed,
)
from unrolled.engine import run, stream
from unrolled.ragged import Ragged

CELLS = every_cell()
BY_CELL = pytest.mark.parametrize("cell", CELLS, ids=str)
BY_PATH = pytest.mark.parametrize(
    ("cell", "path"),
    [(cell, path) for cell in CELLS for path in paths_that_serve(cell)],
    ids=str,
)
BY_DIRECTION = pytest.mark.parametrize("reverse", [False, True], ids=["there", "back"])


# -- however a batch is cut or laid out ----------------------------------------------


@BY_PATH
def test_streamed_moment_by_moment_it_gives_what_it_gives_as_a_whole(cell, path):
    made = example(cell, [6])
    whole = run(cell, made.weights, made.x, made.state, path=path)
    seen, state = [], made.state
    for moment in made.x.values.detach():
        output, state = stream(cell, made.weights, moment[None], state)
        seen.append(output)
    assert_close(torch.cat(seen), whole.output.values.detach(), rtol=0, atol=1e-13)
    for ours, theirs in zip(state, whole.state, strict=True):
        assert_close(ours, theirs.detach(), rtol=0, atol=1e-13)


@BY_CELL
def test_a_stream_begins_from_zero(cell):
    made = example(cell, [1, 1])
    zero = tuple(torch.zeros_like(s) for s in made.state)
    begun, _ = stream(cell, made.weights, made.x.values)
    assert torch.equal(begun, stream(cell, made.weights, made.x.values, zero)[0])
    assert torch.equal(begun, run(cell, made.weights, made.x).output.values)
    assert not begun.requires_grad


@BY_PATH
@pytest.mark.parametrize("cut", [0, 1, 2, 5, 9])
def test_in_two_pieces_with_the_state_handed_over_it_is_the_whole(cell, path, cut):
    made = example(cell, [4, 1, 6, 0])
    whole = measured(made.on(path=path), made.leaves)
    rows = made.x.to_list()
    heads = Ragged.from_list([row[:cut] for row in rows])
    tails = Ragged.from_list([row[cut:] for row in rows])
    first = run(cell, made.weights, heads, made.state, path=path)
    then = run(cell, made.weights, tails, first.state, path=path)
    joined = zip(first.output.to_list(), then.output.to_list(), strict=True)
    output = torch.cat([torch.cat(pieces) for pieces in joined])
    assert_same(measured(named(cell, output, then.state), made.leaves), whole)


@BY_PATH
@BY_DIRECTION
def test_one_by_one_it_gives_what_it_gives_together(cell, path, reverse):
    made = example(cell, [4, 1, 6, 0])
    together = measured(made.on(path=path, reverse=reverse), made.leaves)
    alone = [
        run(
            cell,
            made.weights,
            made.x.gather([row]),
            tuple(s[row : row + 1] for s in made.state),
            path=path,
            reverse=reverse,
        )
        for row in range(4)
    ]
    output = torch.cat([one.output.values for one in alone])
    last = [torch.cat(each) for each in zip(*(r.state for r in alone), strict=True)]
    assert_same(measured(named(cell, output, last), made.leaves), together)


@BY_PATH
@BY_DIRECTION
def test_the_order_of_the_batch_does_not_matter(cell, path, reverse):
    made = example(cell, [4, 1, 6, 0, 4])
    expected = measured(made.on(path=path, reverse=reverse), made.leaves)
    order = torch.tensor([3, 2, 4, 0, 1])
    state = tuple(s[order] for s in made.state)
    shuffled = run(
        cell, made.weights, made.x.gather(order), state, path=path, reverse=reverse
    )
    back = order.argsort()
    output = shuffled.output.gather(back).values
    last = [s[back] for s in shuffled.state]
    assert_same(measured(named(cell, output, last), made.leaves), expected)


# -- nothing from outside a sequence reaches it --------------------------------------


@BY_PATH
@BY_DIRECTION
@pytest.mark.parametrize("poison", [float("nan"), float("inf")])
def test_poison_in_one_row_reaches_no_other_in_value_or_gradient(
    cell, path, reverse, poison
):
    made = example(cell, [4, 6, 1, 5])
    others = [0, 2, 3]
    clean = _of_rows(made, others, path=path, reverse=reverse)
    with torch.no_grad():
        made.x[1].fill_(poison)
        for state in made.state:
            state[1] = poison
    poisoned = _of_rows(made, others, path=path, reverse=reverse)
    assert_same(poisoned, clean, tolerance=1e-13)
    assert all(tensor.isfinite().all() for tensor in poisoned.values())


def _of_rows(made: Example, rows: list[int], **how: object) -> dict[str, Tensor]:
    """Outputs, last states and gradients of some rows, from a run of all of them."""
    result = run(made.cell, made.weights, made.x, made.state, **how)
    last = [state[rows] for state in result.state]
    outputs = named(made.cell, result.output.gather(rows).values, last)
    d_x, *d_state = torch.autograd.grad(weighed(outputs), [made.x.values, *made.state])
    d_states = [d[rows] for d in d_state]
    gradients = named(made.cell, made.x.with_values(d_x).gather(rows).values, d_states)
    return {**outputs, **{f"d {n}": g for n, g in gradients.items()}}


@BY_PATH
@pytest.mark.parametrize("batch_first", [False, True])
def test_poison_in_the_padding_of_a_padded_batch_reaches_nothing(
    cell, path, batch_first
):
    lengths = [4, 1, 6, 0]
    made = example(cell, lengths)

    def through_padding(fill: float) -> dict[str, Tensor]:
        padded = made.x.to_padded(fill, batch_first=batch_first).detach()
        padded.requires_grad_()
        x = Ragged.from_padded(padded, lengths, batch_first=batch_first)
        r = run(cell, made.weights, x, made.state, path=path)
        outputs = named(cell, r.output.to_padded(batch_first=batch_first), r.state)
        return measured(outputs, {**made.leaves, "x": padded})

    poisoned = through_padding(float("nan"))
    assert all(tensor.isfinite().all() for tensor in poisoned.values())
    assert_same(poisoned, through_padding(0.0), tolerance=0)
