"""What a record says in words: the answer, and what was told at each step."""

from collections.abc import Sequence
from math import exp, log
from typing import Any

from unrolled.drawing.axis import short
from unrolled.drawing.frame import number
from unrolled.tasks._seeing import NATS
from unrolled.tracing.record import Record

FOLLOWED = ("language_model", "generate")
"""Tasks in which each step is followed by the next token of a text that is there."""
QUOTED = 300
"""Letters of an input or an answer that a heading quotes."""


def percent(log_probability: float) -> str:
    """A log-probability as a percentage; 0 and 100 stand only for exactly that."""
    share = 100 * exp(min(log_probability, 0.0))
    if share >= 99.95:
        return "over 99.9 %" if share < 100 else "100 %"
    return f"{share:.1f} %" if share >= 0.05 else "under 0.1 %"


def score(value: float, unit: str) -> str:
    """A score as people read it: a percentage, or a number with its unit."""
    return percent(value) if unit == NATS else f"{number(value)} {unit}".strip()


def heading(record: Record) -> str:
    """What a page is called: the input in quotes, a file's name, or the task."""
    name = record.input.strip()
    if not name:
        return record.task.replace("_", " ").capitalize()
    if "/" in name and not any(map(str.isspace, name)):
        return name.rpartition("/")[2] or name
    return f"“{cut(name)}”"


def cut(words: str, most: int = QUOTED) -> str:
    """At most so many letters."""
    return words if len(words) <= most else words[: most - 1] + "…"


def counted(count: int, one: str, more: str = "") -> str:
    """As in 1 step, 2 steps."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def answer(record: Record) -> str:
    """The answer in one sentence, with its probability where it is one decision."""
    told = record.answer.get("prediction", record.answer.get("text"))
    if len(record.axes[record.told]) == 1 and record.chosen:
        name = record.chosen[0]
        if told is not None and record.unit == NATS:
            name = _plain(told)
            if not name:
                return "The answer is empty."
        sure = _of_chosen(record, 0)
        if record.unit == NATS:
            chance = f", with a probability of {sure}" if sure else ""
            return f"The answer: {name}{chance}."
        if not sure or name == record.unit:  # a number is called as its unit is
            return f"The answer: {sure or name}."
        return f"The answer: {name}, {sure}."
    chances = record.answer.get("probabilities")
    if isinstance(told, str) and isinstance(chances, dict) and told in chances:
        chance = percent(log(chances[told])) if chances[told] > 0 else "0 %"
        return f"The answer: {short(told)}, with a probability of {chance}."
    if told is not None:
        words = cut(_plain(told))
        return f"The answer: {words}" if words else "The answer is empty."
    return f"The answer: {cut(' '.join(record.chosen))}"


def _plain(told: Any) -> str:
    if isinstance(told, float):
        return number(told)
    if isinstance(told, list | tuple):
        between = ", " if told and isinstance(told[0], float) else " "
        return between.join(_plain(one) for one in told)
    return str(told)


def _of_chosen(record: Record, step: int) -> str:
    """The score of what was chosen, if it is among the scores that are kept."""
    name = record.chosen[step]
    if "scores" in record.arrays and name in record.names:
        line = record.arrays["scores"].values[step]
        return score(float(line[record.names.index(name)]), record.unit)
    if step < len(record.best_names) and name in record.best_names[step]:
        line = record.arrays["best"].values[step]
        return score(float(line[record.best_names[step].index(name)]), record.unit)
    return ""


def said_at(record: Record) -> dict[str, list[str]]:
    """What is told at each step of the axes on which something is told."""
    says: dict[str, list[str]] = {}
    if "growing" in record.arrays:
        grown = record.arrays["growing"].values
        says[record.read] = [_verdict(record, line.tolist()) for line in grown]
    if len(record.axes[record.told]) > 1:
        says[record.told] = [_told(record, at) for at in range(len(record.chosen))]
    return says


def _verdict(record: Record, line: Sequence[float]) -> str:
    if record.unit != NATS:
        return f"The answer up to here: {score(line[0], record.unit)}."
    best = max(range(len(line)), key=line.__getitem__)
    return f"The verdict up to here: {record.names[best]}, {percent(line[best])}."


def _told(record: Record, at: int) -> str:
    chosen, sure = record.chosen[at], _of_chosen(record, at)
    if record.task in FOLLOWED:
        return _followed(record, at, chosen, sure)
    said = f"Told here: {chosen}" + (f", {sure}" if sure else "")
    best = record.best_names[at][0] if at < len(record.best_names) else chosen
    if record.unit == NATS and best != chosen:
        line = record.arrays["best"].values[at]
        said += f"; likeliest: {best}, {percent(float(line[0]))}"
    return said + "."


def _followed(record: Record, at: int, chosen: str, sure: str) -> str:
    """Of a token that was not told, but came next; what follows a text nobody knows."""
    ends = at + 1 == len(record.chosen) and record.task == "language_model"
    came = "Likeliest to come next" if ends else "Came next"
    said = f"{came}: {short(chosen)}" + (f", given {sure}" if sure else "")
    best = record.best_names[at][0] if at < len(record.best_names) else chosen
    if best != chosen:
        line = record.arrays["best"].values[at]
        said += f"; likeliest: {short(best)}, {percent(float(line[0]))}"
    return said + "."


def above(record: Record, axis: str) -> tuple[list[str], list[str]]:
    """What comes out above each step of an axis, and how sure it is; "" for nothing."""
    steps = len(record.axes[axis])
    if axis == record.told:
        sure = [_of_chosen(record, at) for at in range(steps)]
        return list(record.chosen), sure
    if len(record.axes[record.told]) == 1 and axis == record.read and record.chosen:
        out, notes = [""] * steps, [""] * steps
        out[-1], notes[-1] = record.chosen[0], _of_chosen(record, 0)
        if record.unit != NATS:
            out[-1], notes[-1] = notes[-1], record.chosen[0]
        return out, notes
    return [""] * steps, [""] * steps
