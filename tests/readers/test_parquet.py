"""Parquet: each type of column, and what is refused."""

import gzip
import io
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from unrolled.errors import UnreadableDataError
from unrolled.readers import Table, read

arrow = pytest.importorskip("pyarrow", reason="the extra data is not installed")
parquet = pytest.importorskip("pyarrow.parquet")


def packed(columns: dict) -> bytes:
    stream = io.BytesIO()
    parquet.write_table(arrow.table(columns), stream)
    return stream.getvalue()


def written(rows: list[tuple[str, str]]) -> dict[str, dict[str, bytes]]:
    """For tests/every/test_every_reader.py: what is read, and the files it is of."""
    labels, texts = zip(*rows, strict=True)
    data = packed({"label": list(labels), "text": list(texts)})
    return {name: {name: data} for name in ("a.parquet", "a.pq")}


def table_of(columns: dict) -> Table:
    Path("a.parquet").write_bytes(packed(columns))
    return read("a.parquet")


def test_each_type_of_column():
    words = arrow.array(["a", "b"]).dictionary_encode()
    found = table_of(
        {
            "text": ["né 🙂", None],
            "whole": [1, None],
            "real": [1.5, 2.0],
            "truth": [True, False],
            "money": [Decimal("1.25"), None],
            "day": [date(2016, 7, 1), None],
            "time": [datetime(2016, 7, 1, 13), datetime(2016, 7, 1, 13, 0, 0, 5)],
            "fine": arrow.array([1467378000123456789, 0], arrow.timestamp("ns")),
            "zone": arrow.array([1467378000, 0], arrow.timestamp("s", tz="UTC")),
            "word": words,
            "list": [[1.0, None], []],
            "texts": [["a"], []],
            "vectors": [[[1, 2], [3, 4]], []],
            "large": arrow.array(["x", "y"], arrow.large_string()),
            "small": arrow.array([1.5, 2.5], arrow.float32()),
        }
    )
    assert found.rows == [
        (
            *("né 🙂", 1, 1.5, "true", 1.25, "2016-07-01", "2016-07-01 13:00:00"),
            *("2016-07-01 13:00:00.123456", "2016-07-01 13:00:00+00:00", "a"),
            *([1.0, None], ["a"], [[1, 2], [3, 4]], "x", 1.5),
        ),
        (
            *("", "", 2.0, "false", "", "", "2016-07-01 13:00:00.000005"),
            *("1970-01-01 00:00:00", "1970-01-01 00:00:00+00:00", "b"),
            *([], [], [], "y", 2.5),
        ),
    ]
    assert found.places == ["a.parquet, row 1", "a.parquet, row 2"]
    assert found.notes == [
        "columns: text, whole, real, truth, money, day, time, fine, zone, word, ..."
    ]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([{"a": 1}], "struct<a: int64>"),
        ([b"raw"], "binary"),
        ([[{"a": 1}]], "list<element: struct<a: int64>>"),
    ],
)
def test_a_type_that_makes_no_cells_is_refused_by_column(values: list, kind: str):
    with pytest.raises(UnreadableDataError) as caught:
        table_of({"good": [1], "bad": values})
    assert str(caught.value) == (
        f'a.parquet: column "bad" holds {kind}.\n'
        "  expected: texts, numbers, dates, or lists of numbers or texts\n"
        "  to fix:   leave that column out, or write it as one of these\n"
        "  code:     unreadable-data"
    )


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-9],
        lambda data: data[: len(data) // 2],
        lambda _: b"PAR1" + b"\0" * 40 + b"PAR1",
        lambda data: data[:4] + bytes(len(data) - 12) + data[-8:],
        lambda _: b"a,b\n1,2\n",
        lambda _: b"",
    ],
)
def test_a_damaged_file_is_refused_by_name(damage):
    Path("a.parquet").write_bytes(damage(packed({"a": [1, 2, 3], "b": ["x"] * 3})))
    with pytest.raises(UnreadableDataError) as caught:
        read("a.parquet")
    assert str(caught.value) == (
        "a.parquet is no Parquet table, or a damaged one.\n"
        "  expected: a whole Parquet file, which begins and ends with PAR1\n"
        "  to fix:   copy or write the file again, or save the table as .csv\n"
        "  code:     unreadable-data"
    )


def test_a_packed_file_that_is_cut_short():
    data = gzip.compress(packed({"a": [1]}))
    Path("a.parquet.gz").write_bytes(data[:-9])
    with pytest.raises(UnreadableDataError, match=r"^a.parquet.gz is cut short"):
        read("a.parquet.gz")


def test_a_name_twice_and_no_name():
    twice = arrow.table([[1], [2]], names=["a", "a"])
    parquet.write_table(twice, "a.parquet")
    with pytest.raises(UnreadableDataError) as caught:
        read("a.parquet")
    assert caught.value.found == 'a.parquet: column 2 has the name "a" a second time.'
    parquet.write_table(arrow.table([[1]], names=[""]), "a.parquet")
    with pytest.raises(UnreadableDataError, match="column 1 has no name"):
        read("a.parquet")


def test_a_table_without_rows():
    with pytest.raises(UnreadableDataError, match=r"^a.parquet holds no rows"):
        table_of({"a": arrow.array([], arrow.int64())})


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch):
    import sys

    from unrolled.errors import MissingExtraError

    Path("a.parquet").write_bytes(packed({"a": [1]}))
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError) as caught:
        read("a.parquet")
    assert caught.value.found == (
        'reading Parquet needs the package "pyarrow", which is not installed.'
    )
