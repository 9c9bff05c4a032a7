"""The page around the drawings of forecasts: its style, its key, the numbers in tables.

Self-contained HTML without a script, for light and dark screens and for print.
"""

from collections.abc import Sequence
from html import escape
from math import isfinite

from unrolled.drawing import forecast_chart
from unrolled.drawing.forecast_chart import Chart, drawing, key_of

STYLE = """\
:root { color-scheme: light dark; --ink: #1f2328; --faint: #59636e; --page: #ffffff;
  --rule: #d1d9e0; --told: #0969da; --came: #bc4c00 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --faint: #9198a1;
  --page: #0d1117; --rule: #3d444d; --told: #4493f8; --came: #f0883e } }
body { margin: 0 auto; padding: 1.2rem; max-width: 900px; background: var(--page);
  color: var(--ink); font: 15px/1.5 system-ui, sans-serif }
h1 { font-size: 1.3rem; margin: 0 } h2 { font-size: 1rem; margin: 1.6rem 0 .2rem }
p { margin: .2rem 0; color: var(--faint) }
table { border-collapse: collapse; font-size: .85rem;
  font-variant-numeric: tabular-nums }
th, td { padding: .1rem .8rem; text-align: right; white-space: nowrap;
  border-bottom: 1px solid var(--rule) }
details { overflow-x: auto }
summary { color: var(--faint); cursor: pointer; font-size: .85rem }
"""
HEAD = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Forecasts</title>
"""


def page_of(charts: Sequence[Chart], left_out: int) -> str:
    """The page of these charts; `left_out` more are only counted."""
    style = STYLE + forecast_chart.STYLE
    parts = [f"<style>\n{style}</style></head><body>", "<h1>Forecasts</h1>"]
    parts.append(key_of(charts))
    for number, chart in enumerate(charts):
        parts.append(f"<h2>{escape(chart.title)}</h2>")
        parts += [f"<p>{escape(chart.told)}</p>", drawing(chart, number)]
        parts.append(_table(chart))
    if left_out:
        parts.append(f"<p>{left_out:,} more are not drawn.</p>")
    return HEAD + "\n".join([*parts, "</body></html>\n"])


def _table(chart: Chart) -> str:
    heads = ["moment", "median", *(f"{band.share} %" for band in chart.bands)]
    heads += ["what came"] if chart.truth else []
    parts = ["<details><summary>The numbers</summary><table>"]
    parts.append(_row("th", heads))
    for place, moment in enumerate(chart.ahead):
        cells = [moment, number(chart.median[place])]
        for band in chart.bands:
            cells.append(f"{number(band.low[place])} to {number(band.high[place])}")
        if chart.truth:
            cells.append(number(chart.truth[place]) if place < len(chart.truth) else "")
        parts.append(_row("td", cells))
    return "\n".join([*parts, "</table></details>"])


def _row(kind: str, cells: Sequence[str]) -> str:
    inside = "".join(f"<{kind}>{escape(cell)}</{kind}>" for cell in cells)
    return f"<tr>{inside}</tr>"


def number(value: float) -> str:
    """Four digits, as a person would write them; nothing for an unknown one."""
    if not isfinite(value):
        return ""
    if abs(value) >= 1e7 or 0 < abs(value) < 1e-4:
        return f"{value:.4g}"
    digits = 0 if abs(value) >= 1000 else 4 - len(f"{abs(value):.0f}")
    return f"{value:,.{digits}f}"
