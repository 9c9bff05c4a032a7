"""Sounds to frames: "three.wav" or [0.01, -0.02, ...] → log-mel (frames, bands).

A cell is the path of a file, or a list of samples at the model's rate. Files of another
rate are resampled.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Self, final

import torch
from torch import Tensor
from typing_extensions import override

from unrolled.errors import BrokenModelError, UnreadableDataError
from unrolled.models.settings import ModelSettings
from unrolled.models.sound_augmentation import Augmentation
from unrolled.models.sound_layer import SoundLayer
from unrolled.ragged import Ragged
from unrolled.readers import Cell
from unrolled.signals.log_mel import LogMel, maker_here
from unrolled.signals.sound import ENDINGS, rate_of, read_sound
from unrolled.tasks._base import Example
from unrolled.tasks._input import AbstractInput
from unrolled.tasks._sound_settings import SoundSettings

RATE = 8_000
"""Of lists of samples, where the settings say nothing."""
USUAL = "4"
"""The subsampling of a task that has no lengths to keep."""
LOUDEST = 100.0
_KEPT = 3


@final
class SoundInput(AbstractInput):
    """Sounds as log-mel frames."""

    def __init__(
        self, settings: SoundSettings, mean: Tensor, scale: Tensor, maker: str
    ) -> None:
        """`settings` name a rate; `mean` and `scale` are of each band, (bands,)."""
        self.settings, self.mean, self.scale = settings, mean, scale
        self.features = LogMel(
            settings.rate,
            bands=settings.bands,
            window=settings.window,
            shift=settings.shift,
            maker=maker,
        )
        self._recent: list[tuple[list[Example], Ragged]] = []

    @classmethod
    def learn(cls, examples: list[Example], settings: SoundSettings) -> Self:
        """Rate, mean and scale of the training sounds.

        Raises UnreadableDataError for what is no sound, or where all are too short.
        """
        rate = settings.rate or _usual_rate(examples)
        bands = torch.ones(settings.bands)
        made = cls(replace(settings, rate=rate), 0 * bands, bands, maker_here())
        values = made.encode(examples).values.double()
        if not len(values):
            raise UnreadableDataError(
                found=f"{len(examples)} sounds, none of them of"
                f" {settings.window:g} s or more.",
                expected="sounds that are longer than a frame",
                fix="record longer ones, or make sound.window shorter",
            )
        scale = values.std(0, correction=0).float()
        made.mean, made.scale = values.mean(0).float(), scale.clamp(min=1e-3)
        if settings.subsampling == "auto":
            made.settings = replace(made.settings, subsampling=USUAL)
        return made

    def subsample(self, factor: int) -> None:
        """So many frames are to become one, rather than as many as usual."""
        self.settings = replace(self.settings, subsampling=str(factor))

    @property
    def factor(self) -> int:
        """How many frames become one."""
        return int(self.settings.subsampling)

    @property
    def step(self) -> float:
        """Seconds from one vector to the next."""
        return self.factor * self.settings.shift

    @override
    def encode(self, examples: list[Example]) -> Ragged:
        # The rows of a run are asked for many times.
        for asked, found in self._recent:
            if asked is examples:
                return found
        rows = [self.features.of(self.samples(example)) for example in examples]
        none = torch.zeros(0, self.settings.bands)
        found = Ragged.from_list([*rows, none]).gather(range(len(rows)))
        self._recent = [*self._recent[1 - _KEPT :], (examples, found)]
        return found

    def samples(self, example: Example) -> Tensor:
        """The sound of a row at the model's rate, (samples,).

        Raises UnreadableDataError, which names the row.
        """
        try:
            return samples_of(example.input, self.settings.rate)
        except UnreadableDataError as why:
            raise UnreadableDataError(
                found=f"{example.place}: {why.found}",
                expected=why.expected,
                fix=why.fix,
            ) from None

    def seconds(self, frames: int) -> float:
        """How long a sound of so many frames is, up to a part of one."""
        mine = self.settings
        return (frames - 1) * mine.shift + mine.window if frames else 0.0

    def times(self, vectors: int) -> list[str]:
        """When each of so many vectors begins: "0.00 s", "0.04 s"."""
        digits = 2 if abs(100 * self.step - round(100 * self.step)) < 1e-6 else 3
        return [f"{place * self.step:.{digits}f} s" for place in range(vectors)]

    @override
    def layer(self, settings: ModelSettings, evidence: int) -> SoundLayer:
        del settings, evidence  # a sound is read as it is
        return self.first_layer()

    def first_layer(self) -> SoundLayer:
        """The layer with fresh weights."""
        mine = self.settings
        return SoundLayer(
            self.mean,
            self.scale,
            normalize=mine.normalize,
            subsampling=self.factor,
            channels=mine.channels,
            kernel=mine.kernel,
            augmentation=Augmentation(
                rate=mine.rate,
                tempo=mine.tempo,
                pitch=mine.pitch,
                volume=mine.volume,
                color=mine.color,
                noise=mine.noise,
                time_masks=mine.time_masks,
                time_mask=mine.time_mask,
                frequency_masks=mine.frequency_masks,
                frequency_mask=mine.frequency_mask,
            ),
        )

    @override
    def notes(self) -> list[str]:
        mine, step = self.settings, 1000 * self.settings.shift
        return [
            f"sounds: {mine.rate:,} samples a second, {mine.bands} mel bands (by"
            f" {self.features.maker}) every {step:g} ms, normalized:"
            f" {mine.normalize}; a vector every {self.factor * step:g} ms"
        ]

    @override
    def state(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        files = {"sound.json": {"maker": self.features.maker}}
        return files, {"input.mean": self.mean, "input.scale": self.scale}

    @classmethod
    def restore(
        cls,
        settings: SoundSettings,
        files: Mapping[str, Any],
        tensors: Mapping[str, Tensor],
    ) -> Self:
        """The way back from `state`, from (bands,). Raises BrokenModelError."""
        found = files.get("sound.json")
        maker = found.get("maker") if isinstance(found, dict) else None
        none = torch.zeros(0)
        mean = tensors.get("input.mean", none)
        scale = tensors.get("input.scale", none)
        decided = settings.rate and settings.subsampling != "auto"
        fits = mean.shape == scale.shape == (settings.bands,)
        if not isinstance(maker, str) or not decided or not fits:
            raise BrokenModelError(
                found="what the model knows of its sounds is damaged.",
                expected="the maker of its frames, their rate, subsampling, mean and"
                " scale",
                fix="copy the model folder again, or train again",
            )
        return cls(settings, mean, scale, maker)


def samples_of(cell: Cell, rate: int) -> Tensor:
    """The samples of a cell at that rate, (samples,). Raises UnreadableDataError."""
    if isinstance(cell, list):
        return _listed(cell)
    if not isinstance(cell, str):
        raise UnreadableDataError(
            found=f"{cell!r} where a sound should be.",
            expected=f"the path of a file ({', '.join(ENDINGS)}), or a list of samples",
            fix="correct that row, or name the column of the sounds with --input",
        )
    return read_sound(Path(cell), rate=rate).samples


def names_sound(examples: Sequence[Example]) -> bool:
    """Whether the first cells are paths of files of sound."""
    first = [example.input for example in examples[:20]]
    named = [isinstance(c, str) and c.lower().endswith(ENDINGS) for c in first]
    return bool(named) and all(named)


def _listed(cell: list[Any]) -> Tensor:
    plain = all(type(one) in (int, float) for one in cell)
    samples = torch.tensor(cell if plain else [], dtype=torch.float64).float()
    if not plain or not bool((samples.abs() <= LOUDEST).all()):
        raise UnreadableDataError(
            found="a list that is no sound.",
            expected="samples between −1 and 1",
            fix="correct that row",
        )
    return samples


def _usual_rate(examples: list[Example]) -> int:
    """The rate of most files; of equally many the highest."""
    counts: Counter[int] = Counter()
    for example in examples:
        if isinstance(example.input, str):
            try:
                counts[rate_of(Path(example.input))] += 1
            except UnreadableDataError as why:
                raise UnreadableDataError(
                    found=f"{example.place}: {why.found}",
                    expected=why.expected,
                    fix=why.fix,
                ) from None
    return max(counts, key=lambda rate: (counts[rate], rate)) if counts else RATE
