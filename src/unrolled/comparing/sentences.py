"""What the figures say, in sentences, and no more than the tests support.

    better, worse       the corrected p is below 0.05
    as good as          the 95 % interval of the difference lies within MARGIN of 0, on
                        the side that would be worse (non-inferiority), and of a
                        share there are ENOUGH rows to show it
    no difference shown everything else; then the interval is told
    faster, slower      for every seed, by more than a tenth
    smaller, larger     by at least a twentieth: these are counts

"GRU: as good as LSTM, 25 % smaller, 1.3 times faster."
"""

from typing import Any

from unrolled.comparing.counting import NEAR
from unrolled.comparing.on_rows import FEWEST
from unrolled.comparing.verdicts import LEVEL

MARGIN = 0.01
"""How much worse is still as good: a point of a share, else this part of the first."""
ENOUGH = 300
"""Rows of which none is worse rule out that more than 3/300 are, and fewer do not: the
rule of three (Hanley and Lippman-Hand 1983)."""
FASTER = 1.1
SMALLER = 0.05
SHARES = ("accuracy", "f1", "f0.5", "wer", "cer")


def sentences(told: dict[str, Any]) -> list[str]:
    """One or more for each but the first, then what is worth knowing of them all."""
    (base, first), *others = told["metrics"].items()
    found = [_beside(told, name, one, base, first) for name, one in others]
    found += [s for name, one in others for s in _with_length(told, name, one, base)]
    found += _memory(told["metrics"])
    found += _unmatched(told)
    found += _limits(told)
    return found


def is_share(metric: str) -> bool:
    """Whether the metric lies between 0 and 1, and is told in points."""
    return any(metric.endswith(share) for share in SHARES)


def points(metric: str, value: float, *, signed: bool = True) -> str:
    """A difference as people say it: "+1.2 points", or in the metric's own units."""
    sign = "+" if signed else ""
    shown = (
        f"{100 * value:{sign}.1f} points" if is_share(metric) else f"{value:{sign}.4f}"
    )
    return shown.replace("-", "−")


def _beside(
    told: dict[str, Any],
    name: str,
    one: dict[str, Any],
    base: str,
    first: dict[str, Any],
) -> str:
    words = [_verdict(told, one, base, first)]
    share = one["parameters"] / first["parameters"] - 1
    if abs(share) >= SMALLER:
        words.append(_size(share))
    if told["match"] != "time":
        words += _speed(one["seconds_by_seed"], first["seconds_by_seed"])
    return f"{name}: {', '.join(words)}."


def _verdict(
    told: dict[str, Any], one: dict[str, Any], base: str, first: dict[str, Any]
) -> str:
    metric, sign = told["metric"], 1 if told["better"] == "more" else -1
    test = one["difference"]
    value, span = test["value"], test["interval"]
    if span is None:
        between = f"{points(metric, value)}, without an interval"
        return f"no difference from {base} is shown{_few(told)} ({between})"
    low, high = span
    between = f"{points(metric, value)}, 95 % interval {_span(metric, low, high)}"
    if test["p_holm"] < LEVEL:
        return f"{'better' if sign * value > 0 else 'worse'} than {base} ({between})"
    margin = MARGIN if is_share(metric) else MARGIN * abs(first[metric])
    if not _few(told) and (low if sign > 0 else -high) > -margin:
        return f"as good as {base} ({between})"
    if test["p"] < LEVEL:
        tests = f"p {test['p']:.3f}, and {test['p_holm']:.3f} as one of several tests"
        between += f"; {tests}"
    return f"no difference from {base} is shown{_few(told)} ({between})"


def _few(told: dict[str, Any]) -> str:
    """The number of rows, where no drawing of them could show what is as good."""
    rows = told["examples"]
    if rows >= ENOUGH or not is_share(told["metric"]):
        return ""
    return f" on {counted(rows, 'row')}"


def counted(number: int, what: str) -> str:
    """A number with its word: "1 seed", "2 seeds"."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _span(metric: str, low: float, high: float) -> str:
    if is_share(metric):
        return f"{100 * low:+.1f} to {100 * high:+.1f}".replace("-", "−")
    return f"{low:+.4f} to {high:+.4f}".replace("-", "−")


def _size(share: float) -> str:
    if share >= 1:
        return f"{share + 1:.1f} times as large"
    return f"{abs(100 * share):.0f} % {'larger' if share > 0 else 'smaller'}"


def _speed(mine: list[float], its: list[float]) -> list[str]:
    """Only where every seed agrees."""
    ratios = [b / a for a, b in zip(mine, its, strict=True) if a and b]
    if len(ratios) < len(mine) or not ratios:
        return []
    mean = sum(its) / sum(mine)
    if min(ratios) > FASTER:
        return [f"{mean:.1f} times faster to train"]
    if max(ratios) < 1 / FASTER:
        return [f"{1 / mean:.1f} times slower to train"]
    return []


def _with_length(
    told: dict[str, Any], name: str, one: dict[str, Any], base: str
) -> list[str]:
    gap = one.get("falls_behind")
    if not gap:
        return []
    metric, sign = told["metric"], 1 if told["better"] == "more" else -1
    parts, its = one["by_length"], told["metrics"][base]["by_length"]
    ends = [
        f"{points(metric, mine['value'] - other['value'])} at {mine['from']} to"
        f" {mine['to']} tokens"
        for mine, other in ((parts[0], its[0]), (parts[-1], its[-1]))
    ]
    low, high = gap["interval"] or (0.0, 0.0)
    beside = f"against {base} {ends[0]}, {ends[1]}"
    if (high if sign > 0 else -low) < 0:
        return [f"{name}: falls behind as rows grow ({beside})."]
    if (low if sign > 0 else -high) > 0:
        return [f"{name}: gains as rows grow ({beside})."]
    said = f"{name}: no change with length is shown ({beside})."
    return [said] if one["feed_forward"] else []


def _memory(metrics: dict[str, Any]) -> list[str]:
    found = []
    for task, what in (("adding", "two numbers"), ("copying", "five symbols")):
        known = {
            name: one["memory"][task]
            for name, one in metrics.items()
            if "memory" in one
        }
        if not known:
            continue
        each = ", ".join(
            f"{name} {'at least ' if one['is_end'] else ''}{one['length'] or 'none'}"
            for name, one in known.items()
        )
        found.append(f"Memory, {task} ({what}): {each} moments.")
    return found


def _unmatched(told: dict[str, Any]) -> list[str]:
    """Where no width has as many weights as the first."""
    if told["match"] != "parameters":
        return []
    (_, first), *others = told["metrics"].items()
    found = []
    for name, one in others:
        share = one["recurrent_parameters"] / first["recurrent_parameters"] - 1
        if abs(share) > NEAR:
            found.append(
                f"{name}: a width of {one['hidden']:,} comes nearest, with"
                f" {abs(100 * share):.1f} % {'more' if share > 0 else 'fewer'} weights"
                " in the recurrent part."
            )
    return found


def _limits(told: dict[str, Any]) -> list[str]:
    found = []
    if told["seeds"] == 1:
        found.append(
            "One seed: this is told of these trained models, not of their architecture;"
            " --seeds 3 tells more."
        )
    if not told["rows_drawn"]:
        found.append(_undrawn(told))
    if told["on"] == "valid":
        found.append(
            "Scored on the rows that chose the best epoch, which flatters all alike; a"
            " --test file does not."
        )
    return found


def _undrawn(told: dict[str, Any]) -> str:
    if told["examples"] < FEWEST:
        why = f"{counted(told['examples'], 'row')}: too few to be drawn again"
    else:
        why = "These rows cannot be drawn one by one"
    if told["seeds"] == 1:
        return f"{why}, and one seed does not vary: there is no interval and no test."
    return f"{why}: intervals are over seeds."
