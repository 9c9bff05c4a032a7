"""Tables of Apache Parquet, as pandas, Spark and many stores of data write them.

    texts              as they are
    numbers            as they are; a decimal becomes the nearest float
    true and false     "true", "false"
    dates and times    as ISO 8601 writes them: "2016-07-01 13:00:00"
    lists              of numbers or texts, or of lists of numbers; a null in them: None
    null               an empty text

Other types, such as structs and raw bytes, are refused by column.
"""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, final

from typing_extensions import override

from unrolled.errors import MissingExtraError, UnreadableDataError
from unrolled.readers._base import AbstractReader, Cell, Draft, ReadOptions, Table
from unrolled.readers._bytes import read_packed


@final
class Parquet(AbstractReader):
    """Columns of a Parquet file."""

    suffixes = (".parquet", ".pq")

    @override
    def read(self, path: Path, options: ReadOptions) -> Table:
        found = _opened(path)
        columns = tuple(str(name).strip() for name in found.column_names)
        for number, name in enumerate(columns, start=1):
            if not name or name in columns[: number - 1]:
                raise UnreadableDataError(
                    found=f"{path}: column {number} has"
                    + (f' the name "{name}" a second time.' if name else " no name."),
                    expected="a name of its own for each column",
                    fix="name that column, and write the file again",
                )
        cells = [
            _cells(path, name, found.column(number))
            for number, name in enumerate(columns)
        ]
        draft = Draft(path, options)
        shown = ", ".join(columns[:10]) + (", ..." if len(columns) > 10 else "")
        draft.notes.append(f"columns: {shown}")
        for number, row in enumerate(zip(*cells, strict=True), start=1):
            draft.add(f"{path}, row {number}", row)
        return draft.table(columns)


def _opened(path: Path) -> Any:
    """The file as a pyarrow table. Raises UnreadableDataError, MissingExtraError."""
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError:
        raise MissingExtraError(
            package="pyarrow", extra="data", purpose="reading Parquet"
        ) from None
    data = read_packed(path)
    try:
        return parquet.ParquetFile(arrow.BufferReader(data)).read(use_threads=False)
    except (arrow.ArrowException, OSError, ValueError):
        raise UnreadableDataError(
            found=f"{path} is no Parquet table, or a damaged one.",
            expected="a whole Parquet file, which begins and ends with PAR1",
            fix="copy or write the file again, or save the table as .csv",
        ) from None


def _cells(path: Path, name: str, column: Any) -> list[Cell]:
    """The cells of a column. Raises UnreadableDataError for a type that has none."""
    import pyarrow as arrow

    kind = column.type
    if arrow.types.is_dictionary(kind):
        kind = kind.value_type
        column = column.cast(kind)
    if arrow.types.is_timestamp(kind):  # Python's times end at the microsecond
        column = column.cast(arrow.timestamp("us", tz=kind.tz), safe=False)
    make = _made(arrow.types, kind)
    if make is None:
        raise UnreadableDataError(
            found=f'{path}: column "{name}" holds {kind}.',
            expected="texts, numbers, dates, or lists of numbers or texts",
            fix="leave that column out, or write it as one of these",
        )
    return ["" if value is None else make(value) for value in column.to_pylist()]


def _made(types: Any, kind: Any) -> Callable[[Any], Cell] | None:
    """How a value of a type becomes a cell; None for a type that does not."""
    if types.is_string(kind) or types.is_large_string(kind):
        return str
    if types.is_boolean(kind):
        return _truth
    if types.is_integer(kind):
        return _same
    if types.is_floating(kind) or types.is_decimal(kind):
        return float
    if types.is_date(kind) or types.is_timestamp(kind):
        return _moment
    if _is_list(types, kind):
        inner = kind.value_type
        deeper = inner.value_type if _is_list(types, inner) else inner
        plain = types.is_integer(deeper) or types.is_floating(deeper)
        if plain or (inner is deeper and types.is_string(deeper)):
            return _same
    return None


def _is_list(types: Any, kind: Any) -> bool:
    fixed = types.is_fixed_size_list(kind)
    return types.is_list(kind) or types.is_large_list(kind) or fixed


def _same(value: Any) -> Cell:
    return value


def _truth(value: bool) -> Cell:
    return "true" if value else "false"


def _moment(value: date | datetime) -> Cell:
    return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
