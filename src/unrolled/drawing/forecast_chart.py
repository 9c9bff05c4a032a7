"""A forecast as a drawing (SVG): the end of the history, then what may come.

      │          ╱╲      ┊   ░░░░░░     bands: 50, 80 and 95 % of what may come
      │   ╱╲    ╱  ╲    ╱┊▒▒▓▓▓▓▒▒      line: the median
      │  ╱  ╲  ╱    ╲__╱ ┊   ▒▒▒▒       dots: what came, where it is known
      └───────────────────────────      dates

STYLE gives the classes their looks, in colors that the page has as properties: --ink,
--faint, --rule, --told (what is foreseen) and --came (what came).
"""

from collections.abc import Sequence
from html import escape
from itertools import groupby
from math import isfinite
from typing import NamedTuple

from unrolled.drawing import ticks
from unrolled.drawing.bands import Band

WIDTH, HEIGHT = 860, 260
LEFT, RIGHT, TOP, BOTTOM = 64, 12, 12, 28
MOST_DOTS = 48
Point = tuple[float, float]
STYLE = """\
.chart { display: block; width: 100%; height: auto }
.chart text { font-size: 12px; fill: var(--faint) }
.chart .grid { stroke: var(--rule); stroke-width: .6 }
.chart .axis { stroke: var(--faint) }
.chart .origin { stroke: var(--faint); stroke-dasharray: 3 4 }
.chart .history, .chart .median, .chart .truth { fill: none; stroke-width: 1.8;
  stroke-linejoin: round }
.chart .history { stroke: var(--ink) }
.chart .median { stroke: var(--told); stroke-width: 2.2 }
.chart .truth { stroke: var(--came); stroke-dasharray: 2 3 }
.chart .dot { stroke: none } .chart .history.dot { fill: var(--ink) }
.chart .median.dot { fill: var(--told) } .chart .truth.dot { fill: var(--came) }
.chart .band { fill: var(--told) } .chart .b95 { fill-opacity: .13 }
.chart .b80 { fill-opacity: .19 } .chart .b50 { fill-opacity: .27 }
.chart-key { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; padding: 0;
  margin: .6rem 0; list-style: none; font-size: .85rem }
.chart-key svg { display: inline; width: 22px; height: 12px; vertical-align: -1px }
"""


class Chart(NamedTuple):
    """One channel of one series, its moments in order."""

    title: str
    told: str
    """The same in words, for those who cannot see it."""
    times: list[int]
    """Seconds since 1970 of the history and the forecast; empty where counted."""
    first: int
    """The number of the first moment, from 1."""
    ahead: list[str]
    """The moments of the forecast, as text."""
    history: list[float]
    """NaN is a gap."""
    median: list[float]
    bands: list[Band]
    """From the widest to the narrowest."""
    truth: list[float]
    """What came, from the first forecast moment on; NaN where unknown."""


class _Scale(NamedTuple):
    """From moments and values to the points of the drawing."""

    low: float
    high: float
    moments: int

    def point(self, place: float, value: float) -> Point:
        """Where a value at a moment lies."""
        wide, tall = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
        across = place / max(1, self.moments - 1)
        up = (value - self.low) / (self.high - self.low)
        far = min(max(up, -9.0), 9.0)  # beyond the edges, but no number too long
        return LEFT + wide * across, TOP + tall * (1 - far)


def drawing(chart: Chart, number: int) -> str:
    """The chart as an SVG element; `number` tells its names from those of others."""
    scale = _scale(chart)
    begins = len(chart.history)
    last = [(begins - 1, chart.history[-1])] if _last_is_known(chart) else []
    median = [*last, *enumerate(chart.median, begins)]
    truth = list(enumerate(chart.truth, begins))
    parts = [*_axes(chart, scale), f'<g clip-path="url(#inside{number})">']
    parts += [_band(band, last, begins, scale) for band in chart.bands]
    origin = scale.point(begins - 0.5, 0)[0]
    parts.append(_line((origin, TOP), (origin, HEIGHT - BOTTOM), "origin"))
    parts += _curves(list(enumerate(chart.history)), scale, "history")
    parts += _curves(median, scale, "median")
    parts += _curves([*last, *truth] if truth else [], scale, "truth")
    if len(chart.ahead) <= MOST_DOTS:
        parts += [_dot(scale.point(*at), "truth") for at in truth if isfinite(at[1])]
    names = f'aria-labelledby="title{number} told{number}"'
    return "\n".join(
        [
            f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" {names}>',
            f'<title id="title{number}">{escape(chart.title)}</title>',
            f'<desc id="told{number}">{escape(chart.told)}</desc>',
            _inside(number),
            *parts,
            "</g></svg>",
        ]
    )


def key_of(charts: Sequence[Chart]) -> str:
    """What each line and band stands for."""
    shares = {band.share: None for chart in charts for band in chart.bands}
    lines = {"history": "measured", "median": "forecast: the median"}
    if any(chart.truth for chart in charts):
        lines["truth"] = "what came"
    parts = [
        f'<li>{_sample(f"""<line class="{kind}" x1="0" x2="22" y1="6" y2="6"/>""")}'
        f" {told}</li>"
        for kind, told in lines.items()
    ]
    boxes = ""  # a narrow band lies on the wider ones
    for share in shares:
        boxes += f'<rect class="band b{share}" width="22" height="12"/>'
        parts.append(f"<li>{_sample(boxes)} {share} % of what may come</li>")
    return "\n".join(['<ul class="chart-key">', *parts, "</ul>"])


def _sample(inside: str) -> str:
    return f'<svg class="chart" viewBox="0 0 22 12" aria-hidden="true">{inside}</svg>'


def _scale(chart: Chart) -> _Scale:
    """All that is known or likely fits; a band that goes far beyond is cut off."""
    narrow = chart.bands[1:] or chart.bands
    inner = [*chart.history, *chart.truth, *chart.median]
    inner += [edge for band in narrow for edge in (*band.low, *band.high)]
    shown = [value for value in inner if isfinite(value)] or [0.0]
    low, high = min(shown), max(shown)
    outer = [edge for band in chart.bands for edge in (*band.low, *band.high)]
    far = (high - low) / 2
    low = max(low - far, min([low, *outer]))
    high = min(high + far, max([high, *outer]))
    if not high - low > 1e-9 * max(abs(low), abs(high)):  # all are one value
        low, high = low - abs(low) / 10 - 1e-6, high + abs(high) / 10 + 1e-6
    edge = (high - low) / 30
    moments = len(chart.history) + len(chart.median)
    return _Scale(low - edge, high + edge, moments)


def _axes(chart: Chart, scale: _Scale) -> list[str]:
    parts = []
    for mark in ticks.of_values(scale.low, scale.high):
        _, y = scale.point(0, mark.at)
        parts.append(_line((LEFT, y), (WIDTH - RIGHT, y), "grid"))
        parts.append(_text(LEFT - 8, y + 4, mark.label, "end"))
    for mark in ticks.of_moments(chart.times, chart.first, scale.moments):
        x, _ = scale.point(mark.at, 0)
        parts.append(_line((x, HEIGHT - BOTTOM), (x, HEIGHT - BOTTOM + 5), "axis"))
        half = 3.4 * len(mark.label)
        near = "start" if x < half else "end" if x > WIDTH - half else "middle"
        parts.append(_text(x, HEIGHT - 8, mark.label, near))
    floor = HEIGHT - BOTTOM
    return [*parts, _line((LEFT, floor), (WIDTH - RIGHT, floor), "axis")]


def _band(band: Band, last: Sequence[Point], begins: int, scale: _Scale) -> str:
    low = [*last, *enumerate(band.low, begins)]
    high = [*last, *enumerate(band.high, begins)]
    around = _points([scale.point(*at) for at in [*high, *reversed(low)]])
    return f'<polygon class="band b{band.share}" points="{around}"/>'


def _curves(values: Sequence[Point], scale: _Scale, kind: str) -> list[str]:
    """A line for each run of values without a gap; one value alone is a dot."""
    parts = []
    for known, run in groupby(values, key=lambda at: isfinite(at[1])):
        points = [scale.point(*at) for at in run] if known else []
        if len(points) > 1:
            parts.append(f'<polyline class="{kind}" points="{_points(points)}"/>')
        elif points:
            parts.append(_dot(points[0], kind))
    return parts


def _last_is_known(chart: Chart) -> bool:
    return bool(chart.history) and isfinite(chart.history[-1])


def _points(points: Sequence[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _dot(at: Point, kind: str) -> str:
    return f'<circle class="{kind} dot" cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="2.5"/>'


def _line(a: Point, b: Point, kind: str) -> str:
    ends = f'x1="{a[0]:.1f}" y1="{a[1]:.1f}" x2="{b[0]:.1f}" y2="{b[1]:.1f}"'
    return f'<line class="{kind}" {ends}/>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    at = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f"<text {at}>{escape(text)}</text>"


def _inside(number: int) -> str:
    size = f'width="{WIDTH - LEFT - RIGHT}" height="{HEIGHT - TOP - BOTTOM}"'
    box = f'<rect x="{LEFT}" y="{TOP}" {size}/>'
    return f'<clipPath id="inside{number}">{box}</clipPath>'
