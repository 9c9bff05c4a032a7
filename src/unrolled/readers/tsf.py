"""Many series with what is said of each, as the Monash archive writes them.

    @attribute series_name string
    @attribute start_timestamp date
    @frequency monthly
    @data
    T1:1979-01-31 00-00-00:112.1,118.4,?,129.0

gives a column for each attribute, the column frequency where the file names one, and
the column series: a number for each moment, None for a gap (`?`).

Reference: Godahewa et al. 2021, "Monash time series forecasting archive".
"""

from pathlib import Path
from typing import NamedTuple, final

from typing_extensions import override

from unrolled.errors import UnreadableDataError
from unrolled.readers._base import AbstractReader, Cell, Draft, ReadOptions, Table
from unrolled.readers._tagged_header import BadRow, Told, numbers_of, told_before
from unrolled.readers._text import read_text

_KINDS = ("string", "numeric", "date")


@final
class TSF(AbstractReader):
    """Attributes and a series on each line, divided by colons."""

    suffixes = (".tsf",)

    @override
    def read(self, path: Path, options: ReadOptions) -> Table:
        text, notes = read_text(path, options.encoding)
        lines = text.removesuffix("\n").split("\n")
        told = told_before(path, lines)
        form = _form(path, told)
        draft = Draft(path, options)
        draft.notes += [*notes, form.said()]
        for number, line in enumerate(lines[told.lines :], start=told.lines + 1):
            if not line.strip() or line.startswith("#"):
                continue
            place = f"{path}, line {number}"
            try:
                draft.add(place, _row(line.strip(), form))
            except BadRow as why:
                draft.refuse(
                    place, f"{why}.", expected=why.expected, fix="correct that line"
                )
        beside = ("frequency",) if form.frequency else ()
        return draft.table((*form.names, *beside, "series"))


class _Form(NamedTuple):
    """What the file says of its series."""

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    frequency: str
    """As in "30 min"; empty if it does not say."""
    horizon: str

    def said(self) -> str:
        named = ", ".join(self.names) or "none"
        often = f"; frequency: {self.frequency}" if self.frequency else ""
        ahead = f"; horizon: {self.horizon}" if self.horizon else ""
        return f"attributes: {named}{often}{ahead}"


def _form(path: Path, told: Told) -> _Form:
    for words in told.attributes:
        if len(words) != 2 or words[1].lower() not in _KINDS:
            raise UnreadableDataError(
                found=f"{path}: @attribute {' '.join(words)}".rstrip() + ".",
                expected="@attribute, a name, and one of string, numeric, date",
                fix="correct that line",
            )
    names = tuple(words[0] for words in told.attributes)
    for name in names:
        if names.count(name) > 1 or name in ("series", "frequency"):
            raise UnreadableDataError(
                found=f'{path}: the attribute "{name}" is there twice, or is a name'
                " that is taken.",
                expected="a name for each attribute, none of them series or frequency",
                fix="rename it",
            )
    often = " ".join(told.values.get("frequency", [])).lower()
    plain = often.replace("half_hourly", "30 min").replace("_", " ")
    horizon = " ".join(told.values.get("horizon", []))
    kinds = tuple(words[1].lower() for words in told.attributes)
    return _Form(names, kinds, plain, horizon)


def _row(line: str, form: _Form) -> tuple[Cell, ...]:
    """The cells of a line. Raises BadRow."""
    *parts, last = line.split(":")
    if len(parts) != len(form.names):
        raise BadRow(
            f"{len(parts)} colons",
            ":".join([*form.names, "series"]),
        )
    cells: list[Cell] = []
    for part, name, kind in zip(parts, form.names, form.kinds, strict=True):
        cell: Cell = part.strip()
        if kind == "numeric":
            try:
                cell = float(part)
            except ValueError:
                raise BadRow(f'{name} is "{part[:40]}"', "a number") from None
        cells.append(cell)
    beside: tuple[Cell, ...] = (form.frequency,) if form.frequency else ()
    series: list = numbers_of(last, "the series")
    return (*cells, *beside, series)
