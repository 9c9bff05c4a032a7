"""The cheap honest answers that stand beside every score of `tag`.

most frequent tag    each word gets the tag that it had most often in training; an
                     unknown one that of most words
linear, 5 words      a linear model that sees two words to each side
"""

from collections.abc import Mapping
from typing import Any, Self, final

import torch
from torch import Tensor

from unrolled.errors import BrokenModelError
from unrolled.models.word_window import WordWindow, fit_window
from unrolled.ragged import Ragged

FREQUENT, LINEAR = "most frequent tag", "linear, 5 words"
SEED = 0


@final
class TagBaselines:
    """Both, fitted."""

    def __init__(self, frequent: Tensor, window: WordWindow) -> None:
        self.frequent, self.window = frequent, window

    @classmethod
    def fit(
        cls, rows: list[list[str]], ids: Ragged, truth: Ragged, *, words: int, tags: int
    ) -> Self:
        """From the training rows: ids of words (tokens,) and true tags (tokens,)."""
        counts = torch.zeros(words, tags, dtype=torch.int64)
        ones = torch.ones_like(truth.values)
        counts.index_put_((ids.values, truth.values), ones, accumulate=True)
        overall = counts.sum(0)
        never = counts.sum(1) == 0
        never[0] = True  # the unknown word
        counts[never] = overall
        generator = torch.Generator().manual_seed(SEED)
        window = fit_window(rows, truth.values, tags, generator)
        return cls(counts.argmax(1), window)

    def answers(self, rows: list[list[str]], ids: Ragged) -> dict[str, Ragged]:
        """Tags of each word by both, values (tokens,) int64, from ids (tokens,)."""
        found = {
            FREQUENT: self.frequent.index_select(0, ids.values),
            LINEAR: self.window.tags(rows),
        }
        return {name: ids.with_values(tags) for name, tags in found.items()}

    def tensors(self) -> dict[str, Tensor]:
        """For a model folder: (words,), and those of the window."""
        window = {f"baseline.{k}": t for k, t in self.window._asdict().items()}
        return {"baseline.frequent": self.frequent, **window}

    @classmethod
    def restore(
        cls, tensors: Mapping[str, Any], *, words: int, tags: int
    ) -> Self | None:
        """The way back from `tensors`; None if there are none. BrokenModelError."""
        if not any(name.startswith("baseline.") for name in tensors):
            return None
        names = ("frequent", *WordWindow._fields)
        found = {name: tensors.get(f"baseline.{name}") for name in names}
        if not _fits(found, words, tags):
            raise BrokenModelError(
                found="the baselines of the model are damaged.",
                expected=f"weights for {words:,} words and {tags} tags",
                fix="copy the model folder again, or train again",
            )
        frequent: Any = found.pop("frequent")
        kept: Any = found
        return cls(frequent, WordWindow(**kept))


def _fits(found: Mapping[str, Any], words: int, tags: int) -> bool:
    if any(tensor is None for tensor in found.values()):
        return False
    frequent, features = found["frequent"], found["features"]
    whole = torch.int64
    shapes = {
        "frequent": ((words,), whole),
        "features": ((len(features),) if features.dim() else (), whole),
        "weights": ((len(features) + 1 if features.dim() else 0, tags), torch.half),
        "bias": ((tags,), torch.float32),
    }
    fits = all(
        (tuple(found[name].shape), found[name].dtype) == shape
        for name, shape in shapes.items()
    )
    return fits and bool(((frequent >= 0) & (frequent < tags)).all())
