"""The stack against torch's own layers: values, states and gradients by name."""

import math

import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_sequence, unpack_sequence

from tests.harness import assert_same, measured, normal
from unrolled.cells.elman import Elman
from unrolled.cells.gru import GRU
from unrolled.cells.lstm import LSTM
from unrolled.errors import ShapeError
from unrolled.models.inputs import drop_along_rows
from unrolled.models.stack import Stack
from unrolled.nn.stack import run_layer
from unrolled.ragged import Ragged

CLASSIC = {
    "elman": (Elman(), nn.RNN),
    "lstm": (LSTM(), nn.LSTM),
    "gru": (GRU(), nn.GRU),
}
BY_CELL = pytest.mark.parametrize("name", CLASSIC)
BY_SHAPE = pytest.mark.parametrize("layers", [1, 2, 3])
BY_DIRECTIONS = pytest.mark.parametrize("both", [False, True], ids=["one way", "both"])


def pair(name: str, *, layers: int, both: bool) -> tuple[Stack, nn.RNNBase]:
    """Ours and torch's, float64, with the same weights, no two of them alike."""
    cell, kind = CLASSIC[name]
    ours = Stack(cell, inputs=3, hidden=4, layers=layers, bidirectional=both).double()
    theirs = kind(3, 4, num_layers=layers, bidirectional=both, dtype=torch.float64)
    with torch.no_grad():
        for seed, weight in enumerate(ours.parameters()):
            weight.copy_(normal(*weight.shape, seed=seed) / 2)
    theirs.load_state_dict(ours.state_dict(), strict=True)
    return ours, theirs


def rows(lengths: list[int], inputs: int = 3) -> Ragged:
    return Ragged(normal(sum(lengths), inputs, seed=50), torch.tensor(lengths))


def starts(stack: Stack, batch: Ragged) -> tuple[torch.Tensor, ...]:
    depth = stack.layers * len(stack.directions)
    return tuple(
        normal(depth, len(batch), stack.hidden, seed=60 + k)
        for k in range(len(stack.cell.states))
    )


@BY_CELL
@BY_SHAPE
@BY_DIRECTIONS
@pytest.mark.parametrize("given", [False, True], ids=["from zero", "from a state"])
def test_it_is_the_layer_of_torch_in_value_and_in_every_gradient(
    name, layers, both, given
):
    ours, theirs = pair(name, layers=layers, both=both)
    batch = rows([4, 1, 6])
    begin = starts(ours, batch)
    single = len(begin) == 1

    x = batch.values.clone().requires_grad_()
    output, last = ours(batch.with_values(x), begin if given else None)
    found = {f"last {k}": state for k, state in enumerate(last)}
    mine = measured(
        {"output": output.values, **found}, {"x": x, **dict(ours.named_parameters())}
    )

    x = batch.values.clone().requires_grad_()
    packed = pack_sequence(batch.with_values(x).to_list(), enforce_sorted=False)
    state = (begin[0] if single else begin) if given else None
    output, last = theirs(packed, state)
    found = dict(enumerate([last] if single else last))
    expected = measured(
        {
            "output": torch.cat(unpack_sequence(output)),
            **{f"last {k}": state for k, state in found.items()},
        },
        {"x": x, **dict(theirs.named_parameters())},
    )
    assert_same(mine, expected)


@BY_CELL
@BY_DIRECTIONS
def test_the_weights_of_torch_can_be_loaded_under_their_own_names(name, both):
    ours, theirs = pair(name, layers=2, both=both)
    with torch.no_grad():
        for weight in theirs.parameters():
            weight.mul_(-1)
    ours.load_state_dict(theirs.state_dict(), strict=True)
    for key, weight in theirs.state_dict().items():
        assert torch.equal(ours.state_dict()[key], weight), key
    assert list(ours.state_dict()) == list(theirs.state_dict())


@BY_CELL
@BY_DIRECTIONS
def test_rows_may_be_empty_and_keep_the_state_they_began_with(name, both):
    ours, _ = pair(name, layers=2, both=both)
    batch = rows([0, 3, 0])
    begin = starts(ours, batch)
    output, last = ours(batch, begin)
    assert output.lengths.tolist() == [0, 3, 0]
    for before, after in zip(begin, last, strict=True):
        assert torch.equal(after[:, [0, 2]], before[:, [0, 2]])
        assert not torch.isclose(after[:, 1], before[:, 1]).any()


@BY_CELL
def test_a_state_that_is_handed_on_joins_two_halves(name):
    ours, _ = pair(name, layers=2, both=False)
    whole = rows([6, 5])
    first = Ragged.from_list([row[:4] for row in whole.to_list()])
    second = Ragged.from_list([row[4:] for row in whole.to_list()])
    expected, end = ours(whole)
    begun, state = ours(first)
    ended, state = ours(second, state)
    joined = [torch.cat(p) for p in zip(begun.to_list(), ended.to_list(), strict=True)]
    torch.testing.assert_close(torch.cat(joined), expected.values)
    for mine, theirs in zip(state, end, strict=True):
        torch.testing.assert_close(mine, theirs)


def test_the_top_is_what_the_last_layer_ends_with_in_each_direction():
    ours, _ = pair("lstm", layers=2, both=True)
    output, (h, c) = ours(rows([4, 2]))
    forwards = torch.stack([row[-1, :4] for row in output.to_list()])
    backwards = torch.stack([row[0, 4:] for row in output.to_list()])
    assert torch.equal(ours.top(h), torch.cat([forwards, backwards], dim=1))
    assert torch.equal(ours.top(c), torch.cat([c[2], c[3]], dim=1))
    assert ours.top(h).shape == (2, ours.width)


@pytest.mark.parametrize("reset", ["after", "before"])
def test_a_batch_without_rows_gives_nothing_and_gradients_of_zero(reset):
    stack = Stack(GRU(reset=reset), inputs=3, hidden=4, layers=2, bidirectional=True)
    output, (h,) = stack(Ragged(torch.zeros(0, 3), torch.zeros(0, dtype=torch.int64)))
    assert output.values.shape == (0, 8)
    assert h.shape == (4, 0, 4)
    (output.values.sum() + h.sum()).backward()
    for name, weight in stack.named_parameters():
        assert weight.grad is not None, name
        assert not weight.grad.any(), name


# -- how it begins -------------------------------------------------------------------


@BY_CELL
def test_recurrent_blocks_begin_orthogonal_and_input_blocks_as_glorot_says(name):
    cell, _ = CLASSIC[name]
    stack = Stack(cell, inputs=30, hidden=20, layers=2, bidirectional=True)
    for key, weight in stack.named_parameters():
        if key.startswith("weight_hh"):
            for block in weight.chunk(len(cell.gates)):
                torch.testing.assert_close(
                    block @ block.T, torch.eye(20), atol=1e-5, rtol=0
                )
        if key.startswith("weight_ih"):
            inputs = weight.shape[1]
            bound = math.sqrt(6 / (inputs + 20))
            assert weight.abs().max() <= bound
            assert float(weight.detach().std()) == pytest.approx(
                bound / math.sqrt(3), rel=0.06
            )


def test_biases_begin_at_zero_but_for_a_forget_gate_that_begins_open():
    stack = Stack(
        LSTM(peepholes=True), inputs=3, hidden=4, layers=2, bidirectional=True
    )
    gates = LSTM().gates
    assert "f" in gates
    for key, weight in stack.named_parameters():
        if key.startswith("bias_ih"):
            for gate, block in zip(gates, weight.chunk(len(gates)), strict=True):
                assert block.eq(1.0 if gate == "f" else 0.0).all(), (key, gate)
        elif key.startswith(("bias_hh", "weight_cell")):
            assert not weight.any(), key
    gru = Stack(GRU(), inputs=3, hidden=4)
    assert not gru.bias_ih_l0.any()
    assert not gru.bias_hh_l0.any()


def test_peepholes_have_a_weight_of_their_own_for_each_layer_and_direction():
    stack = Stack(
        LSTM(peepholes=True), inputs=3, hidden=4, layers=2, bidirectional=True
    )
    names = {n for n, _ in stack.named_parameters() if n.startswith("weight_cell")}
    assert names == {
        f"weight_cell_l{layer}{direction}"
        for layer in (0, 1)
        for direction in ("", "_reverse")
    }
    batch = Ragged(torch.randn(7, 3), torch.tensor([4, 3]))
    before, _ = stack(batch)
    with torch.no_grad():
        stack.get_parameter("weight_cell_l1").fill_(0.7)
    after, _ = stack(batch)
    changed = (before.values != after.values).any(0)
    assert changed.tolist() == [True] * 4 + [False] * 4


# -- dropout -------------------------------------------------------------------------


def test_dropout_stands_between_the_layers_with_one_mask_for_a_row():
    stack = Stack(GRU(), inputs=3, hidden=4, layers=2, bidirectional=True, dropout=0.5)
    batch = Ragged(torch.randn(9, 3), torch.tensor([4, 5]))

    def by_hand(share: float) -> Ragged:
        torch.manual_seed(3)
        first, second = (
            [stack.weights(k, d) for d in stack.directions] for k in (0, 1)
        )
        x, _ = run_layer(stack.cell, first, batch, [None, None])
        x = drop_along_rows(x, share, training=True)
        return run_layer(stack.cell, second, x, [None, None])[0]

    torch.manual_seed(3)
    trained, _ = stack.train()(batch)
    assert torch.equal(trained.values, by_hand(0.5).values)
    rested, _ = stack.eval()(batch)
    assert torch.equal(rested.values, by_hand(0.0).values)
    assert not torch.equal(rested.values, trained.values)


# -- errors --------------------------------------------------------------------------


def test_states_for_other_layers_are_refused_in_words():
    stack = Stack(LSTM(), inputs=3, hidden=4, layers=2, bidirectional=True).double()
    one = torch.zeros(2, 2, 4, dtype=torch.float64)
    with pytest.raises(ShapeError) as refusal:
        stack(rows([2, 1]), (one, one))
    assert str(refusal.value) == (
        "initial states for [2, 2] layers and directions.\n"
        "  expected: 4 for each of h, c\n"
        "  to fix:   lay the states out as the stack returns them\n"
        "  code:     shape"
    )
    with pytest.raises(ShapeError, match=r"initial states for \[4\] layers"):
        stack(rows([2, 1]), (torch.zeros(4, 2, 4, dtype=torch.float64),))


# -- recurrent weights that are dropped -----------------------------------------------


def dropping(share: float) -> Stack:
    torch.manual_seed(0)
    return Stack(LSTM(), inputs=3, hidden=4, layers=2, weight_dropout=share)


def test_dropped_weights_are_the_recurrent_ones_scaled_up_and_new_in_each_batch():
    stack = dropping(0.25).train()
    one, two = stack.weights(1, ""), stack.weights(1, "")
    whole = stack.get_parameter("weight_hh_l1")
    left = one.R != 0
    assert 0 < int(left.sum()) < one.R.numel()
    torch.testing.assert_close(one.R[left], whole[left] / 0.75)
    assert not torch.equal(one.R, two.R)
    assert one.W is stack.get_parameter("weight_ih_l1")
    assert one.b is stack.get_parameter("bias_ih_l1")


def test_the_mean_of_dropped_weights_is_the_weights():
    stack = dropping(0.5).train()
    whole = stack.get_parameter("weight_hh_l0").detach()
    drawn = [stack.weights(0, "").R.detach() for _ in range(4000)]
    mean = torch.stack(drawn).mean(0)
    assert float((mean - whole).abs().max()) < 0.08 * float(whole.abs().max())


def test_one_mask_serves_all_moments_and_rows_of_a_batch():
    """As a stack whose weights were masked by hand, drawn from the same seed."""
    stack, batch = dropping(0.5).train(), rows([3, 1, 5]).map(torch.Tensor.float)
    masked = dropping(0.5).eval()
    torch.manual_seed(7)
    output, _ = stack(batch)
    torch.manual_seed(7)
    with torch.no_grad():
        for layer in range(2):
            name = f"weight_hh_l{layer}"
            weight = stack.weights(layer, "").R
            masked.get_parameter(name).copy_(weight)
    expected, _ = masked(batch)
    torch.testing.assert_close(output.values, expected.values)


def test_weights_are_whole_outside_of_training_and_their_gradient_is_masked():
    stack = dropping(0.5).eval()
    assert stack.weights(0, "").R is stack.get_parameter("weight_hh_l0")
    batch = rows([3, 4]).map(torch.Tensor.float)
    assert torch.equal(stack(batch)[0].values, stack(batch)[0].values)
    stack.train()
    torch.manual_seed(1)
    stack(batch)[0].values.square().sum().backward()
    grad = stack.get_parameter("weight_hh_l0").grad
    assert 0.2 < float((grad == 0).float().mean()) < 0.8
