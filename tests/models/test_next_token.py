"""The next-token network: gradients, company, streaming, dropout, penalties."""

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy
from torch.testing import assert_close

from tests.harness import needs_native, normal
from unrolled.models.next_token import NextToken
from unrolled.models.next_token_settings import NextTokenSettings
from unrolled.models.next_token_steps import NextTokenSteps
from unrolled.ragged import Ragged

TOKENS = 11
PLAIN = NextTokenSettings(
    embedding=6, hidden=8, given_width=3, dropout=0.0, input_dropout=0.0
)
KINDS: dict[str, dict[str, Any]] = {
    "tied": {"tied": True},
    "tied as wide as the layer": {"tied": True, "embedding": 8},
    "untied": {"tied": False},
    "one-hot": {"embedding": 0},
    "adaptive": {"softmax": "adaptive"},
}
BY_CELL = pytest.mark.parametrize("cell", ["elman", "lstm", "gru"])
BY_LAYERS = pytest.mark.parametrize("layers", [1, 2])
BY_GIVEN = pytest.mark.parametrize("given", [False, True], ids=["alone", "given"])
BY_KIND = pytest.mark.parametrize("kind", KINDS)


def network(*, given: bool = False, seed: int = 0, **changes: Any) -> NextToken:
    torch.manual_seed(seed)
    settings = replace(PLAIN, **changes)
    return NextToken(TOKENS, settings, sizes=(3, 0) if given else ()).eval()


def batch(*lengths: int) -> Ragged:
    ids = torch.arange(sum(lengths)) * 7 % TOKENS
    return Ragged(ids, torch.tensor(lengths, dtype=torch.int64))


def after(inputs: Ragged) -> Ragged:
    return inputs.map(lambda v: (v * 3 + 1) % TOKENS)


def conditions(rows: int) -> Tensor:
    """A category of three and a number for each row."""
    return torch.stack([torch.arange(rows) % 3, torch.linspace(-1, 2, rows)], 1)


# -- values and gradients ------------------------------------------------------------


@BY_KIND
@BY_CELL
@BY_GIVEN
def test_a_gradient_reaches_every_tensor(kind, cell, given):
    net = network(given=given, cell=cell, layers=2, **KINDS[kind]).train()
    inputs = batch(4, 1, 6)
    told = net(inputs, after(inputs), conditions(3) if given else None)
    told.nats.values.sum().backward()
    assert told.penalty == 0
    for name, weight in net.named_parameters():
        assert weight.grad is not None, name
        assert weight.grad.isfinite().all(), name
        assert weight.grad.any(), name


@BY_KIND
@BY_GIVEN
def test_nats_are_the_cross_entropy_of_the_chances(kind, given):
    net = network(given=given, **KINDS[kind]).double()
    inputs, about = batch(4, 1, 6), conditions(3).double() if given else None
    told = net(inputs, after(inputs), about)
    outputs, state = net.read(inputs, about)
    chances = net.log_probabilities(outputs.values)
    assert_close(chances.exp().sum(1), torch.ones(11, dtype=torch.float64))
    expected = cross_entropy(chances, after(inputs).values, reduction="none")
    assert_close(told.nats.values, expected)
    assert told.nats.lengths.tolist() == [4, 1, 6]
    for mine, theirs in zip(told.state, state, strict=True):
        assert torch.equal(mine, theirs)


def test_gradients_are_those_of_the_loss_written_out():
    """With a table of one-hot codes, by torch's own autograd through a plain loop."""
    net = network(given=True, cell="elman", embedding=5, tied=False).double()
    inputs, about = batch(3, 2), conditions(2).double()
    weights = dict(net.named_parameters())
    net(inputs, after(inputs), about).nats.values.sum().backward()
    found = {name: weight.grad.clone() for name, weight in weights.items()}
    net.zero_grad()
    total = torch.zeros((), dtype=torch.float64)
    for row, wanted, given in zip(
        inputs.to_list(), after(inputs).to_list(), about, strict=True
    ):
        v = weights["conditions.vectors.0"][int(given[0])]
        v = v + given[1] * weights["conditions.vectors.1"][0]
        h = torch.tanh(
            weights["first.linear.weight"] @ v + weights["first.linear.bias"]
        )
        for token, target in zip(row, wanted, strict=True):
            x = torch.cat([weights["table"][token], v])
            h = torch.tanh(
                weights["stack.weight_ih_l0"] @ x
                + weights["stack.bias_ih_l0"]
                + weights["stack.weight_hh_l0"] @ h
                + weights["stack.bias_hh_l0"]
            )
            scores = weights["softmax.weight"] @ h + weights["softmax.bias"]
            total = total - scores.log_softmax(0)[target]
    total.backward()
    for name, weight in weights.items():
        assert weight.grad is not None
        assert_close(found[name], weight.grad, rtol=1e-10, atol=1e-10, msg=name)


def test_tied_weights_are_one_tensor_and_untied_ones_are_two():
    tied, untied = network(tied=True), network(tied=False)
    assert tied.softmax.weight is tied.table
    assert tied.narrow is not None
    assert untied.softmax.weight.shape == (TOKENS, 8)
    assert untied.narrow is None
    one_hot = network(embedding=0)
    assert one_hot.table is None
    assert one_hot.stack.weight_ih_l0.shape[1] == TOKENS
    assert network(softmax="adaptive").narrow is None


def test_it_begins_with_the_vectors_that_it_is_given():
    start = normal(TOKENS, 6, seed=5).float()
    net = NextToken(TOKENS, PLAIN, start=start)
    assert torch.equal(net.table, start)
    with torch.no_grad():
        net.table.zero_()
    assert start.any()


@BY_KIND
def test_a_target_below_0_has_no_nats_and_moves_nothing(kind):
    net = network(**KINDS[kind])
    inputs = batch(4, 3)
    targets = after(inputs)
    targets.values[[1, 4, 5, 6]] = -1
    told = net(inputs, targets)
    whole = net(inputs, after(inputs))
    counted = targets.values >= 0
    assert told.nats.values[~counted].tolist() == [0.0] * 4
    assert_close(told.nats.values[counted], whole.nats.values[counted])

    def gradients(nats: Tensor) -> list[Tensor]:
        return list(torch.autograd.grad(nats.sum(), list(net.parameters())))

    mine = gradients(told.nats.values)
    theirs = gradients(whole.nats.values[counted])
    for one, other in zip(mine, theirs, strict=True):
        assert_close(one, other)


def test_where_no_target_counts_there_is_nothing_to_learn():
    net = network().train()
    inputs = batch(2, 1)
    told = net(inputs, inputs.map(lambda v: torch.full_like(v, -1)))
    assert told.nats.values.tolist() == [0.0] * 3


@BY_GIVEN
def test_no_rows_and_rows_without_tokens(given):
    net = network(given=given)
    about = conditions(0) if given else None
    told = net(batch(), batch(), about)
    assert told.nats.values.shape == (0,)
    assert told.state[0].shape == (1, 0, 8)
    some = net(batch(0, 2), batch(0, 2), conditions(2) if given else None)
    assert some.nats.lengths.tolist() == [0, 2]


# -- company and streaming -----------------------------------------------------------


def chances(
    net: NextToken, inputs: Ragged, about: Tensor | None = None
) -> list[Tensor]:
    """Log-probabilities after each token, a table for each row."""
    with torch.no_grad():
        outputs, _ = net.read(inputs, about)
        found = net.log_probabilities(outputs.values)
    return inputs.with_values(found).to_list()


EXACT = [kind for kind in KINDS if kind != "adaptive"]


@needs_native
@BY_CELL
@BY_LAYERS
@BY_GIVEN
@pytest.mark.parametrize("kind", EXACT)
def test_a_row_has_the_same_bits_alone_and_in_company(cell, layers, given, kind):
    net = network(given=given, cell=cell, layers=layers, **KINDS[kind])
    inputs, about = batch(4, 1, 9, 5, 2), conditions(5) if given else None
    together = chances(net, inputs, about)
    for row in range(5):
        alone = about[row : row + 1] if about is not None else None
        (found,) = chances(net, inputs.gather([row]), alone)
        assert torch.equal(found, together[row])
    order = torch.tensor([3, 0, 4])
    some = about[order] if about is not None else None
    for found, row in zip(chances(net, inputs.gather(order), some), order, strict=True):
        assert torch.equal(found, together[row])


@needs_native
@BY_CELL
@BY_LAYERS
@BY_GIVEN
@pytest.mark.parametrize("kind", EXACT)
def test_whole_in_chunks_and_step_by_step_it_says_the_same_bits(
    cell, layers, given, kind
):
    net = network(given=given, cell=cell, layers=layers, **KINDS[kind])
    inputs, about = batch(9, 9, 9), conditions(3) if given else None
    whole = chances(net, inputs, about)
    table = inputs.values.view(3, 9)

    state, pieces = None, []
    with torch.no_grad():
        for some in table.split([4, 1, 4], dim=1):
            lengths = torch.full((3,), some.shape[1])
            outputs, state = net.read(Ragged(some.reshape(-1), lengths), about, state)
            found = net.log_probabilities(outputs.values)
            pieces.append(found.view(3, -1, TOKENS))
    assert torch.equal(torch.cat(pieces, 1), torch.stack(whole))

    steps = NextTokenSteps(
        net, Ragged(table[:, 0].clone(), torch.ones(3).long()), about
    )
    found = [steps.begin(), *(steps.step(ids) for ids in table[:, 1:].T)]
    assert torch.equal(torch.stack(found, 1), torch.stack(whole))


@needs_native
@BY_GIVEN
@pytest.mark.parametrize("softmax", ["full", "adaptive"])
def test_a_large_network_streams_the_bits_of_the_whole(softmax, given):
    """Hidden 256 and 10,000 tokens: wide enough for torch to change its kernels."""
    torch.manual_seed(0)
    settings, sizes = NextTokenSettings(softmax=softmax), (3, 0) if given else ()
    net = NextToken(10_000 if softmax == "full" else 300, settings, sizes=sizes).eval()
    ids = torch.arange(1, 31) * 9 % net.tokens
    about = conditions(7)[3:4] if given else None
    together = Ragged(ids.repeat(7), torch.full((7,), 30))
    whole = chances(net, together, conditions(7) if given else None)[3]
    steps = NextTokenSteps(net, Ragged(ids[:1], torch.tensor([1])), about)
    found = torch.cat([steps.begin(), *(steps.step(one[None]) for one in ids[1:])])
    if softmax == "full":
        assert torch.equal(found, whole)
    else:
        assert_close(found, whole, rtol=1e-5, atol=1e-5)


@BY_GIVEN
@BY_CELL
def test_rows_that_are_kept_go_on_as_themselves(cell, given):
    net = network(given=given, cell=cell, layers=2).double()
    about = conditions(3).double() if given else None
    first = batch(2, 2, 2)
    steps = NextTokenSteps(net, first, about)
    steps.begin()
    steps.keep(torch.tensor([2, 0, 2]))
    ids = torch.tensor([1, 5, 9])
    found = steps.step(ids)
    for place, row in enumerate((2, 0, 2)):
        ends = torch.cat([first[row], ids[place : place + 1]])
        alone = about[row : row + 1] if about is not None else None
        (expected,) = chances(net, Ragged(ends, torch.tensor([3])), alone)
        assert_close(found[place], expected[-1])
    steps.keep(torch.tensor([], dtype=torch.int64))
    assert steps.step(torch.tensor([], dtype=torch.int64)).shape == (0, TOKENS)


def test_rows_can_be_kept_before_they_begin():
    net = network(given=True).double()
    steps = NextTokenSteps(net, batch(2, 1, 3), conditions(3).double())
    steps.keep(torch.tensor([2, 1]))
    other = NextTokenSteps(
        net, batch(2, 1, 3).gather([2, 1]), conditions(3).double()[[2, 1]]
    )
    assert_close(steps.begin(), other.begin())


def test_begins_may_be_of_unequal_length():
    net = network().double()
    found = NextTokenSteps(net, batch(1, 4)).begin()
    rows = chances(net, batch(1, 4))
    assert_close(found, torch.stack([rows[0][-1], rows[1][-1]]))


def test_what_is_given_matters_at_the_first_token_and_at_the_last():
    for state in (True, False):
        net = network(given=True, given_state=state)
        assert (net.first is not None) == state
        inputs = batch(5)
        one = chances(net, inputs, torch.tensor([[0.0, 0.0]]))[0]
        for other in ([1.0, 0.0], [0.0, 1.0]):
            found = chances(net, inputs, torch.tensor([other]))[0]
            assert ((found - one).abs().amax(1) > 1e-4).all()


# -- dropout and penalties -----------------------------------------------------------

DROPOUTS = ("dropout", "input_dropout", "word_dropout", "weight_dropout")


@pytest.mark.parametrize("kind", DROPOUTS)
def test_dropout_is_of_training_alone(kind):
    net = network(layers=2, **{kind: 0.5})
    plain = network(layers=2)
    inputs = batch(5, 7, 3)
    expected = plain(inputs, after(inputs)).nats.values
    assert torch.equal(net(inputs, after(inputs)).nats.values, expected)
    net.train()
    torch.manual_seed(1)
    one, two = (net(inputs, after(inputs)).nats.values for _ in range(2))
    assert not torch.allclose(one, expected)
    assert not torch.allclose(one, two)


def test_a_word_that_is_dropped_is_dropped_wherever_it_stands():
    net = network(word_dropout=0.5).train()
    inputs = Ragged(torch.arange(TOKENS).repeat(2), torch.tensor([TOKENS, TOKENS]))
    torch.manual_seed(0)
    dropped = []
    for _ in range(200):
        one, two = net._vectors(inputs).to_list()
        assert torch.equal(one, two)
        zero = (one == 0).all(1)
        assert_close(one[~zero], 2 * net.table[~zero])
        dropped.append(zero.double())
    assert float(torch.stack(dropped).mean()) == pytest.approx(0.5, abs=0.05)


def test_the_same_numbers_are_dropped_at_all_tokens_of_a_row():
    net = network(input_dropout=0.5, embedding=20).train()
    with torch.no_grad():
        net.table.fill_(1.0)
    seen = {}

    def catch(x: Ragged, state: Any) -> tuple[Ragged, Any]:
        seen["x"] = x
        return plain(x, state)

    plain = net.stack.forward
    net.stack.forward = catch
    torch.manual_seed(0)
    net.read(batch(4, 5))
    rows = seen["x"].to_list()
    for row in rows:
        assert torch.equal(row, row[:1].expand_as(row))
        assert set(row.flatten().tolist()) == {0.0, 2.0}
    assert not torch.equal(rows[0][0], rows[1][0])


def test_penalties_by_hand():
    """Outputs 1, 3 | 2 of one unit: squares 1, 9, 4; the only change within a row 2."""
    settings = replace(PLAIN, hidden=1, activation_penalty=0.5, slowness_penalty=10.0)
    net = NextToken(TOKENS, settings).train()
    lengths = torch.tensor([2, 1])
    output = Ragged(torch.tensor([[1.0], [3.0], [2.0]]), lengths)
    dropped = Ragged(torch.tensor([[0.0], [6.0], [4.0]]), lengths)
    large, slow = 0.5 * (0 + 36 + 16) / 3, 10.0 * 4
    assert float(net._penalty(output, dropped)) == pytest.approx(large + slow)
    one = Ragged(torch.tensor([[1.0], [3.0]]), torch.tensor([1, 1]))
    assert float(net._penalty(one, one)) == pytest.approx(0.5 * 5)


def test_penalties_are_of_training_alone_and_none_of_nothing():
    net = network(activation_penalty=1.0, slowness_penalty=1.0)
    inputs = batch(3, 2)
    assert float(net(inputs, inputs).penalty) == 0
    found = net.train()(inputs, inputs).penalty
    assert float(found.detach()) > 0
    found.backward()
    assert net.stack.weight_hh_l0.grad.any()
    assert float(net(batch(), batch()).penalty.detach()) == 0
