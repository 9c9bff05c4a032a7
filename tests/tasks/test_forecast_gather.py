"""Tables to series: wide, long, whole; gaps, the future, and what is refused."""

import math
import time
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import torch

from unrolled.errors import MissingColumnError, SettingError, UnreadableDataError
from unrolled.readers import Table, read
from unrolled.series import Series
from unrolled.tasks._base import Gathered
from unrolled.tasks._forecast.gather import gather
from unrolled.tasks._forecast.series_settings import SeriesSettings

ETTH1 = Path("../shared/data/timeseries/etth1/ETTh1.csv")


def table(text: str) -> Table:
    """Cells divided by blanks, `_` an empty one; the first line names the columns."""
    lines = [line.split() for line in text.strip().splitlines()]
    rows = [tuple("" if cell == "_" else cell for cell in line) for line in lines]
    places = [f"a.csv, line {n}" for n in range(2, len(rows) + 1)]
    return Table(rows[0], list(rows[1:]), places, "a.csv")


def gathered(text: str, named: dict[str, str] | None = None, **said) -> Gathered:
    return gather(table(text), named or {}, SeriesSettings(**said))


def series_in(text: str, named: dict[str, str] | None = None, **said) -> list[Series]:
    found = [example.input for example in gathered(text, named, **said).examples]
    return [one for one in found if isinstance(one, Series)]


def plain(numbers: torch.Tensor) -> list[list[float | None]]:
    return [[None if math.isnan(n) else n for n in row] for row in numbers.tolist()]


def dates(one: Series) -> list[str]:
    zero = datetime(1970, 1, 1).timestamp()
    return [str(datetime.fromtimestamp(t + zero))[:10] for t in one.times.tolist()]


AIR = """
Date Passengers
1949-01 112
1949-02 118
1949-03 132
"""


def test_a_wide_table_of_one_column():
    found = gathered(AIR)
    assert found.headers == {"input": "Date", "target": "Passengers"}
    assert found.notes == [
        'times: "Date"; values: "Passengers"',
        "times: dates, step 1 month",
        "1 series of 3 moments",
    ]
    [example] = found.examples
    assert example.place == "a.csv, lines 2 to 4"
    assert example.target is None
    [one] = series_in(AIR)
    assert one.name == ""
    assert one.channels == ("Passengers",)
    assert plain(one.values) == [[112], [118], [132]]
    assert one.values.dtype == torch.float64
    assert dates(one) == ["1949-01-01", "1949-02-01", "1949-03-01"]
    assert one.step == "1 month"
    assert one.past.shape == (3, 0)
    assert one.known.shape == (3, 0)


WIDE = """
date HUFL note OT
2016-07-01 1 a 10
2016-07-02 2 _ _
2016-07-03 _ b 30
"""


def test_every_column_of_numbers_is_a_channel():
    found = gathered(WIDE)
    assert found.headers == {"input": "date", "target": "HUFL,OT"}
    assert found.notes[-3:] == [
        'columns left out: "note"',
        "1 series of 3 moments",
        "gaps: 2",
    ]
    [one] = series_in(WIDE)
    assert one.channels == ("HUFL", "OT")
    assert plain(one.values) == [[1, 10], [2, None], [None, 30]]


def test_channels_apart_are_a_series_each_of_its_own_length():
    first, second = series_in(WIDE, channels="apart")
    assert (first.name, second.name) == ("HUFL", "OT")
    assert plain(first.values) == [[1], [2]]
    assert plain(second.values) == [[10], [None], [30]]
    assert first.channels == ("HUFL",)
    assert dates(first) == ["2016-07-01", "2016-07-02"]


def test_a_column_with_a_usual_header_is_the_only_value():
    found = gathered("ds temperature y\n2016-01-01 5 1\n2016-01-02 6 2\n")
    assert found.headers["target"] == "y"
    assert 'columns left out: "temperature"' in found.notes
    told = gathered(
        "ds temperature y\n2016-01-01 5 1\n2016-01-02 6 2\n",
        {"target": "y,temperature"},
    )
    assert told.headers["target"] == "y,temperature"


LONG = """
store date sales holiday size
b 2024-01-01 1 0 big
a 2024-01-02 5 0 small
b 2024-01-02 2 1 big
b 2024-01-04 4 0 big
a 2024-01-03 6 1 small
b 2024-01-05 _ 1 big
b 2024-01-06 _ 0 big
"""


def test_a_long_table_has_a_series_for_each_id():
    found = gathered(LONG, known="holiday", static="size")
    assert found.headers == {"input": "date", "target": "sales", "given": "store"}
    assert found.notes == [
        'times: "date"; values: "sales"; one series for each: "store"; known ahead:'
        ' "holiday"; static: "size"',
        "times: dates, step 86400 s",
        "missing moments, now gaps: 1",
        "2 series of 2 to 4 moments",
        "gaps: 1",
    ]
    assert [e.place for e in found.examples] == [
        "a.csv, lines 2 to 8",
        "a.csv, lines 3 to 6",
    ]


def test_rows_below_the_last_value_are_the_future():
    b, a = series_in(LONG, known="holiday", static="size")
    assert (b.name, b.static) == ("b", ("big",))
    assert plain(b.values) == [[1], [2], [None], [4]]
    # the moment that is missing has the holiday of the one before
    assert plain(b.known) == [[0], [1], [1], [0], [1], [0]]
    assert dates(b)[-1] == "2024-01-06"
    assert len(b.times) == 6
    assert plain(a.values) == [[5], [6]]
    assert plain(a.known) == [[0], [1]]
    assert len(a.times) == 2


def test_without_covariates_known_ahead_rows_below_the_last_value_are_nothing():
    b, _ = series_in(LONG, past="holiday")
    assert plain(b.values) == [[1], [2], [None], [4]]
    assert plain(b.past) == [[0], [1], [None], [0]]
    assert b.known.shape[1] == 0
    assert len(b.times) == 4


def test_rows_above_the_first_value_are_nothing():
    [one] = series_in(
        "date y promo\n2024-01-01 _ 1\n2024-01-02 _ 2\n2024-01-03 7 3\n", known="promo"
    )
    assert plain(one.values) == [[7]]
    assert plain(one.known) == [[3]]
    assert dates(one) == ["2024-01-03"]


def test_two_columns_may_say_which_series_a_row_is_of():
    found = series_in(
        "shop item date y\n1 a 2024-01-01 5\n1 b 2024-01-01 6\n1 a 2024-01-02 7\n",
        {"given": "shop,item"},
    )
    assert [one.name for one in found] == ["1, a", "1, b"]
    assert plain(found[0].values) == [[5], [7]]


def test_a_column_that_only_counts_rows_is_no_id():
    found = gathered("id date y\n1 2024-01-01 5\n2 2024-01-02 6\n")
    assert "given" not in found.headers
    assert len(found.examples) == 1


def test_counts_have_no_dates_and_may_have_gaps():
    [one] = series_in("t x\n0 5\n1 6\n3 8\n")
    assert plain(one.values) == [[5], [6], [None], [8]]
    assert one.step == ""
    assert one.times.shape == (0,)
    halves = "t x\n" + "".join(f"{k / 2} {k}\n" for k in (0, 1, 2, 4, 5))
    assert plain(series_in(halves)[0].values) == [[0], [1], [2], [None], [4], [5]]


def test_rows_without_times_are_counted():
    found = gathered("y\n5\n_\n7\n")
    assert found.notes[0] == 'times: none, rows are counted; values: "y"'
    [one] = series_in("y\n5\n_\n7\n")
    assert plain(one.values) == [[5], [None], [7]]
    assert one.step == ""


def test_parts_of_a_date_in_columns_of_their_own():
    found = gathered("year month y\n2023 11 1\n2023 12 2\n2024 1 3\n")
    assert found.headers["input"] == "year,month"
    [example] = found.examples
    assert isinstance(example.input, Series)
    assert example.input.step == "1 month"


def test_one_value_and_a_constant_series_are_noted():
    found = gathered("id date y\na 2024-01-01 5\nb 2024-01-01 6\nb 2024-01-02 6\n")
    assert found.notes[-3:] == [
        "2 series of 1 to 2 moments",
        "series of one value: 1",
        "constant series: 1",
    ]
    [one] = series_in("date y\n2024-01-01 5\n")
    assert plain(one.values) == [[5]]
    assert one.step == ""


def refused(text: str, named: dict[str, str] | None = None, **said) -> str:
    with pytest.raises((UnreadableDataError, SettingError)) as caught:
        gathered(text, named, **said)
    return str(caught.value)


def test_a_date_out_of_order():
    text = "date y\n2024-01-01 1\n2024-01-03 3\n2024-01-02 2\n"
    assert refused(text) == (
        "a.csv, line 4: 2024-01-02 comes after 2024-01-03 (line 3).\n"
        "  expected: the rows of a series in the order of their times\n"
        "  to fix:   put them in order, or set series.sort=yes\n"
        "  code:     unreadable-data"
    )
    [one] = series_in(text, sort=True)
    assert plain(one.values) == [[1], [2], [3]]
    assert "rows put in order: 3" in gathered(text, sort=True).notes


def test_a_date_twice():
    text = "id date y\na 2024-01-01 1\nb 2024-01-01 2\na 2024-01-01 3\n"
    assert refused(text) == (
        'a.csv, line 4: 2024-01-01 of series "a" a second time, after line 2.\n'
        "  expected: one row for each time of a series\n"
        "  to fix:   name the column that tells series apart with --given, take one of"
        " the rows out, or set series.repeats=mean or last\n"
        "  code:     unreadable-data"
    )
    assert plain(series_in(text, repeats="mean")[0].values) == [[2]]
    assert plain(series_in(text, repeats="last")[0].values) == [[3]]
    assert "rows of one time joined: 1" in gathered(text, repeats="last").notes


def test_the_mean_of_rows_of_one_time_is_that_of_those_with_a_value():
    text = "date x z\n2024-01-01 1 _\n2024-01-01 _ _\n2024-01-01 4 8\n2024-01-02 1 1\n"
    assert plain(series_in(text, repeats="mean")[0].values) == [[2.5, 8], [1, 1]]


UNEVEN = """
date y
2024-01-01T00:00 1
2024-01-01T01:00 2
2024-01-01T02:00 3
2024-01-01T02:50 5
2024-01-01T04:00 6
"""


def test_times_at_no_equal_steps():
    assert refused(UNEVEN) == (
        "a.csv, line 5: 2024-01-01T02:50 comes 50 min after 2024-01-01T02:00, where"
        " rows usually come 1 h after the one before.\n"
        "  expected: times at equal steps; some may be missing\n"
        '  to fix:   correct that time, or give the step, series.step="1 h" for'
        " example, and rows are put on that grid\n"
        "  code:     unreadable-data"
    )


def test_times_are_put_on_the_grid_that_was_given():
    found = gathered(UNEVEN, step="1 h")
    assert "rows put on a grid of 3600 s: 5" in found.notes
    assert "rows of one moment joined: 1" in found.notes
    assert "missing moments, now gaps: 1" in found.notes
    [one] = series_in(UNEVEN, step="1 h")
    assert plain(one.values) == [[1], [2], [4], [None], [6]]
    assert one.step == "3600 s"
    months = "date y\n2024-01-05 1\n2024-01-20 3\n2024-02-07 5\n"
    [one] = series_in(months, step="month")
    assert plain(one.values) == [[2], [5]]
    assert dates(one) == ["2024-01-01", "2024-02-01"]


def test_a_step_that_times_keep_changes_nothing():
    assert gathered(AIR, step="1 month").notes == gathered(AIR).notes


def test_a_step_without_dates_is_refused():
    assert refused("t x\n0 5\n1 6\n", step="1 h") == (
        'series.step is "1 h", and the rows have no dates: counts.\n'
        "  expected: dates, which a step can be counted in\n"
        "  to fix:   leave series.step out, or name the column of the dates with"
        " --input\n"
        "  code:     setting"
    )


def test_a_time_in_the_far_future():
    text = "date y\n" + "".join(f"2024-01-01T00:{m:02} 1\n" for m in range(60))
    assert refused(text + "2124-01-01T00:00 1\n") == (
        "a.csv, line 62: 2124-01-01T00:00 comes long after 2024-01-01T00:59 (line 61):"
        " 52,594,561 moments for 61 rows at a step of 60 s.\n"
        "  expected: at most 20 moments for each row\n"
        "  to fix:   correct that time, or give a longer step with series.step\n"
        "  code:     unreadable-data"
    )


def test_a_text_among_values():
    assert refused("date y\n2024-01-01 5\n2024-01-02 ok\n2024-01-03 5\n").startswith(
        'a.csv, line 3: column "y" holds "ok", which is no number.\n'
    )


def test_an_infinite_value():
    assert refused("date y\n2024-01-01 5\n2024-01-02 inf\n").startswith(
        'a.csv, line 3: column "y" holds "inf", which is no finite number.\n'
    )


def test_a_covariate_known_ahead_without_a_number():
    text = "date y promo\n2024-01-01 1 0\n2024-01-03 3 _\n"
    assert refused(text, known="promo") == (
        'a.csv, line 3: column "promo" is empty, where a covariate known ahead should'
        " be.\n"
        "  expected: a number in every row, those of the future included\n"
        "  to fix:   fill it in, or name the column in series.past instead\n"
        "  code:     unreadable-data"
    )


def test_a_series_without_a_value():
    text = "id date y\na 2024-01-01 1\na 2024-01-02 2\nb 2024-01-01 _\n"
    assert refused(text) == (
        'a.csv, line 4: no value in column "y" of series "b".\n'
        "  expected: at least one measured value in every series\n"
        "  to fix:   leave those rows out, or name other columns with --target\n"
        "  code:     unreadable-data"
    )


def test_a_column_named_for_two_things():
    assert refused(AIR, {"target": "Passengers", "given": "Passengers"}) == (
        'the column "Passengers" of a.csv was named for two things.\n'
        "  expected: one use of each column: time, value, series, or covariate\n"
        "  to fix:   name it once among --input, --target, --given, series.past,"
        " series.known and series.static\n"
        "  code:     setting"
    )


def test_a_table_without_numbers():
    with pytest.raises(MissingColumnError) as caught:
        gathered("date what\n2024-01-01 sun\n2024-01-02 rain\n")
    assert str(caught.value) == (
        "a.csv has no column of numbers among its 2: date, what.\n"
        "  expected: a column of values, with a number or nothing in each row\n"
        "  to fix:   name it with --target; numbers are written 1234.5\n"
        "  code:     missing-column"
    )
    with pytest.raises(MissingColumnError, match='no column "holiday"'):
        gathered(AIR, known="holiday")


def whole(*rows: tuple, columns: tuple[str, ...]) -> Table:
    places = [f"a.jsonl, line {n}" for n in range(1, len(rows) + 1)]
    return Table(columns, list(rows), places, "a.jsonl")


def test_a_whole_series_in_each_row():
    found = gather(
        whole(
            ("T1", [None, 2.0, None, 4.0, None]),
            ("T2", [5.0]),
            columns=("id", "series"),
        ),
        {},
        SeriesSettings(),
    )
    assert found.headers == {"input": "series", "given": "id"}
    assert found.notes == [
        'series: "series"; one series for each: "id"',
        "2 series of 1 to 3 moments",
        "gaps: 1",
        "series of one value: 1",
    ]
    first, second = (example.input for example in found.examples)
    assert isinstance(first, Series)
    assert isinstance(second, Series)
    assert (first.name, second.name) == ("T1", "T2")
    assert plain(first.values) == [[2], [None], [4]]
    assert first.channels == ("series",)
    assert [e.place for e in found.examples] == ["a.jsonl, line 1", "a.jsonl, line 2"]


def test_a_whole_series_with_start_frequency_and_covariates():
    found = gather(
        whole(
            ("1979-01-01 00-00-00", "monthly", "1 2 ? 4", [0, 1, 0, 1, 1]),
            columns=("start_timestamp", "frequency", "series", "promo"),
        ),
        {},
        SeriesSettings(known="promo"),
    )
    one = found.examples[0].input
    assert isinstance(one, Series)
    assert one.step == "1 month"
    assert dates(one) == [f"1979-0{month}-01" for month in range(1, 6)]
    assert plain(one.values) == [[1], [2], [None], [4]]
    assert plain(one.known) == [[0], [1], [0], [1], [1]]
    assert "times: step 1 month" in found.notes


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (("1979-01-01", "monthly", [None, None], [1, 1]), "a series without a value."),
        (
            ("1979-01-01", "monthly", [1.0, 2.0], [1]),
            "a covariate of 1 moments beside a series of 2.",
        ),
        (
            ("soon", "monthly", [1.0, 2.0], [1, 1]),
            'the series begins at "soon", which is no date.',
        ),
        (
            ("1979-01-01", "often", [1.0, 2.0], [1, 1]),
            'the step of a series was given as "often".',
        ),
    ],
)
def test_a_whole_series_that_is_refused_by_its_row(cells, said: str):
    columns = ("start_timestamp", "frequency", "series", "promo")
    with pytest.raises(UnreadableDataError) as caught:
        gather(whole(cells, columns=columns), {}, SeriesSettings(known="promo"))
    assert caught.value.found == f"a.jsonl, line 1: {said}"


@pytest.mark.parametrize("seed", range(10))
def test_any_long_table_comes_back(seed: int):
    """Random series with gaps, their rows mixed, come back as they were."""
    chance = np.random.default_rng(seed)
    lines, wanted = [], {}
    for name in "abc":
        moments = int(chance.integers(4, 12))
        numbers = np.round(chance.normal(size=moments), 3)
        numbers[1:-1][chance.random(moments - 2) < 0.3] = np.nan
        begin = int(chance.integers(0, 20))
        wanted[name] = [[None if n != n else float(n)] for n in numbers]
        stamps = (1_700_000_000 + 60 * (begin + k) for k in range(moments))
        rows = zip(stamps, numbers, strict=True)
        # a gap is an empty cell or no row at all
        lines += [
            f"{name} {stamp} {'_' if n != n else n}"
            for stamp, n in rows
            if n == n or chance.random() < 0.5
        ]
    chance.shuffle(lines)
    found = series_in("id time y\n" + "\n".join(lines) + "\n", sort=True)
    assert {one.name: plain(one.values) for one in found} == wanted
    assert {one.step for one in found} == {"60 s"}


def test_a_large_table_takes_about_a_second():
    if not ETTH1.exists():
        pytest.skip("the development data is not there")
    begun = time.monotonic()
    found = gather(read(ETTH1), {}, SeriesSettings())
    assert time.monotonic() - begun < 5
    [example] = found.examples
    assert isinstance(example.input, Series)
    assert example.input.values.shape == (17_420, 7)
    assert example.input.step == "3600 s"
