"""Streaming: the state stays with the caller, and nothing else is kept."""

import pytest
import torch

from tests.harness import example
from unrolled.cells.gru import GRU
from unrolled.cells.lstm import LSTM
from unrolled.engine import Stream, run, stream
from unrolled.errors import ShapeError


def test_visitors_stepped_together_get_what_each_gets_alone():
    made = example(LSTM(), [1, 1, 1])
    x = made.x.values
    together, states = stream(LSTM(), made.weights, x, made.state)
    for row in range(3):
        only = slice(row, row + 1)
        state = tuple(s[only] for s in made.state)
        alone, after = stream(LSTM(), made.weights, x[only], state)
        torch.testing.assert_close(alone, together[only], rtol=0, atol=1e-15)
        torch.testing.assert_close(after[1], states[1][only], rtol=0, atol=1e-15)


def test_a_stream_leaves_the_state_it_was_given_untouched():
    made = example(LSTM(), [1])
    before = [state.detach().clone() for state in made.state]
    stream(LSTM(), made.weights, made.x.values, made.state)
    assert all(map(torch.equal, made.state, before))


def test_a_stream_may_have_no_visitor():
    made = example(GRU(), [])
    output, (h,) = stream(GRU(), made.weights, made.x.values)
    assert output.shape == h.shape == (0, 4)


def test_a_projected_stream_gives_the_projection_and_carries_the_full_memory():
    made = example(LSTM(), [5], projected=True)
    whole = run(LSTM(), made.weights, made.x, made.state)
    state = made.state
    for x in made.x.values:
        output, state = stream(LSTM(), made.weights, x[None], state)
    assert output.shape == (1, 2)
    assert state[1].shape == (1, 4)
    torch.testing.assert_close(output, whole.state[0].detach(), rtol=0, atol=1e-14)
    torch.testing.assert_close(state[1], whole.state[1].detach(), rtol=0, atol=1e-14)


def test_the_state_of_a_stream_can_be_set_and_taken_back():
    made = example(LSTM(), [6])
    x, ours = made.x.values.detach(), Stream(LSTM(), made.weights)
    seen = [ours.step(moment[None]).clone() for moment in x[:3]]
    kept = tuple(state.clone() for state in ours.state)
    after = [ours.step(moment[None]).clone() for moment in x[3:]]
    ours.state = kept
    again = [ours.step(moment[None]).clone() for moment in x[3:]]
    assert all(map(torch.equal, after, again))
    assert not torch.equal(seen[0], after[0])
    with pytest.raises(ShapeError, match="initial states of shapes"):
        ours.state = (kept[0][:, :2], kept[1])
