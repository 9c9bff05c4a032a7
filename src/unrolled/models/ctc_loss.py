"""How improbable a text is in frames that are as many or more: CTC's loss.

    frames     - - h h - e l l - l o o -        one of many paths that are heard as
    text           h     e l     l o            "hello"; - is the blank, symbol 0

    loss = −log Σ_paths Π_t p[t, path_t]        over all paths heard as the text

A text of L symbols needs L frames, and one more for each symbol that stands beside its
like, since a blank must divide them. With fewer frames there is no path and the loss
would be infinite: such rows are to be found first (`frames_needed`), and count as 0.

Shapes: frames are log-probabilities (frames, symbols), texts are ids (symbols,) from 1.

Reference: Graves et al. 2006, "Connectionist temporal classification: labelling
unsegmented sequence data with recurrent neural networks".
"""

import torch
from torch import Tensor
from torch.nn.functional import ctc_loss as padded_ctc_loss

from unrolled.models.over_rows import total
from unrolled.ragged import Ragged

BLANK = 0


def frames_needed(texts: Ragged) -> Tensor:
    """The fewest frames in which each text, (symbols,), can be heard: (rows,)."""
    ids = texts.values
    rows = texts.row_of_token
    beside = (ids[1:] == ids[:-1]) & (rows[1:] == rows[:-1])
    repeats = torch.zeros(len(texts), dtype=torch.int64)
    return texts.lengths + repeats.index_add(0, rows[1:].cpu(), beside.cpu().long())


def ctc_loss(frames: Ragged, texts: Ragged) -> Tensor:
    """Nats of each text, (rows,); 0 where it has no path in so few frames.

    `frames` has log-probabilities (frames, symbols) that are normalized, for the
    gradients rely on it, and `texts` has ids (symbols,).
    """
    fits = (frames.lengths > 0) & (frames_needed(texts) <= frames.lengths)
    # Zeros that hang on the frames, so that a batch of only such rows has gradients.
    nats = total(frames.map(lambda values: 0 * values[:, :1].contiguous()))[:, 0]
    if not fits.any():
        return nats
    heard, said = frames.gather(fits), texts.gather(fits)
    found = padded_ctc_loss(
        heard.to_padded(),
        said.values,
        heard.lengths,
        said.lengths,
        blank=BLANK,
        reduction="none",
    )
    return nats.index_add(0, fits.nonzero()[:, 0].to(nats.device), found)
