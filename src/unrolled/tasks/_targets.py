"""Target cells to numbers and back, for the four kinds of answers.

    label    "positive"        one name             → (rows,) number of the name
    labels   "anger|disgust"   any number of names  → (rows, names) of 0 and 1
    rating   "4"               an ordered grade     → (rows,) number of the grade
    number   "3.75"            a quantity           → (rows,) standardized

Which kind a column holds is guessed from its cells unless it is told, and said.
"""

import math
from dataclasses import asdict, dataclass, field
from typing import Any

import torch
from torch import Tensor

from unrolled.errors import (
    BrokenModelError,
    SettingError,
    UnknownLabelError,
    UnreadableDataError,
)
from unrolled.models.scores import KINDS
from unrolled.readers import Cell
from unrolled.tasks._base import Example

SEPARATOR = "|"
RATING_HEADERS = ("rating", "stars", "grade")
MOST_GRADES = 20


@dataclass(frozen=True)
class Targets:
    """What was learned of the target column of the training rows."""

    kind: str
    """One of `models.scores.KINDS`."""
    header: str
    """The column, for messages."""
    names: list[str] = field(default_factory=list)
    """Labels by alphabet, those that are numbers and grades by size; else none."""
    center: float = 0.0
    """Mean of the numbers."""
    scale: float = 1.0
    """Standard deviation of the numbers."""

    @staticmethod
    def learn(examples: list[Example], *, kind: str, header: str) -> "Targets":
        """From the training rows; `kind` may be "auto". Raises UnreadableDataError."""
        kind = guess(examples, header) if kind == "auto" else kind
        if kind == "number":
            cells = [_number(e, header) for e in examples]
            _need(len(set(cells)) > 1, examples, "the same number in every row", header)
            numbers = torch.tensor(cells, dtype=torch.float64)
            scale = float(numbers.std(correction=0))
            return Targets(kind, header, [], float(numbers.mean()), scale)
        if kind == "rating":
            names = [_grade(n) for n in sorted({_number(e, header) for e in examples})]
        else:
            found = {name for e in examples for name in _names(e, kind, header)}
            names = _in_order(found)
        fewest = 1 if kind == "labels" else 2
        only = f'only "{names[0]}"' if names else "no label in any row"
        _need(len(names) >= fewest, examples, only, header)
        return Targets(kind, header, names)

    def encode(self, examples: list[Example]) -> Tensor:
        """The targets of these rows. Raises UnknownLabelError, UnreadableDataError."""
        if self.kind == "number":
            cells = [_number(e, self.header) for e in examples]
            numbers = torch.tensor(cells, dtype=torch.float64)
            return ((numbers - self.center) / self.scale).float()
        place = {name: i for i, name in enumerate(self.names)}
        rows = []
        for e in examples:
            found = _names(e, self.kind, self.header)
            unknown = [name for name in found if name not in place]
            if unknown:
                raise UnknownLabelError(
                    where=e.place,
                    column=self.header,
                    label=unknown[0],
                    known=self.names,
                )
            rows.append([place[name] for name in found])
        if self.kind == "labels":
            wanted = torch.zeros(len(rows), len(self.names))
            for row, labels in enumerate(rows):
                wanted[row, labels] = 1.0
            return wanted
        return torch.tensor([row[0] for row in rows], dtype=torch.int64)

    def named(self, examples: list[Example]) -> list[list[str]]:
        """The names in each target, known or not; none if they are numbers."""
        if self.kind == "number":
            return []
        return [_names(e, self.kind, self.header) for e in examples]

    def numbers(self, examples: list[Example]) -> list[float]:
        """The targets in the units of the column; none if they are names."""
        if self.kind != "number":
            return []
        return [_number(e, self.header) for e in examples]

    def member(self, encoded: Tensor) -> Tensor:
        """(rows, names) of 0 and 1, from what `encode` gives; a number has no names."""
        if self.kind == "labels":
            return encoded
        if self.kind == "number":
            return encoded.new_zeros(len(encoded), 0)
        return torch.nn.functional.one_hot(encoded.long(), len(self.names)).float()

    @property
    def is_one_name(self) -> bool:
        """Whether a row has exactly one name: a label or a grade."""
        return self.kind in ("label", "rating")

    def balance(self, encoded: Tensor) -> Tensor:
        """Weights (names,) with which each name counts as much as any other.

        Their mean over the rows is 1. Raises SettingError where a row has not one name.
        """
        if not self.is_one_name:
            raise SettingError(
                found=f"task.class_weights=balanced for {self.kind} answers.",
                expected="one label or one rating in each row",
                fix="leave task.class_weights out",
            )
        counts = torch.bincount(encoded, minlength=len(self.names)).float()
        return counts.sum() / (counts.clamp(min=1) * len(counts))

    def values(self) -> Tensor:
        """The grades of a rating as numbers, (grades,)."""
        return torch.tensor([float(name) for name in self.names], dtype=torch.float64)

    def to_json(self) -> dict[str, Any]:
        """Plain values for a model folder."""
        return asdict(self)

    @staticmethod
    def from_json(found: Any) -> "Targets":
        """The way back from `to_json`. Raises BrokenModelError."""
        keys = {"kind": str, "header": str, "names": list, "center": float}
        keys |= {"scale": float}
        right = (
            isinstance(found, dict)
            and set(found) == set(keys)
            and all(isinstance(found[key], type_) for key, type_ in keys.items())
            and found["kind"] in KINDS
            and all(isinstance(name, str) for name in found["names"])
        )
        if not right:
            raise BrokenModelError(
                found="targets.json does not describe targets.",
                expected=f"an object with {', '.join(keys)}",
                fix="train the model again",
            )
        return Targets(**found)


def guess(examples: list[Example], header: str) -> str:
    """The kind that the cells look like; doubt falls to a single label."""
    cells = [e.target for e in examples]
    if any(isinstance(cell, list) for cell in cells):
        return "labels"
    texts = {str(cell).strip() for cell in cells}
    parts = {part for text in texts for part in text.split(SEPARATOR)}
    if any(SEPARATOR in text for text in texts) and len(parts) < len(texts):
        return "labels"
    numbers = [_as_number(text) for text in texts]
    if any(number is None for number in numbers):
        return "label"
    if len(texts) > MOST_GRADES or any(n != round(n) for n in numbers if n is not None):
        return "number"
    return "rating" if header.strip().lower() in RATING_HEADERS else "label"


def _in_order(names: set[str]) -> list[str]:
    """By alphabet; by size if all of them are numbers, so that 10 comes after 2."""
    sizes = {name: _as_number(name) for name in names}
    if None in sizes.values():
        return sorted(names)
    return sorted(names, key=lambda name: (sizes[name], name))


def _names(example: Example, kind: str, header: str) -> list[str]:
    cell = example.target
    if kind == "labels":
        parts = cell if isinstance(cell, list) else str(cell or "").split(SEPARATOR)
        if any(isinstance(part, list) for part in parts):
            raise UnreadableDataError(
                found=f'{example.place}: column "{header}" holds lists in a list.',
                expected="a list of labels",
                fix="correct that row; spans of a text belong to the task tag",
            )
        return [name for name in map(_plain, parts) if name]
    if isinstance(cell, list):
        raise UnreadableDataError(
            found=f'{example.place}: column "{header}" holds a list.',
            expected="one label in every row",
            fix="correct that row, or set task.kind=labels",
        )
    name = "" if cell is None else _plain(cell)
    if name and kind == "rating":
        number = _as_number(name)
        name = name if number is None else _grade(number)
    if not name:
        raise UnreadableDataError(
            found=f'{example.place}: column "{header}" is empty.',
            expected="a label in every row",
            fix="fill it in, or leave such rows out",
        )
    return [name]


def _number(example: Example, header: str) -> float:
    number = None if example.target is None else _as_number(_plain(example.target))
    if number is None:
        raise UnreadableDataError(
            found=f'{example.place}: column "{header}" holds "{example.target}".',
            expected="a number",
            fix="correct that row, or set task.kind=label",
        )
    return number


def _plain(cell: Cell) -> str:
    # JSON knows one kind of number: 4.0 is the label "4"
    return _grade(cell) if isinstance(cell, float) else str(cell).strip()


def _grade(number: float) -> str:
    """One name for one number: "4", however it was written."""
    return str(round(number)) if number == round(number) else str(number)


def _as_number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _need(enough: bool, examples: list[Example], what: str, header: str) -> None:
    if not enough:
        source = examples[0].place.rsplit(",", 1)[0] if examples else "the data"
        raise UnreadableDataError(
            found=f'{source}: column "{header}" holds {what}.',
            expected="at least two different answers to tell apart",
            fix="add rows with other answers, or name another column with --target",
        )
