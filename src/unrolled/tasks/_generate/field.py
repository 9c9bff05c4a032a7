"""One given column: names of categories, or numbers.

sex     female, male     the place of the name        0.0, 1.0
year    1990, 2003.5     standardized: (x − mean) / deviation
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import torch

from unrolled.errors import BrokenModelError, UnknownLabelError, UnreadableDataError
from unrolled.readers import Cell

MANY = 20  # different numbers: more of them are no names of categories
NEARLY_ALL = 0.9
"""Share of cells that are numbers in a column of numbers; the others are mistakes."""
SHOWN = 12


@dataclass(frozen=True)
class Field:
    """What was learned of one given column of the training rows."""

    header: str
    names: list[str]
    """Categories by alphabet; none if the column holds numbers."""
    center: float = 0.0
    """Mean of the numbers."""
    scale: float = 1.0
    """Standard deviation of the numbers; 1 if all are the same."""

    @staticmethod
    def learn(
        cells: Sequence[Cell], places: Sequence[str], header: str, numbers: str
    ) -> "Field":
        """From the training rows; `numbers` as in `GenerateSettings`.

        Raises UnreadableDataError for a cell that cannot be used.
        """
        named = [one.strip() for one in numbers.split(",")]
        texts = [
            _text(cell, place, header)
            for cell, place in zip(cells, places, strict=True)
        ]
        counted = _are_numbers(texts) if numbers == "auto" else header in named
        if not counted:
            return Field(header, sorted(set(texts)))
        field = Field(header, [])
        pairs = zip(texts, places, strict=True)
        found = torch.tensor([field.number(*pair) for pair in pairs]).double()
        scale = float(found.std(correction=0))
        return Field(header, [], float(found.mean()), scale or 1.0)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.names)}

    @property
    def size(self) -> int:
        """How many categories there are; 0 for numbers."""
        return len(self.names)

    @property
    def told(self) -> str:
        """The column in words: "sex (female, male)"."""
        if not self.names:
            return f"{self.header} (numbers around {self.center:.6g})"
        return f"{self.header} ({self.known})"

    @property
    def known(self) -> str:
        """The names of its categories, the first ones of many."""
        more = f", ... {len(self.names)} in all" if len(self.names) > SHOWN else ""
        return ", ".join(self.names[:SHOWN]) + more

    def encode(self, cell: Cell, place: str) -> float:
        """A cell as the network takes it. Raises UnreadableDataError."""
        text = _text(cell, place, self.header)
        if not self.names:
            return (self.number(text, place) - self.center) / self.scale
        if text not in self._places:
            raise UnknownLabelError(
                where=place, column=self.header, label=text, known=[self.known]
            )
        return float(self._places[text])

    def asked(self, text: str) -> float | None:
        """The same for what a person asks for, in capitals or not; None if unknown."""
        if not self.names:
            number = _as_number(text)
            return None if number is None else (number - self.center) / self.scale
        small = [name.casefold() for name in self.names]
        if text not in self._places and small.count(text.casefold()) == 1:
            return float(small.index(text.casefold()))
        found = self._places.get(text)
        return None if found is None else float(found)

    def number(self, text: str, place: str) -> float:
        """A number. Raises UnreadableDataError for another text."""
        found = _as_number(text)
        if found is None:
            raise UnreadableDataError(
                found=f'{place}: column "{self.header}" holds "{text}".',
                expected="a number",
                fix="correct that row, or set task.numbers=none if these are names of"
                " categories",
            )
        return found

    def name(self, value: float) -> str:
        """What a person calls a value that `encode` gave."""
        if self.names:
            return self.names[int(value)]
        return f"{value * self.scale + self.center:.6g}"

    def to_json(self) -> dict[str, Any]:
        """Plain values for a model folder."""
        return asdict(self)

    @staticmethod
    def from_json(found: Any) -> "Field":
        """The way back from `to_json`. Raises BrokenModelError."""
        keys = {"header": str, "names": list, "center": float, "scale": float}
        right = (
            isinstance(found, dict)
            and set(found) == set(keys)
            and all(isinstance(found[key], type_) for key, type_ in keys.items())
            and all(isinstance(name, str) for name in found["names"])
            and found["scale"] > 0
        )
        if not right:
            raise BrokenModelError(
                found="given.json does not describe given columns.",
                expected=f"for each an object with {', '.join(keys)}",
                fix="copy the model folder again, or train again",
            )
        return Field(**found)


def _text(cell: Cell, place: str, header: str) -> str:
    if isinstance(cell, list):
        raise UnreadableDataError(
            found=f'{place}: column "{header}" holds a list.',
            expected="one category or one number in every row",
            fix="correct that row, or name another column with --given",
        )
    # JSON knows one kind of number: 4.0 is the category "4"
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell).strip()
    if not text:
        raise UnreadableDataError(
            found=f'{place}: column "{header}" is empty.',
            expected="a category or a number in every row",
            fix="fill it in, or leave such rows out",
        )
    return text


def _are_numbers(texts: Sequence[str]) -> bool:
    found = [number for text in texts if (number := _as_number(text)) is not None]
    if not found or len(found) < NEARLY_ALL * len(texts):
        return False
    return len(set(found)) > MANY or any(n != round(n) for n in found)


def _as_number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
