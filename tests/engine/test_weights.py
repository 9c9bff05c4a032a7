"""Weights: what fits a cell and what does not, in exact words."""

import pytest
import torch

from unrolled.cells.gru import GRU
from unrolled.cells.lstm import LSTM
from unrolled.engine import Weights, run, stream
from unrolled.errors import ShapeError
from unrolled.ragged import Ragged


def weights(cell, hidden: int = 4, inputs: int = 3, **changed: object) -> Weights:
    blocks = len(cell.gates) * hidden
    return Weights(torch.zeros(blocks, inputs), torch.zeros(blocks, hidden))._replace(
        **changed
    )


def words(call) -> str:
    with pytest.raises(ShapeError) as refusal:
        call()
    return str(refusal.value)


@pytest.mark.parametrize(
    ("name", "wrong", "wanted"),
    [
        ("W", (12, 2), (12, 3)),
        ("R", (12, 5), (12, 4)),
        ("R", (11, 4), (12, 4)),
        ("b", (11,), (12,)),
        ("b", (12, 1), (12,)),
        ("c", (4,), (12,)),
        ("v", (3, 4), (0, 4)),
    ],
)
def test_a_weight_of_a_wrong_shape_is_named(name, wrong, wanted):
    given = weights(GRU(), **{name: torch.zeros(wrong)})
    assert words(lambda: given.check(GRU(), 3)) == (
        f"{name} of shape {wrong} for GRU(reset='after') on 3 inputs.\n"
        f"  expected: {name} of shape {wanted}\n"
        "  to fix:   check the cell, the input width and the hidden size\n"
        "  code:     shape"
    )


def test_a_projection_must_fit_the_recurrent_weights():
    given = weights(LSTM(), P=torch.zeros(2, 4))
    assert words(lambda: given.check(LSTM(), 3)).startswith(
        "R of shape (16, 4) for LSTM(peepholes=False) on 3 inputs.\n"
        "  expected: R of shape (16, 2)\n"
    )
    given = weights(LSTM(), P=torch.zeros(4, 3))
    assert words(lambda: given.check(LSTM(), 3)).startswith(
        "P of shape (4, 3) for LSTM(peepholes=False) on 3 inputs.\n"
        "  expected: P of shape (4, 4)\n"
    )


def test_peepholes_without_their_vectors_are_refused():
    cell = LSTM(peepholes=True)
    assert words(lambda: weights(cell).check(cell, 3)).startswith(
        "v of shape None for LSTM(peepholes=True) on 3 inputs.\n"
        "  expected: v of shape (3, 4)\n"
    )


def test_every_entrance_of_the_engine_checks_the_weights():
    x = torch.zeros(2, 5)
    told = "W of shape (12, 3) for GRU(reset='after') on 5 inputs."
    batch = Ragged(x, torch.tensor([2]))
    assert words(lambda: run(GRU(), weights(GRU()), batch)).startswith(told)
    assert words(lambda: stream(GRU(), weights(GRU()), x)).startswith(told)


@pytest.mark.parametrize("shape", [(4,), (4, 3, 1)])
def test_tokens_must_be_vectors(shape):
    batch = Ragged(torch.zeros(shape), torch.tensor([4]))
    assert words(lambda: run(GRU(), weights(GRU()), batch)) == (
        f"values of shape {shape}.\n"
        "  expected: one vector for each token, (tokens, inputs)\n"
        "  to fix:   give each token its features, or embed it first\n"
        "  code:     shape"
    )


def test_states_must_be_there_for_each_row():
    x = torch.zeros(2, 3)
    expected = (
        "initial states of shapes [(1, 4), (2, 4)].\n"
        "  expected: [(2, 4), (2, 4)], for h, c\n"
        "  to fix:   give one state for each row of the batch\n"
        "  code:     shape"
    )
    state = torch.zeros(1, 4), torch.zeros(2, 4)
    batch = Ragged(x, torch.tensor([1, 1]))
    assert words(lambda: run(LSTM(), weights(LSTM()), batch, state)) == expected
    assert words(lambda: stream(LSTM(), weights(LSTM()), x, state)) == expected


def test_a_state_too_few_is_refused():
    batch = Ragged(torch.zeros(2, 3), torch.tensor([2]))
    told = words(lambda: run(LSTM(), weights(LSTM()), batch, (torch.zeros(1, 4),)))
    assert told.startswith(
        "initial states of shapes [(1, 4)].\n  expected: [(1, 4), (1, 4)], for h, c\n"
    )


def test_the_first_state_is_as_wide_as_the_projection():
    projected = weights(LSTM(), R=torch.zeros(16, 2), P=torch.zeros(2, 4))
    assert projected.sizes(LSTM()) == [2, 4]
    begun = projected.begin(LSTM(), None, rows=3)
    assert [tuple(state.shape) for state in begun] == [(3, 2), (3, 4)]
    assert not any(state.any() for state in begun)
