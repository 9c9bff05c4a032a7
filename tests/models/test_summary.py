"""The figures of a series without its order, each by hand."""

import pytest
import torch

from unrolled.models.summary import summarize
from unrolled.ragged import Ragged


def test_the_figures_of_one_series_by_hand():
    series = Ragged.from_list([torch.tensor([[1.0], [3.0], [2.0]])])
    (found,) = summarize(series).tolist()
    assert found == pytest.approx(
        [2.0, (2 / 3) ** 0.5, 1.0, 3.0, 1.0, 2.0, 0.5, 1.5, 3.0]
    )


def test_each_feature_has_figures_of_its_own_kind_by_kind():
    series = Ragged.from_list([torch.tensor([[0.0, 8.0], [4.0, 6.0]])])
    (found,) = summarize(series).tolist()
    means, deviations = [2.0, 7.0], [2.0, 1.0]
    least, largest = [0.0, 6.0], [4.0, 8.0]
    first, last = [0.0, 8.0], [4.0, 6.0]
    rises, steps = [1.0, 0.0], [4.0, 2.0]
    assert found == pytest.approx(
        means + deviations + least + largest + first + last + rises + steps + [2.0]
    )


def test_a_series_of_one_moment_has_no_steps():
    (found,) = summarize(Ragged.from_list([torch.tensor([[5.0]])])).tolist()
    assert found == [5.0, 0.0, 5.0, 5.0, 5.0, 5.0, 0.0, 0.0, 1.0]


def test_an_empty_series_is_all_zeros_and_no_series_are_no_rows():
    empty = Ragged(torch.zeros(0, 2), torch.tensor([0]))
    assert summarize(empty).tolist() == [[0.0] * 17]
    none = Ragged(torch.zeros(0, 2), torch.tensor([], dtype=torch.int64))
    assert summarize(none).shape == (0, 17)


def test_a_row_does_not_see_the_others():
    rows = [torch.randn(n, 3) for n in (4, 0, 1, 6)]
    together = summarize(Ragged.from_list(rows))
    alone = [summarize(Ragged.from_list([row])) for row in rows]
    assert torch.equal(together, torch.cat(alone))
