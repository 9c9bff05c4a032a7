"""The model card: a README.md written from the run, with its figures and its limits.

The front matter and the headings are those that model hubs read (Mitchell et al. 2019,
arXiv:1810.03993).
"""

import json
from collections.abc import Mapping
from typing import Any

from unrolled import catalog
from unrolled.settings import Value

WHAT_IT_CANNOT = [
    "A figure says most beside those of the baselines, which answer the same rows",
    "cheaply.",
    "",
    "## Limits",
    "",
    "It knows the kind of data it was trained on and nothing else; what is rare",
    "there is answered badly, and what that data gets wrong it gets wrong too.",
    "",
]


def write_card(
    task: str,
    settings: Mapping[str, Value],
    metrics: Mapping[str, Any],
    notes: list[str],
    version: str,
) -> str:
    """Markdown from what `metrics.json` holds and what the run noted."""
    cell = settings.get("model.cell")
    what = f"A recurrent network ({cell})" if cell else "No network, but a table"
    head = [
        "---",
        "library_name: unrolled",
        f"tags: [{task}, {cell}, recurrent]" if cell else f"tags: [{task}]",
        "---",
    ]
    scores = _table(metrics)
    used = [f"| {key} | {_cell(value)} |" for key, value in settings.items()]
    return "\n".join(
        [
            *head,
            f"# A model for {task}",
            "",
            f"{what}, trained by unrolled {version}.",
            "",
            "## Use",
            "",
            "```",
            f"unrolled predict THIS_FOLDER {_usual_file(task)}",
            "```",
            "",
            "## Evaluation",
            "",
            *(scores or ["Not evaluated."]),
            "",
            *WHAT_IT_CANNOT,
            "## Training",
            "",
            *[f"* {note}" for note in notes],
            "",
            "| setting | value |",
            "|---|---|",
            *used,
            "",
        ]
    )


def _cell(value: Value) -> str:
    """A value as JSON that does not end its cell of the table."""
    return json.dumps(value, ensure_ascii=False).replace("|", "\\|")


def _table(metrics: Mapping[str, Any]) -> list[str]:
    rows = {"this model": metrics.get("metrics", {}), **metrics.get("baseline", {})}
    names = [k for k, v in rows["this model"].items() if isinstance(v, float)]
    if not names:
        return []
    word = "row" if metrics["examples"] == 1 else "rows"
    lines = [
        f"On {metrics['examples']:,} {metrics['on']} {word}:",
        "",
        "| | " + " | ".join(names) + " |",
        "|---" * (len(names) + 1) + "|",
    ]
    for row, found in rows.items():
        cells = [f"{found[n]:.4f}" if n in found else "" for n in names]
        lines.append(f"| {row} | " + " | ".join(cells) + " |")
    return lines


def _usual_file(task: str) -> str:
    kind: Any = catalog.find("tasks", task)
    return kind.usual_file
