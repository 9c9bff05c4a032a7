"""From a wish to texts: its words become rules, and its number a number of texts."""

import pytest
import torch

from unrolled.errors import SettingError
from unrolled.models.next_token import NextToken
from unrolled.models.next_token_settings import NextTokenSettings
from unrolled.tasks._abilities import wish_of
from unrolled.tasks._base import Example
from unrolled.tasks._next_token import surprisals
from unrolled.tasks._symbol_settings import SymbolSettings
from unrolled.tasks._symbols import Symbols
from unrolled.tasks._writing import Writer

TEXTS = ["abba", "cab", "cabba"]


def writer(*, ends: bool = True, unit: str = "character", **more: object) -> Writer:
    rows = [Example(text, None, "") for text in TEXTS]
    symbols = Symbols.learn(rows, SymbolSettings(min_count=1), unit)
    torch.manual_seed(0)
    network = NextToken(len(symbols), NextTokenSettings(hidden=8, embedding=5)).eval()
    return Writer(network=network, symbols=symbols, ends=ends, **more)


def written(made: Writer, **wish: object) -> list[str]:
    return [one["text"] for one in made.write(wish_of(wish))]


def test_as_many_texts_as_wished_for_and_the_same_for_the_same_seed():
    made = writer()
    found = written(made, count=8)
    assert len(found) == 8
    assert len(set(found)) > 1
    assert set("".join(found)) <= set("abc")
    assert written(made, count=8) == found
    assert written(made, count=3) == found[:3]
    assert written(made, count=8, seed=1) != found


def test_the_log_probability_is_that_of_the_network():
    made = writer()
    for one in made.write(wish_of({"count": 5, "decoding": {"longest": 400}})):
        (told,) = surprisals(made.network, made.symbols, [one["text"]])
        assert one["log_probability"] == pytest.approx(
            told["log_probability"], rel=1e-5
        )


def test_a_start_a_ban_a_requirement_and_a_length_are_heeded():
    made = writer()
    rules = {"shortest": 4, "longest": 9}
    found = written(
        made, count=20, start="aa", banned="c", required=("b",), decoding=rules
    )
    assert len(found) == 20
    for text in found:
        assert text.startswith("aa")
        assert "c" not in text
        assert "b" in text
        assert 4 <= len(text) <= 9


def test_the_end_ends_a_text_or_only_a_line():
    how = {"longest": 60}
    lone = written(writer(), count=5, decoding=how)
    lines = writer(ends=False).write(wish_of({"count": 5, "decoding": how}))
    assert all("\n" not in text for text in lone)
    assert any("\n" in one["text"] for one in lines)
    for one in lines:
        assert len(one["text"]) == 60  # a new line is a token of its own


def test_a_beam_gives_the_best_first_and_as_many_as_wished_for():
    made = writer()
    found = made.write(wish_of({"count": 4, "decoding": {"beam": 2, "longest": 5}}))
    chances = [one["log_probability"] for one in found]
    assert len(found) == 4
    assert chances == sorted(chances, reverse=True)
    assert len({one["text"] for one in found}) == 4


def test_what_is_refused_is_not_written():
    made = writer()
    twice = set(written(made, count=30))
    short = {text for text in twice if len(text) <= 1}
    assert short
    refusing = writer(refuse=lambda ids: len(ids) <= 1)
    assert all(len(text) > 1 for text in written(refusing, count=30, copies=False))


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"start": "xa"}, 'start: the character "x" of "xa".'),
        ({"banned": ("b", "z")}, 'banned: the character "z" of "z".'),
        ({"required": "ä"}, 'required: the character "ä" of "ä".'),
    ],
)
def test_what_the_model_never_read_is_told_word_for_word(wish, words):
    with pytest.raises(SettingError) as told:
        written(writer(), **wish)
    assert str(told.value) == (
        f"{words}\n"
        "  expected: characters of the training data\n"
        "  to fix:   leave it out: the model has never read it\n"
        "  code:     setting"
    )


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        ({"given": "female"}, 'given: "female", and its texts depend on nothing.'),
        (
            {"copies": False},
            "no copies of training texts, and this model keeps none of them.",
        ),
    ],
)
def test_a_wish_that_the_model_cannot_heed_is_refused(wish, found):
    with pytest.raises(SettingError) as told:
        written(writer(), **wish)
    assert told.value.found == found


def test_words_are_joined_as_a_person_would():
    made = writer(unit="word")
    found = written(made, start="cab abba", count=2, decoding={"longest": 4})
    assert all(text.startswith("cab abba") for text in found)


# -- the wish ------------------------------------------------------------------------


def test_one_text_is_as_good_as_a_list_of_one():
    wish = wish_of({"given": "female", "banned": "x", "required": ["a", "b"]})
    assert wish.given == ("female",)
    assert wish.banned == ("x",)
    assert wish.required == ("a", "b")
    assert wish.count == 1
    assert wish.decoding.beam == 0


def test_settings_of_decoding_are_checked_and_named():
    assert wish_of({"decoding": {"top_k": 3}}).decoding.top_k == 3
    with pytest.raises(SettingError, match="top_k"):
        wish_of({"decoding": {"top_k": -1}})
    with pytest.raises(SettingError, match="topk"):
        wish_of({"decoding": {"topk": 3}})


@pytest.mark.parametrize("count", [0, -1])
def test_no_texts_are_no_wish(count):
    with pytest.raises(SettingError) as told:
        wish_of({"count": count})
    assert str(told.value) == (
        f"{count} texts.\n"
        "  expected: one or more\n"
        "  to fix:   give a count\n"
        "  code:     setting"
    )


def test_another_name_is_a_mistake_in_the_program():
    with pytest.raises(TypeError, match="unexpected keyword argument 'temperature'"):
        wish_of({"temperature": 1.0})
