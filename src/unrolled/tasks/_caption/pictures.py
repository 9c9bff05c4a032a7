"""Pictures of examples, as numbers: from files, from features, from nested lists.

"png/1F947.png"                         decoded, (3, size, size) uint8
"vgg/0001.npy"                          (regions, width) float32, as it lies there
[[[255, 0, 0], ...], ...]               height × width × 3 from 0 to 255
[[0.1, 0.7, ...], ...]                  regions × width
"""

from pathlib import Path
from typing import Any, Self, final

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from unrolled.errors import BrokenModelError, UnreadableDataError
from unrolled.models.picture_encoder import regions_of
from unrolled.models.picture_settings import PictureSettings
from unrolled.ragged import Ragged
from unrolled.signals import features, pictures
from unrolled.tasks._base import Example

ENDINGS = (*pictures.ENDINGS, *features.ENDINGS)
KEPT = 2_000_000_000  # bytes of decoded pictures that a run holds


@final
class Pictures:
    """What the pictures of the training rows are, and how others become the same."""

    def __init__(self, settings: PictureSettings, features: int = 0) -> None:
        """`features` counts the numbers of a region; 0 for pictures themselves."""
        self.settings, self.features = settings, features
        self._kept: dict[tuple[str, int, int], Tensor] = {}
        self._bytes = 0

    @classmethod
    def learn(cls, examples: list[Example], settings: PictureSettings) -> Self:
        """From the training rows, of which the first decides what all are.

        Raises UnreadableDataError.
        """
        made = cls(settings)
        first = next(iter(examples), None)
        if first is not None and _are_features(first.input):
            made.features = _features_of(first).shape[1]
        return made

    def notes(self) -> list[str]:
        """What was found, in words."""
        if self.features:
            return [f"pictures: features, {self.features:,} numbers for each region"]
        size = self.settings.size
        return [
            f"pictures: {size} × {size} pixels, {regions_of(self.settings)} regions"
        ]

    def encode(self, examples: list[Example]) -> tuple[Ragged, Ragged]:
        """Each picture once, and for each region of each row which of them it is of.

        Pictures are rows of one value, (pictures, 3, size, size) uint8; features have
        values (regions, features). Raises UnreadableDataError with the row's place.
        """
        numbers: dict[str, int] = {}
        found: list[Tensor] = []
        rows: list[int] = []
        for row in examples:
            name = row.input if isinstance(row.input, str) else None
            if name is None or name not in numbers:
                found.append(self._read(row))
                numbers[name or str(-len(found))] = len(found) - 1
                rows.append(len(found) - 1)
            else:
                rows.append(numbers[name])
        return self._pool(found), self._regions(found, rows)

    def _pool(self, found: list[Tensor]) -> Ragged:
        if self.features:
            none = torch.zeros(0, self.features)
            return Ragged.from_list([*found, none]).gather(range(len(found)))
        size = self.settings.size
        none = torch.zeros(0, 3, size, size, dtype=torch.uint8)
        values = torch.stack(found) if found else none
        return Ragged(values, torch.ones(len(found), dtype=torch.int64))

    def _regions(self, found: list[Tensor], rows: list[int]) -> Ragged:
        fixed = regions_of(self.settings)
        lengths = [len(found[row]) if self.features else fixed for row in rows]
        counts = torch.tensor(lengths, dtype=torch.int64)
        numbers = torch.tensor(rows, dtype=torch.int64)
        return Ragged(numbers.repeat_interleave(counts), counts)

    def _read(self, row: Example) -> Tensor:
        """A picture, (3, size, size) uint8, or features, (regions, features)."""
        cell = row.input
        if bool(self.features) != _are_features(cell):
            mine = "features (.npy)" if self.features else "pictures"
            raise UnreadableDataError(
                found=f"{row.place}: {_shown(cell)} among {mine}.",
                expected=f"{mine}, as in the first row of training",
                fix="keep the two apart: a model of each",
            )
        if self.features:
            found = _features_of(row)
            if found.shape[1] != self.features:
                raise UnreadableDataError(
                    found=f"{row.place}: {_shown(cell)} has {found.shape[1]:,} numbers"
                    " for each region.",
                    expected=f"{self.features:,}, as in the first row of training",
                    fix="compute all features with the same network",
                )
            return found
        return self._from_file(row) if isinstance(cell, str) else self._from_list(row)

    def _from_file(self, row: Example) -> Tensor:
        path = Path(str(row.input))
        try:
            there = path.stat()
            key = (str(path), there.st_mtime_ns, there.st_size)
        except OSError:
            key = ("", 0, 0)  # whoever reads it says what is wrong
        if key in self._kept:
            return self._kept[key]
        try:
            found = pictures.read_picture(path, size=self.settings.size)
        except UnreadableDataError as why:
            raise _at(row, why) from None
        if self._bytes + found.numel() <= KEPT:
            self._kept[key] = found
            self._bytes += found.numel()
        return found

    def _from_list(self, row: Example) -> Tensor:
        try:
            found = torch.tensor(row.input, dtype=torch.float32)
        except (TypeError, ValueError):
            found = torch.zeros(0)
        right = found.dim() == 3 and found.shape[2] == 3 and found.numel() > 0
        if not right or not bool(((found >= 0) & (found <= 255)).all()):
            raise UnreadableDataError(
                found=f"{row.place}: {_shown(row.input)}.",
                expected="the name of a picture, or height × width × 3 numbers from 0"
                " to 255",
                fix="correct that row, or leave it out",
            )
        return _square(found.permute(2, 0, 1), self.settings.size)

    def state(self) -> dict[str, Any]:
        """A JSON value for a model folder."""
        return {"features": self.features}

    @classmethod
    def restore(cls, kept: Any, settings: PictureSettings) -> Self:
        """The way back from `state`. Raises BrokenModelError."""
        mine: dict[str, Any] = kept if isinstance(kept, dict) else {}
        count: Any = mine.get("features")
        if type(count) is not int or not 0 <= count < 2**31:
            raise BrokenModelError(
                found="what the model knows of its pictures is damaged: features are"
                f" {str(count)[:40]}.",
                expected="a whole number from 0 on",
                fix="copy the model folder again, or train again",
            )
        return cls(settings, count)


def _are_features(cell: object) -> bool:
    if isinstance(cell, str):
        return cell.lower().endswith(features.ENDINGS)
    first: Any = cell[0] if isinstance(cell, list) and cell else None
    first = first[0] if isinstance(first, list) and first else None
    return isinstance(first, (int, float))


def _features_of(row: Example) -> Tensor:
    """Those of a file or of a list, (regions, width). Raises UnreadableDataError."""
    if isinstance(row.input, str):
        try:
            return features.read_features(row.input)
        except UnreadableDataError as why:
            raise _at(row, why) from None
    try:
        found = torch.tensor(row.input, dtype=torch.float32)
    except (TypeError, ValueError):
        found = torch.zeros(0)
    if found.dim() != 2 or not found.numel() or not bool(found.isfinite().all()):
        raise UnreadableDataError(
            found=f"{row.place}: {_shown(row.input)}.",
            expected="regions × width finite numbers",
            fix="correct that row, or leave it out",
        )
    return found


def _at(row: Example, why: UnreadableDataError) -> UnreadableDataError:
    """The same error, with the row that names the file."""
    found = f"{row.place}: {why.found}"
    return UnreadableDataError(found=found, expected=why.expected, fix=why.fix)


def _square(picture: Tensor, size: int) -> Tensor:
    """(3, height, width) to (3, size, size) uint8: the longer side fits, on white."""
    high, wide = picture.shape[1:]
    goal = [max(1, round(side * size / max(high, wide))) for side in (high, wide)]
    mode = "area" if max(high, wide) >= size else "nearest"
    small = interpolate(picture[None], size=goal, mode=mode)[0]
    made = torch.full((3, size, size), 255, dtype=torch.uint8)
    top, left = (size - goal[0]) // 2, (size - goal[1]) // 2
    made[:, top : top + goal[0], left : left + goal[1]] = small.round().byte()
    return made


def _shown(cell: object) -> str:
    """A cell in a few words."""
    if isinstance(cell, str):
        return f'"{cell[:80]}"' if cell.strip() else "nothing"
    return "a list" if isinstance(cell, list) else f"{str(cell)[:40]}"
