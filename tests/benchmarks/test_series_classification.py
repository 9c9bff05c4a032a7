"""The nearest neighbor beside the classifier of series: every way through, by hand."""

from functools import cache

import pytest
import torch

from tests.rules.source import ROOT
from unrolled.tasks._base import Example


@pytest.fixture
def script(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import series_classification

    return series_classification


def warped(a: list[float], b: list[float]) -> float:
    """The cheapest of all ways through both, tried one by one."""

    @cache
    def least(i: int, j: int) -> float:
        here = (a[i] - b[j]) ** 2
        before = [(i - 1, j), (i, j - 1), (i - 1, j - 1)]
        ways = [least(*one) for one in before if min(one) >= 0]
        return here + (min(ways) if ways else 0.0)

    return least(len(a) - 1, len(b) - 1)


def test_distances_are_those_of_the_cheapest_way_through(script):
    torch.manual_seed(0)
    row = torch.randn(5, 1)
    others = [torch.randn(length, 1) for length in (1, 7, 5)]
    known = torch.nn.utils.rnn.pad_sequence(others, batch_first=True)
    found = script.distances(row, known, torch.tensor([1, 7, 5]))
    wanted = [warped(row[:, 0].tolist(), one[:, 0].tolist()) for one in others]
    assert found.tolist() == pytest.approx(wanted, rel=1e-4)


def test_a_series_moved_along_time_is_nearest_to_itself(script):
    rows = [
        Example([0.0, 0.0, 5.0, 0.0], "peak", "line 1"),
        Example([0.0, 1.0, 2.0, 3.0], "ramp", "line 2"),
    ]
    asked = [Example([0.0, 5.0, 0.0, 0.0, 0.0], "peak", "line 3")]
    assert script.nearest(rows, asked, 0) == ["peak"]


def test_folds_hold_out_a_row_of_each_class_in_turn(script):
    rows = [Example([0.0], label, "here") for label in "aabbab"]
    assert script.folds_of(rows, 2, in_order=False) == [0, 1, 0, 1, 0, 0]
    assert script.folds_of(rows, 2, in_order=True) == [0, 1, 0, 1, 0, 1]
