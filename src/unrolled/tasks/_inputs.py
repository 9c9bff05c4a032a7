"""Which kind of input the rows hold, and the way back from a model folder.

text     a vocabulary                              _text_input.py
series   a mean and a scale of each feature        _series_input.py
"""

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from unrolled.errors import BrokenModelError
from unrolled.tasks._base import Example
from unrolled.tasks._series_input import SeriesInput, looks_like_series
from unrolled.tasks._text_input import TextInput
from unrolled.text.settings import TextSettings


def reads_series(examples: list[Example], settings: Any) -> bool:
    """Whether the inputs are series: as `task.reads` says, else as they look."""
    auto = settings.reads == "auto"
    return looks_like_series(examples) if auto else settings.reads == "series"


def restore_input(
    reads: str,
    files: Mapping[str, Any],
    tensors: Mapping[str, Tensor],
    text: TextSettings,
) -> TextInput | SeriesInput:
    """The input of a model folder, from its files and tensors (features,).

    Raises BrokenModelError where parts are missing.
    """
    try:
        if reads == "series":
            return SeriesInput.restore(tensors)
        return TextInput.restore(files, text)
    except KeyError as missing:
        raise BrokenModelError(
            found=f"the model folder has no {missing.args[0]}.",
            expected="every file that the training run wrote",
            fix="copy the folder again, whole",
        ) from None
