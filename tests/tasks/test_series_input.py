"""Series to vectors: standardized, of one width, and what is refused."""

import math

import pytest
import torch

from unrolled.errors import UnreadableDataError
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
        " size for each moment: [[1, 2], [3, 4]]\n"
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
