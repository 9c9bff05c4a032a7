"""Given columns: categories, numbers, wishes in words, and the words of errors."""

import pytest
import torch

from unrolled.errors import BrokenModelError, FixableError, SettingError
from unrolled.tasks._base import Example
from unrolled.tasks._generate.field import Field
from unrolled.tasks._generate.given import Given


def rows(*given: tuple) -> list[Example]:
    return [
        Example("Ann", None, f"names.csv, line {number}", cells)
        for number, cells in enumerate(given, 2)
    ]


def learned(*given: tuple, header: str = "sex,origin", numbers: str = "auto") -> Given:
    return Given.learn(rows(*given), header, numbers)


PEOPLE = [("female", "irish"), ("male", "irish"), ("female", "french")]


def test_categories_are_numbered_by_alphabet():
    given = learned(*PEOPLE)
    assert given.sizes == (2, 2)
    assert given.categories == [0, 1]
    assert given.encode(rows(*PEOPLE)).tolist() == [[0, 1], [1, 1], [0, 0]]
    assert given.named([1.0, 0.0]) == {"sex": "male", "origin": "french"}


def test_numbers_are_standardized():
    given = learned((1.5,), (2.5,), (3.5,), header="year")
    assert given.sizes == (0,)
    found = given.encode(rows((1.5,), (2.5,), (4.5,)))
    deviation = (2 / 3) ** 0.5
    torch.testing.assert_close(found[:, 0], torch.tensor([-1.0, 0.0, 2.0]) / deviation)
    assert given.named([1 / deviation]) == {"year": "3.5"}


def test_whole_numbers_are_categories_unless_there_are_many():
    few, many = [(str(n % 3),) for n in range(60)], [(str(n),) for n in range(60)]
    assert learned(*few, header="grade").sizes == (3,)
    assert learned(*many, header="grade").sizes == (0,)
    assert learned(*many, header="grade", numbers="none").sizes == (60,)
    assert learned(*few, header="grade", numbers="grade").sizes == (0,)
    assert learned((4.0,), ("4",), header="grade").fields[0].names == ["4"]


def test_one_number_in_every_row_is_no_division_by_zero():
    given = learned((2.5,), (2.5,), header="year")
    assert given.encode(rows((2.5,), (3.5,))).tolist() == [[0.0], [1.0]]


def test_nothing_given_is_a_table_without_columns():
    given = learned((), (), header="")
    assert given.sizes == ()
    assert given.encode(rows((), ())).shape == (2, 0)
    assert given.encode([]).shape == (0, 0)
    assert given.asked([]) == []
    assert given.drawn([], 3, torch.Generator()).shape == (3, 0)
    files, tensors = given.state()
    assert Given.restore(files, tensors).sizes == ()


# -- wishes ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["male", "french"], [1, 0]),
        (["male,french"], [1, 0]),
        (["origin=french"], [None, 0]),
        (["origin=french,sex=male"], [1, 0]),
        (["origin=french", "female"], [0, 0]),
        (["Male"], [1, None]),
        ([",irish"], [None, 1]),
        ([""], [None, None]),
        ([], [None, None]),
    ],
)
def test_a_wish_names_values_by_place_or_by_column(texts, found):
    assert learned(*PEOPLE).asked(texts) == found


def test_capitals_matter_where_they_tell_categories_apart():
    given = learned(("US",), ("us",), header="land")
    assert given.asked(["us"]) == [1]
    assert given.asked(["US"]) == [0]
    with pytest.raises(SettingError):
        given.asked(["Us"])


def test_a_single_column_may_hold_commas_in_its_names():
    given = learned(("Congo, Republic of",), ("Chad",), header="land")
    assert given.asked(["Congo, Republic of"]) == [1]


def test_a_number_is_asked_for_as_a_number():
    given = learned((1.5,), (3.5,), header="year")
    assert given.asked(["4.5"]) == [2.0]
    with pytest.raises(SettingError) as why:
        given.asked(["soon"])
    assert why.value.found == 'given: "soon" is no year that the model knows.'
    assert why.value.expected == "a number"


def test_an_unknown_category_and_one_value_too_many_name_what_there_is():
    given = learned(*PEOPLE)
    with pytest.raises(SettingError) as why:
        given.asked(["divers"])
    assert why.value.found == 'given: "divers" is no sex that the model knows.'
    assert why.value.expected == "one of female, male"
    with pytest.raises(SettingError) as why:
        given.asked(["male", "irish", "old"])
    assert why.value.found == 'given: "old" is one more value than this model takes.'
    assert why.value.expected == "a value for sex, origin"
    with pytest.raises(SettingError) as why:
        learned((), header="").asked(["male"])
    assert why.value.expected == "nothing given"
    assert why.value.fix == "leave it out, or train with --given COLUMN"


def test_what_is_left_open_is_drawn_from_rows_like_the_asked_ones():
    given = learned(*PEOPLE)
    lot = torch.Generator().manual_seed(0)
    men = given.drawn(given.asked(["male"]), 50, lot)
    assert men.tolist() == [[1, 1]] * 50
    women = given.drawn(given.asked(["female"]), 200, lot)
    assert women[:, 0].tolist() == [0] * 200
    assert 70 < int(women[:, 1].sum()) < 130
    # no Frenchman in training: the origin is asked for, and the sex stays as asked
    assert given.drawn(given.asked(["male,french"]), 2, lot).tolist() == [[1, 0]] * 2


def test_without_chance_it_is_the_most_frequent_or_the_mean():
    given = learned(("b", 1.5), ("b", 2.5), ("a", 8.5), header="kind,size")
    assert given.usual([None, None])[0].tolist() == pytest.approx([1, 0], abs=1e-6)
    only_a = given.usual([0.0, None])[0].tolist()
    assert only_a == given.encode(rows(("a", 8.5)))[0].tolist()


def test_the_contrast_is_what_there_is_with_its_shares_or_some_of_it():
    values, shares = learned(*PEOPLE, PEOPLE[0]).contrast
    assert values.tolist() == [[0, 0], [0, 1], [1, 1]]
    assert shares.tolist() == [0.25, 0.5, 0.25]
    many = learned(*[(n + 0.5,) for n in range(30)], header="year").contrast
    assert many.values.shape == (8, 1)
    assert len(set(many.values.flatten().tolist())) == 8
    assert many.shares.tolist() == [0.125] * 8
    assert learned((), (), header="").contrast.values.shape == (1, 0)


# -- what is wrong ---------------------------------------------------------------------


def refused(given: Given | None, *cells: tuple, **learning: str) -> FixableError:
    with pytest.raises(FixableError) as why:
        given.encode(rows(*cells)) if given else learned(*cells, **learning)
    return why.value


def test_an_unseen_category_is_named_with_its_place_and_the_known_ones():
    why = refused(learned(*PEOPLE), ("male", "irish"), ("divers", "irish"))
    assert why.found == (
        'names.csv, line 3: column "sex" holds "divers", not a known label.'
    )
    assert why.expected == "one of female, male"
    assert why.code == "unknown-label"


def test_many_known_categories_are_not_all_told():
    given = learned(*[(f"land {n:02}",) for n in range(40)], header="land")
    why = refused(given, ("nowhere",))
    assert why.expected.endswith("land 10, land 11, ... 40 in all")


def test_a_word_in_a_column_of_numbers_is_a_mistake_in_training_and_later():
    cells = [(f"{n}.5",) for n in range(30)]
    wanted = 'names.csv, line {}: column "year" holds "soon".'
    why = refused(None, *cells, ("soon",), header="year")
    assert why.found == wanted.format(32)
    assert why.expected == "a number"
    assert why.fix == (
        "correct that row, or set task.numbers=none if these are names of categories"
    )
    assert refused(learned(*cells, header="year"), ("soon",)).found == wanted.format(2)
    assert refused(learned(*cells, header="year"), ("nan",)).expected == "a number"


@pytest.mark.parametrize(
    ("cell", "what"), [("", "is empty."), ("  ", "is empty."), ([1], "holds a list.")]
)
def test_an_empty_cell_and_a_list_are_refused(cell, what):
    why = refused(None, ("male",), (cell,), header="sex")
    assert why.found == f'names.csv, line 3: column "sex" {what}'


def test_too_few_given_columns_are_refused():
    why = refused(learned(*PEOPLE), ("male",))
    assert why.found == "names.csv, line 2: 1 given values."
    assert why.expected == "one for each of sex, origin"


def test_numbers_must_name_given_columns():
    with pytest.raises(SettingError) as why:
        learned(("male",), header="sex", numbers="year")
    assert why.value.found == 'task.numbers: there is no given column "year".'
    assert why.value.expected == "auto, none, or some of sex"


# -- kept ------------------------------------------------------------------------------


def test_a_folder_brings_it_back():
    given = learned(*PEOPLE)
    back = Given.restore(*given.state())
    assert back.fields == given.fields
    assert torch.equal(back.mix, given.mix)


@pytest.mark.parametrize(
    "mix",
    [
        torch.zeros(3, 1),
        torch.zeros(0, 2),
        torch.tensor([[0.0, 2.0]]),
        torch.tensor([[0.5, 0.0]]),
        torch.tensor([[torch.nan, 0.0]]),
        torch.zeros(3, 2, dtype=torch.int64),
    ],
    ids=str,
)
def test_damaged_values_are_a_broken_model(mix):
    files, _ = learned(*PEOPLE).state()
    with pytest.raises(BrokenModelError, match="given values"):
        Given.restore(files, {"given.mix": mix})


@pytest.mark.parametrize(
    "found",
    [
        None,
        {},
        {"header": "sex", "names": [1], "center": 0.0, "scale": 1.0},
        {"header": "sex", "names": [], "center": 0.0, "scale": 0.0},
        {"header": "sex", "names": [], "center": "0", "scale": 1.0},
    ],
    ids=str,
)
def test_a_damaged_description_is_a_broken_model(found):
    with pytest.raises(BrokenModelError, match=r"given\.json"):
        Field.from_json(found)
