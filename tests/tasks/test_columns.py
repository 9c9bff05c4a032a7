"""Columns: named, found by their usual headers, or taken in their order."""

import pytest

from unrolled.errors import MissingColumnError, SettingError
from unrolled.readers import Table
from unrolled.tasks._base import Column, Example
from unrolled.tasks._columns import choose, examples, headers_of

INPUT = Column("input", holds="texts", usual=("text", "review"))
TARGET = Column("target", holds="labels", usual=("label", "rating"))
BOTH = (INPUT, TARGET)


def table(*columns: str) -> Table:
    row = tuple(f"cell {column}" for column in columns)
    return Table(columns, [row, row], ["a.csv, line 2", "a.csv, line 3"], "a.csv")


@pytest.mark.parametrize(
    ("columns", "named", "places"),
    [
        (("text", "label"), {}, [0, 1]),
        (("label", "text"), {}, [1, 0]),
        ((" Text ", "LABEL"), {}, [0, 1]),
        (("review", "text", "rating", "label"), {}, [1, 3]),  # the first usual one wins
        (("a", "b"), {}, [0, 1]),
        (("a", "b", "review"), {}, [2, 0]),
        (("a", "b", "rating"), {}, [0, 2]),
        (("text", "label"), {"input": "label"}, [1, 0]),
        (("a", "b", "c"), {"target": "1"}, [1, 0]),
        (("a", "b", "c"), {"input": "3", "target": "b"}, [2, 1]),
        (("a", "text", "label"), {"input": "a"}, [0, 2]),
        (("text", "label"), {"input": "", "target": ""}, [0, 1]),
        (("text", "2"), {"target": "2"}, [0, 1]),
    ],
)
def test_the_columns_that_are_chosen(columns, named, places):
    found, said = choose(table(*columns), BOTH, named)
    assert found == {"input": places[:1], "target": places[1:]}
    first, second = (columns[place] for place in places)
    assert said == f'input is column "{first}", target is column "{second}"'


def test_a_header_that_is_a_number_wins_over_the_number_of_a_column():
    found, _ = choose(table("2", "1"), BOTH, {"input": "1", "target": "2"})
    assert found == {"input": [1], "target": [0]}


def test_a_task_may_read_a_single_column():
    assert choose(table("a", "review"), (INPUT,), {}) == (
        {"input": [1]},
        'input is column "review"',
    )


def test_a_column_that_is_not_there_is_refused_in_words():
    with pytest.raises(MissingColumnError) as refusal:
        choose(table("text", "label"), BOTH, {"target": "stars"})
    assert str(refusal.value) == (
        'a.csv has no column "stars".\n'
        "  expected: one of text, label, or a number from 1 to 2\n"
        "  to fix:   name another column with --input or --target\n"
        "  code:     missing-column"
    )


@pytest.mark.parametrize(
    ("columns", "shown", "lacking"),
    [
        (("text",), "only one column: text", "target: labels"),
        (("label",), "only one column: label", "input: texts"),
    ],
)
def test_too_few_columns_are_refused_in_words(columns, shown, lacking):
    with pytest.raises(MissingColumnError) as refusal:
        choose(table(*columns), BOTH, {})
    assert str(refusal.value) == (
        f"a.csv has {shown}.\n"
        f"  expected: one more for the {lacking}\n"
        "  to fix:   add that column, or check the delimiter of the file\n"
        "  code:     missing-column"
    )


def test_more_columns_than_one_may_be_too_few_as_well():
    third = Column("given", holds="attributes", usual=())
    with pytest.raises(MissingColumnError, match="has only 2 columns: text, label"):
        choose(table("text", "label"), (*BOTH, third), {})


def test_one_column_cannot_be_both():
    with pytest.raises(SettingError) as refusal:
        choose(table("text", "label"), BOTH, {"input": "text", "target": "1"})
    assert str(refusal.value) == (
        '--input "text" and --target "1" are one column of a.csv.\n'
        "  expected: a column for each\n"
        "  to fix:   name another of text, label\n"
        "  code:     setting"
    )


def test_rows_become_examples_that_know_their_place():
    assert examples(table("label", "text"), {"input": [1], "target": [0]}) == [
        Example("cell text", "cell label", "a.csv, line 2"),
        Example("cell text", "cell label", "a.csv, line 3"),
    ]
    assert examples(table("label", "text"), {"input": [1]})[1] == Example(
        "cell text", None, "a.csv, line 3"
    )


NAMES = (INPUT, Column("given", holds="attributes", usual=("sex",), optional=True))


@pytest.mark.parametrize(
    ("columns", "named", "places"),
    [
        (("text", "sex"), {}, [1]),
        (("text", "x"), {}, []),  # it may be absent
        (("text", "a", "b"), {"given": "b,a"}, [2, 1]),
        (("text", "a", "b"), {"given": "b, 2"}, [2, 1]),
        (("text", "a,b"), {"given": "a,b"}, [1]),  # a header wins over a list
    ],
)
def test_what_is_given_may_be_several_columns_or_none(columns, named, places):
    rows = table(*columns)
    found, _ = choose(rows, NAMES, named)
    assert found == {"input": [0], "given": places}
    wanted = tuple(f"cell {columns[place]}" for place in places)
    assert examples(rows, found)[0].given == wanted
    header = ",".join(columns[place] for place in places)
    assert headers_of(rows, found).get("given", "") == header


def test_one_column_cannot_be_given_twice():
    with pytest.raises(SettingError):
        choose(table("text", "sex"), NAMES, {"given": "sex,sex"})


# -- several right answers ------------------------------------------------------------

TRANSLATION = Column("target", holds="texts", usual=("target",), repeats=True)
PAIR = (INPUT, TRANSLATION)


@pytest.mark.parametrize(
    ("columns", "named", "target", "further"),
    [
        (("1", "2", "3", "4"), {}, [1], [2, 3]),
        (("1", "2"), {}, [1], []),
        (("1", "2", "3", "4"), {"target": "3"}, [2], [3]),
        (("1", "2", "3", "4"), {"target": "4,2"}, [3, 1], []),
        (("1", "2", "3"), {"input": "3", "target": "1"}, [0], [1]),
        (("text", "target", "date"), {}, [1], []),  # a date is no translation
        (("text", "target", "date", "target 2", "Target_3"), {}, [1], [3, 4]),
        (("text", "fr", "ref0", "reference", "refuse"), {}, [1], [2, 3]),
        (("target 2", "text", "target"), {}, [2], []),  # only those to the right
        (("text", "fr", "ref1"), {"target": "fr,ref1"}, [1, 2], []),
        (("text", "a,b", "b"), {"target": "a,b"}, [1], []),
    ],
)
def test_a_target_that_repeats_takes_the_columns_beside_it(
    columns, named, target, further
):
    found, _ = choose(table(*columns), PAIR, named)
    assert (found["target"], found["references"]) == (target, further)


def test_what_is_said_of_further_right_answers_is_short():
    _, said = choose(table("1", "2", "3", "4"), PAIR, {})
    assert said == (
        'input is column "1", target is column "2", further right answers are in'
        ' "3", "4"'
    )
    _, said = choose(table(*map(str, range(1, 9))), PAIR, {})
    assert said.endswith('further right answers are in "3", "4", ..., "8"')


def test_further_right_answers_are_not_among_the_headers_of_a_model():
    rows = table("1", "2", "3")
    found, _ = choose(rows, PAIR, {})
    assert headers_of(rows, found) == {"input": "1", "target": "2"}
    found, _ = choose(rows, PAIR, {"target": "2,3"})
    assert headers_of(rows, found) == {"input": "1", "target": "2,3"}


@pytest.mark.parametrize(
    ("cells", "target", "references"),
    [
        (("Salut", "", "Bonjour"), "Salut", ("Bonjour",)),
        (("", " ", "Bonjour"), "Bonjour", ()),
        (("", "", ""), "", ()),
        ((["Salut", "Bonjour"], "", "Coucou"), "Salut", ("Bonjour", "Coucou")),
        (([], "", ""), "", ()),
        ((3.0, "", ""), 3.0, ()),
        (([1.0, 2.0], "", ""), [1.0, 2.0], ()),
    ],
)
def test_right_answers_that_are_empty_are_left_out(cells, target, references):
    rows = Table(("1", "2", "3", "4"), [("Hi", *cells)], ["line 1"], "a.tsv")
    [found] = examples(rows, choose(rows, PAIR, {})[0])
    assert found == Example("Hi", target, "line 1", references=references)


def test_a_list_is_one_answer_where_a_target_does_not_repeat():
    rows = Table(("text", "label"), [("Hi", ["A", "B"])], ["line 1"], "a.jsonl")
    [found] = examples(rows, choose(rows, BOTH, {})[0])
    assert (found.target, found.references) == (["A", "B"], ())


def test_a_series_may_be_spread_over_columns():
    spread = Table(
        ("id", "p0", "p1", "p2", "label"),
        [("a", "1", "2", "3", "x"), ("b", "4", "", "6", "y")],
        ["a.csv, line 2", "a.csv, line 3"],
        "a.csv",
    )
    found, said = choose(spread, BOTH, {"input": "p0..p2"})
    assert found == {"input": [1, 2, 3], "target": [4]}
    assert said == (
        'input is a series over 3 columns, "p0" to "p2", target is column "label"'
    )
    headers = headers_of(spread, found)
    assert headers == {"input": "p0..p2", "target": "label"}
    assert choose(spread, BOTH, headers)[0] == found
    assert choose(spread, BOTH, {"input": "2..4"})[0] == found
    assert examples(spread, found) == [
        Example(["1", "2", "3"], "x", "a.csv, line 2"),
        Example(["4", "", "6"], "y", "a.csv, line 3"),
    ]


def test_a_range_that_runs_back_is_refused():
    with pytest.raises(SettingError) as refusal:
        choose(table("p0", "p1", "label"), BOTH, {"input": "p1..p0"})
    assert str(refusal.value) == (
        '"p1..p0" names columns 2 to 1 of a.csv.\n'
        "  expected: the first and the last column of a series, in this order\n"
        "  to fix:   name them as FIRST..LAST\n"
        "  code:     setting"
    )
    with pytest.raises(MissingColumnError, match='has no column "p7"'):
        choose(table("p0", "p1", "label"), BOTH, {"input": "p0..p7"})


def test_a_range_that_holds_the_target_is_refused():
    with pytest.raises(SettingError, match="are one column of"):
        choose(table("p0", "label", "p1"), BOTH, {"input": "p0..p1", "target": "label"})
