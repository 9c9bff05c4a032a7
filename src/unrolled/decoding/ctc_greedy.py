"""The best path of CTC: the likeliest symbol of each frame, less repeats and blanks.

    frames     - - h h - e l l - l o o -         - is the blank, id 0
    heard          h     e l     l o             repeats are one; a blank divides them

A path says what happens in each frame; many paths are heard as the same symbols. This
takes the one likeliest path, not the likeliest symbols (`ctc_prefixes.py`). Frames may
come in any chunks, as in a stream: what is heard does not depend on them.

Shapes: frames are log-probabilities (frames, symbols) of one utterance; the blank is
symbol 0.

Reference: Graves et al. 2006, "Connectionist temporal classification", section 3.2.
"""

from typing import NamedTuple, final

import torch
from torch import Tensor

from unrolled.decoding.steps import numbers
from unrolled.errors import ShapeError

BLANK = 0
"""The symbol that says nothing; those of the vocabulary follow it."""


class Heard(NamedTuple):
    """What frames say, by one way of searching."""

    ids: tuple[int, ...]
    """Its symbols, without blanks: 1, 2, ..."""
    log_probability: float
    """Nats, of the paths that were looked at; of a best path it is that path alone."""
    score: float
    """What it was ranked by: also what a language model says, with its weight."""


@final
class GreedyPath:
    """The best path of one utterance, frame by frame."""

    def __init__(self) -> None:
        self._ids: list[int] = []
        self._last = BLANK
        self._total = 0.0

    @torch.no_grad()
    def accept(self, frames: Tensor) -> None:
        """Goes on with frames (frames, symbols); none are allowed.

        Raises ShapeError for another shape, DivergedError where there is no number.
        """
        check_frames(frames)
        best, symbols = frames.max(1)
        for nats, symbol in zip(best.tolist(), symbols.tolist(), strict=True):
            if symbol not in (BLANK, self._last):
                self._ids.append(symbol)
            self._last = symbol
            self._total += nats

    def best(self, count: int = 1) -> list[Heard]:
        """What has been heard up to here: always one, whatever the `count`."""
        del count
        return [Heard(tuple(self._ids), self._total, self._total)]

    def finish(self, count: int = 1) -> list[Heard]:
        """What was heard if the sound ends here: the same."""
        return self.best(count)


def check_frames(frames: Tensor) -> Tensor:
    """The same log-probabilities, (frames, symbols), if they are.

    Raises ShapeError for another shape, DivergedError where there is no number.
    """
    if frames.dim() != 2 or not frames.shape[1]:
        raise ShapeError(
            found=f"the frames of an utterance have the shape {tuple(frames.shape)}.",
            expected="(frames, symbols), the blank being one of the symbols",
            fix="search each utterance of a batch by itself",
        )
    return numbers(frames)
