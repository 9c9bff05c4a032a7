"""Figures of rows, each counted by hand."""

import pytest

from unrolled.settings import make
from unrolled.tasks._base import Example
from unrolled.tasks.classify import Classify
from unrolled.tasks.forecast import Forecast
from unrolled.training import row_facts
from unrolled.training.row_facts import facts_of, known_of
from unrolled.training.sections import sections_of


def rows(*pairs: tuple[str, str]) -> list[Example]:
    return [Example(text, label, f"row {n}") for n, (text, label) in enumerate(pairs)]


def fitted(train: list[Example]) -> Classify:
    given = {"text.tokens": "word", "text.start": "random"}
    return Classify.fit(train, make(sections_of(Classify), given), {})


TRAIN = rows(
    ("a fine film", "good"),
    ("a fine film", "good"),
    ("a dull film", "bad"),
    ("a dull film", "good"),
    ("so dull", "bad"),
)


def test_labels_lengths_repetitions_and_contradictions_are_counted():
    valid = rows(("a fine day", "good"), ("so dull", "bad"))
    found = facts_of(fitted(TRAIN), TRAIN, valid, apart=False)
    train = found["train"]
    assert train["rows"] == 5
    assert train["labels"] == {"good": 3, "bad": 2}
    assert (train["lengths"], train["tokens"]) == ([2, 3, 3], 14)
    # "fine" and "so", of the eight words of three different texts.
    assert train["once"] == pytest.approx(2 / 8)
    assert train["repeated"] == pytest.approx(2 / 5)
    assert train["contradicted"] == pytest.approx(2 / 5)
    assert train["ceiling"] == pytest.approx(4 / 5)
    told = found["valid"]
    assert told["unknown"] == pytest.approx(1 / 5)  # "day"
    assert told["strange"] == ["day"]
    assert told["leaked"] == pytest.approx(1 / 2)


def test_rows_that_were_cut_apart_are_not_compared():
    found = facts_of(fitted(TRAIN), TRAIN, TRAIN, apart=True)
    assert "leaked" not in found["valid"]


@pytest.mark.parametrize(
    ("text", "telling"),
    [
        ("{} tag_{}", {"good": "tag_good", "bad": "tag_bad"}),
        ("{} mark", {}),
    ],
)
def test_a_word_that_stands_in_all_rows_of_a_label_and_in_no_others_tells_it(
    text, telling
):
    pairs = [
        (text.format(f"word{n % 7}", label), label)
        for n in range(30)
        for label in ("good", "bad")
    ]
    train = rows(*pairs)
    found = facts_of(fitted(train), train, train[:2], apart=True)["train"]
    assert found.get("telling", {}) == telling


def test_a_word_of_all_rows_tells_no_label_however_rare_the_other_ones_are():
    pairs = [("it was fine", "good")] * 970 + [("it was not", "bad")] * 30
    train = rows(*[(f"{text} {n}", label) for n, (text, label) in enumerate(pairs)])
    found = facts_of(fitted(train), train, [], apart=True)["train"]["telling"]
    assert found == {"good": "fine", "bad": "not"}
    other = rows(*[(f"it was {n}", label) for n, (_, label) in enumerate(pairs)])
    assert "telling" not in facts_of(fitted(other), other, [], apart=True)["train"]


def test_of_too_many_rows_and_of_tables_only_the_number_is_told(monkeypatch):
    monkeypatch.setattr(row_facts, "MOST_ROWS", 4)
    found = facts_of(fitted(TRAIN), TRAIN, [], apart=False)
    assert found == {"train": {"rows": 5}, "valid": {"rows": 0}}
    task = object.__new__(Forecast)
    assert facts_of(task, TRAIN[:1], [], apart=False)["train"] == {"rows": 1}


def test_other_rows_are_told_by_what_the_vocabulary_knows():
    found = known_of(fitted(TRAIN), rows(("a blue film", "good"), ("blue", "bad")))
    assert found["rows"] == 2
    assert found["unknown"] == pytest.approx(2 / 4)
    assert found["strange"] == ["blue"]
