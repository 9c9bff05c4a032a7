"""The page around the drawings of forecasts: its style, its key, the numbers in tables.

Self-contained HTML without a script, for light and dark screens and for print.
"""

from collections.abc import Sequence
from html import escape
from math import isfinite

from unrolled.tasks._forecast.chart import Chart, drawing

STYLE = """\
:root { color-scheme: light dark; --ink: #1f2328; --faint: #59636e; --page: #ffffff;
  --rule: #d1d9e0; --told: #0969da; --came: #bc4c00 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --faint: #9198a1;
  --page: #0d1117; --rule: #3d444d; --told: #4493f8; --came: #f0883e } }
body { margin: 0 auto; padding: 1.2rem; max-width: 900px; background: var(--page);
  color: var(--ink); font: 15px/1.5 system-ui, sans-serif }
h1 { font-size: 1.3rem; margin: 0 } h2 { font-size: 1rem; margin: 1.6rem 0 .2rem }
p { margin: .2rem 0; color: var(--faint) }
svg { display: block; width: 100%; height: auto }
svg text { font: 12px system-ui, sans-serif; fill: var(--faint) }
.grid { stroke: var(--rule); stroke-width: .6 } .axis { stroke: var(--faint) }
.origin { stroke: var(--faint); stroke-dasharray: 3 4 }
.history, .median, .truth { fill: none; stroke-width: 1.8; stroke-linejoin: round }
.history { stroke: var(--ink) } .median { stroke: var(--told); stroke-width: 2.2 }
.truth { stroke: var(--came); stroke-dasharray: 2 3 }
.dot { stroke: none } .history.dot { fill: var(--ink) }
.median.dot { fill: var(--told) } .truth.dot { fill: var(--came) }
.band { fill: var(--told) } .b95 { fill-opacity: .13 } .b80 { fill-opacity: .19 }
.b50 { fill-opacity: .27 }
.key { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; padding: 0; margin: .6rem 0;
  list-style: none; font-size: .85rem }
.key svg { display: inline; width: 22px; height: 12px; vertical-align: -1px }
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
    parts = [f"<style>\n{STYLE}</style></head><body>", "<h1>Forecasts</h1>"]
    parts.append(_key(charts))
    for number, chart in enumerate(charts):
        parts.append(f"<h2>{escape(chart.title)}</h2>")
        parts += [f"<p>{escape(chart.told)}</p>", drawing(chart, number)]
        parts.append(_table(chart))
    if left_out:
        parts.append(f"<p>{left_out:,} more are not drawn.</p>")
    return HEAD + "\n".join([*parts, "</body></html>\n"])


def _key(charts: Sequence[Chart]) -> str:
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
    return "\n".join(['<ul class="key">', *parts, "</ul>"])


def _sample(inside: str) -> str:
    return f'<svg viewBox="0 0 22 12" aria-hidden="true">{inside}</svg>'


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
