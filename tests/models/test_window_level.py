"""What is taken off a window: the last value, a season, the spread."""

import torch
from torch import Tensor
from torch.testing import assert_close

from unrolled.models.window_level import (
    LEAST,
    last_seen,
    level_of,
    level_of_counts,
    mean_of,
    spread_out,
)
from unrolled.models.windows import Windows
from unrolled.ragged import Ragged


def windows(rows: list[list[float | None]], horizon: int = 3) -> Windows:
    """None is a gap."""
    flat = [value for row in rows for value in row]
    seen = torch.tensor([float(value is not None) for value in flat])
    values = torch.tensor([value or 0.0 for value in flat])
    return Windows(
        values=Ragged(values, torch.tensor([len(row) for row in rows])),
        seen=seen,
        covariates=torch.zeros(len(flat), 0),
        ahead=torch.zeros(len(rows), horizon, 0),
        groups=torch.zeros(len(rows), 0, dtype=torch.int64),
    )


def plain(rows: Ragged) -> list[list[float]]:
    return [row.tolist() for row in rows.to_list()]


def test_the_last_value_that_was_seen():
    given = windows([[1, 2, None], [None], [], [5]])
    assert last_seen(given).tolist() == [2, 0, 0, 5]
    assert last_seen(windows([[], []])).tolist() == [0, 0]


def test_without_a_season_the_last_value_is_taken_off():
    level = level_of(windows([[1, 4, None], [], [7]]))
    assert plain(level.history) == [[-3, 0, 0], [], [0]]
    assert level.seen.tolist() == [1, 1, 0, 1]
    assert level.base.tolist() == [[4] * 3, [0] * 3, [7] * 3]
    assert level.scale.tolist() == [1, 1, 1]


def test_with_a_season_the_value_of_a_season_before_is_taken_off():
    level = level_of(windows([[1, 2, 4, 8, 16], [3], []], horizon=5), season=2)
    assert plain(level.history) == [[0, 0, 3, 6, 12], [0], []]
    assert level.seen.tolist() == [0, 0, 1, 1, 1, 0]
    # moments 3 and 4 repeated; a row shorter than a season repeats its last value
    assert level.base.tolist() == [[8, 16, 8, 16, 8], [3] * 5, [0] * 5]


def test_a_season_with_a_gap_takes_the_last_value_for_it():
    level = level_of(windows([[1, 2, 5, None, 9, 6, None, 8]], horizon=4), season=3)
    # 9 − 2 and 8 − 9 are known, since both ends of them are; 6 − 5 too
    assert plain(level.history) == [[0, 0, 0, 0, 7, 1, 0, -1]]
    assert level.seen.tolist() == [0, 0, 0, 0, 1, 1, 0, 1]
    assert level.base.tolist() == [[6, 8, 8, 6]]


def test_a_season_is_not_looked_for_in_the_row_before():
    alone = level_of(windows([[5, 6]]), season=3)
    behind = level_of(windows([[1, 2, 3], [5, 6]]), season=3)
    assert torch.equal(behind.base[1], alone.base[0])
    assert behind.seen[3:].tolist() == [0, 0]


def test_counts_are_divided_by_one_more_than_their_mean():
    level = level_of_counts(windows([[2, None, 4], []]))
    assert level.scale.tolist() == [4, 1]
    assert plain(level.history) == [[0.5, 0, 1], []]
    assert level.base.tolist() == [[0] * 3] * 2


def test_the_spread_is_that_of_what_was_seen():
    level = spread_out(level_of(windows([[1, 5, None, 3], [2, 2], []])))
    wanted = torch.tensor([8 / 3, 0.0, 0.0]).add(LEAST**2).sqrt()
    assert_close(level.scale, wanted)
    assert_close(level.history[0], torch.tensor([-2, 2, 0, 0]) / wanted[0])


def test_the_mean_of_nothing_is_zero():
    rows = Ragged(torch.tensor([3.0, 5.0, 9.0]), torch.tensor([2, 1, 0]))
    found: Tensor = mean_of(rows, torch.tensor([1.0, 1.0, 0.0]))
    assert found.tolist() == [4, 0, 0]
