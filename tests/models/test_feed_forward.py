"""The feed-forward network: its count of weights, its places, its worked example."""

import pytest
import torch

from unrolled.models.feed_forward import FeedForward, first
from unrolled.models.inputs import TokenInput, VectorInput
from unrolled.models.settings import ModelSettings
from unrolled.ragged import Ragged


def one_hot_words(words: int) -> TokenInput:
    return TokenInput(words, 0, dropout=0.0, token_dropout=0.0)


def network(reads, *, places: int, hidden: int, classes: int = 2) -> FeedForward:
    settings = ModelSettings(network="feedforward", places=places, hidden=hidden)
    return FeedForward(reads, settings, kind="label", classes=classes).eval()


def ids(*rows: list[int]) -> Ragged:
    return Ragged.from_list([torch.tensor(row, dtype=torch.int64) for row in rows])


def test_ten_words_of_ten_thousand_and_ten_units_are_a_million_weights():
    made = network(one_hot_words(10_000), places=10, hidden=10)
    assert made.hidden.weight.numel() == 1_000_000
    counts = {name: p.numel() for name, p in made.named_parameters()}
    assert counts == {
        "hidden.weight": 1_000_000,
        "hidden.bias": 10,
        "head.weight": 20,
        "head.bias": 2,
    }


@pytest.mark.parametrize("places", [1, 10, 50, 200])
def test_weights_grow_with_the_places(places):
    made = network(
        TokenInput(7, 3, dropout=0, token_dropout=0), places=places, hidden=4
    )
    assert made.hidden.weight.numel() == places * 3 * 4
    assert made.reads.table.numel() == 7 * 3


def test_it_is_the_concatenation_of_all_places_through_tanh():
    made = network(one_hot_words(3), places=2, hidden=1)
    with torch.no_grad():
        # a weight for each place and word: place 0 has 1, 2, 3; place 1 has 4, 5, 6
        made.hidden.weight.copy_(torch.arange(1.0, 7.0)[None] / 10)
        made.hidden.bias.fill_(0.05)
    found = made.pooled(ids([2, 0], [1], []))[:, 0]
    wanted = torch.tensor([0.3 + 0.4 + 0.05, 0.2 + 0.05, 0.05]).tanh()
    torch.testing.assert_close(found, wanted)


def test_the_same_word_in_another_place_meets_other_weights():
    made = network(one_hot_words(3), places=2, hidden=1)
    early, late = made(ids([1, 0], [0, 1]))
    assert not torch.equal(early, late)


def test_tokens_behind_the_last_place_change_nothing():
    made = network(
        VectorInput(torch.zeros(1), torch.ones(1), dropout=0), places=2, hidden=3
    )
    whole = Ragged.from_list(
        [torch.tensor([[1.0], [2.0], [9.0]]), torch.tensor([[4.0]])]
    )
    cut = Ragged.from_list([torch.tensor([[1.0], [2.0]]), torch.tensor([[4.0]])])
    assert torch.equal(made(whole), made(cut))


def test_first_tokens_of_rows_of_any_length():
    found = first(ids([1, 2, 3], [], [4], [5, 6, 7, 8]), 2)
    assert found.values.tolist() == [1, 2, 4, 5, 6]
    assert found.lengths.tolist() == [2, 0, 1, 2]


def test_a_batch_of_no_rows_and_of_empty_rows():
    made = network(one_hot_words(3), places=2, hidden=3)
    assert made(ids([1]).gather([])).shape == (0, 2)
    assert made(ids([], [])).shape == (2, 2)


def test_every_weight_gets_its_gradient():
    made = network(
        TokenInput(3, 2, dropout=0, token_dropout=0), places=3, hidden=2
    ).double()
    made(ids([1, 2, 0], [2])).square().sum().backward()
    assert all(bool((p.grad != 0).any()) for p in made.parameters())
