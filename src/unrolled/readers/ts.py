"""Series with their class, as the UEA archive and sktime write them.

    @univariate false                  what is told before the data
    @dimensions 2
    @classLabel true walking running
    @data
    0.1,0.4,?:1.2,1.3,1.1:walking      dimension : dimension : label

gives the columns series and label. A series is a number for each moment, or a vector
where there are several dimensions; `?` and `NaN` are gaps (None). Series may be of
unequal length, the dimensions of one may not. With `@targetLabel true` the label is a
number, without either there is none. Moments with times, (0,1.5),(1,1.7), are refused.

Reference: Bagnall et al. 2018, "The UEA multivariate time series classification
archive"; the notes on the format in the documentation of sktime.
"""

from pathlib import Path
from typing import NamedTuple, final

from typing_extensions import override

from unrolled.errors import UnreadableDataError
from unrolled.readers._base import AbstractReader, Cell, Draft, ReadOptions, Table
from unrolled.readers._tagged_header import BadRow, Told, numbers_of, told_before
from unrolled.readers._text import read_text


@final
class TS(AbstractReader):
    """A series on each line, dimensions divided by colons, the label last."""

    suffixes = (".ts",)

    @override
    def read(self, path: Path, options: ReadOptions) -> Table:
        text, notes = read_text(path, options.encoding)
        lines = text.removesuffix("\n").split("\n")
        told = told_before(path, lines)
        form = _form(path, told)
        draft = Draft(path, options)
        draft.notes += [*notes, f"series: {form.said()}"]
        columns = ("series", "label") if form.labelled else ("series",)
        first = (0, 0)
        for number, line in enumerate(lines[told.lines :], start=told.lines + 1):
            if not line.strip() or line.startswith("#"):
                continue
            place = f"{path}, line {number}"
            try:
                cells, moments = _row(line.strip(), form)
                if form.equal and first[1] not in (0, moments):
                    raise BadRow(
                        f"{moments} moment{'s' * (moments != 1)}",
                        f"{first[1]}, as in line {first[0]}: the file says"
                        " @equalLength true",
                    )
            except BadRow as why:
                draft.refuse(
                    place,
                    f"{why}.",
                    expected=why.expected,
                    fix="correct that line",
                )
                continue
            first = first if first[1] else (number, moments)
            draft.add(place, cells)
        return draft.table(columns)


class _Form(NamedTuple):
    """What the file says of its series."""

    dimensions: int
    """0 if it does not say."""
    labels: list[str]
    """The labels there may be; none for any."""
    labelled: bool
    equal: bool

    def said(self) -> str:
        many = f"{self.dimensions} dimensions" if self.dimensions != 1 else "univariate"
        many = many if self.dimensions else "any number of dimensions"
        classes = f", {len(self.labels)} classes" if self.labels else ""
        return f"{many}{classes}" + ("" if self.labelled else ", no label")


def _form(path: Path, told: Told) -> _Form:
    if told.says("timestamps"):
        raise UnreadableDataError(
            found=f"{path} says @timeStamps true: its moments have times.",
            expected="series of values alone, their moments at equal steps",
            fix="write the values alone, and @timeStamps false",
        )
    size = (told.values.get("dimensions") or told.values.get("dimension") or ["0"])[0]
    dimensions = int(size) if size.isdecimal() else 0
    if told.values.get("univariate", [""])[:1] == ["true"]:
        dimensions = 1
    labels = told.values.get("classlabel", ["false"])
    return _Form(
        dimensions=dimensions,
        labels=labels[1:] if labels[:1] == ["true"] else [],
        labelled=labels[:1] == ["true"] or told.says("targetlabel"),
        equal=told.says("equallength"),
    )


def _row(line: str, form: _Form) -> tuple[tuple[Cell, ...], int]:
    """The cells of a line, and how many moments it has. Raises BadRow."""
    parts = line.split(":")
    label = [parts.pop().strip()] if form.labelled else []
    if form.labels and label[0] not in form.labels:
        known = ", ".join(form.labels[:20])
        raise BadRow(f'the label "{label[0][:40]}"', f"one of {known}")
    if not parts or (form.dimensions and len(parts) != form.dimensions):
        raise BadRow(
            f"{len(parts)} dimension{'s' * (len(parts) != 1)}",
            f"{form.dimensions or 'one or more'}, divided by colons"
            + (", and the label behind them" if form.labelled else ""),
        )
    rows = [
        numbers_of(part, f"dimension {n}" if len(parts) > 1 else "the series")
        for n, part in enumerate(parts, start=1)
    ]
    for n, row in enumerate(rows, start=1):
        if len(row) != len(rows[0]):
            raise BadRow(
                f"the first dimension has {len(rows[0])} moments, dimension {n}"
                f" {len(row)}",
                "as many in each dimension of a series",
            )
    series: list = (
        rows[0] if len(rows) == 1 else list(map(list, zip(*rows, strict=True)))
    )
    return (series, *label), len(rows[0])
