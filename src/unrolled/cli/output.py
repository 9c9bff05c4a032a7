"""How verbs speak: words for people, JSON for programs, each on its own stream.

With --json standard output carries JSON alone, and words go to standard error.
"""

import json
from typing import Any

import typer


def as_json(value: Any) -> None:
    """One JSON value on one line of standard output."""
    typer.echo(json.dumps(value, ensure_ascii=False, allow_nan=False))


def say(text: str) -> None:
    """A sentence for the person, on standard error: standard output is for answers."""
    typer.echo(text, err=True)


def show_scores(found: dict[str, Any]) -> None:
    """The metrics of a model beside those of its baselines, as a table of text."""
    rows = {"this model": found["metrics"], **found["baseline"]}
    names = [
        name for name, value in found["metrics"].items() if isinstance(value, float)
    ]
    part = f"{found['on']} " if "on" in found else ""
    wide = max(len(row) for row in rows)
    typer.echo(f"\nOn {found['examples']:,} {part}rows:\n")
    typer.echo(" " * wide + "".join(f"  {name:>17}" for name in names))
    for row, metrics in rows.items():
        cells = [f"{metrics[n]:17.4f}" if n in metrics else " " * 17 for n in names]
        typer.echo(f"{row:<{wide}}  " + "  ".join(cells))
    for name in names:
        ends = found["metrics"].get(f"{name}_interval")
        if ends:
            typer.echo(f"\n{name}: 95 % interval {ends[0]:.4f} to {ends[1]:.4f}")
    _show_confusion(found["metrics"])


def _show_confusion(metrics: dict[str, Any]) -> None:
    labels, counts = metrics.get("labels"), metrics.get("confusion")
    if not labels or not counts or len(labels) > 12:
        return
    wide = max(8, *(len(str(label)) for label in labels))
    typer.echo("\nTrue labels down, predicted across:")
    typer.echo(" " * wide + "".join(f" {label:>{wide}}" for label in labels))
    for label, row in zip(labels, counts, strict=True):
        typer.echo(f"{label:>{wide}}" + "".join(f" {n:>{wide}}" for n in row))
    typer.echo("")
