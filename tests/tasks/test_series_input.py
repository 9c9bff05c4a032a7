"""Series to vectors: standardized, of one width, and what is refused."""

import math

import pytest
import torch

from unrolled.errors import BrokenModelError, UnreadableDataError
from unrolled.models.settings import ModelSettings
from unrolled.readers import Cell
from unrolled.tasks._base import Example
from unrolled.tasks._series_input import SeriesInput, looks_like_series, series_of


def rows(*cells: Cell) -> list[Example]:
    return [Example(cell, None, f"a.csv, line {n}") for n, cell in enumerate(cells, 2)]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1 2.5", [[1.0], [2.5]]),
        ("[1, 2]", [[1.0], [2.0]]),
        ([1.0, 2.0], [[1.0], [2.0]]),
        ([[1.0, 2.0], [3.0, 4.0]], [[1.0, 2.0], [3.0, 4.0]]),
        (7.0, [[7.0]]),
        ([], []),
    ],
)
def test_a_series_is_one_vector_for_each_moment(cell, expected):
    found = series_of(rows(cell)[0])
    assert found.dtype == torch.float32
    assert found.tolist() == expected


def test_series_are_standardized_by_all_moments_of_the_training_rows():
    reads = SeriesInput.learn(rows([[1.0, 5.0], [3.0, 5.0]], [], [[8.0, 5.0]]))
    assert reads.mean.tolist() == [4.0, 5.0]
    assert reads.scale.tolist() == pytest.approx([math.sqrt(26 / 3), 1.0])
    assert reads.notes() == ["series of 2 numbers at each moment, standardized"]
    layer = reads.layer(ModelSettings(), 0)
    found = layer(reads.encode(rows([[4.0, 6.0]]))).values
    assert found.tolist() == [[0.0, 1.0]]


def test_series_of_large_numbers_keep_their_deviation():
    reads = SeriesInput.learn(rows(*[[16_000_000.0 + k % 4] for k in range(4000)]))
    assert reads.scale.item() == pytest.approx(math.sqrt(5) / 2)


def test_series_may_be_empty_and_there_may_be_none():
    reads = SeriesInput.learn(rows([[1.0, 2.0]], []))
    found = reads.encode(rows([], [[3.0, 4.0]], []))
    assert found.lengths.tolist() == [0, 1, 0]
    assert found.values.tolist() == [[3.0, 4.0]]
    assert reads.encode([]).values.shape == (0, 2)
    assert SeriesInput.learn(rows([], [])).encode(rows([])).values.shape == (0, 1)


@pytest.mark.parametrize("learning", [True, False])
def test_series_of_unequal_width_are_refused_with_their_place(learning):
    wide, narrow = [[1.0, 2.0, 3.0]], [1.0, 2.0]
    with pytest.raises(UnreadableDataError) as refusal:
        if learning:
            SeriesInput.learn(rows([], wide, narrow, [[1.0, 2.0]]))
        else:
            SeriesInput.learn(rows(wide)).encode(rows([], wide, narrow))
    assert str(refusal.value) == (
        "a.csv, line 4: a series of 1 numbers at each moment.\n"
        "  expected: 3, as in the training rows\n"
        "  to fix:   correct that row\n"
        "  code:     unreadable-data"
    )


def test_what_is_no_series_is_refused_with_its_place():
    with pytest.raises(UnreadableDataError) as refusal:
        SeriesInput.learn(rows("1 2", "1 x"))
    assert str(refusal.value) == (
        'a.csv, line 3 holds "x", which is no number.\n'
        "  expected: numbers such as 1.5 2 3.25 or [1.5, 2, 3.25], or a vector of one"
        " size for each moment: [[1, 2], [3, 4]]; ? or null for a gap\n"
        "  to fix:   correct that cell, or leave its row out\n"
        "  code:     unreadable-data"
    )


def test_a_number_too_large_to_be_computed_with_is_refused():
    with pytest.raises(UnreadableDataError) as refusal:
        series_of(rows([1.0, 1e39])[0])
    assert str(refusal.value) == (
        "a.csv, line 2 holds a number beyond 3.4e38.\n"
        "  expected: numbers that fit in 32 bits\n"
        "  to fix:   write the column in larger units\n"
        "  code:     unreadable-data"
    )


@pytest.mark.parametrize(
    ("cells", "series"),
    [
        (["1 2 3", "4 5"], True),
        (["1,2,3", "4"], True),
        (["[1, 2]", "[]"], True),
        ([[1.0], [2.0, 3.0]], True),
        ([[[1.0, 2.0]]], True),
        ([[]], True),
        (["1", "2"], False),  # one number each: as well a name
        (["He is 5", "1 2"], False),
        (["1 2", "three"], False),
        (["", "1 2"], False),
        ([["he", "is"]], False),
        (["1 2 3"] * 20 + ["words"], True),  # only the first rows are looked at
    ],
)
def test_texts_and_series_are_told_apart(cells, series):
    assert looks_like_series(rows(*cells)) is series


def test_a_gap_is_the_value_before_it_and_the_network_is_told():
    nan = math.nan
    learned = rows([[nan, 1.0], [4.0, 1.0], [nan, 3.0]], [[2.0, 3.0]])
    reads = SeriesInput.learn(learned)
    assert reads.mean.tolist() == [3.0, 2.0]  # of what was measured
    assert reads.scale.tolist() == [1.0, 1.0]
    assert reads.notes() == [
        "series of 2 numbers at each moment, standardized",
        "gaps: in 1 of these; a gap is the value before it, and the network is told",
    ]
    assert reads.encode(learned).values.tolist() == [
        [3.0, 1.0, 0.0],  # nothing before it: the mean
        [4.0, 1.0, 1.0],
        [4.0, 3.0, 0.0],
        [2.0, 3.0, 1.0],
    ]
    layer = reads.layer(ModelSettings(), 0)
    assert layer.width == 3
    assert layer(reads.encode(learned)).values[0].tolist() == [0.0, -1.0, 0.0]


def test_a_gap_that_training_did_not_have_is_the_value_before_it():
    reads = SeriesInput.learn(rows([1.0, 5.0]))
    found = reads.encode(rows("7 ? NA 9", [None, 2.0]))
    assert found.values.flatten().tolist() == [7.0, 7.0, 7.0, 9.0, 3.0, 2.0]
    assert reads.layer(ModelSettings(), 0).width == 1


def test_gaps_come_back_from_a_model_folder():
    reads = SeriesInput.learn(rows([1.0, None, 5.0]))
    again = SeriesInput.restore(reads.state()[1])
    cells = rows([None, 2.0])
    assert again.encode(cells).values.equal(reads.encode(cells).values)
    assert list(SeriesInput.learn(rows([1.0])).state()[1]) == [
        "input.mean",
        "input.scale",
    ]


def test_a_plain_list_is_cut_into_moments_of_a_width():
    reads = SeriesInput.learn(rows("1 2 3 4", "5 6"), width=2)
    found = reads.encode(rows("1 2 3 4", [[5.0, 6.0]], []))
    assert found.lengths.tolist() == [2, 1, 0]
    assert found.values.tolist() == [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]
    again = SeriesInput.restore(reads.state()[1], width=2)
    assert again.encode(rows("1 2 3 4")).lengths.tolist() == [2]


def test_a_list_of_no_whole_moments_is_refused():
    with pytest.raises(UnreadableDataError) as refusal:
        SeriesInput.learn(rows("1 2 3"), width=2)
    assert str(refusal.value) == (
        "a.csv, line 2: a series of 3 numbers, which are no moments of 2.\n"
        "  expected: a multiple of 2 numbers, as task.width says\n"
        "  to fix:   correct that row, or set another task.width\n"
        "  code:     unreadable-data"
    )


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1 ? 3", "4 5"], True),
        (["? ?", "1 2"], False),
        (["NA", "1 2"], False),
        ([[None, None], [1.0, None]], True),
        (["1", "2"], False),
    ],
)
def test_gaps_make_no_series_of_words(cells: list[Cell], expected: bool):
    assert looks_like_series(rows(*cells)) is expected


@pytest.mark.parametrize("size", [0, 2])
def test_a_damaged_model_folder_is_told(size: int):
    tensors = SeriesInput.learn(rows([1.0, None])).state()[1]
    for name in list(tensors):
        damaged = {**tensors, name: torch.zeros(size)}
        with pytest.raises(BrokenModelError) as refusal:
            SeriesInput.restore(damaged)
        assert refusal.value.found == (
            "the model folder has sizes of input tensors that do not agree."
        )
