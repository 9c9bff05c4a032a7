"""How verbs speak: answers on standard output, everything else on standard error.

With --json standard output carries JSON alone. Of several processes that torchrun has
started with one command, the first one speaks.
"""

import json
import os
import re
from typing import Any

import typer

MOST_ACROSS = 4
"""Metrics that a table has side by side."""
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class ReaderGoneError(Exception):
    """Whoever read our answers has closed the pipe, as `head` does."""


def is_first_process() -> bool:
    """Whether this process is alone, or the first of those that torchrun started."""
    alone = os.environ.get("WORLD_SIZE", "1") == "1"
    return alone or os.environ.get("RANK", "0") == "0"


def tell(text: str) -> None:
    """A line of the answer, on standard output."""
    if not is_first_process():
        return
    try:
        typer.echo(text)
    except BrokenPipeError:
        raise ReaderGoneError from None


def as_json(value: Any) -> None:
    """One JSON value on one line of standard output."""
    tell(json.dumps(value, ensure_ascii=False, allow_nan=False))


def say(text: str) -> None:
    """A sentence for the person, on standard error.

    Names that come from files are shown and cannot steer the terminal.
    """
    if not is_first_process():
        return
    shown = _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
    typer.echo(shown, err=True)


def _cell(metrics: dict[str, Any], name: str) -> str:
    return f"{metrics[name]:.4f}" if name in metrics else ""


def show_scores(found: dict[str, Any]) -> None:
    """The metrics of a model beside those of its baselines, as a table of text."""
    if not found:
        tell("This model was never scored: unrolled evaluate does it.")
        return
    rows = {"this model": found["metrics"], **found["baseline"]}
    names = [
        name for name, value in found["metrics"].items() if isinstance(value, float)
    ]
    part = f"{found['on']} " if "on" in found else ""
    word = "row" if found["examples"] == 1 else "rows"
    tell(f"\nOn {found['examples']:,} {part}{word}:\n")
    table = [
        ["", *names],
        *([row, *(_cell(metrics, n) for n in names)] for row, metrics in rows.items()),
    ]
    # Many metrics stand below each other, for a line to fit on a terminal.
    lines = list(zip(*table, strict=True)) if len(names) > MOST_ACROSS else table
    wide = max(len(line[0]) for line in lines)
    across = max(17, *map(len, lines[0]))
    for line in lines:
        tell(f"{line[0]:<{wide}}" + "".join(f"  {cell:>{across}}" for cell in line[1:]))
    for name in names:
        ends = found["metrics"].get(f"{name}_interval")
        if ends:
            tell(f"\n{name}: 95 % interval {ends[0]:.4f} to {ends[1]:.4f}")
    _show_lengths(found["metrics"])
    _show_kinds(found["metrics"])
    _show_confusion(found["metrics"])


def _show_lengths(metrics: dict[str, Any]) -> None:
    """BLEU of short and of long sentences, and how it was computed."""
    by_length = metrics.get("bleu_by_length")
    if not by_length:
        return
    tell(f"\n{'words of the source':<19}       BLEU  sentences")
    for lengths, one in by_length.items():
        tell(f"{lengths:<19}  {one['bleu']:9.2f}  {one['sentences']:9,}")
    for name, signature in metrics.get("signatures", {}).items():
        tell(f"{name}: {signature}")


def _show_kinds(metrics: dict[str, Any]) -> None:
    """A line for each kind of span, and what went wrong with the others."""
    kinds, errors = metrics.get("by_kind"), metrics.get("errors")
    if not kinds or not errors:
        return
    names = ("precision", "recall", "f1")
    wide = max(4, *map(len, kinds))
    tell(f"\n{'kind':<{wide}}" + "".join(f"  {name:>9}" for name in names) + "   spans")
    for kind, found in kinds.items():
        cells = "".join(f"  {found[name]:9.4f}" for name in names)
        tell(f"{kind:<{wide}}{cells}  {found['support']:6,}")
    told = ", ".join(f"{name.replace('_', ' ')} {n:,}" for name, n in errors.items())
    tell(f"\nerrors: {told}")


def _show_confusion(metrics: dict[str, Any]) -> None:
    labels, counts = metrics.get("labels"), metrics.get("confusion")
    if not labels or not counts or len(labels) > 12:
        return
    wide = max(8, *(len(str(label)) for label in labels))
    tell("\nTrue labels down, predicted across:")
    tell(" " * wide + "".join(f" {label:>{wide}}" for label in labels))
    for label, row in zip(labels, counts, strict=True):
        tell(f"{label:>{wide}}" + "".join(f" {n:>{wide}}" for n in row))
    tell("")
