"""What can be said of pictures without a network.

    most frequent       the same caption of every picture: the one that training has
                        most often
    nearest picture     the caption of the training picture whose pixels, 16 × 16, are
                        nearest (mean squared difference); of features, the one whose
                        mean region is

Of training pictures that are as near, the first. Pixels are whole numbers, and so are
their sums: what is nearest depends neither on the number of threads nor on the pictures
that are asked along with it.

Reference: Devlin et al. 2015, "Exploring nearest neighbor approaches for image
captioning", arXiv:1505.04467.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Self, final

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from unrolled.errors import BrokenModelError
from unrolled.ragged import Ragged
from unrolled.randomness import computing_on

SIDE = 16
MOST = 20_000  # pictures that are kept: 15 MB
AT_ONCE = 256


@final
class Baselines:
    """The captions of the training rows, and their pictures made small."""

    def __init__(self, frequent: str, captions: list[str], pictures: Tensor) -> None:
        """`pictures` are (captions, numbers): uint8 of pixels, float32 of features."""
        self.frequent, self.captions, self.pictures = frequent, captions, pictures

    @classmethod
    def learn(cls, source: Ragged, captions: Sequence[Sequence[str]]) -> Self:
        """From pictures or features and all their captions.

        Pictures have values (pictures, 3, size, size), features (regions, width).

        The first caption of a picture is the one that it passes on.
        """
        counts = Counter(one for several in captions for one in several)
        frequent = counts.most_common(1)[0][0] if counts else ""
        first = [several[0] for several in captions][:MOST]
        return cls(frequent, first, small(source.gather(range(len(first)))))

    def nearest(self, source: Ragged) -> list[str]:
        """For each picture the caption of the one in training that is nearest to it.

        Values are (pictures, 3, size, size), or (regions, width).
        """
        if not self.captions:
            return [""] * len(source)
        found: list[int] = []
        # One row of features at a time: the bits of a sum of fractions depend on what
        # is multiplied along with it, those of whole numbers below 2⁵³ do not.
        at_once = AT_ONCE if self.pictures.dtype == torch.uint8 else 1
        with computing_on(1):
            own = self.pictures.double()
            squares = own.square().sum(1)
            for some in small(source).double().split(at_once):
                found += (squares - 2 * some @ own.T).argmin(1).tolist()
        return [self.captions[number] for number in found]

    def state(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        """A JSON value for a model folder, and the pictures, (captions, numbers)."""
        said = {"frequent": self.frequent, "captions": self.captions}
        return said, {"baselines.pictures": self.pictures}

    @classmethod
    def restore(
        cls, said: Any, tensors: Mapping[str, Tensor], *, features: int
    ) -> Self:
        """The way back, with pictures (captions, numbers). Raises BrokenModelError.

        `features` counts the numbers of a region; 0 for pictures.
        """
        mine: dict[str, Any] = said if isinstance(said, dict) else {}
        frequent: Any = mine.get("frequent")
        captions: Any = mine.get("captions")
        pictures = tensors.get("baselines.pictures")
        texts = isinstance(captions, list) and all(isinstance(c, str) for c in captions)
        if not texts or not isinstance(frequent, str) or pictures is None:
            raise _damaged("captions or pictures are missing")
        wanted = (len(captions), features or 3 * SIDE**2)
        kind = torch.float32 if features else torch.uint8
        if pictures.shape != wanted or pictures.dtype != kind:
            raise _damaged(f"pictures have the shape {tuple(pictures.shape)}")
        if not bool(pictures.isfinite().all()):
            raise _damaged("pictures are not of finite numbers")
        return cls(frequent, captions, pictures)


def small(source: Ragged) -> Tensor:
    """Pictures as 16 × 16 × 3 uint8, or mean regions, float32: (pictures, numbers)."""
    values = source.values
    with computing_on(1):
        if values.dim() == 4:
            none = values.new_zeros(0, 3 * SIDE**2)
            return torch.cat([none, *map(_reduced, values.split(AT_ONCE))])
        total = values.new_zeros(len(source), values.shape[1])
        total = total.index_add(0, source.row_of_token, values)
        return total / source.lengths.clamp(min=1)[:, None]


def _reduced(pictures: Tensor) -> Tensor:
    """The mean of each area, rounded: (pictures, numbers) uint8."""
    x = interpolate(pictures.float(), size=(SIDE, SIDE), mode="area")
    return x.round().byte().flatten(1)


def _damaged(problem: str) -> BrokenModelError:
    return BrokenModelError(
        found=f"the baselines of the model are damaged: {problem}.",
        expected="a picture, made small, for each caption",
        fix="copy the model folder again, or train again",
    )
