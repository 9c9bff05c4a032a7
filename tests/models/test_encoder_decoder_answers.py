"""What an encoder-decoder writes: alone and beside others, with a beam and greedily.

For 500 random networks, of every kind and on random sources, some of them empty.
"""

import random
import time
from typing import NamedTuple

import pytest
import torch

from unrolled.decoding.beam import Penalties, beam
from unrolled.decoding.rules import Rules
from unrolled.decoding.sampling import sample
from unrolled.decoding.settings import Chances
from unrolled.decoding.steps import Drawn
from unrolled.models.copying import Copies
from unrolled.models.encoder_decoder import EncoderDecoder
from unrolled.models.encoder_decoder_base import Sides
from unrolled.models.encoder_decoder_settings import EncoderDecoderSettings
from unrolled.models.encoder_decoder_steps import EncoderDecoderSteps
from unrolled.ragged import Ragged

END = 1
NETWORKS, AT_ONCE = 500, 25
ROUNDING = 1e-5  # nats of an answer of up to 9 tokens; float32 keeps 1e-7 of each


class Made(NamedTuple):
    """A random network and what it is asked."""

    network: EncoderDecoder
    source: Ragged
    copies: Ragged | None

    def answers(self, rules: Rules, *, width: int, count: int = 1) -> list[list[Drawn]]:
        """All sources at once."""
        return beam(
            self._start,
            rules,
            inputs=len(self.source),
            width=width,
            count=count,
            penalties=Penalties(length=0.6, coverage=0.2) if width > 1 else Penalties(),
        )

    def greedy(self, rules: Rules) -> list[Drawn | None]:
        """The most probable token, time and again."""
        never = torch.Generator()
        chances = Chances(temperature=0)
        rows = len(self.source)
        return sample(self._start, rules, count=rows, generator=never, chances=chances)

    def alone(self, row: int) -> "Made":
        """One source without the others."""
        copies = None if self.copies is None else self.copies.gather([row])
        return Made(self.network, self.source.gather([row]), copies)

    def _start(self, rows: torch.Tensor) -> EncoderDecoderSteps:
        copies = None if self.copies is None else self.copies.gather(rows)
        source = self.source.gather(rows)
        return EncoderDecoderSteps(self.network, source, END, copies)


def made(seed: int) -> Made:
    """Weights are larger than those of a beginner: chances differ, answers end."""
    chance = random.Random(seed)
    torch.manual_seed(seed)
    tokens, copy = chance.randint(3, 9), chance.random() < 0.4
    attention = chance.choice(["additive", "multiplicative", "none"])
    settings = EncoderDecoderSettings(
        cell=chance.choice(["elman", "lstm", "gru"]),
        embedding=chance.randint(2, 7),
        hidden=chance.randint(2, 7),
        layers=chance.randint(1, 2),
        attention=attention,
        copy=copy and attention != "none",
        coverage=chance.choice([0.0, 1.0]),
        tied=chance.random() < 0.5,
    )
    joint = chance.random() < 0.3
    reads = tokens if joint else 5
    network = EncoderDecoder(reads, tokens, settings, joint=joint).eval()
    with torch.no_grad():
        for weight in network.parameters():
            weight.mul_(2.5)
    lengths = torch.tensor([chance.randint(0, 6) for _ in range(chance.randint(1, 4))])
    source = Ragged(torch.randint(reads, (int(lengths.sum()),)), lengths)
    numbers = torch.randint(tokens + 2, (int(lengths.sum()),))  # two unknown words
    copies = Ragged(numbers, lengths) if settings.copy else None
    return Made(network, source, copies)


def same(found: Drawn, expected: Drawn) -> bool:
    nats = pytest.approx(expected.log_probability, abs=ROUNDING)
    return found.ids == expected.ids and found.log_probability == nats


@pytest.mark.parametrize("first", range(0, NETWORKS, AT_ONCE))
def test_answers_to_many_sources_are_the_answers_to_each(first):
    rules = Rules(end=END, longest=6)
    for seed in range(first, first + AT_ONCE):
        one = made(seed)
        together = one.answers(rules, width=3, count=2)
        for row, mine in enumerate(together):
            (alone,) = one.alone(row).answers(rules, width=3, count=2)
            assert len(mine) == len(alone) > 0, seed
            assert all(map(same, mine, alone)), seed


@pytest.mark.parametrize("first", range(0, NETWORKS, AT_ONCE))
def test_a_beam_of_one_is_greedy(first):
    rules = Rules(end=END, longest=6)
    ended = 0
    for seed in range(first, first + AT_ONCE):
        one = made(seed)
        greedy = one.greedy(rules)
        for (best,), expected in zip(one.answers(rules, width=1), greedy, strict=True):
            assert expected is not None
            assert best.ids == expected.ids, seed
            # One that greedy search cuts is made to end by the beam.
            assert same(best, expected) or not expected.ended, seed
            ended += expected.ended
    assert ended > AT_ONCE / 5


def test_answers_differ_from_source_to_source_and_from_network_to_network():
    """Or else the two tests above would say little."""
    rules = Rules(end=END, longest=6)
    found = [made(seed).answers(rules, width=3) for seed in range(100)]
    texts = {best.ids for rows in found for (best,) in rows}
    differing = sum(len({best.ids for (best,) in rows}) > 1 for rows in found)
    assert len(texts) > 60
    assert differing > 20


@pytest.mark.parametrize("attention", ["additive", "multiplicative", "none"])
@pytest.mark.parametrize("length", [0, 1])
def test_sources_of_no_and_of_one_token_are_answered(attention, length):
    settings = EncoderDecoderSettings(
        embedding=4, hidden=4, attention=attention, copy=attention != "none"
    )
    torch.manual_seed(0)
    network = EncoderDecoder(5, 6, settings).eval()
    source = Ragged(torch.zeros(length, dtype=torch.int64), torch.tensor([length]))
    copies = source.with_values(source.values + 6) if settings.copy else None
    found = Made(network, source, copies).answers(
        Rules(end=END, longest=9), width=4, count=4
    )
    assert len(found[0]) == 4
    assert all(-100 < one.log_probability < 0 for one in found[0])


def test_a_target_that_was_never_seen_has_a_finite_price():
    """As the unknown token; and where words are copied, though it cannot be copied."""
    torch.manual_seed(0)
    settings = EncoderDecoderSettings(embedding=4, hidden=4, copy=True)
    network = EncoderDecoder(5, 6, settings).train()
    source, targets = (
        Ragged(torch.tensor(values), torch.tensor([2])) for values in ([2, 3], [0, 1])
    )
    numbers = Copies(source.with_values(torch.tensor([6, 3])), targets)
    absent = targets.with_values(torch.tensor([7, 1]))  # no word of the source
    for copies in (numbers, numbers._replace(target=absent)):
        told = network(Sides(source, targets, targets, copies))
        assert told.nats.values.isfinite().all()
        (told.nats.values + told.price).sum().backward()
        assert all(weight.grad.isfinite().all() for weight in network.parameters())
    assert told.nats.values[0] > 20


def test_a_source_of_five_thousand_words_is_answered_in_seconds():
    torch.manual_seed(0)
    settings = EncoderDecoderSettings(
        embedding=64, hidden=64, attention="additive", copy=True, coverage=1.0
    )
    network = EncoderDecoder(2_000, 2_000, settings).eval()
    source = Ragged(torch.randint(2_000, (5_000,)), torch.tensor([5_000]))
    start = time.monotonic()
    found = Made(network, source, source).answers(
        Rules(end=END, longest=60, shortest=60), width=5
    )
    assert time.monotonic() - start < 20
    assert len(found[0][0].ids) == 60
