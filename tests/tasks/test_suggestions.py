"""Settings that suit what is read: names by letter, series, and words as they are."""

import pytest

from unrolled.settings import describe, make
from unrolled.tasks._base import Example
from unrolled.tasks._suggestions import (
    FEW_SERIES,
    SERIES,
    SMALL_TOKENS,
    SOUNDS,
    suggestions,
)
from unrolled.tasks.classify import Classify
from unrolled.text.settings import TextSettings
from unrolled.training.sections import sections_of


def rows(*cells: str) -> list[Example]:
    return [Example(cell, None, "here") for cell in cells]


@pytest.mark.parametrize(
    ("texts", "tokens", "small"),
    [
        (["Anna", "Bob"], "auto", True),
        (["He is great"], "auto", False),
        (["He is great"], "byte", True),
        (["He is great"], "character", True),
        (["Anna", "Bob"], "word", False),
    ],
)
def test_letters_have_settings_of_their_own(texts, tokens, small):
    found = suggestions(rows(*texts), "text", TextSettings(tokens=tokens))
    assert found == (SMALL_TOKENS if small else {})


def test_series_and_sounds_have_settings_of_their_own():
    assert suggestions(rows(*["1 2"] * 500), "series", TextSettings()) == SERIES
    assert suggestions(rows(*["1 2"] * 499), "series", TextSettings()) == FEW_SERIES
    assert suggestions(rows("a.wav"), "sound", TextSettings()) == SOUNDS


@pytest.mark.parametrize("suggested", [SMALL_TOKENS, SERIES, FEW_SERIES, SOUNDS])
def test_every_suggestion_is_a_setting_and_no_default(suggested):
    sections = sections_of(Classify)
    defaults = {path: default for path, _, default, _ in describe(sections)}
    for path, value in suggested.items():
        assert defaults[path] != value, path
    make(sections, suggested)


def test_classify_suggests_by_what_its_rows_hold():
    settings = make(Classify.sections, {})
    assert Classify.suggest(rows("Anna", "Bob"), settings) == SMALL_TOKENS
    assert Classify.suggest(rows("1 2 3"), settings) == FEW_SERIES
    assert Classify.suggest(rows("a.wav", "b.flac"), settings) == SOUNDS
    assert Classify.suggest(rows("He is great"), settings) == {}
    told = make(Classify.sections, {"task.reads": "text", "text.tokens": "word"})
    assert Classify.suggest(rows("1 2 3"), told) == {}
