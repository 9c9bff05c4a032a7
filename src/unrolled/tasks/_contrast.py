"""What could have been given instead: texts are drawn to differ from those of the rest.

    female          own condition           log p(w | h, female)
    female, male    the conditions there are, with their shares in the training rows

See `decoding/guidance.py` for what comes of both.
"""

from collections.abc import Callable
from typing import NamedTuple

from torch import Tensor

from unrolled.decoding.guidance import Guided
from unrolled.decoding.steps import Steps

Begin = Callable[[Tensor], Steps]
"""Fresh Steps, one row for each row of what is given, (rows, fields)."""


class Contrast(NamedTuple):
    """Conditions that occur in the training rows."""

    values: Tensor
    """(conditions, fields)."""
    shares: Tensor
    """How often each occurs among them, (conditions,)."""


def guided(begin: Begin, contrast: Contrast | None, strength: float) -> Begin:
    """The same rows, (rows, fields), more firmly kept to what each is given."""
    if contrast is None or len(contrast.values) < 2 or not strength:
        return begin
    values, shares = contrast

    def firmly(given: Tensor) -> Steps:
        others = begin(values.repeat(len(given), 1))
        return Guided(begin(given), others, shares, strength)

    return firmly
