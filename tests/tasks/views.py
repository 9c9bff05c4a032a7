"""Tasks with fresh networks, for tests that look into them without training."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from unrolled import catalog
from unrolled.settings import make
from unrolled.tasks._base import Example
from unrolled.training.sections import sections_of


def fitted(
    name: str, settings: Mapping[str, Any], rows: list[Any] | None = None
) -> tuple[Any, nn.Module]:
    """A task that has seen rows, its own sample if none, and its network at rest.

    Columns that are neither "input" nor "target" become what is given.
    """
    kind: Any = catalog.find("tasks", name)
    roles = [column.role for column in kind.columns]
    examples = [
        _example(dict(zip(roles, row, strict=False)), number)
        for number, row in enumerate(rows if rows is not None else kind.sample())
    ]
    made = make(sections_of(kind), dict(settings))
    torch.manual_seed(0)
    task = kind.fit(examples, made, {role: role for role in roles})
    network = task.build()
    for weight in network.parameters():  # fresh biases are zero, and hide mistakes
        weight.data += torch.randn(weight.shape) / 10
    network.eval()
    return task, network


def _example(cells: dict[str, Any], number: int) -> Example:
    return Example(
        cells.pop("input"),
        cells.pop("target", None),
        f"row {number}",
        (*cells.values(),),
    )
