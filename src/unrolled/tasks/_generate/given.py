"""What texts are made from: the given columns of the training rows, all together.

rows      sex, origin     female, french     →    (0.0, 2.0)        encode
wishes    "female", "origin=french", ...     →    (0.0, 2.0)        asked
the rest  drawn as it stands beside the asked ones in the training rows    drawn
"""

from collections.abc import Mapping, Sequence
from typing import Any, Self, final

import torch
from torch import Tensor

from unrolled.errors import BrokenModelError, SettingError, UnreadableDataError
from unrolled.randomness import stream
from unrolled.tasks._base import Example
from unrolled.tasks._contrast import Contrast
from unrolled.tasks._generate.field import Field

MOST = 8  # conditions that a text is told apart from; each costs a run of the network
KEPT = 2000
"""Training rows whose values are kept, to draw from what is not asked for."""

Asked = list[float | None]
"""A value for each field, None where it is left open."""


@final
class Given:
    """The given columns and how their values occur together."""

    def __init__(self, fields: list[Field], mix: Tensor) -> None:
        """`mix` holds values that occurred together, (some rows, fields)."""
        self.fields, self.mix = fields, mix

    @classmethod
    def learn(cls, examples: list[Example], header: str, numbers: str) -> Self:
        """From the training rows; `header` names the columns, with commas between.

        Raises UnreadableDataError for a cell that cannot be used, and SettingError for
        `numbers` that name none of the columns.
        """
        headers = _headers(header, examples)
        _check_numbers(numbers, headers)
        places = [row.place for row in examples]
        fields = [
            Field.learn([row.given[n] for row in examples], places, name, numbers)
            for n, name in enumerate(headers)
        ]
        made = cls(fields, torch.zeros(0, len(fields)))
        lot = torch.randperm(len(examples), generator=stream(0, "given"))[:KEPT]
        made.mix = made.encode([examples[row] for row in lot.tolist()])
        return made

    @property
    def sizes(self) -> tuple[int, ...]:
        """The categories of each field, 0 for numbers."""
        return tuple(field.size for field in self.fields)

    @property
    def headers(self) -> str:
        """The headers of the columns, in words."""
        return ", ".join(field.header for field in self.fields)

    @property
    def categories(self) -> list[int]:
        """The fields that hold categories, by their place."""
        return [place for place, size in enumerate(self.sizes) if size]

    def encode(self, examples: list[Example]) -> Tensor:
        """Values of rows, (rows, fields). Raises UnreadableDataError."""
        count = len(self.fields)
        for row in examples:
            if len(row.given) < count:
                raise UnreadableDataError(
                    found=f"{row.place}: {len(row.given)} given values.",
                    expected=f"one for each of {self.headers}",
                    fix="name all of these columns with --given, in this order",
                )
        rows = [
            [
                field.encode(cell, row.place)
                for field, cell in zip(self.fields, row.given[:count], strict=True)
            ]
            for row in examples
        ]
        return torch.tensor(rows).view(len(rows), count)

    def asked(self, texts: Sequence[str]) -> Asked:
        """The values that a wish names, by place or as header=value, commas between.

        An empty text leaves its field open. Raises SettingError for what is unknown.
        """
        found: dict[int, float] = {}
        place = 0
        for text in self._parts(texts):
            named, equals, value = text.partition("=")
            headers = [field.header for field in self.fields]
            if equals and named.strip() in headers:
                at = headers.index(named.strip())
            else:
                at, value = place, text
                place += 1
            if at >= len(self.fields):
                raise self._too_many(text)
            if value.strip():
                found[at] = self._value(at, value.strip())
        return [found.get(at) for at in range(len(self.fields))]

    def drawn(self, asked: Asked, count: int, generator: torch.Generator) -> Tensor:
        """Values, (count, fields): as asked, the others by lot from training rows."""
        like = self._like(asked)
        lot = torch.randint(len(like), (count,), generator=generator)
        return _filled(like[lot], asked)

    def usual(self, asked: Asked) -> Tensor:
        """One row of (rows, fields) without chance: most frequent values, or means."""
        like = self._like(asked)
        found = [
            like[:, at].mode().values if size else like[:, at].mean()
            for at, size in enumerate(self.sizes)
        ]
        return _filled(torch.tensor([[float(one) for one in found]]), asked)

    @property
    def contrast(self) -> Contrast:
        """All combinations of values, or some if there are many, (some, fields)."""
        if self.fields:
            values, counts = self.mix.unique(dim=0, return_counts=True)
            if len(values) <= MOST:
                return Contrast(values, counts / counts.sum())
        some = self.mix[: MOST if self.fields else 1]
        return Contrast(some, some.new_full((len(some),), 1 / len(some)))

    def named(self, values: Sequence[float]) -> dict[str, str]:
        """Values of a row, (fields,), in words, by header."""
        pairs = zip(self.fields, values, strict=True)
        return {field.header: field.name(value) for field, value in pairs}

    def state(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        """JSON values and tensors, (rows, fields), for a model folder."""
        fields = [field.to_json() for field in self.fields]
        return {"given.json": fields}, {"given.mix": self.mix}

    @classmethod
    def restore(cls, files: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> Self:
        """The way back from `state`, (rows, fields). Raises BrokenModelError."""
        fields, mix = (
            list(map(Field.from_json, files["given.json"])),
            tensors["given.mix"],
        )
        made = cls(fields, mix)
        right = mix.dtype == torch.float32 and mix.shape == (len(mix), len(fields))
        places = [
            (mix[:, at], size) for at, size in enumerate(made.sizes) if right and size
        ]
        known = all(
            ((x >= 0) & (x < size) & (x == x.round())).all() for x, size in places
        )
        if not (right and len(mix) and mix.isfinite().all() and known):
            raise BrokenModelError(
                found="the given values that the model keeps are damaged.",
                expected="a number or the place of a category for each given column",
                fix="copy the model folder again, or train again",
            )
        return made

    def _parts(self, texts: Sequence[str]) -> list[str]:
        """One text for each value; a single column may hold commas in its names."""
        if len(self.fields) < 2:
            return [text.strip() for text in texts]
        return [part.strip() for text in texts for part in text.split(",")]

    def _value(self, at: int, text: str) -> float:
        field = self.fields[at]
        found = field.asked(text)
        if found is None:
            raise SettingError(
                found=f'given: "{text}" is no {field.header} that the model knows.',
                expected=f"one of {field.known}" if field.names else "a number",
                fix="give one of those, or train on rows that have it",
            )
        return found

    def _too_many(self, text: str) -> SettingError:
        told = self.headers
        return SettingError(
            found=f'given: "{text}" is one more value than this model takes.',
            expected=f"a value for {told}" if told else "nothing given",
            fix="leave it out"
            if told
            else "leave it out, or train with --given COLUMN",
        )

    def _like(self, asked: Asked) -> Tensor:
        """Kept rows with the asked categories, (rows, fields); all if none has them."""
        alike = torch.ones(len(self.mix), dtype=torch.bool)
        for at in self.categories:
            if asked[at] is not None:
                alike &= self.mix[:, at] == asked[at]
        return self.mix[alike] if alike.any() else self.mix


def _filled(values: Tensor, asked: Asked) -> Tensor:
    for at, value in enumerate(asked):
        if value is not None:
            values[:, at] = value
    return values


def _headers(header: str, examples: list[Example]) -> list[str]:
    count = len(examples[0].given) if examples else 0
    found = header.split(",") if header else []
    if len(found) == count:
        return found
    return [f"given {number}" for number in range(1, count + 1)]


def _check_numbers(numbers: str, headers: list[str]) -> None:
    for name in numbers.split(","):
        if name.strip() not in ("auto", "none", *headers):
            raise SettingError(
                found=f'task.numbers: there is no given column "{name.strip()}".',
                expected=f"auto, none, or some of {', '.join(headers) or 'no columns'}",
                fix="correct the name, or name that column with --given, too",
            )
