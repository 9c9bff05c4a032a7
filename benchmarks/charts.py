"""Bars and curves as SVG, in the colors of the reader's light or dark page.

svg(picture, where)    panels of bars in groups; the line across is 1
curves(rows, where)    two losses over the steps
"""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import NamedTuple

STYLE = """\
text { font: 12px system-ui, sans-serif; fill: #1f2328 }
.title { font-size: 16px; font-weight: 600 } .small { font-size: 10px }
.faint { fill: #656d76 } .page { fill: #ffffff }
.axis { stroke: #d0d7de } .one { stroke: #cf222e; stroke-dasharray: 4 3 }
.line { fill: none; stroke-width: 1.5 }
.s0 { fill: #0969da } .s1 { fill: #bf8700 } .s2 { fill: #1a7f37 } .s3 { fill: #8250df }
.l0 { stroke: #0969da } .l1 { stroke: #bf8700 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .faint { fill: #8d96a0 } .page { fill: #0d1117 }
.axis { stroke: #30363d } .one { stroke: #f85149 }
.s0 { fill: #4493f8 } .s1 { fill: #d29922 } .s2 { fill: #3fb950 } .s3 { fill: #ab7df8 }
.l0 { stroke: #4493f8 } .l1 { stroke: #d29922 } }
"""
WIDTH, HEIGHT, LEFT, TOP = 380, 170, 40, 84  # of a panel, and of the room around all
ACROSS = 2
Groups = Mapping[str, Mapping[str, float]]
"""For each group on the axis, the value of each series."""


class Panel(NamedTuple):
    """One chart: for each group on the axis, a bar for each series."""

    title: str
    groups: Groups
    one: bool = True
    """Whether a line across shows where a bar of 1 ends."""


class Picture(NamedTuple):
    """Panels with one title and one legend."""

    name: str
    title: str
    panels: Sequence[Panel]


def svg(picture: Picture, where: str) -> str:
    """The picture as a file."""
    series = list(dict.fromkeys(_series(picture.panels)))
    parts = [*_head(picture.title, where), *_legend(series)]
    for number, panel in enumerate(picture.panels):
        x = LEFT + number % ACROSS * (WIDTH + LEFT)
        y = TOP + number // ACROSS * (HEIGHT + 62)
        parts += _bars(panel, series, x, y)
    across = min(ACROSS, len(picture.panels))
    down = -(-len(picture.panels) // ACROSS)
    size = max(760, across * (WIDTH + LEFT) + 20), TOP + down * (HEIGHT + 62)
    return _file(parts, *size)


def curves(rows: Sequence[Mapping[str, str]], where: str) -> str:
    """The losses step by step: in float32, and in bfloat16 over it."""
    names = ("float32", "bfloat16")
    values = {name: [float(row[name]) for row in rows] for name in names}
    low, high = (f(map(f, values.values())) for f in (min, max))
    parts = [*_head("Loss while training, nats a letter", where), *_legend(names)]
    for place, name in enumerate(names):
        points = " ".join(
            f"{LEFT + 2 * WIDTH * n / len(rows):.1f},"
            f"{TOP + HEIGHT * (high - value) / (high - low):.1f}"
            for n, value in enumerate(values[name])
        )
        parts.append(f'<polyline class="line l{place}" points="{points}"/>')
    parts += [_text(4, TOP + 4, f"{high:.2f}"), _text(4, TOP + HEIGHT, f"{low:.2f}")]
    parts.append(_text(LEFT + WIDTH, TOP + HEIGHT + 20, f"{len(rows)} steps"))
    return _file(parts, 2 * WIDTH + 2 * LEFT, TOP + HEIGHT + 40)


def _series(panels: Sequence[Panel]) -> Iterable[str]:
    return (n for p in panels for bars in p.groups.values() for n in bars)


def _head(title: str, where: str) -> list[str]:
    return [
        _text(12, 24, title, "title"),
        _text(12, 42, where, "small faint"),
    ]


def _legend(series: Sequence[str]) -> list[str]:
    parts, x = [], 12
    for place, name in enumerate(series if len(series) > 1 else ()):
        parts.append(f'<rect class="s{place}" x="{x}" y="52" width="10" height="10"/>')
        parts.append(_text(x + 14, 61, name))
        x += 34 + 7 * len(name)
    return parts


def _bars(panel: Panel, series: Sequence[str], x: int, y: int) -> list[str]:
    values = [v for bars in panel.groups.values() for v in bars.values()]
    top = max(1.2, *values) * 1.12
    base, room = y + HEIGHT, WIDTH / max(1, len(panel.groups))
    wide = room * 0.8 / len(series)
    parts = [_text(x, y - 6, panel.title)]
    for place, (group, bars) in enumerate(panel.groups.items()):
        begin = x + place * room + room * 0.1
        parts.append(_text(begin + room * 0.4, base + 16, group, "small", "middle"))
        for name, value in bars.items():
            number = series.index(name)
            left, tall = begin + number * wide, HEIGHT * value / top
            parts.append(
                f'<rect class="s{number}" x="{left:.1f}" y="{base - tall:.1f}"'
                f' width="{wide * 0.9:.1f}" height="{tall:.1f}"/>'
            )
            over = f"{value:.{int(value < 9.95)}f}"
            at = (left + wide * 0.45, base - tall - 3)
            parts.append(_text(*at, over, "small", "middle"))
    parts.append(_rule(x, base, "axis"))
    if panel.one:
        one = base - HEIGHT / top
        parts.append(_rule(x, one, "one"))
        parts.append(_text(x - 6, one + 4, "1", "small faint", "end"))
    return parts


def _rule(x: float, y: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{x}" x2="{x + WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>'


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    shown = f' class="{kind}"' if kind else ""
    at = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text{shown} x="{x:.1f}" y="{y:.1f}"{at}>{escape(text)}</text>'


def _file(parts: Sequence[str], width: float, height: float) -> str:
    size = f'width="{width:.0f}" height="{height:.0f}"'
    space = f'viewBox="0 0 {width:.0f} {height:.0f}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} {space} role="img">'
    page = '<rect class="page" width="100%" height="100%"/>'
    return "\n".join([head, f"<style>\n{STYLE}</style>", page, *parts, "</svg>\n"])
