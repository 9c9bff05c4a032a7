"""Whether texts fit into their sounds: a symbol needs a vector, and its like one more.

    three.wav     24 frames of 10 ms     subsampled by 4: 6 vectors
    "three"       5 symbols, e beside e: 6 vectors

Subsampling makes training quick, so it is the largest that nearly all rows allow. Rows
that it does not allow are left out of the training and listed by their places; where
they are many, something is wrong with the data, and the first is refused.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from unrolled.errors import UnreadableDataError
from unrolled.tasks._base import Example

FACTORS = (4, 2, 1)
"""What is tried; 8, which is 80 ms, is too coarse for most speech."""
NEARLY = 0.995
"""The share of rows that a subsampling has to allow."""
MOST = 0.1
"""The share of rows that may be left out."""
SHOWN = 5


def largest_factor(frames: Tensor, needed: Tensor) -> int:
    """The largest subsampling that nearly all rows allow; both are (rows,).

    Twice the vectors that are needed at least, as a rule: between its symbols a network
    wants to say nothing.
    """
    for factor in FACTORS:
        roomy = float((frames // factor >= 2 * needed).double().mean()) >= 0.5
        if roomy and float(allowed(frames, needed, factor).double().mean()) >= NEARLY:
            return factor
    return FACTORS[-1]


def allowed(frames: Tensor, needed: Tensor, factor: int) -> Tensor:
    """Which rows have vectors enough, (rows,) of true and false."""
    return torch.div(frames, factor, rounding_mode="floor") >= needed


def left_out(
    examples: Sequence[Example],
    frames: Tensor,
    needed: Tensor,
    *,
    factor: int,
    step: float,
) -> list[str]:
    """A line for each row that is too short for its text, (rows,) of both.

    `step` is the time between two vectors, in seconds. Raises UnreadableDataError for
    the first of them where they are many.
    """
    wrong = (~allowed(frames, needed, factor)).nonzero()[:, 0].tolist()
    told = [
        f"{examples[row].place}: the text needs {int(needed[row])} vectors of"
        f" {1000 * step:g} ms, and the sound has {int(frames[row]) // factor}"
        for row in wrong
    ]
    if len(wrong) > max(MOST * len(examples), 1):
        smaller = f", or a smaller sound.subsampling than {factor}"
        raise UnreadableDataError(
            found=f"{told[0]}. So it is with {len(wrong):,} of {len(examples):,} rows.",
            expected="sounds as long as their texts take to say",
            fix="check that texts and sounds belong together"
            + (smaller if factor > 1 else ", or make sound.shift shorter"),
        )
    return told


def notes_of(told: Sequence[str]) -> list[str]:
    """The rows that were left out, the first by name."""
    if not told:
        return []
    more = len(told) - SHOWN
    rest = [f"too short for its text: {more:,} more rows"] if more > 0 else []
    return [
        *(f"too short for its text, left out: {one}" for one in told[:SHOWN]),
        *rest,
    ]
