"""Which kind of input the rows hold, what is learned of it, and the way back.

text     a vocabulary                              _text_input.py
series   a mean and a scale of each feature        _series_input.py
sound    a mean and a scale of each mel band       _sound_input.py
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from torch import Tensor

from unrolled.errors import BrokenModelError
from unrolled.settings import Settings
from unrolled.tasks._base import Column, Example
from unrolled.tasks._series_input import SeriesInput, looks_like_series
from unrolled.tasks._sound_input import SoundInput, names_sound
from unrolled.tasks._text_input import TextInput, unlabelled

AnyInput = TextInput | SeriesInput | SoundInput


class Learned(NamedTuple):
    """An input that has seen the training rows, and settings that it has decided."""

    reads: AnyInput
    settings: dict[str, Settings]


def kind_of_input(examples: list[Example], settings: Any) -> str:
    """text, series or sound: as `task.reads` says, else as they look."""
    if settings.reads != "auto":
        return settings.reads
    if names_sound(examples):
        return "sound"
    return "series" if looks_like_series(examples) else "text"


def learn_input(
    examples: list[Example], settings: Mapping[str, Settings], column: Column
) -> Learned:
    """The input of these training rows; texts may bring further ones of that column."""
    chosen: Mapping[str, Any] = settings
    text, model = chosen["text"], chosen["model"]
    kind = kind_of_input(examples, chosen["task"])
    if kind == "sound":
        sound = SoundInput.learn(examples, chosen["sound"])
        return Learned(sound, {**settings, "sound": sound.settings})
    if kind == "series":
        series = SeriesInput.learn(examples, width=chosen["task"].width)
        return Learned(series, dict(settings))
    further = unlabelled(text.unlabelled, column)
    reads = TextInput.learn(examples, text, further)
    rows = [*examples, *further] if further else examples
    width = reads.begin(rows, text, model.embedding)
    return Learned(reads, {**settings, "model": replace(model, embedding=width)})


def name_of(reads: AnyInput) -> str:
    """What `restore_input` is told: text, series or sound."""
    names = {TextInput: "text", SeriesInput: "series", SoundInput: "sound"}
    return names[type(reads)]


def restore_input(
    reads: str,
    files: Mapping[str, Any],
    tensors: Mapping[str, Tensor],
    settings: Mapping[str, Settings],
) -> AnyInput:
    """The input of a model folder, from its files and tensors (features,).

    Raises BrokenModelError where parts are missing.
    """
    chosen: Mapping[str, Any] = settings
    try:
        if reads == "sound":
            return SoundInput.restore(chosen["sound"], files, tensors)
        if reads == "series":
            return SeriesInput.restore(tensors, width=chosen["task"].width)
        return TextInput.restore(files, chosen["text"])
    except KeyError as missing:
        raise BrokenModelError(
            found=f"the model folder has no {missing.args[0]}.",
            expected="every file that the training run wrote",
            fix="copy the folder again, whole",
        ) from None
