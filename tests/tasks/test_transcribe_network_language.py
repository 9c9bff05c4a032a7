"""A recurrent language model over the symbols that are heard."""

from typing import Any

import pytest
import torch
from torch.testing import assert_close

from unrolled.decoding.ctc_prefixes import PrefixSearch
from unrolled.errors import BrokenModelError, SettingError
from unrolled.models.next_token import NextToken
from unrolled.models.next_token_settings import NextTokenSettings
from unrolled.settings import flat
from unrolled.tasks._base import Example
from unrolled.tasks._symbol_settings import SymbolSettings
from unrolled.tasks._symbols import Symbols, ragged
from unrolled.tasks._transcribe.network_language import FILE, LanguageNetwork
from unrolled.tasks._transcribe.settings import TranscriptSettings
from unrolled.tasks._transcribe.symbols import TranscriptSymbols

TEXTS = ["one two", "two one one", "no!", "won 2 tons"]


def language(unit: str = "character", **kinds: Any) -> LanguageNetwork:
    torch.manual_seed(1)
    rows = [Example(text, None, "") for text in TEXTS]
    symbols = Symbols.learn(rows, SymbolSettings(tokens=unit, min_count=1), unit)
    settings = NextTokenSettings(embedding=8, hidden=8, **kinds)
    network = NextToken(len(symbols), settings)
    parts = {"settings": flat({"model": settings})} | symbols.state()
    return LanguageNetwork(parts, network.state_dict())


def heard(unit: str = "character") -> TranscriptSymbols:
    return TranscriptSymbols.learn(["one two", "zoo"], TranscriptSettings(tokens=unit))


def by_hand(made: LanguageNetwork, symbols: TranscriptSymbols, text: str) -> float:
    """Log p of a text and its end, with the whole text read at once."""
    known, ids = made.symbols, symbols.ids(text)
    tokens = [symbols.vocabulary.token(number) for number in ids]
    columns = [known.end, *known.vocabulary.ids(symbols.vocabulary.tokens[1:])]
    rows = ragged([[known.end, *known.vocabulary.ids(tokens)]])
    outputs, _ = made.network.read(rows)
    found = made.network.log_probabilities(outputs.values)[:, columns].log_softmax(1)
    return float(sum(found[at, number] for at, number in enumerate([*ids, 0])))


@pytest.mark.parametrize("kinds", [{}, {"cell": "gru", "layers": 2, "tied": False}])
def test_scores_are_the_networks_over_what_can_be_heard(kinds):
    made, symbols = language(**kinds), heard()
    scorer = made.scorer(symbols)
    state, scores = scorer.begin()
    assert scores.shape == (len(symbols),)
    assert_close(scores.exp().sum(), torch.tensor(1.0))
    total, ids = 0.0, symbols.ids("two zoo")
    for number in ids:
        total += float(scores[number])
        [state], [scores] = scorer.extend([state], [number])
    assert total + float(scores[0]) == pytest.approx(by_hand(made, symbols, "two zoo"))


def test_a_state_gives_the_same_bits_in_any_company_and_again():
    scorer, symbols = language().scorer(heard()), heard()
    first, _ = scorer.begin()
    ids = symbols.ids("two")
    many, rows = scorer.extend([first] * 3, ids)
    [alone], [row] = scorer.extend([first], ids[1:2])
    assert torch.equal(row, rows[1])
    _, after = scorer.extend([many[2], many[1]], [ids[0], ids[2]])
    _, [same] = scorer.extend([alone], [ids[2]])
    assert torch.equal(after[1], same)


def test_the_search_ranks_by_it():
    made, symbols = language(), heard()
    frames = torch.randn(12, len(symbols), generator=torch.manual_seed(2)).log_softmax(
        1
    )
    search = PrefixSearch(width=5, scorer=made.scorer(symbols), weight=0.7)
    for one in search.best(frames, 5):
        nats = by_hand(made, symbols, symbols.text(one.ids))
        if symbols.ids(symbols.text(one.ids)) == list(one.ids):
            assert one.score == pytest.approx(one.log_probability + 0.7 * nats)


def test_other_symbols_are_refused():
    with pytest.raises(SettingError) as refused:
        language("word").scorer(heard())
    assert str(refused.value) == (
        "a language model of words, for sounds that are heard as characters.\n"
        "  expected: the same symbols in both\n"
        "  to fix:   train the language model with text.tokens=character, or this model"
        " with text.tokens=word\n"
        "  code:     setting"
    )


def test_what_is_kept_comes_back():
    made, symbols = language(), heard()
    files = {FILE: made.parts}
    again = LanguageNetwork.restore(files, made.tensors() | {"other": torch.ones(1)})
    assert again
    assert torch.equal(
        again.scorer(symbols).begin()[1], made.scorer(symbols).begin()[1]
    )
    assert LanguageNetwork.restore({}, {}) is None


@pytest.mark.parametrize("lost", ["settings", "tokenizer.json", "vocabulary.json"])
def test_a_part_that_is_lost_or_another_is_refused(lost):
    made = language()
    for changed in (None, 3, {}, {"model.hidden": -1}, {"model.hidden": 10**9}):
        files: dict[str, Any] = {FILE: made.parts | {lost: changed}}
        with pytest.raises(BrokenModelError):
            LanguageNetwork.restore(files, made.tensors())
    without = {key: value for key, value in made.parts.items() if key != lost}
    for parts in (without, []):
        with pytest.raises(BrokenModelError):
            LanguageNetwork.restore({FILE: parts}, made.tensors())


def test_weights_that_are_lost_or_not_finite_are_refused():
    made = language()
    tensors = made.tensors()
    name = sorted(tensors)[0]
    for damaged in (
        {},
        {key: value for key, value in tensors.items() if key != name},
        tensors | {name: tensors[name] * torch.nan},
        tensors | {name: tensors[name][:1]},
    ):
        with pytest.raises(BrokenModelError):
            LanguageNetwork.restore({FILE: made.parts}, damaged)
