"""The page and the pictures of a comparison, from its report alone.

compare.html    table · sentences · metric against seconds and against weights ·
                by length · growth of weights · memory
compare.svg     metric against seconds, and against weights
"""

import re
from pathlib import Path
from typing import Any

from unrolled import durable
from unrolled.comparing import tables
from unrolled.comparing.kept import PAGE, PICTURE
from unrolled.comparing.memory_tasks import Adding, Copying
from unrolled.comparing.sentences import counted
from unrolled.drawing.frame import figure, text
from unrolled.drawing.frame import table as drawn_table
from unrolled.drawing.line_chart import line_chart
from unrolled.drawing.reach_chart import reach_chart
from unrolled.drawing.scores_chart import Mark, scores_chart, short
from unrolled.drawing.shapes import listed
from unrolled.drawing.style import COLORS, STYLE

COSTS = (
    ("seconds", "seconds of training"),
    ("parameters", "weights of the whole network"),
)
FILE = f"{COLORS}svg {{ background: var(--panel) }} text {{ font-family: sans-serif }}"
MOST_LINES = 4


def write_pages(told: dict[str, Any], folder: Path) -> None:
    """Writes both into the folder, whole. Raises OSError where the disk refuses."""
    durable.write_bytes(folder / PAGE, page(told).encode("utf-8"))
    durable.write_bytes(folder / PICTURE, picture(told).encode("utf-8"))


def page(told: dict[str, Any]) -> str:
    """One self-contained page."""
    names = listed(list(told["metrics"]), most=6)
    title = f"{told['task']}: {names} compared"
    seeds = counted(told["seeds"], "seed")
    match = {"parameters": ", equal weights", "time": ", equal time"}
    about = (
        f"{told['examples']:,} {told['on']} rows, {seeds}{match.get(told['match'], '')}"
    )
    said = "".join(f"<li>{text(one)}</li>" for one in told["sentences"])
    figures = [_costs(told, key, said) for key, said in COSTS]
    figures += [_by_length(told), _growth(told), *_memory(told)]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{text(title)}</title><style>{STYLE}{_OWN}</style></head><body><main>"
        f'<h1>{text(title)}</h1><p class="numbers">{text(about)}</p>'
        f"<ul>{said}</ul>{_open_table(told)}"
        f"<h2>In pictures</h2>{''.join(figures)}</main></body></html>\n"
    )


def picture(told: dict[str, Any]) -> str:
    """One SVG file with both charts, one below the other."""
    charts = [_chart(told, key, said) for key, said in COSTS]
    sizes = [re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', one) for one in charts]
    wide = max(float(size[1]) for size in sizes if size)
    high, parts = 0.0, []
    for chart, size in zip(charts, sizes, strict=True):
        parts.append(chart.replace("<svg ", f'<svg y="{high:g}" ', 1))
        high += float(size[2]) if size else 0.0
    label = text("; ".join(_said(told, key, said) for key, said in COSTS))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{label}" '
        f'width="{wide:g}" height="{high:g}" viewBox="0 0 {wide:g} {high:g}">'
        f"<style>{FILE}</style>{''.join(parts)}</svg>\n"
    )


_OWN = """
main { padding-top: 28px; padding-bottom: 48px }
.table.open table { margin: 16px 0; font-size: .875rem }
ul { padding-left: 1.2em; max-width: 90ch }
"""


def _open_table(told: dict[str, Any]) -> str:
    """The main table, in sight."""
    [_, *rest], *rows = tables.figures(told)
    head = ["compared", *rest]
    cells = "".join(f'<th scope="col">{text(cell)}</th>' for cell in head)
    lines = "".join(
        f'<tr><th scope="row">{text(name)}</th>'
        + "".join(f"<td>{text(cell)}</td>" for cell in rest)
        + "</tr>"
        for name, *rest in rows
    )
    return (
        '<div class="table open" tabindex="0" role="group" aria-label="figures">'
        f"<table><thead><tr>{cells}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def _chart(told: dict[str, Any], key: str, said: str) -> str:
    marks = [
        Mark(name, one[key], one[told["metric"]], *_ends(told, one))
        for name, one in told["metrics"].items()
    ]
    label = _said(told, key, said)
    return scores_chart(marks, metric=told["metric"], cost=said, label=label)


def _ends(told: dict[str, Any], one: dict[str, Any]) -> list[float]:
    """The interval; where there is none, the value itself: a point without a bar."""
    return one["interval"] or [one[told["metric"]]] * 2


def _said(told: dict[str, Any], key: str, said: str) -> str:
    each = [
        f"{name} {one[told['metric']]:.3f} with {short(one[key])}"
        for name, one in told["metrics"].items()
    ]
    return f"{told['metric']} against {said}: {listed(each, most=8)}"


def _costs(told: dict[str, Any], key: str, said: str) -> str:
    better = "up" if told["better"] == "more" else "down"
    return figure(
        heading=f"{told['metric']} against {said}",
        sentence=f"Better is {better} and to the left. Where two intervals overlap,"
        " chance may have decided: the table says what was tested.",
        numbers=_said(told, key, said),
        picture=_chart(told, key, said),
        table=_cost_table(told, key, said),
    )


def _cost_table(told: dict[str, Any], key: str, said: str) -> str:
    head = ["compared", said, told["metric"], "from", "to"]
    rows = [
        [
            name,
            short(one[key]),
            f"{one[told['metric']]:.4f}",
            *(f"{v:.4f}" if one["interval"] else tables.NONE for v in _ends(told, one)),
        ]
        for name, one in told["metrics"].items()
    ]
    return drawn_table(head, rows, caption=f"{told['metric']} against {said}")


def _by_length(told: dict[str, Any]) -> str:
    rows = tables.by_length(told)
    if not rows:
        return ""
    metrics = dict(list(told["metrics"].items())[:MOST_LINES])
    lines = {n: [p["value"] for p in one["by_length"]] for n, one in metrics.items()}
    values = [value for line in lines.values() for value in line]
    edge = (max(values) - min(values)) / 8 or 0.01
    return line_chart(
        lines,
        steps=rows[0][1:],
        heading=f"{told['metric']} by length",
        sentence="The same rows, in parts of like length: whoever forgets, or was never"
        " taught about late places, falls on the right.",
        numbers=f"rows in each part: {', '.join(rows[1][1:])}",
        between=(min(values) - edge, max(values) + edge),
    )


def _growth(told: dict[str, Any]) -> str:
    if not told["growth"]:
        return ""
    kinds = {"recurrent": "recurrent", "feed_forward": "feed-forward"}
    if told["growth"][0]["one_hot"] is not None:
        kinds["one_hot"] = "feed-forward, one-hot"
    lines = {said: [one[key] for one in told["growth"]] for key, said in kinds.items()}
    return line_chart(
        lines,
        steps=[f"{one['tokens']} tokens" for one in told["growth"]],
        heading="Why weights are shared over time",
        sentence="A recurrent layer has the same weights for rows of any length; a"
        " feed-forward one has weights of its own for every place.",
        numbers="weights of the layer that reads the tokens, on your vocabulary",
        log=True,
    )


def _memory(told: dict[str, Any]) -> list[str]:
    found = []
    for task in (Adding, Copying):
        known = {
            name: one["memory"][task.name]["steps"]
            for name, one in told["metrics"].items()
            if "memory" in one
        }
        if not known:
            continue
        reached = {n: [s["is_solved"] for s in steps] for n, steps in known.items()}
        sentence = next(s for s in told["sentences"] if f", {task.name} (" in s)
        rows = [
            [name, *(f"{step['error']:.4f}" for step in steps)]
            + ["not tried"] * (len(task.lengths) - len(steps))
            for name, steps in known.items()
        ]
        steps = [str(length) for length in task.lengths]
        found.append(
            figure(
                heading=f"Memory: {task.name}",
                sentence=sentence,
                numbers="solved: an error below a tenth of"
                f" {task.knows_nothing:.3f}, that of knowing nothing",
                picture=reach_chart(
                    reached, steps=steps, heading="moments", label=sentence
                ),
                table=drawn_table(
                    ["error at", *steps], rows, caption=f"errors of {task.name}"
                ),
            )
        )
    return found
