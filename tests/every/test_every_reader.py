"""The same five rows, written in every format, read the same.

How its format is written, a reader's own test file says: `written(rows)` in
tests/readers/test_NAME.py gives what is to be read and the files it is made of. A
format may know fewer columns than label and text, never other ones; one that cuts texts
into tokens says by `expected(path, rows)` which columns and rows come back. What is
bytes, such as a sound beside its text, is written as it is.
"""

import gzip
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import pytest

from unrolled.catalog import find, names
from unrolled.errors import UnreadableDataError
from unrolled.readers import AbstractReader, read

ROWS = [
    ("negative", "slow, dull; and it | hurts"),
    ("negative", "naïve 日本 🙂 'n' <br /> 100%"),
    ("neutral", "a"),
    ("positive", "He is great"),
    ("positive", "well\\n made \\ and # good"),
]


class Written(NamedTuple):
    """The five rows in one of the ways of one reader."""

    reader: str
    path: str
    files: dict[str, str | bytes]
    columns: tuple[str, ...]
    rows: list[tuple]


def _all() -> list[Written]:
    made: list[Written] = []
    for reader in names("readers"):
        module = import_module(f"tests.readers.test_{reader}")
        for path, files in module.written(ROWS).items():
            own = getattr(module, "expected", None)
            columns, rows = own(path, ROWS) if own else (("label", "text"), ROWS)
            made.append(Written(reader, path, files, columns, rows))
    return made


each_way = pytest.mark.parametrize("way", _all(), ids=lambda way: way.path)
each_text = pytest.mark.parametrize(
    "way",
    [way for way in _all() if any(isinstance(one, str) for one in way.files.values())],
    ids=lambda way: way.path,
)
each_reader = pytest.mark.parametrize("name", names("readers"))


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(way: Written, *, change=str.encode, packed: bool = False) -> str:
    """Writes the files and says what to read."""
    end = ".gz" if packed else ""
    for name, content in way.files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes) and name != way.path:
            Path(name).write_bytes(content)
            continue
        data = content if isinstance(content, bytes) else change(content)
        Path(name + end).write_bytes(gzip.compress(data) if packed else data)
    return way.path + (end if way.path in way.files else "")


def check(path: str, way: Written) -> None:
    found = read(path)
    rows = [dict(zip(way.columns, row, strict=True)) for row in way.rows]
    assert set(found.columns) <= set(way.columns)
    assert found.rows == [tuple(row[name] for name in found.columns) for row in rows]
    assert all(place.startswith(path) for place in found.places)
    assert len(set(found.places)) == 5
    assert found.source == path
    assert found.notes
    assert found.bad_rows == []


@each_reader
def test_every_reader_says_what_it_is(name: str):
    reader = find("readers", name)
    assert issubclass(reader, AbstractReader)
    assert reader.__doc__
    assert all(end.startswith(".") and end.islower() for end in reader.suffixes)


@each_reader
def test_every_ending_of_a_reader_is_tried_here(name: str):
    tried = {Path(way.path).suffix for way in _all() if way.reader == name}
    assert set(find("readers", name).suffixes) <= tried


@each_way
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gz"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["bare", "mark"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("last", [True, False], ids=["ended", "open"])
def test_the_same_five_rows(
    way: Written, packed: bool, mark: str, end: str, last: bool
):
    def change(text: str) -> bytes:
        text = text if last else text.removesuffix("\n")
        return (mark + text.replace("\n", end)).encode()

    check(write(way, change=change, packed=packed), way)


@each_text
def test_the_same_five_rows_in_utf_16(way: Written):
    check(write(way, change=lambda text: text.encode("utf-16")), way)


@each_text
@pytest.mark.parametrize(
    "change",
    [
        lambda _: b"",
        lambda text: text.encode()[:9] + b"\0" + text.encode()[9:],
        lambda text: text.encode() + b"\xff",
        lambda text: b"PAR1" + text.encode(),
    ],
    ids=["emptied", "NUL", "not UTF-8", "parquet"],
)
def test_damage_is_refused_by_the_name_of_the_file(way: Written, change):
    path = write(way, change=change)
    with pytest.raises(UnreadableDataError, match=f"^{path}"):
        read(path)
