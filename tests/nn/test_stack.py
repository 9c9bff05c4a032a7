"""Stacks: dropout between layers as torch draws it, and the functions by themselves."""

import pytest
import torch
from torch.nn.utils.rnn import pack_sequence

from tests.harness import assert_same, example, normal
from tests.nn.pairs import BY_KIND, compared, pair
from unrolled.cells.gru import GRU
from unrolled.cells.lstm import LSTM
from unrolled.engine import Weights, run
from unrolled.errors import ShapeError
from unrolled.nn import run_layer, run_stack
from unrolled.ragged import Ragged

# -- dropout -------------------------------------------------------------------------


@BY_KIND
@pytest.mark.parametrize("batch_first", [False, True])
def test_one_seed_drops_the_same_entries_as_torch(kind, batch_first):
    options = {"num_layers": 3, "bidirectional": True, "dropout": 0.4}
    theirs, ours = pair(kind, **options, batch_first=batch_first)
    x = normal(5, 2, 3, seed=1).requires_grad_()
    packed = pack_sequence([normal(n, 3, seed=n) for n in (3, 5, 1)], False)
    packed.data.requires_grad_()
    for batch in (x, packed):
        found = []
        for layer in (ours, theirs):
            torch.manual_seed(1)
            found.append(compared(layer, batch))
        assert_same(*found)


@BY_KIND
def test_dropout_is_for_training_only(kind):
    _, ours = pair(kind, num_layers=2, dropout=0.5)
    x = normal(5, 2, 3, seed=1)
    assert not torch.equal(ours(x)[0], ours(x)[0])
    ours.eval()
    assert torch.equal(ours(x)[0], ours(x)[0])
    _, without = pair(kind, num_layers=2)
    assert torch.equal(ours(x)[0], without(x)[0])


# -- the functions by themselves -----------------------------------------------------


def weights(*, inputs: int, seed: int) -> Weights:
    """Weights of a GRU of 4 units."""
    return example(GRU(), [1], inputs=inputs, seed=seed).weights


def test_a_layer_of_one_direction_is_a_run():
    made = example(GRU(), [4, 0, 6])
    output, (state,) = run_layer(GRU(), [made.weights], made.x, [made.state])
    plain = run(GRU(), made.weights, made.x, made.state)
    assert torch.equal(output.values, plain.output.values)
    assert torch.equal(state[0], plain.state[0])


def test_a_layer_of_two_directions_lays_both_outputs_side_by_side():
    made, other = example(GRU(), [4, 0, 6]), weights(inputs=3, seed=50)
    directions = [made.weights, other]
    output, (there, back) = run_layer(GRU(), directions, made.x, [made.state, None])
    first = run(GRU(), made.weights, made.x, made.state)
    second = run(GRU(), other, made.x, reverse=True)
    both = torch.cat([first.output.values, second.output.values], dim=-1)
    assert torch.equal(output.values, both)
    assert torch.equal(there[0], first.state[0])
    assert torch.equal(back[0], second.state[0])


def test_a_stack_hands_each_layer_its_own_state_and_gives_all_back():
    x = example(GRU(), [4, 0, 6]).x
    layers = [
        [weights(inputs=3, seed=0), weights(inputs=3, seed=20)],
        [weights(inputs=8, seed=40), weights(inputs=8, seed=60)],
    ]
    h = normal(4, 3, 4, seed=1)
    output, (last,) = run_stack(GRU(), layers, x, (h,))
    middle, ends = run_layer(GRU(), layers[0], x, [(h[0],), (h[1],)])
    final, more = run_layer(GRU(), layers[1], middle, [(h[2],), (h[3],)])
    assert torch.equal(output.values, final.values)
    assert torch.equal(last, torch.stack([state[0] for state in (*ends, *more)]))


def test_the_layers_of_a_stack_may_have_unequal_widths():
    x = example(LSTM(), [4, 0, 6]).x
    narrow = example(LSTM(), [1], hidden=2).weights
    wide = example(LSTM(), [1], inputs=2, hidden=2, seed=9).weights
    output, (h, c) = run_stack(LSTM(), [[narrow], [wide]], x)
    assert output.values.shape == (10, 2)
    assert h.shape == c.shape == (2, 3, 2)


def test_states_for_too_few_layers_are_refused():
    x = example(GRU(), [4, 0, 6]).x
    layers = [[weights(inputs=3, seed=0)], [weights(inputs=4, seed=20)]]
    with pytest.raises(ShapeError) as refusal:
        run_stack(GRU(), layers, x, (torch.zeros(1, 3, 4).double(),))
    assert str(refusal.value) == (
        "initial states for [1] layers and directions.\n"
        "  expected: 2 in each state\n"
        "  to fix:   give each state as (layers · directions, rows, size)\n"
        "  code:     shape"
    )


def test_dropout_is_off_outside_training_and_may_drop_everything():
    x = Ragged(torch.ones(400, 3).double(), torch.tensor([150, 0, 250]))
    layers = [[weights(inputs=3, seed=0)], [weights(inputs=4, seed=20)]]
    plain, _ = run_stack(GRU(), layers, x, dropout=0.5)
    again, _ = run_stack(GRU(), layers, x)
    assert torch.equal(plain.values, again.values)
    torch.manual_seed(0)
    all_dropped, _ = run_stack(GRU(), layers, x, dropout=1.0, training=True)
    nothing = x.map(lambda v: torch.zeros(len(v), 4).double())
    alone, _ = run_stack(GRU(), layers[1:], nothing)
    assert torch.equal(all_dropped.values, alone.values)
