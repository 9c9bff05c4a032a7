"""Pooling against plain formulas, a row at a time, in value and in gradient."""

import pytest
import torch
from torch import Tensor
from torch.autograd import gradcheck, gradgradcheck

from tests.harness import normal
from unrolled.errors import SettingError
from unrolled.models.over_rows import largest, mean, total
from unrolled.models.pooling import KINDS, Attention, Pooling
from unrolled.ragged import Ragged

LENGTHS = [3, 0, 1, 5]
WIDTH = 4


def states(values: Tensor | None = None) -> Ragged:
    values = normal(sum(LENGTHS), WIDTH, seed=0) if values is None else values
    return Ragged(values, torch.tensor(LENGTHS))


def row_by_row(kind: str, x: Ragged, pooling: Pooling) -> Tensor:
    """What the kind means, for each row alone; zeros for a row without tokens."""

    def one(row: Tensor) -> Tensor:
        if not len(row):
            return row.new_zeros(WIDTH)
        if kind == "attention":
            assert pooling.attention is not None
            shares = pooling.attention.score(row).softmax(0)
            return (shares * row).sum(0)
        return row.amax(0) if kind == "max" else row.mean(0)

    return torch.stack([one(row) for row in x.to_list()])


def made(kinds: str) -> Pooling:
    pooling = Pooling(kinds, WIDTH, inputs=2).double()
    with torch.no_grad():
        for seed, weight in enumerate(pooling.parameters(), start=30):
            weight.copy_(normal(*weight.shape, seed=seed))
    return pooling


LAST = normal(len(LENGTHS), WIDTH, seed=1)
READ = Ragged(normal(sum(LENGTHS), 2, seed=2), torch.tensor(LENGTHS))


@pytest.mark.parametrize("kind", ["mean", "max", "attention"])
def test_each_kind_is_its_formula_row_by_row_in_value_and_gradient(kind):
    pooling = made(kind)
    values = states().values.requires_grad_()
    weighing = normal(len(LENGTHS), WIDTH, seed=3)
    found = pooling(states(values), LAST, READ)
    expected = row_by_row(kind, states(values), pooling)
    torch.testing.assert_close(found, expected)
    leaves = (values, *pooling.parameters())
    mine = torch.autograd.grad((found * weighing).sum(), leaves)
    theirs = torch.autograd.grad((expected * weighing).sum(), leaves)
    for ours, wanted in zip(mine, theirs, strict=True):
        torch.testing.assert_close(ours, wanted)
        assert wanted.abs().sum() > 0


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_passes_torchs_own_check_of_gradients(kind):
    pooling = made(kind)

    def call(values: Tensor, last: Tensor, read: Tensor) -> Tensor:
        return pooling(states(values), last, READ.with_values(read))

    leaves = states().values, LAST.clone(), READ.values.clone()
    leaves = tuple(leaf.requires_grad_() for leaf in leaves)
    assert gradcheck(call, leaves)
    assert gradgradcheck(call, leaves)


def test_last_hands_on_the_last_states_and_inputs_average_what_was_read():
    x = states()
    assert torch.equal(made("last")(x, LAST, READ), LAST)
    found = made("inputs")(x, LAST, READ)
    rows = [row.mean(0) if len(row) else torch.zeros(2) for row in READ.to_list()]
    torch.testing.assert_close(found, torch.stack(rows).double())


def test_several_kinds_stand_side_by_side_in_the_order_they_are_named():
    both, x = made("max+last+inputs+mean"), states()
    assert both.width == 3 * WIDTH + 2
    apart = [made(k)(x, LAST, READ) for k in ("max", "last", "inputs", "mean")]
    assert torch.equal(both(x, LAST, READ), torch.cat(apart, dim=1))


@pytest.mark.parametrize("kinds", [*KINDS, "+".join(KINDS)])
def test_no_rows_give_no_rows_and_the_gradient_still_finds_its_way(kinds):
    pooling = made(kinds)
    values = torch.zeros(0, WIDTH, dtype=torch.float64, requires_grad=True)
    read = torch.zeros(0, 2, dtype=torch.float64, requires_grad=True)
    none = torch.zeros(0, dtype=torch.int64)
    found = pooling(Ragged(values, none), values, Ragged(read, none))
    assert found.shape == (0, pooling.width)
    found.sum().backward()
    for name, weight in pooling.named_parameters():
        assert weight.grad is not None, name
        assert not weight.grad.any(), name


@pytest.mark.parametrize("kind", ["mean", "max", "attention", "inputs"])
def test_rows_without_tokens_alone_give_zeros(kind):
    empty = Ragged(torch.zeros(0, WIDTH).double(), torch.tensor([0, 0]))
    read = Ragged(torch.zeros(0, 2).double(), torch.tensor([0, 0]))
    found = made(kind)(empty, LAST[:2], read)
    assert found.shape[0] == 2
    assert not found.any()


def test_equal_largest_values_share_the_gradient():
    values = torch.tensor([[2.0], [1.0], [2.0]], requires_grad=True)
    largest(Ragged(values, torch.tensor([3]))).sum().backward()
    assert values.grad is not None
    assert values.grad.flatten().tolist() == [0.5, 0.0, 0.5]


def test_a_value_that_is_no_number_shows():
    x = Ragged(torch.tensor([[2.0], [float("nan")], [1.0]]), torch.tensor([2, 1]))
    for found in (total(x), mean(x), largest(x)):
        assert found.flatten().isnan().tolist() == [True, False]


def test_sums_means_and_maxima_of_negative_numbers():
    x = Ragged(torch.tensor([[-3.0], [-1.0], [-2.0]]), torch.tensor([2, 0, 1]))
    assert total(x).flatten().tolist() == [-4.0, 0.0, -2.0]
    assert mean(x).flatten().tolist() == [-2.0, 0.0, -2.0]
    assert largest(x).flatten().tolist() == [-1.0, 0.0, -2.0]


# -- attention -----------------------------------------------------------------------


def attention(scale: float = 1.0) -> Attention:
    net = Attention(WIDTH).double()
    with torch.no_grad():
        for seed, weight in enumerate(net.parameters()):
            weight.copy_(scale * normal(*weight.shape, seed=seed))
    return net


def test_the_weights_of_a_row_add_up_to_one_and_are_those_of_a_softmax():
    net, x = attention(), states()
    found = x.with_values(net.weights(x))
    for row, weights in zip(x.to_list(), found.to_list(), strict=True):
        assert (weights > 0).all()
        if len(row):
            assert weights.sum().item() == pytest.approx(1)
            torch.testing.assert_close(weights, net.score(row).softmax(0).squeeze(1))


def test_the_weights_of_a_row_do_not_depend_on_its_company():
    net, x = attention(), states()
    together = x.with_values(net.weights(x)).to_list()
    for row, weights in zip(x.to_list(), together, strict=True):
        alone = net.weights(Ragged.from_list([row]))
        torch.testing.assert_close(weights, alone, rtol=1e-12, atol=0)
    order = [3, 1, 0, 2]
    shuffled = x.gather(order)
    for row, weights in zip(
        order, shuffled.with_values(net.weights(shuffled)).to_list(), strict=True
    ):
        torch.testing.assert_close(weights, together[row], rtol=1e-12, atol=0)


def test_scores_of_any_size_overflow_nothing():
    found = attention(scale=1e3)(states())
    assert found.isfinite().all()


# -- errors --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kinds", "unknown"), [("median", "median"), ("max+avg", "avg"), ("max+", "")]
)
def test_an_unknown_kind_is_refused_in_words(kinds, unknown):
    with pytest.raises(SettingError) as refusal:
        Pooling(kinds, WIDTH)
    assert str(refusal.value) == (
        f'the pooling "{kinds}" names "{unknown}".\n'
        "  expected: some of last, mean, max, attention, inputs, joined by +\n"
        "  to fix:   write model.pooling=max+mean, for example\n"
        "  code:     setting"
    )
