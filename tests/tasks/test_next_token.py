"""What a network says of texts, checked on networks whose chances are known."""

import math

import pytest
import torch
from torch import Tensor
from torch.testing import assert_close

from unrolled.models.next_token import NextToken
from unrolled.models.next_token_settings import NextTokenSettings
from unrolled.tasks import _next_token
from unrolled.tasks._base import Batch, Example
from unrolled.tasks._language.scores import compare_orders, measured, scored
from unrolled.tasks._language.settings import LanguageSettings
from unrolled.tasks._next_token import (
    best_next,
    nats_and_ranks,
    sum_of_rows,
    surprisals,
    with_end,
)
from unrolled.tasks._streams import UNCOUNTED
from unrolled.tasks._symbol_settings import SymbolSettings
from unrolled.tasks._symbols import END, Symbols, ragged

TEXTS = ["a b c", "b c a b", "c"]


def symbols(texts: list[str] = TEXTS) -> Symbols:
    rows = [Example(text, None, "") for text in texts]
    return Symbols.learn(rows, SymbolSettings(min_count=1), "word")


def fixed(chances: Tensor) -> NextToken:
    """A network with these chances, (tokens,), whatever it has read."""
    made = NextToken(len(chances), NextTokenSettings(tied=False, hidden=3)).eval()
    with torch.no_grad():
        made.softmax.weight.zero_()
        made.softmax.bias.copy_(chances.log())
    return made


def examples(texts: list[str] = TEXTS) -> list[Example]:
    return [Example(text, None, "") for text in texts]


CHANCES = torch.tensor([0.05, 0.4, 0.3, 0.2, 0.05])  # <unk> and four by count


def test_inputs_begin_with_an_end_and_targets_end_with_one():
    known = symbols()
    inputs, targets = with_end(known, ["a b", ""], to_learn=True)
    end, a, b = known.end, *known.ids("a b")
    assert [row.tolist() for row in inputs.to_list()] == [[end, a, b], [end]]
    assert [row.tolist() for row in targets.to_list()] == [[a, b, end], [end]]
    assert [len(part) for part in with_end(known, [], to_learn=True)] == [0, 0]


def test_a_uniform_network_has_as_many_choices_as_there_are_tokens():
    """And hits nothing: what is as likely as the truth stands before it."""
    known = symbols()
    net = fixed(torch.full((len(known),), 1 / len(known)))
    batch = Batch(*with_end(known, TEXTS, to_learn=True))
    found = scored(known, measured(net, batch), examples())
    assert found["perplexity"] == pytest.approx(5, rel=1e-6)
    assert found["nats_per_token"] == pytest.approx(math.log(5), rel=1e-6)
    assert found["tokens"] == 11
    assert found["unknown_share"] == 0
    assert found["bits_per_character"] == pytest.approx(
        11 * math.log2(5) / (6 + 8 + 2), rel=1e-6
    )
    assert found["accuracy"] == found["accuracy_at_3"] == 0
    assert found["accuracy_at_5"] == 1


def test_metrics_by_hand():
    """The order of likelihood is 1, 2, 3, then 0 and 4 alike."""
    known = symbols()
    assert known.vocabulary.counts == (0, 3, 3, 3, 2)
    assert known.tokens([1, 2, 3, 4]) == [END, "b", "c", "a"]
    batch = Batch(*with_end(known, TEXTS, to_learn=True))
    found = scored(known, measured(fixed(CHANCES), batch), examples())
    nats = -(3 * math.log(0.4) + 3 * math.log(0.3) + 3 * math.log(0.2))
    nats -= 2 * math.log(0.05)
    assert found["nats_per_token"] == pytest.approx(nats / 11, rel=1e-6)
    assert found["perplexity"] == pytest.approx(math.exp(nats / 11), rel=1e-6)
    assert found["accuracy"] == pytest.approx(3 / 11)
    assert found["accuracy_at_3"] == pytest.approx(9 / 11)
    assert found["accuracy_at_5"] == 1


def test_a_text_with_unknown_words_has_no_number_of_bits():
    known = symbols()
    rows = examples(["a zebra"])
    batch = Batch(*with_end(known, ["a zebra"], to_learn=True))
    found = scored(known, measured(fixed(CHANCES), batch), rows)
    assert found["unknown_share"] == pytest.approx(1 / 3)
    assert "bits_per_character" not in found


def test_of_no_rows_the_metrics_are_numbers():
    known = symbols()
    found = scored(known, measured(fixed(CHANCES), Batch(ragged([]), ragged([]))), [])
    assert found["nats_per_token"] == 0
    assert found["tokens"] in (0, 1)
    assert all(math.isfinite(value) for value in found.values())


def test_a_network_that_gives_no_numbers_hits_nothing():
    net = fixed(torch.full((5,), torch.nan))
    batch = Batch(ragged([[1, 2]]), ragged([[2, 3]]))
    assert measured(net, batch)[0]["hits"][:2] == [0, 0]


def test_tokens_that_are_not_counted_count_nowhere(monkeypatch):
    monkeypatch.setattr(_next_token, "AT_ONCE", 2)
    net = fixed(CHANCES)
    batch = Batch(ragged([[1, 2, 3], [4, 1]]), ragged([[UNCOUNTED, 1, 4], [2, -1]]))
    nats, ranks = nats_and_ranks(net, batch)
    expected = [0, -math.log(0.4), -math.log(0.05), -math.log(0.3), 0]
    assert nats.values.tolist() == pytest.approx(expected, rel=1e-5)
    assert ranks.values.tolist() == [0, 0, 4, 1, 0]
    total, counted = sum_of_rows(nats, batch)
    assert total.tolist() == pytest.approx([sum(expected[:3]), expected[3]], rel=1e-5)
    assert counted.tolist() == [2, 1]
    assert [one["tokens"] for one in measured(net, batch)] == [2, 1]


def test_the_best_next_tokens_with_their_chances():
    known = symbols()
    (found,) = best_next(fixed(CHANCES), known, ragged([[1, 2]]), 3)
    assert found["prediction"] == END
    assert list(found["probabilities"]) == [END, "b", "c"]
    assert list(found["probabilities"].values()) == pytest.approx([0.4, 0.3, 0.2])
    strange = torch.tensor([0.9, 0.01, 0.02, 0.03, 0.04])
    (unknown,) = best_next(fixed(strange), known, ragged([[1]]), 99)
    assert unknown["prediction"] == "a"
    assert unknown["probabilities"]["<unk>"] == 0  # never told as an answer
    assert best_next(fixed(CHANCES), known, ragged([]), 3) == []


def test_surprisals_are_those_of_each_token_and_of_the_end(monkeypatch):
    monkeypatch.setattr(_next_token, "TEXTS", 2)
    known = symbols()
    net = fixed(CHANCES)
    found = surprisals(net, known, ["b c", "", "a zebra"])
    assert [one["text"] for one in found] == ["b c", "", "a zebra"]
    assert found[0]["tokens"] == ["b", "c", END]
    nats = [-math.log(chance) for chance in (0.3, 0.2, 0.4)]
    assert found[0]["surprisal"] == pytest.approx(nats, rel=1e-5)
    assert found[0]["log_probability"] == pytest.approx(-sum(nats), rel=1e-5)
    assert found[1]["tokens"] == [END]
    assert found[2]["tokens"] == ["a", "<unk>", END]
    assert surprisals(net, known, []) == []


def test_surprisals_are_the_nats_of_the_loss():
    known = symbols()
    torch.manual_seed(0)
    net = NextToken(len(known), NextTokenSettings(hidden=9, embedding=4)).eval()
    told = net(*with_end(known, TEXTS, to_learn=True))
    for found, row in zip(
        surprisals(net, known, TEXTS), told.nats.to_list(), strict=True
    ):
        assert_close(torch.tensor(found["surprisal"]), row.detach())


def test_orders_are_compared_by_all_of_the_nats():
    rows = [Example("The cat sat on it. No no no no no!", None, "")]
    rows.append(Example("! ! ! ! !", None, ""))  # has no other order
    asked: list[str] = []

    def nats(texts: list[str]) -> list[float]:
        asked.extend(texts)
        return [float(text not in ("The cat sat on it.",)) for text in texts]

    settings = LanguageSettings(shuffles=3)
    found = compare_orders(nats, rows, settings)
    assert found == {"word_order": 0.5, "sentences": 2}
    assert asked[0] == "The cat sat on it."
    assert len(asked) == 8
    assert compare_orders(nats, rows, LanguageSettings(sentences=0)) == {}
    assert compare_orders(nats, rows[1:], settings) == {}
    assert compare_orders(nats, [], settings) == {}
