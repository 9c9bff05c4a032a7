"""What a model keeps of the series it has learned from.

    names of the channels, the step of time, the season
    of each series its units, and up to which moment it was seen
    mean and deviation of each covariate; a number for each channel, series, static word

A series is known again by its name; where moments are only counted, its first values
must agree as well. One that is not known is read in units of its own history.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self, final

import torch
from torch import Tensor

from unrolled.errors import BrokenModelError, UnreadableDataError
from unrolled.models.windows import WindowShape
from unrolled.series import Series
from unrolled.tasks._forecast import calendars
from unrolled.tasks._forecast.settings import ForecastSettings
from unrolled.tasks._forecast.units import Units, measured

COUNTED = "none, rows are counted"
HEAD = 4  # moments at the beginning that tell a counted series again


@final
@dataclass(eq=False, kw_only=True)
class Familiar:
    """The series of the training rows, without their values."""

    settings: ForecastSettings
    """With horizon, context and season as they were chosen."""
    channels: tuple[str, ...]
    step: str
    static: list[list[str]] = field(default_factory=list)
    """The words of each static column, by their numbers from 1."""
    keys: list[str] = field(default_factory=list)
    """What each series is known by."""
    seen: list[int] = field(default_factory=list)
    """Of each, the last time that was seen; or how many moments, where counted."""
    units: Tensor
    """Center, scale, standard, seasonal: (4, series, channels) float64."""
    beside: Tensor
    """Mean and deviation of each covariate, the past ones first, (2, ·) float64."""
    past: int = 0
    """How many of these are past ones."""

    @classmethod
    def learn(
        cls, series: Sequence[Series], places: Sequence[str], settings: ForecastSettings
    ) -> Self:
        """From the training part of each series. Raises UnreadableDataError."""
        first = series[0]
        made = cls(
            settings=settings,
            channels=first.channels,
            step=first.step,
            units=torch.zeros(4, 0, len(first.channels), dtype=torch.float64),
            beside=_beside(series),
            past=first.past.shape[1],
        )
        columns = zip(*(one.static for one in series), strict=True)
        made.static = [sorted(set(words)) for words in columns]
        found = []
        for one, place in zip(series, places, strict=True):
            made.check(one, place)
            found.append(made.measure(one, len(one), place))
        made.units = torch.stack([torch.stack(list(each)) for each in found], dim=1)
        made.keys = [key_of(one) for one in series]
        made.seen = [_last(one, len(one)) for one in series]
        return made

    def check(self, series: Series, place: str) -> None:
        """Raises UnreadableDataError for a series unlike those of training."""
        step = self.step if self.settings.calendar else series.step
        covariates = (series.past.shape[1], series.known.shape[1])
        learned = (self.past, self.beside.shape[1] - self.past)
        for what, found, expected in (
            ("channels", _names(series.channels), _names(self.channels)),
            ("step of time", series.step or COUNTED, step or COUNTED),
            ("covariates of the past", covariates[0], learned[0]),
            ("covariates known ahead", covariates[1], learned[1]),
            ("static columns", len(series.static), len(self.static)),
        ):
            unnamed = what == "channels" and not any(series.channels)
            if found != expected and not (unnamed and len(self.channels) == 1):
                raise UnreadableDataError(
                    found=f"{place}: {what}: {found}.",
                    expected=f"{expected}, as in the training rows",
                    fix="give the series the columns and times that training had",
                )

    def measure(self, series: Series, moments: int, place: str) -> Units:
        """The units of so many first moments of a series."""
        season, mine = self.settings.season, self.settings
        return measured(series.values[:moments], mine, season=season, place=place)

    def number(self, series: Series) -> int:
        """The place of a series among those known, −1 for another."""
        key = key_of(series)
        return self.keys.index(key) if key in self.keys else -1

    def first_unseen(self, series: Series) -> int:
        """The first moment that training has not seen; 0 in a series unknown."""
        number = self.number(series)
        if number < 0:
            return 0
        last = self.seen[number]
        if not len(series.times):
            return min(last, len(series))
        return int((series.times[: len(series)] <= last).sum())

    def begins(self, series: Sequence[Series]) -> list[int]:
        """The first moment of each that is scored: what training has not seen.

        Where all of all series was seen they are scored as they are. A quarter of each,
        or a context, is only read.
        """
        found = [one.begins or self.first_unseen(one) for one in series]
        if all(begin >= len(one) for begin, one in zip(found, series, strict=True)):
            found = [one.begins for one in series]
        context = self.settings.context
        least = [max(min(context, len(one) // 4), 1) for one in series]
        return [max(pair) for pair in zip(found, least, strict=True)]

    def remember(self, series: Sequence[Series]) -> None:
        """These, too, have been seen to their ends: the model was chosen by them."""
        for one in series:
            number = self.number(one)
            if number >= 0:
                last = _last(one, len(one))
                self.seen[number] = max(self.seen[number], last)

    def groups(self, series: Series) -> Tensor:
        """The numbers of each channel, (channels, groups) int64; 0 is unknown."""
        wide = len(self.channels)
        words = zip(series.static, self.static, strict=True)
        numbers = [self.number(series) + 1] if len(self.keys) > 1 else []
        numbers += [known.index(w) + 1 if w in known else 0 for w, known in words]
        columns = [torch.full((wide,), number) for number in numbers]
        if wide > 1:
            columns.insert(0, torch.arange(1, wide + 1))
        return torch.stack(columns, 1) if columns else torch.zeros(wide, 0).long()

    def shape(self) -> WindowShape:
        """The widths that a network is built for."""
        calendar = len(calendars.names(self.step)) if self.settings.calendar else 0
        known = self.beside.shape[1] - self.past + calendar
        sizes = [len(self.keys) + 1] if len(self.keys) > 1 else []
        sizes += [len(words) + 1 for words in self.static]
        if len(self.channels) > 1:
            sizes.insert(0, len(self.channels) + 1)
        return WindowShape(
            horizon=self.settings.horizon,
            covariates=self.past + known,
            ahead=known,
            groups=tuple(sizes),
        )

    def state(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        """Plain values; units (kinds, series, channels), beside (kinds, covariates)."""
        plain = {
            "channels": list(self.channels),
            "step": self.step,
            "static": self.static,
            "keys": self.keys,
            "seen": self.seen,
            "past": self.past,
        }
        return plain, {"series.units": self.units, "series.beside": self.beside}

    @classmethod
    def restore(
        cls, plain: Any, tensors: Mapping[str, Tensor], settings: ForecastSettings
    ) -> Self:
        """From `state`: units (kinds, series, channels), beside (kinds, covariates).

        Raises BrokenModelError.
        """
        try:
            made = cls(
                settings=settings,
                channels=tuple(map(str, plain["channels"])),
                step=str(plain["step"]),
                static=[list(map(str, words)) for words in plain["static"]],
                keys=list(map(str, plain["keys"])),
                seen=list(map(int, plain["seen"])),
                units=tensors["series.units"],
                beside=tensors["series.beside"],
                past=int(plain["past"]),
            )
            calendars.names(made.step)
        except (KeyError, TypeError, ValueError) as why:
            raise _broken(f"series.json has no usable {why}") from None
        shapes = (4, len(made.keys), len(made.channels)), made.units.shape
        widths = made.beside.dim() == 2 and made.past <= made.beside.shape[1]
        same = len(made.seen) == len(made.keys)
        if shapes[0] != shapes[1] or not widths or not same:
            raise _broken("series.json and its tensors differ in their sizes")
        return made


def key_of(series: Series) -> str:
    """Equal for parts of one series, as far as its name and its first values tell."""
    if len(series.times):
        return series.name
    head = repr(series.values[:HEAD].tolist()).encode()
    return f"{series.name} {hashlib.sha256(head).hexdigest()[:16]}"


def _names(channels: Sequence[str]) -> str:
    return ", ".join(channels) or "without a name"


def _last(series: Series, moments: int) -> int:
    """The time of the last of so many moments, or their number."""
    if len(series.times) and moments:
        return int(series.times[moments - 1])
    return moments if not len(series.times) else -(1 << 62)


def _beside(series: Sequence[Series]) -> Tensor:
    """Mean and deviation of each covariate over all series, (2, covariates)."""
    past = torch.cat([one.past.double() for one in series])
    known = torch.cat([one.known[: len(one)].double() for one in series])
    found = []
    for column in (*past.unbind(1), *known.unbind(1)):
        there = column[column.isfinite()]
        mean = there.mean() if len(there) else column.new_zeros(())
        spread = there.std(correction=0) if len(there) else column.new_ones(())
        found.append(torch.stack([mean, spread if spread > 0 else spread.new_ones(())]))
    return torch.stack(found, 1) if found else torch.zeros(2, 0, dtype=torch.float64)


def _broken(found: str) -> BrokenModelError:
    return BrokenModelError(
        found=f"{found}.",
        expected="what the training run wrote",
        fix="copy the model folder again, or train again",
    )
