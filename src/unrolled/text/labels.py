"""The classes of a task in a fixed order, so that class 3 means the same for ever.

negative, neutral, positive      by alphabet
1, 2, 5, 10                      by size, if every one of them is a number
"""

import re
from collections.abc import Iterable
from typing import Any, final

from unrolled.errors import BrokenModelError, UnknownLabelError

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")


@final
class Labels:
    """Names of classes and their numbers, from 0."""

    def __init__(self, names: list[str]) -> None:
        """`names` in their order, all distinct."""
        self._names = names
        self._index = {name: number for number, name in enumerate(names)}

    @staticmethod
    def build(found: Iterable[str]) -> "Labels":
        """The distinct labels among `found`, sorted."""
        names = sorted(set(found))
        if all(_NUMBER.fullmatch(name) for name in names):
            names.sort(key=float)
        return Labels(names)

    @property
    def names(self) -> tuple[str, ...]:
        """All labels in order."""
        return tuple(self._names)

    def __len__(self) -> int:
        """How many classes there are."""
        return len(self._names)

    def index(self, label: str, *, where: str, column: str) -> int:
        """The number of a label. Raises UnknownLabelError, which names the place."""
        if label in self._index:
            return self._index[label]
        raise UnknownLabelError(
            where=where, column=column, label=label, known=self._names
        )

    def to_json(self) -> list[str]:
        """Plain values for a model folder."""
        return list(self._names)

    @staticmethod
    def from_json(found: Any) -> "Labels":
        """The way back from `to_json`. Raises BrokenModelError for anything else."""
        texts = isinstance(found, list) and all(isinstance(one, str) for one in found)
        if not texts or not found or len(set(found)) < len(found):
            raise BrokenModelError(
                found="the labels of the model are damaged.",
                expected="a list of distinct texts",
                fix="copy the model folder again, or train again",
            )
        return Labels(found)
