"""The tables of a comparison: headings, then a row for each thing compared.

Cells are texts, for a terminal and for the page alike.
"""

from typing import Any

from unrolled.comparing.sentences import is_share, points

Table = list[list[str]]
NONE = "–"


def figures(told: dict[str, Any]) -> Table:
    """What each one reaches, and what it costs."""
    metric = told["metric"]
    head = ["", metric, "95 %", "difference", "95 %", "p (Holm)"]
    head += ["seconds", "weights", "recurrent", "units", "tokens/s"]
    rows = [head]
    probed = any("memory" in one for one in told["metrics"].values())
    if probed:
        head += ["adding", "copying"]
    for name, one in told["metrics"].items():
        test = one.get("difference")
        row = [name, f"{one[metric]:.4f}", _ends(one["interval"])]
        row += _difference(metric, test) if test else ["(first)", "", ""]
        row += [f"{one['seconds']:.1f}", f"{one['parameters']:,}"]
        row += [f"{one['recurrent_parameters']:,}", f"{one['hidden']:,}"]
        row.append(f"{one['tokens_per_second']:,}")
        if probed:
            row += [_length(one, task) for task in ("adding", "copying")]
        rows.append(row)
    return rows


def by_length(told: dict[str, Any]) -> Table:
    """The metric on rows of like length; empty where the task tells no lengths."""
    first = next(iter(told["metrics"].values()))["by_length"]
    if len(first) < 2:
        return []
    head = [f"{told['metric']} at", *(f"{p['from']}–{p['to']} tokens" for p in first)]
    counts = ["rows", *(f"{part['rows']:,}" for part in first)]
    rows = [
        [name, *(f"{part['value']:.4f}" for part in one["by_length"])]
        for name, one in told["metrics"].items()
    ]
    return [head, counts, *rows]


def steps(told: dict[str, Any]) -> Table:
    """How each cell fared at each length of the memory tasks."""
    found: Table = []
    for task in ("adding", "copying"):
        known = {
            name: one["memory"][task]["steps"]
            for name, one in told["metrics"].items()
            if "memory" in one
        }
        lengths = sorted({step["length"] for one in known.values() for step in one})
        if not lengths:
            continue
        found.append([f"error, {task}", *map(str, lengths)])
        for name, one in known.items():
            by = {step["length"]: step["error"] for step in one}
            cells = (f"{by[n]:.4f}" if n in by else NONE for n in lengths)
            found.append([name, *cells])
    wide = max(map(len, found), default=0)
    return [[*row, *([""] * (wide - len(row)))] for row in found]


def growing(told: dict[str, Any]) -> Table:
    """Weights of the part that reads the tokens, by the length of rows."""
    if not told["growth"]:
        return []
    words = told["growth"][0]["one_hot"] is not None
    head = ["weights for tokens", "recurrent", "feed-forward"]
    rows = [head + (["feed-forward, one-hot"] if words else [])]
    for one in told["growth"]:
        row = [f"{one['tokens']}", f"{one['recurrent']:,}", f"{one['feed_forward']:,}"]
        rows.append(row + ([f"{one['one_hot']:,}"] if words else []))
    return rows


def baselines(told: dict[str, Any]) -> Table:
    """What the cheap answers reach on the same rows."""
    metric = told["metric"]
    rows = [
        [name, f"{one[metric]:.4f}"]
        for name, one in told["baseline"].items()
        if metric in one
    ]
    return [["baseline", metric], *rows] if rows else []


def _difference(metric: str, test: dict[str, Any]) -> list[str]:
    p = test["p_holm"]
    if test["interval"] is None:
        return [points(metric, test["value"]), NONE, NONE]
    low, high = test["interval"]
    scale, digits = (100, 1) if is_share(metric) else (1, 4)
    ends = f"{scale * low:+.{digits}f} to {scale * high:+.{digits}f}"
    return [points(metric, test["value"]), ends.replace("-", "−"), f"{p:.3f}"]


def _ends(interval: list[float] | None) -> str:
    if interval is None:
        return NONE
    return f"{interval[0]:.4f}–{interval[1]:.4f}"


def _length(one: dict[str, Any], task: str) -> str:
    if "memory" not in one:
        return NONE
    found = one["memory"][task]
    return f"{'≥ ' if found['is_end'] else ''}{found['length']}"
