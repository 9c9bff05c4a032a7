"""RNN, LSTM and GRU beside torch.nn's: one test for what all three have in common."""

from copy import deepcopy

import pytest
import torch
from torch.nn.utils.parametrizations import weight_norm
from torch.nn.utils.rnn import pack_sequence

from tests.harness import assert_same, normal, path_on_cpu
from tests.nn.pairs import BY_KIND, BY_OPTIONS, compared, first_states, pair
from unrolled.ragged import Ragged

# -- the same layer ------------------------------------------------------------------


@BY_OPTIONS
def test_one_seed_makes_the_same_weights_under_the_same_names_and_text(kind, options):
    theirs, ours = pair(kind, **options)
    assert_same(ours.state_dict(), theirs.state_dict(), tolerance=0)
    assert repr(ours) == repr(theirs)
    assert isinstance(ours, type(theirs))


@BY_KIND
def test_weights_can_be_carried_both_ways(kind):
    theirs, ours = pair(kind, num_layers=2, bidirectional=True)
    for parameter in theirs.parameters():
        torch.nn.init.normal_(parameter)
    x = normal(5, 2, 3, seed=1)
    ours.load_state_dict(theirs.state_dict(), strict=True)
    torch.testing.assert_close(ours(x)[0], theirs(x)[0])
    torch.nn.init.normal_(ours.weight_hh_l1_reverse)
    theirs.load_state_dict(ours.state_dict(), strict=True)
    torch.testing.assert_close(ours(x)[0], theirs(x)[0])


@BY_OPTIONS
@pytest.mark.parametrize("begun", [False, True], ids=["zero", "state"])
def test_a_padded_batch_agrees_in_value_and_gradient(kind, options, begun):
    theirs, ours = pair(kind, **options)
    rows = 5 if options.get("batch_first") else 2
    x = normal(5, 2, 3, seed=1).requires_grad_()
    states = first_states(theirs, rows) if begun else None
    assert_same(compared(ours, x, states), compared(theirs, x, states))
    assert ours(x)[0].is_contiguous()


@BY_OPTIONS
@pytest.mark.parametrize("begun", [False, True], ids=["zero", "state"])
def test_a_single_row_agrees_in_value_and_gradient(kind, options, begun):
    theirs, ours = pair(kind, **options)
    x = normal(5, 3, seed=1).requires_grad_()
    states = first_states(theirs) if begun else None
    assert_same(compared(ours, x, states), compared(theirs, x, states))


@BY_OPTIONS
@pytest.mark.parametrize("begun", [False, True], ids=["zero", "state"])
def test_a_packed_batch_agrees_in_value_and_gradient(kind, options, begun):
    theirs, ours = pair(kind, **options)
    rows = [normal(n, 3, seed=n) for n in (3, 1, 5, 3, 1)]
    packed = pack_sequence(rows, enforce_sorted=False)
    packed.data.requires_grad_()
    states = first_states(theirs, 5) if begun else None
    assert_same(compared(ours, packed, states), compared(theirs, packed, states))
    ours_out, theirs_out = ours(packed)[0], theirs(packed)[0]
    assert torch.equal(ours_out.batch_sizes, theirs_out.batch_sizes)
    assert torch.equal(ours_out.sorted_indices, theirs_out.sorted_indices)
    assert torch.equal(ours_out.unsorted_indices, theirs_out.unsorted_indices)


@BY_KIND
def test_a_packed_batch_that_came_sorted_leaves_without_an_order(kind):
    theirs, ours = pair(kind)
    packed = pack_sequence([normal(n, 3, seed=n) for n in (4, 2, 2)])
    assert packed.sorted_indices is None
    assert ours(packed)[0].sorted_indices is None
    torch.testing.assert_close(ours(packed)[0].data, theirs(packed)[0].data)


@BY_OPTIONS
def test_a_ragged_batch_comes_out_ragged_and_agrees_with_the_packed_one(kind, options):
    _, ours = pair(kind, **options)
    rows = [normal(n, 3, seed=n) for n in (3, 1, 5, 3, 1)]
    states = first_states(ours, 5)
    ragged, last = ours(Ragged.from_list(rows), states)
    packed, expected = ours(pack_sequence(rows, enforce_sorted=False), states)
    assert isinstance(ragged, Ragged)
    assert ragged.lengths.tolist() == [3, 1, 5, 3, 1]
    back = Ragged.from_packed(packed)
    torch.testing.assert_close(ragged.values, back.values, rtol=0, atol=1e-14)
    torch.testing.assert_close(last, expected, rtol=0, atol=1e-14)


# -- as a module ---------------------------------------------------------------------


@BY_KIND
def test_a_deep_copy_has_weights_of_its_own(kind):
    _, ours = pair(kind, num_layers=2)
    x = normal(5, 2, 3, seed=1)
    twin = deepcopy(ours)
    assert torch.equal(twin(x)[0], ours(x)[0])
    torch.nn.init.zeros_(twin.weight_ih_l0)
    assert not torch.equal(twin(x)[0], ours(x)[0])


@BY_KIND
def test_a_layer_follows_its_dtype(kind):
    theirs, ours = pair(kind)
    x = normal(5, 2, 3, seed=1)
    narrow = ours.float()(x.float())[0]
    assert narrow.dtype == torch.float32
    expected = theirs(x)[0].float()
    torch.testing.assert_close(narrow, expected, rtol=0, atol=2e-6)
    assert ours.double()(x)[0].dtype == torch.float64
    assert ours.bfloat16()(x.bfloat16())[0].dtype == torch.bfloat16


@BY_KIND
def test_borrowed_and_reshaped_weights_are_the_ones_that_count(kind):
    theirs, ours = pair(kind)
    x = normal(5, 2, 3, seed=1)
    lent = {n: torch.randn_like(p) for n, p in theirs.named_parameters()}
    call = torch.func.functional_call
    torch.testing.assert_close(call(ours, lent, (x,))[0], call(theirs, lent, (x,))[0])
    for layer in (theirs, ours):
        weight_norm(layer, "weight_hh_l0")
        torch.nn.init.constant_(layer.parametrizations.weight_hh_l0.original0, 0.5)
    torch.testing.assert_close(ours(x)[0], theirs(x)[0])


@BY_KIND
def test_a_weight_shared_by_two_layers_gathers_both_gradients(kind):
    for_each = []
    for layer in pair(kind, num_layers=2):
        layer.weight_hh_l1 = layer.weight_hh_l0
        for_each.append(compared(layer, normal(5, 2, 3, seed=1).requires_grad_()))
    assert_same(for_each[1], for_each[0])


@BY_KIND
def test_a_training_step_in_place_is_seen_by_the_next_run(kind):
    steps = []
    for layer in pair(kind, num_layers=2):
        optimizer, seen = torch.optim.SGD(layer.parameters(), lr=0.02), []
        for _ in range(3):
            loss = layer(normal(5, 2, 3, seed=1))[0].square().sum()
            seen.append(loss.detach())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        steps.append(torch.stack(seen))
    torch.testing.assert_close(*steps)
    assert steps[0][2] < steps[0][0]


@BY_KIND
def test_a_layer_tells_its_path(kind):
    _, ours = pair(kind)
    assert ours.path == path_on_cpu(ours.cell, torch.float32)
    with pytest.raises(AttributeError):
        ours.path = "cudnn"
