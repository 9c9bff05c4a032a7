"""Each metric on three cases worked by hand, and against scikit-learn where it is."""

import pytest
import torch
from torch import Tensor

from unrolled.tasks._metrics import (
    accuracy,
    calibration_error,
    confusion,
    interval,
    macro_f1,
    multi_label_f1,
)


def t(*numbers: float) -> Tensor:
    return torch.tensor(numbers)


@pytest.mark.parametrize(
    ("predicted", "true", "expected"),
    [
        (t(1, 0, 2, 2), t(1, 0, 2, 1), 0.75),
        (t(0, 0), t(1, 1), 0.0),
        (t(2), t(2), 1.0),
    ],
)
def test_accuracy_is_the_share_of_right_rows(predicted, true, expected):
    assert accuracy(predicted, true) == expected


@pytest.mark.parametrize(
    ("predicted", "true", "classes", "expected"),
    [
        # class 0: 1 hit, 1 false alarm; class 1: 1 hit, 1 miss
        (t(0, 0, 1), t(0, 1, 1), 2, (2 / 3 + 2 / 3) / 2),
        # class 1 is never predicted: F1 0
        (t(0, 0, 0), t(0, 0, 1), 2, (4 / 5 + 0) / 2),
        # class 0: 2 hits, 1 miss; class 2: 1 hit, 1 false alarm; class 1: nowhere
        (t(0, 2, 0, 2), t(0, 0, 0, 2), 3, (4 / 5 + 2 / 3) / 2),
    ],
)
def test_macro_f1_weighs_the_classes_that_occur_alike(
    predicted, true, classes, expected
):
    assert macro_f1(predicted, true, classes) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("predicted", "true", "macro", "micro"),
    [
        # label 0: 1 hit, 1 false alarm; label 1: 1 hit, 1 miss
        ([[1, 0], [1, 1], [0, 0]], [[1, 0], [0, 1], [0, 1]], 2 / 3, 4 / 6),
        # label 1 is neither predicted nor true: F1 0, as in scikit-learn
        ([[1, 0], [0, 0]], [[1, 0], [1, 0]], (2 / 3 + 0) / 2, 2 / 3),
        ([[0, 0]], [[0, 0]], 0.0, 0.0),
    ],
)
def test_f1_of_several_labels_over_columns_and_over_all_entries(
    predicted, true, macro, micro
):
    found = multi_label_f1(torch.tensor(predicted), torch.tensor(true))
    assert found == pytest.approx((macro, micro))
    as_floats = multi_label_f1(
        torch.tensor(predicted).float(), torch.tensor(true).float()
    )
    assert as_floats == found


@pytest.mark.parametrize(
    ("predicted", "true", "expected"),
    [
        (t(0, 1, 1), t(0, 0, 1), [[1, 1, 0], [0, 1, 0], [0, 0, 0]]),
        (t(2, 2), t(0, 1), [[0, 0, 1], [0, 0, 1], [0, 0, 0]]),
        (t(2, 1, 0, 2), t(2, 1, 0, 2), [[1, 0, 0], [0, 1, 0], [0, 0, 2]]),
    ],
)
def test_the_confusion_has_a_row_for_each_true_class(predicted, true, expected):
    assert confusion(predicted, true, 3) == expected


@pytest.mark.parametrize(
    ("confidence", "right", "expected"),
    [
        # sure of 0.95 and right in 1 of 2; of 0.55 and right in 2 of 2
        (t(0.95, 0.95, 0.55, 0.55), [1, 0, 1, 1], (0.9 + 0.9) / 4),
        (t(1.0, 1.0, 1.0), [1, 1, 1], 0.0),
        # in one bin errors cancel out: 0.22 + 0.28 against 1 right of 2
        (t(0.22, 0.28), [0, 1], 0.5 / 2),
    ],
)
def test_the_calibration_error_is_the_gap_in_each_bin(confidence, right, expected):
    found = calibration_error(confidence, torch.tensor(right))
    assert found == pytest.approx(expected, abs=1e-6)


def test_without_answers_the_calibration_error_is_zero():
    assert calibration_error(torch.zeros(0), torch.zeros(0)) == 0.0


# -- the interval --------------------------------------------------------------------


def rights(share: float, rows: int) -> Tensor:
    return (torch.arange(rows) < share * rows).double()


def test_an_interval_is_the_same_every_time_and_another_for_another_seed():
    per_row = rights(0.3, 200)
    assert interval(per_row) == interval(per_row)
    assert interval(per_row) != interval(per_row, seed=1)
    state = torch.get_rng_state()
    interval(per_row)
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_an_interval_is_as_wide_as_the_normal_one_where_rows_are_many(share):
    low, high = interval(rights(share, 1000))
    deviation = (share * (1 - share) / 1000) ** 0.5
    assert low == pytest.approx(share - 1.96 * deviation, abs=0.2 * deviation)
    assert high == pytest.approx(share + 1.96 * deviation, abs=0.2 * deviation)


def test_fewer_rows_give_a_wider_interval_and_equal_rows_none():
    few, many = interval(rights(0.5, 50)), interval(rights(0.5, 5000))
    assert few[1] - few[0] > 5 * (many[1] - many[0])
    assert interval(torch.full((30,), 2.5)) == [2.5, 2.5]
    assert interval(torch.tensor([1.0])) == [1.0, 1.0]


def test_the_metrics_are_those_of_scikit_learn():
    theirs = pytest.importorskip(
        "sklearn.metrics", reason="scikit-learn is no dependency; not installed"
    )
    generator = torch.Generator().manual_seed(0)
    true = torch.randint(0, 4, (60,), generator=generator)
    predicted = torch.where(torch.rand(60, generator=generator) < 0.6, true, true % 3)
    expected = theirs.f1_score(true.numpy(), predicted.numpy(), average="macro")
    assert macro_f1(predicted, true, 7) == pytest.approx(expected)
    matrix = theirs.confusion_matrix(true.numpy(), predicted.numpy())
    assert confusion(predicted, true, 4) == matrix.tolist()
    several = torch.randint(0, 2, (60, 5), generator=generator)
    found = torch.randint(0, 2, (60, 5), generator=generator)
    expected = [
        theirs.f1_score(several.numpy(), found.numpy(), average=kind)
        for kind in ("macro", "micro")
    ]
    assert list(multi_label_f1(found, several)) == pytest.approx(expected)
