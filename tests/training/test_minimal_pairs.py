"""Minimal pairs are counted as BLiMP counts them: per group, and a tie is lost."""

from pathlib import Path
from typing import Any

import pytest

from unrolled.errors import MissingColumnError, UnreadableDataError
from unrolled.training.minimal_pairs import Pair, Pairs, read_pairs, score_pairs

TABLE = """good,bad,phenomenon,number
He runs.,He run.,agreement,1
They run.,They runs.,agreement,2
She sees him.,She sees he.,case,2
"""


class Weighs:
    """In place of a model: each text has the log-probability that stands here."""

    name = "language_model"

    def __init__(self, known: dict[str, float]) -> None:
        self.known = known

    def surprisal(self, texts: list[str]) -> list[dict[str, Any]]:
        return [{"log_probability": self.known[text]} for text in texts]


@pytest.fixture
def table(tmp_path) -> Path:
    path = tmp_path / "pairs.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_pairs_are_read_by_header_or_number(table):
    pairs = read_pairs(table, good="good", bad="bad", by="phenomenon").rows
    assert pairs[1] == Pair(good="They run.", bad="They runs.", group="agreement")
    assert [pair.group for pair in pairs] == ["agreement", "agreement", "case"]
    assert pairs == read_pairs(table, good="1", bad="2", by="3").rows
    ungrouped = read_pairs(table, good="1", bad="2").rows
    assert [pair.group for pair in ungrouped] == [""] * 3


def test_a_column_that_is_named_stands_in_a_header(tmp_path):
    path = tmp_path / "pairs.csv"
    path.write_text("right,wrong\nI go,go I\n", encoding="utf-8")
    assert read_pairs(path, good="right", bad="wrong").rows == [
        Pair(good="I go", bad="go I")
    ]
    both = read_pairs(path, good="1", bad="2", given={"data.header": "no"}).rows
    assert both[0] == Pair(good="right", bad="wrong")


def test_rows_that_are_left_out_are_told(tmp_path):
    path = tmp_path / "pairs.csv"
    path.write_text("good,bad\nI go,go I\nwe\n", encoding="utf-8")
    given = {"data.skip_bad_rows": True}
    pairs = read_pairs(path, good="good", bad="bad", given=given)
    model: Any = Weighs({"I go": -1.0, "go I": -2.0})
    found = score_pairs(model, pairs)
    assert found["examples"] == 1
    assert found["bad_rows"] == pairs.bad_rows
    assert pairs.bad_rows[0].startswith(f"{path}, line 3: 1 cell.")


def test_groups_may_be_numbers(tmp_path):
    path = tmp_path / "pairs.jsonl"
    path.write_text('{"g": "a b", "b": "b a", "n": 3}\n', encoding="utf-8")
    assert read_pairs(path, good="g", bad="b", by="n").rows[0].group == "3"


def test_a_pair_is_won_where_the_good_one_is_likelier():
    model: Any = Weighs({"a": -1.0, "b": -2.0, "c": -3.0, "d": -3.0})
    pairs = [
        Pair(good="a", bad="b", group="x"),
        Pair(good="b", bad="a", group="x"),
        Pair(good="b", bad="c", group="y"),
        Pair(good="c", bad="d", group="x"),  # as likely as the other: not won
    ]
    found = score_pairs(model, Pairs(pairs))
    assert found.pop("seconds") >= 0
    assert found == {
        "task": "language_model",
        "metrics": {
            "accuracy": 0.5,
            "ties": 1,
            "groups": {
                "x": {"accuracy": 1 / 3, "examples": 3},
                "y": {"accuracy": 1.0, "examples": 1},
            },
        },
        "baseline": {"chance": {"accuracy": 0.5}},
        "examples": 4,
    }


def test_without_groups_none_are_told():
    model: Any = Weighs({"a": -1.0, "b": -2.0})
    assert score_pairs(model, Pairs([Pair(good="a", bad="b")]))["metrics"] == {
        "accuracy": 1.0,
        "ties": 0,
    }


def test_a_column_that_is_not_there_is_told_with_the_options_of_the_verb(table):
    with pytest.raises(MissingColumnError) as why:
        read_pairs(table, good="good", bad="worse")
    assert str(why.value) == (
        f'{table} has no column "worse".\n'
        "  expected: one of good, bad, phenomenon, number, or a number from 1 to 4\n"
        "  to fix:   name others: --pairs GOOD,BAD and --by COLUMN\n"
        "  code:     missing-column"
    )


@pytest.mark.parametrize(
    ("cell", "kind"), [("3", "the number 3"), ('["a", "b"]', "a list")]
)
def test_a_cell_that_is_no_text_is_refused_with_its_line(tmp_path, cell, kind):
    path = tmp_path / "pairs.jsonl"
    rows = [f'{{"good": "a", "bad": {one}}}\n' for one in (cell, cell)]
    path.write_text("".join(rows), encoding="utf-8")
    with pytest.raises(UnreadableDataError) as why:
        read_pairs(path, good="good", bad="bad")
    assert str(why.value) == (
        f'{path}, line 1: column "bad" holds {kind}.\n'
        "  expected: a text in each column of --pairs\n"
        "  to fix:   name the columns of the texts, or correct that row\n"
        "  code:     unreadable-data"
    )
