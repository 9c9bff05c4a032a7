"""Target cells: which kind they look like, their numbers, and what is refused."""

import json

import pytest
import torch

from unrolled.errors import (
    BrokenModelError,
    FixableError,
    SettingError,
    UnknownLabelError,
    UnreadableDataError,
)
from unrolled.readers import Cell
from unrolled.tasks._base import Example
from unrolled.tasks._targets import MOST_GRADES, Targets, guess


def rows(*targets: Cell | None) -> list[Example]:
    """Examples of a file, from its second line on."""
    return [Example("x", t, f"a.csv, line {n}") for n, t in enumerate(targets, 2)]


def learn(*targets: Cell, kind: str = "auto", header: str = "target") -> Targets:
    return Targets.learn(rows(*targets), kind=kind, header=header)


# -- which kind ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "header", "kind"),
    [
        (["positive", "negative"], "label", "label"),
        (["1", "2", "3"], "label", "label"),
        (["1", "2", "3"], "rating", "rating"),
        (["1", "5"], " Stars ", "rating"),
        ([1.0, 3.0, 2.0], "grade", "rating"),
        (["1.5", "2", "3"], "rating", "number"),
        (["1.5", "-2e3"], "label", "number"),
        ([str(n) for n in range(MOST_GRADES)], "x", "label"),
        ([str(n) for n in range(MOST_GRADES + 1)], "x", "number"),
        ([str(n) for n in range(MOST_GRADES + 1)], "stars", "number"),
        (["1", "2", "five"], "rating", "label"),
        (["nan", "1"], "rating", "label"),
        (["1", ""], "rating", "label"),
        (["joy|fear", "joy", "fear", "fear|joy"], "emotion", "labels"),
        (["a|b", "c"], "label", "label"),  # a sign that is never a separator elsewhere
        ([["joy"], ["joy", "fear"]], "emotion", "labels"),
    ],
)
def test_the_kind_is_guessed_from_cells_and_header(cells, header, kind):
    assert guess(rows(*cells), header) == kind


def test_a_kind_that_is_told_is_not_guessed():
    assert learn("1", "2", kind="label", header="rating").kind == "label"
    assert learn("1", "2", kind="number").kind == "number"
    assert learn("1", "2", kind="rating").kind == "rating"
    assert learn("a", "b", kind="labels").kind == "labels"


# -- numbers and back ----------------------------------------------------------------


def test_labels_are_numbered_by_alphabet_or_by_size():
    assert learn("b", " a ", "c", "a").names == ["a", "b", "c"]
    assert learn("10", "9", "2").names == ["2", "9", "10"]
    assert learn("10", "9", "x").names == ["10", "9", "x"]
    assert learn(3.0, 10.0, 3.0).names == ["3", "10"]


def test_a_label_becomes_its_number():
    targets = learn("no", "yes", "no")
    found = targets.encode(rows("yes", " no ", "yes"))
    assert found.dtype == torch.int64
    assert found.tolist() == [1, 0, 1]


def test_several_labels_become_a_row_of_zeros_and_ones():
    targets = learn("joy|fear", "joy", "", "fear|joy|fear", kind="labels")
    assert targets.names == ["fear", "joy"]
    found = targets.encode(rows("joy", "", "fear | joy", ["joy", " fear"], "|", []))
    assert found.tolist() == [[0, 1], [0, 0], [1, 1], [1, 1], [0, 0], [0, 0]]
    assert found.dtype == torch.float32


def test_a_grade_is_one_grade_however_it_is_written():
    targets = learn("4", "10", 2.0, "4.0", "+4", "2.5", kind="rating", header="stars")
    assert targets.names == ["2", "2.5", "4", "10"]
    assert targets.values().tolist() == [2.0, 2.5, 4.0, 10.0]
    assert targets.encode(rows(4.0, "4.00", "2.50", 10.0, "2")).tolist() == [
        2,
        2,
        1,
        3,
        0,
    ]


def test_numbers_are_standardized():
    targets = learn("1.5", "2.5", "5.0", kind="number")
    assert (targets.center, targets.names) == (3.0, [])
    found = targets.encode(rows("3", "1.5", 5.0))
    assert found.dtype == torch.float32
    scale = ((1.5**2 + 0.5**2 + 2**2) / 3) ** 0.5
    assert found.tolist() == pytest.approx([0.0, -1.5 / scale, 2 / scale])


def test_large_numbers_keep_their_small_differences():
    targets = learn("1700000001", "1700000002", "1700000003", kind="number")
    found = targets.encode(rows("1700000001", "1700000002", "1700000003"))
    assert found.tolist() == pytest.approx([-(1.5**0.5), 0, 1.5**0.5])


def test_no_rows_become_no_targets():
    assert learn("a", "b").encode([]).shape == (0,)
    assert learn("a", "b", kind="labels").encode([]).shape == (0, 2)
    assert learn("1.5", "2").encode([]).shape == (0,)


def test_members_are_the_names_of_each_row():
    targets = learn("b", "a", "c")
    assert targets.member(torch.tensor([1, 2])).tolist() == [[0, 1, 0], [0, 0, 1]]
    several = learn("a", "b", kind="labels")
    encoded = several.encode(rows("a|b", ""))
    assert torch.equal(several.member(encoded), encoded)
    number = learn("1.5", "2")
    assert number.member(number.encode(rows("1.5", "2"))).shape == (2, 0)


def test_names_and_numbers_as_they_stand_in_the_rows():
    targets = learn("a", "b")
    assert targets.named(rows("b", "new")) == [["b"], ["new"]]
    assert targets.numbers(rows("b")) == []
    numbers = learn("1.5", "2")
    assert numbers.numbers(rows("7", 2.5)) == [7.0, 2.5]
    assert numbers.named(rows("7")) == []
    several = learn("a|b", kind="labels")
    assert several.named(rows("b| a", "")) == [["b", "a"], []]


@pytest.mark.parametrize("kind", ["label", "rating"])
def test_balanced_weights_make_every_name_count_alike(kind):
    targets = learn("1", "2", "2", "2", kind=kind)
    encoded = targets.encode(rows("1", "2", "2", "2"))
    weights = targets.balance(encoded)
    assert weights.tolist() == pytest.approx([2.0, 2 / 3])
    assert weights[encoded].mean().item() == pytest.approx(1)


@pytest.mark.parametrize(
    "made",
    [learn("a", "b"), learn("a|b", kind="labels"), learn("1.5", "2.25", kind="number")],
    ids=lambda made: made.kind,
)
def test_they_come_back_from_json(made):
    assert Targets.from_json(json.loads(json.dumps(made.to_json()))) == made


# -- what is refused -----------------------------------------------------------------


def words(error: FixableError) -> list[str]:
    return [error.found, error.expected, error.fix]


@pytest.mark.parametrize("kind", ["label", "labels", "rating"])
def test_a_name_that_was_not_in_training_is_refused_with_its_place(kind):
    targets = learn("1", "2", kind=kind, header="stars")
    cell = "1|five" if kind == "labels" else "five"
    with pytest.raises(UnknownLabelError) as refusal:
        targets.encode(rows("2", cell))
    assert words(refusal.value) == [
        'a.csv, line 3: column "stars" holds "five", not a known label.',
        "one of 1, 2",
        "correct that row, or train again on data that holds this label",
    ]


def test_a_grade_between_the_known_ones_is_unknown():
    targets = learn("1", "2", kind="rating", header="stars")
    with pytest.raises(UnknownLabelError, match=r'holds "1\.5", not a known label'):
        targets.encode(rows("1.50"))


@pytest.mark.parametrize("kind", ["label", "rating"])
@pytest.mark.parametrize("cell", ["", "  ", None])
def test_an_empty_cell_is_refused_with_its_place(kind, cell):
    targets = learn("1", "2", kind=kind, header="stars")
    with pytest.raises(UnreadableDataError) as refusal:
        targets.encode(rows("1", cell))
    assert words(refusal.value) == [
        'a.csv, line 3: column "stars" is empty.',
        "a label in every row",
        "fill it in, or leave such rows out",
    ]


@pytest.mark.parametrize(
    ("cell", "shown"), [("five", "five"), ("", ""), ("inf", "inf"), (None, "None")]
)
@pytest.mark.parametrize("kind", ["number", "rating"])
def test_what_is_no_number_is_refused_with_its_place(kind, cell, shown):
    with pytest.raises(UnreadableDataError) as refusal:
        Targets.learn(rows("1", "2", cell), kind=kind, header="stars")
    assert words(refusal.value) == [
        f'a.csv, line 4: column "stars" holds "{shown}".',
        "a number",
        "correct that row, or set task.kind=label",
    ]


def test_a_list_where_one_label_should_be_is_refused():
    with pytest.raises(UnreadableDataError) as refusal:
        learn("a", ["a", "b"], kind="label", header="mood")
    assert words(refusal.value) == [
        'a.csv, line 3: column "mood" holds a list.',
        "one label in every row",
        "correct that row, or set task.kind=labels",
    ]


def test_spans_of_a_text_are_no_labels():
    with pytest.raises(UnreadableDataError) as refusal:
        learn([], [[0, 6, "PER"]], kind="labels", header="spans")
    assert words(refusal.value) == [
        'a.csv, line 3: column "spans" holds lists in a list.',
        "a list of labels",
        "correct that row; spans of a text belong to the task tag",
    ]


@pytest.mark.parametrize(
    ("kind", "cells", "what"),
    [
        ("label", ["a", "a"], 'only "a"'),
        ("rating", ["4", "4.0"], 'only "4"'),
        ("labels", ["", "|"], "no label in any row"),
        ("number", ["0.1", "0.1", "0.1"], "the same number in every row"),
    ],
)
def test_one_answer_for_all_rows_is_nothing_to_learn(kind, cells, what):
    with pytest.raises(UnreadableDataError) as refusal:
        Targets.learn(rows(*cells), kind=kind, header="mood")
    assert words(refusal.value) == [
        f'a.csv: column "mood" holds {what}.',
        "at least two different answers to tell apart",
        "add rows with other answers, or name another column with --target",
    ]


def test_without_rows_there_is_nothing_to_learn_either():
    with pytest.raises(UnreadableDataError, match="the data: column"):
        Targets.learn([], kind="label", header="mood")


@pytest.mark.parametrize("kind", ["labels", "number"])
def test_only_rows_of_one_name_can_be_balanced(kind):
    targets = learn("1", "2", kind=kind)
    with pytest.raises(SettingError) as refusal:
        targets.balance(targets.encode(rows("1", "2")))
    assert words(refusal.value) == [
        f"task.class_weights=balanced for {kind} answers.",
        "one label or one rating in each row",
        "leave task.class_weights out",
    ]


GOOD = learn("a", "b").to_json()


@pytest.mark.parametrize(
    "found",
    [
        None,
        [],
        {},
        {k: v for k, v in GOOD.items() if k != "scale"},
        GOOD | {"more": 1},
        GOOD | {"kind": "guess"},
        GOOD | {"kind": ["label"]},
        GOOD | {"names": "ab"},
        GOOD | {"names": ["a", 2]},
        GOOD | {"center": "0"},
    ],
    ids=str,
)
def test_damaged_targets_of_a_model_are_refused(found):
    with pytest.raises(BrokenModelError) as refusal:
        Targets.from_json(found)
    assert words(refusal.value) == [
        "targets.json does not describe targets.",
        "an object with kind, header, names, center, scale",
        "train the model again",
    ]
