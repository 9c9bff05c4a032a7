"""From what was heard to answers: the text, how probable it is, and when it was said.

    {"prediction": "four two", "log_probability": -0.31,
     "words": [{"word": "four", "start": 0.12, "stop": 0.4},
               {"word": "two", "start": 0.52, "stop": 0.68}]}

The log-probability is that of the text over all its alignments, in nats. A word is
where its symbols are likelier than the blank, in seconds. A network in one direction
says them late, when it has heard enough.
"""

from collections.abc import Sequence
from typing import Any

from torch import Tensor

from unrolled.decoding.ctc_alignment import align
from unrolled.models.ctc_loss import ctc_loss
from unrolled.ragged import Ragged
from unrolled.tasks._base import Answers
from unrolled.tasks._symbols import ragged
from unrolled.tasks._transcribe.search import Search
from unrolled.tasks._transcribe.symbols import TranscriptSymbols


def predictions(frames: Ragged, search: Search) -> list[tuple[int, ...]]:
    """The symbols of each row, from log-probabilities (frames, symbols)."""
    return [search.best(row).ids for row in frames.to_list()]


def answers_to(
    frames: Ragged,
    found: Sequence[Sequence[int]],
    symbols: TranscriptSymbols,
    *,
    step: float,
) -> Answers:
    """One object for each row of log-probabilities (frames, symbols).

    `found` are the symbols that were heard in each, and `step` is the time from one of
    these frames to the next, in seconds.
    """
    nats = ctc_loss(frames, ragged(found)).tolist()
    rows = zip(frames.to_list(), found, nats, strict=True)
    return [_answer(row, ids, -one, symbols, step) for row, ids, one in rows]


def _answer(
    row: Tensor,
    ids: Sequence[int],
    nats: float,
    symbols: TranscriptSymbols,
    step: float,
) -> dict[str, Any]:
    """The answer of one row of log-probabilities, (frames, symbols)."""
    spans = align(row, ids) or []
    words = symbols.words(ids) if spans else []
    return {
        "prediction": symbols.text(ids),
        "log_probability": nats,
        "words": [
            {
                "word": word.text,
                "start": round(spans[word.first].start * step, 3),
                "stop": round(spans[word.last].stop * step, 3),
            }
            for word in words
        ],
    }
