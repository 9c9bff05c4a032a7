"""The cheap honest answers that stand beside every score of `transcribe`.

most usual text    the same for every sound
nearest sound      the text of the training sound whose energies are most alike: the
                   mean of each band over each fifth of the sound, by the mean of the
                   sound; and how long it is. It cannot answer what was never said.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Self, final

import torch
from torch import Tensor

from unrolled.errors import BrokenModelError
from unrolled.models.over_rows import mean
from unrolled.ragged import Ragged

USUAL, NEAREST = "most usual text", "nearest sound"
PARTS = 5
MOST = 2_000
"""Training sounds that are kept: from so many on, evenly chosen ones."""
_FIGURES = "baseline.figures"


@final
class TranscribeBaselines:
    """Both, fitted."""

    def __init__(self, usual: str, texts: list[str], figures: Tensor) -> None:
        """`figures` are those of the sounds that say the `texts`, (texts, figures)."""
        self.usual, self.texts, self.figures = usual, texts, figures

    @classmethod
    def fit(cls, sounds: Ragged, texts: Sequence[str]) -> Self:
        """From training sounds, (frames, bands), and what they say."""
        counts = Counter(texts)
        usual = max(sorted(counts), key=counts.__getitem__) if counts else ""
        some = range(0, len(texts), -(-len(texts) // MOST) or 1)
        return cls(usual, [texts[row] for row in some], figures_of(sounds.gather(some)))

    def answers(self, sounds: Ragged) -> dict[str, list[str]]:
        """The text of each row by each of them, from frames (frames, bands)."""
        asked = figures_of(sounds)
        if self.texts:
            near = torch.cdist(asked.double(), self.figures.double()).argmin(1)
            found = [self.texts[row] for row in near.tolist()]
        else:
            found = [self.usual] * len(sounds)
        return {USUAL: [self.usual] * len(sounds), NEAREST: found}

    def state(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        """JSON values, and tensors (texts, figures)."""
        return {"usual": self.usual, "texts": self.texts}, {_FIGURES: self.figures}

    @classmethod
    def restore(cls, found: Any, tensors: Mapping[str, Tensor]) -> Self | None:
        """The way back, from (texts, figures); None where there are none.

        Raises BrokenModelError.
        """
        if _FIGURES not in tensors:
            return None
        figures = tensors[_FIGURES]
        usual = found.get("usual") if isinstance(found, dict) else None
        texts = found.get("texts") if isinstance(found, dict) else None
        plain = isinstance(texts, list) and all(isinstance(t, str) for t in texts)
        if not isinstance(usual, str) or not plain or len(figures) != len(texts or []):
            raise BrokenModelError(
                found="the baselines of the model are damaged.",
                expected="a text for each sound that was kept",
                fix="copy the model folder again, or train again",
            )
        return cls(usual, texts or [], figures)


def figures_of(sounds: Ragged) -> Tensor:
    """What sounds (frames, bands) are compared by, (rows, parts · bands + 1)."""
    lengths, count = sounds.lengths, len(sounds)
    centered = sounds.values - mean(sounds).index_select(0, sounds.row_of_token)
    ends = lengths.cumsum(0)
    place = torch.arange(int(lengths.sum())) - (ends - lengths).repeat_interleave(
        lengths
    )
    part = place * PARTS // lengths.clamp(min=1).repeat_interleave(lengths)
    cut = torch.bincount(sounds.row_of_token * PARTS + part, minlength=PARTS * count)
    parts = mean(Ragged(centered.contiguous(), cut)).view(count, -1)
    long = lengths.clamp(min=1).log()[:, None] * sounds.values.shape[1] ** 0.5
    return torch.cat([parts, long.to(parts)], dim=1)
