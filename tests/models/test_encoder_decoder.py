"""Encoder and decoder: the loss by its definition, copying, coverage, steps."""

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch.nn.functional import cross_entropy, log_softmax
from torch.testing import assert_close

from unrolled.models.copying import Copies, copied, mixed, mixed_with_all
from unrolled.models.encoder_decoder import EncoderDecoder
from unrolled.models.encoder_decoder_base import Sides
from unrolled.models.encoder_decoder_settings import EncoderDecoderSettings
from unrolled.models.encoder_decoder_steps import EncoderDecoderSteps
from unrolled.ragged import Ragged

SOURCE, TARGET, END = 9, 7, 1
PLAIN = EncoderDecoderSettings(
    embedding=6, hidden=8, dropout=0.0, input_dropout=0.0, label_smoothing=0.0
)
KINDS: dict[str, dict[str, Any]] = {
    "multiplicative": {},
    "additive": {"attention": "additive"},
    "none": {"attention": "none"},
    "deep": {"layers": 2},
    "untied": {"tied": False},
    "gru": {"cell": "gru"},
    "elman with peculiarities": {"cell": "elman", "coverage": 0.5, "hidden": 7},
    "copying": {"copy": True, "coverage": 1.0, "attention": "additive"},
}
BY_KIND = pytest.mark.parametrize("kind", KINDS)


def network(*, seed: int = 0, **changes: Any) -> EncoderDecoder:
    torch.manual_seed(seed)
    return EncoderDecoder(SOURCE, TARGET, replace(PLAIN, **changes)).eval()


def ids(*lengths: int, of: int, step: int = 3) -> Ragged:
    values = torch.arange(sum(lengths)) * step % of
    return Ragged(values, torch.tensor(lengths, dtype=torch.int64))


def sides(sources: list[int], targets: list[int], *, copies: bool = False) -> Sides:
    source = ids(*sources, of=SOURCE)
    inputs, answers = ids(*targets, of=TARGET, step=2), ids(*targets, of=TARGET)
    numbers = None
    if copies:  # the first word of each source is unknown to the target
        numbers = Copies(
            ids(*sources, of=TARGET + 1), ids(*targets, of=TARGET + 1, step=5)
        )
        known = numbers.target.values
        answers = answers.with_values(known.where(known < TARGET, 0))
    return Sides(source, inputs, answers, numbers)


@BY_KIND
def test_nats_are_the_cross_entropy_of_what_is_said(kind):
    net, given = network(**KINDS[kind]), sides([4, 1, 6], [3, 5, 1])
    said = net.say(given.inputs, net.encode(given.source)).outputs.values
    scores = said @ net.softmax.weight.T + net.softmax.bias
    expected = cross_entropy(scores, given.targets.values, reduction="none")
    told = net(given)
    assert_close(told.nats.values, expected)
    assert told.hits.tolist() == (scores.argmax(1) == given.targets.values).tolist()


def test_smoothed_labels_share_the_loss_among_all_tokens():
    net, given = network(label_smoothing=0.3), sides([4, 2], [3, 5])
    said = net.say(given.inputs, net.encode(given.source)).outputs.values
    scores = said @ net.softmax.weight.T + net.softmax.bias
    expected = cross_entropy(
        scores, given.targets.values, reduction="none", label_smoothing=0.3
    )
    assert_close(
        net(given).nats.values,
        cross_entropy(scores, given.targets.values, reduction="none"),
    )
    told = net.train()(given)
    assert_close(told.nats.values + told.price, expected)
    one, other = (
        torch.autograd.grad(each.sum(), net.softmax.weight, retain_graph=True)[0]
        for each in (told.nats.values + told.price, expected)
    )
    assert_close(one, other)


def test_only_what_is_written_is_smoothed_and_not_what_is_copied():
    net, given = network(copy=True, label_smoothing=0.3), sides([4], [4], copies=True)
    said = net.say(given.inputs, net.encode(given.source)).outputs.values
    scores = said @ net.softmax.weight.T + net.softmax.bias
    true = given.targets.values[:, None]
    price = 0.3 * (scores.gather(1, true)[:, 0] - scores.mean(1))
    plain = net(given).nats.values  # of the same in one number: P = g P_v + (1 − g) Σ p
    write = torch.sigmoid(said @ net.gate.weight[0] + net.gate.bias)
    known = given.copies.target.values < TARGET
    share = write * scores.softmax(1).gather(1, true)[:, 0] * known / (-plain).exp()
    assert known.tolist() == [True, True, True, False]  # the last is only copied
    assert 0 < share[0] < 1
    assert_close(net.train()(given).price, price * share)


def test_a_copied_word_is_a_hit_if_it_is_the_likeliest_of_all():
    net, given = network(copy=True), sides([4, 1, 6], [3, 5, 4], copies=True)
    torch.nn.init.constant_(net.gate.bias, -3.0)  # it copies rather than writes
    twice = torch.tensor([7, 3, 7, 1, 4, 7, 2, 7, 0, 3, 6])
    source = given.copies.source.with_values(twice)
    given = given._replace(copies=given.copies._replace(source=source))
    said = net.say(given.inputs, net.encode(given.source))
    scores = said.outputs.values @ net.softmax.weight.T + net.softmax.bias
    numbers, row = given.copies.source.to_list(), given.targets.row_of_token.tolist()
    best = []
    for at, attention in enumerate(said.attention.to_list()):
        write = torch.sigmoid(said.outputs.values[at] @ net.gate.weight[0] - 3.0)
        chances = torch.cat([write * scores[at].softmax(0), torch.zeros(1)])
        for word, share in zip(numbers[row[at]], attention, strict=True):
            chances[word] += (1 - write) * share
        best.append(int(chances.argmax()))
    assert TARGET in best  # the unknown word
    wanted = torch.tensor(best)
    wanted[::4] = 1  # every fourth answer is another one
    copies = given.copies._replace(target=given.targets.with_values(wanted))
    told = net(given._replace(copies=copies))
    assert told.hits.tolist() == [w == b for w, b in zip(wanted, best, strict=True)]
    assert 0 < sum(told.hits.tolist()) < len(best)


@BY_KIND
def test_every_weight_has_a_gradient_that_differences_confirm(kind):
    given = sides([4, 1, 3], [3, 1, 2], copies=KINDS[kind].get("copy", False))
    net = network(**KINDS[kind]).double()
    torch.manual_seed(1)

    def loss():
        told = net.train()(given)
        return (told.nats.values + told.price).sum()

    found = torch.autograd.grad(loss(), list(net.parameters()))
    for (name, weight), grad in zip(net.named_parameters(), found, strict=True):
        assert grad.abs().sum() > 0, name
        direction = torch.randn_like(weight)
        with torch.no_grad():
            weight += 1e-6 * direction
            above = loss()
            weight -= 2e-6 * direction
            below = loss()
            weight += 1e-6 * direction
        slope = (above - below) / 2e-6
        assert_close(
            (grad * direction).sum(),
            slope,
            rtol=1e-5,
            atol=1e-7,
            msg=lambda why, name=name: f"{name}: {why}",
        )


@BY_KIND
def test_steps_say_what_the_whole_says(kind):
    copies = KINDS[kind].get("copy", False)
    net, given = network(**KINDS[kind]), sides([4, 1, 6], [3, 3, 3], copies=copies)
    steps = EncoderDecoderSteps(
        net, given.source, END, given.copies.source if given.copies else None
    )
    inputs = given.inputs.values.view(3, 3).clone()
    inputs[:, 0] = END
    read = net.encode(given.source)
    said = net.say(given.inputs.with_values(inputs.flatten()), read)
    found = [steps.begin(), *(steps.step(inputs[:, at]) for at in (1, 2))]
    assert_close(torch.stack([f.exp().sum(1) for f in found]), torch.ones(3, 3))
    if net.gate is None:
        scores = said.outputs.values @ net.softmax.weight.T + net.softmax.bias
        expected = log_softmax(scores, -1).view(3, 3, TARGET)
        assert_close(torch.stack(found, dim=1), expected)


def test_a_step_by_step_answer_has_the_nats_of_the_whole_with_copies():
    net = network(copy=True, coverage=1.0)
    given = sides([4, 1, 6], [3, 3, 3], copies=True)
    begun = given.inputs.values.view(3, 3).clone()
    begun[:, 0] = END
    given = given._replace(inputs=given.inputs.with_values(begun.flatten()))
    copies = given.copies
    steps = EncoderDecoderSteps(net, given.source, END, copies.source)
    found = [steps.begin(), *(steps.step(begun[:, at]) for at in (1, 2))]
    wanted = copies.target.values.view(3, 3)
    expected = -net(given).nats.values.view(3, 3)
    possible = 0
    for at in range(3):
        mine = found[at].gather(1, wanted[:, at, None]).squeeze(1)
        there = mine.isfinite()  # an unknown word must stand in this very source
        possible += int(there.sum())
        assert_close(mine[there], expected[there, at])
    assert possible >= 7


def test_keep_goes_on_with_the_rows_that_are_left():
    net, source = network(copy=True), ids(4, 1, 6, of=SOURCE)
    numbers = ids(4, 1, 6, of=TARGET + 2)
    steps = EncoderDecoderSteps(net, source, END, numbers)
    steps.begin()
    steps.keep(torch.tensor([2, 0, 2]))
    found = steps.step(torch.tensor([3, 4, 5]))
    alone = EncoderDecoderSteps(net, source.gather([2]), END, numbers.gather([2]))
    alone.begin()
    assert_close(found[2], alone.step(torch.tensor([5]))[0])
    assert_close(found[0].exp().sum(), torch.tensor(1.0))


def test_copying_by_hand():
    attention = Ragged(torch.tensor([0.5, 0.3, 0.2, 1.0]), torch.tensor([3, 1]))
    copies = Copies(
        Ragged(torch.tensor([4, 9, 4, 2]), torch.tensor([3, 1])),
        Ragged(torch.tensor([4, 9]), torch.tensor([1, 1])),
    )
    mass = copied(attention, copies)
    assert_close(mass, torch.tensor([0.7, 0.0]))
    nats = -torch.tensor([0.1, 0.2]).log()
    gate = torch.tensor([0.25, 0.75]).logit()
    found, written = mixed(nats, mass, gate, torch.tensor([True, True]))
    assert_close(found.neg().exp(), torch.tensor([0.25 * 0.1 + 0.75 * 0.7, 0.75 * 0.2]))
    assert_close(written, torch.tensor([0.025 / 0.55, 1.0]))
    unknown, written = mixed(nats, mass, gate, torch.tensor([False, True]))
    assert_close(unknown[0].neg().exp(), torch.tensor(0.75 * 0.7))
    assert_close(written, torch.tensor([0.0, 1.0]))


def test_all_chances_with_copies_by_hand():
    vocabulary = torch.tensor([[0.5, 0.3, 0.2]]).log()
    attention = Ragged(torch.tensor([0.6, 0.1, 0.3]), torch.tensor([3]))
    source = Ragged(torch.tensor([4, 1, 4]), torch.tensor([3]))
    gate = torch.tensor([0.5]).logit()
    found = mixed_with_all(vocabulary, attention, gate, source, extra=2).exp()
    assert_close(found, torch.tensor([[0.25, 0.2, 0.1, 0.0, 0.45]]))


def test_coverage_has_its_price():
    net, given = network(coverage=2.0).train(), sides([3], [2])
    said = net.say(given.inputs, net.encode(given.source))
    first, second = said.attention.values.view(2, 3)
    again = 2.0 * torch.minimum(first, second).sum()
    assert_close(net(given).price, torch.stack([torch.zeros(()), again]))


def test_scheduled_sampling_reads_its_own_words_but_never_in_the_first_place():
    net = network(scheduled_sampling=1.0)
    inputs = ids(4, 3, of=TARGET)
    read = net.encode(ids(2, 2, of=SOURCE))
    torch.manual_seed(0)
    found = net._sampled(inputs, read)
    assert found.values[0] == inputs.values[0]
    assert found.values[4] == inputs.values[4]
    said = [net._sampled(inputs, read).values for _ in range(20)]
    assert len({tuple(one.tolist()) for one in said}) > 1
    quiet = network(scheduled_sampling=0.0)
    assert torch.equal(quiet.train()._sampled(inputs, read).values, inputs.values)


def test_scheduled_sampling_is_for_training_alone():
    given = sides([4, 1, 6], [3, 5, 4])
    net, plain = network(scheduled_sampling=1.0), network()
    assert_close(net(given).nats.values, plain(given).nats.values)
    torch.manual_seed(0)
    sampled = net.train()(given).nats.values
    assert not torch.allclose(sampled, plain(given).nats.values)
    firsts = given.targets.offsets[:-1]
    assert_close(sampled[firsts], plain(given).nats.values[firsts])


@BY_KIND
def test_sources_of_no_and_of_one_token_have_answers(kind):
    net = network(**KINDS[kind])
    given = sides([0, 1, 0], [2, 1, 3])
    told = net(given)
    assert told.nats.values.isfinite().all()
    assert net(sides([], [])).nats.values.shape == (0,)
