"""Where in the sound symbols are said: the best path of CTC that is heard as them.

    frames     - - h h - e l l - l o o -
    h 2-4   e 5-6   l 6-8   l 9-10   o 10-12          from a frame to before another

All states a path can be in, a blank, the first symbol, a blank, the second, ...: each
frame stays in its state or goes on to the next; from a symbol also past a blank to the
symbol after it, unless that is the same symbol:

    δ[t, s] = max(δ[t−1, s], δ[t−1, s−1], δ[t−1, s−2] where allowed) + log p[t, s]

Of equal paths it is the one that goes on later, and a blank at the end is the last to
be taken. CTC shows symbols as peaks: a span is where its symbol is likelier than the
blank, which is mostly shorter than the sound.

Shapes: frames are log-probabilities (frames, symbols) of one utterance; the blank is
symbol 0.

Reference: Graves et al. 2006, "Connectionist temporal classification", section 4.1;
Viterbi 1967.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from unrolled.decoding.ctc_greedy import BLANK, check_frames


class Span(NamedTuple):
    """A part of the frames."""

    start: int
    """Its first frame, from 0."""
    stop: int
    """The frame after its last one."""


def frames_needed(ids: Sequence[int]) -> int:
    """The fewest frames in which these symbols can be heard.

    One for each, and a blank between two that are the same. CTC's loss is infinite
    where there are fewer.
    """
    return len(ids) + sum(one == other for one, other in pairwise(ids))


@torch.no_grad()
def align(frames: Tensor, ids: Sequence[int]) -> list[Span] | None:
    """Where each of the symbols `ids` is said in frames (frames, symbols).

    None where no path is heard as them: too few frames, or a probability of 0 on every
    path. Raises ShapeError for another shape, DivergedError where there is no number.
    """
    check_frames(frames)
    if len(frames) < frames_needed(ids):
        return None
    states = np.full(2 * len(ids) + 1, BLANK)
    states[1::2] = ids
    path = _best_path(frames.double().cpu().numpy()[:, states], states)
    if path is None:
        return None
    spans: list[Span] = []
    for frame, state in enumerate(path):
        if state % 2 == 0:
            continue
        if len(spans) == state // 2:
            spans.append(Span(frame, frame + 1))
        else:
            spans[-1] = Span(spans[-1].start, frame + 1)
    return spans


def word_spans(spans: Sequence[Span], ids: Sequence[int], separator: int) -> list[Span]:
    """Where each word is said: from its first symbol to its last, of those of `ids`.

    Words stand between separators, of which there may be several.
    """
    found: list[Span] = []
    within = False
    for span, symbol in zip(spans, ids, strict=True):
        if symbol == separator:
            within = False
        elif within:
            found[-1] = Span(found[-1].start, span.stop)
        else:
            found.append(span)
            within = True
    return found


def _best_path(
    scores: NDArray[np.float64], states: NDArray[np.int64]
) -> list[int] | None:
    """The best path through `scores`, (frames, states): a state for each frame."""
    if not len(scores):
        return []
    skips = np.full(len(states), -np.inf)
    skips[2:][states[2:] != states[:-2]] = 0.0
    best = np.full(len(states), -np.inf)
    best[:2] = scores[0, :2]
    steps: list[NDArray[np.int64]] = []
    moves = np.full((3, len(states)), -np.inf)
    for now in scores[1:]:
        moves[2] = best
        moves[1, 1:] = best[:-1]
        moves[0, 2:] = best[:-2] + skips[2:]
        steps.append(2 - moves.argmax(0))
        best = moves.max(0) + now
    state = len(best) - 1
    if len(best) > 1 and best[-2] >= best[-1]:
        state -= 1
    if best[state] == -np.inf:
        return None
    path = [state]
    for step in reversed(steps):
        state -= int(step[state])
        path.append(state)
    return path[::-1]
