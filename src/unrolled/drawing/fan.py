"""A forecast as a fan: what was measured, and where what comes next is to lie.

│          ╱╲      ┊   ░░░░░░
│   ╱╲    ╱  ╲    ╱┊▒▒▓▓▓▓▒▒      drawn by forecast_chart.py, which the page of
│  ╱  ╲  ╱    ╲__╱ ┊   ▒▒▒▒       `unrolled predict --show` is drawn by too
└───────────────────────────
"""

from collections.abc import Mapping, Sequence
from typing import Any
from zlib import crc32

from unrolled.drawing import forecast_chart
from unrolled.drawing.bands import Band, bands_of
from unrolled.drawing.forecast_chart import Chart, drawing, key_of
from unrolled.drawing.frame import figure, number, table
from unrolled.drawing.ticks import seconds_of

MOST_BEFORE = 240
"""Moments of the history that are drawn."""
LEAST_WIDTH = 640
"""Pixels; a narrower screen shows a part of the drawing, which can be moved."""


def draw(part: Mapping[str, Any]) -> str:
    """The figure of a part "fan".

    "moments" (names of the moments to come), "history" (values, None or NaN is a gap),
    "mean" (one for each moment), "quantiles" (by level as text: "0.1"), and perhaps
    "before" (names of the moments of the history), "title" and "truth" (what came).
    """
    chart = _chart(part)
    made = drawing(chart, crc32(repr(chart).encode()))
    style = (
        f"--told:var(--accent);--came:var(--plus);min-width:{LEAST_WIDTH}px;"
        "max-width:920px"
    )
    return figure(
        heading=f"Forecast of {chart.title}" if chart.title else "Forecast",
        sentence=chart.told,
        numbers=_numbers(chart, part),
        picture=(
            f'<div style="{style}"><style>{forecast_chart.STYLE}</style>'
            f"{key_of([chart])}{made}</div>"
        ),
        table=_table(chart, part),
    )


def _chart(part: Mapping[str, Any]) -> Chart:
    ahead = list(map(str, part["moments"]))
    history = _values(part["history"])
    left = history[-MOST_BEFORE:]
    before = list(map(str, part.get("before") or []))[-len(left) :] if left else []
    quantiles = {float(level): row for level, row in part["quantiles"].items()}
    quantiles = dict(sorted(quantiles.items()))
    chart = Chart(
        title=str(part.get("title") or ""),
        told="",
        times=seconds_of([*before, *ahead]) if len(before) == len(left) else [],
        first=_first(before, len(history) - len(left) + 1),
        ahead=ahead,
        history=left,
        median=list(quantiles.get(0.5, part["mean"])),
        bands=bands_of(quantiles),
        truth=_values(part.get("truth") or []),
    )
    return chart._replace(told=_told(chart))


def _first(before: Sequence[str], counted: int) -> int:
    """The number of the first moment that is drawn: its name, where that is one."""
    return int(before[0]) if before and before[0].isdecimal() else counted


def _values(given: Sequence[float | None]) -> list[float]:
    return [float("nan") if value is None else float(value) for value in given]


def _told(chart: Chart) -> str:
    """What is foreseen for the last moment, in a sentence."""
    if not chart.ahead:
        return "No moment is forecast."
    middle = (
        f"At {chart.ahead[-1]}, the network expects about {_short(chart.median[-1])}"
    )
    inner = [band for band in chart.bands if band.share == "80"] or chart.bands[-1:]
    if not inner:
        return f"{middle}."
    low, high = _short(inner[0].low[-1]), _short(inner[0].high[-1])
    return (
        f"{middle}; it gives a chance of {inner[0].share} % that the value will lie"
        f" between {low} and {high}."
    )


def _numbers(chart: Chart, part: Mapping[str, Any]) -> str:
    told = f"Moments ahead: {len(chart.ahead)}, read: {len(part['history']):,}."
    told += f" Levels: {', '.join(map(str, part['quantiles']))}."
    widest = chart.bands[0] if chart.bands else None
    known = [
        low <= value <= high
        for value, low, high in zip(chart.truth, *_edges(widest), strict=False)
    ]
    if widest and known:
        told += (
            f" Of what came, {sum(known)} of {len(known)} lie in the {widest.share} %."
        )
    return told


def _edges(band: Band | None) -> tuple[list[float], list[float]]:
    return (band.low, band.high) if band else ([], [])


def _table(chart: Chart, part: Mapping[str, Any]) -> str:
    heads = ["moment", "mean", "median", *(f"{band.share} %" for band in chart.bands)]
    heads += ["what came"] if chart.truth else []
    rows = []
    for place, moment in enumerate(chart.ahead):
        cells = [moment, _short(part["mean"][place]), _short(chart.median[place])]
        for band in chart.bands:
            cells.append(f"{_short(band.low[place])} to {_short(band.high[place])}")
        if chart.truth:
            came = chart.truth[place : place + 1]
            cells.append(_short(came[0]) if came else "")
        rows.append(cells)
    return table(heads, rows, caption="the forecast of each moment")


def _short(value: float) -> str:
    """About four digits."""
    whole = len(f"{abs(value):.0f}") if value == value else 0
    return number(value, digits=max(0, 4 - whole))
