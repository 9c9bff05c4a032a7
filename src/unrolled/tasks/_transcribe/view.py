"""What a run over one sound is: vectors along time, a symbol or nothing at each.

    heard      0.00 s  0.04 s  0.08 s  ...  0.40 s  zeros 1  zeros 2      the layers
    vectors                    0.00 s  ...                       0.40 s   what is told
                               (blank)  f   f   (blank)  o  ...

A network in one direction tells of a vector some vectors later, and reads zeros behind
the sound: its layers then run along an axis of their own. The symbol of each vector is
that of the best alignment of the answer, which the search has found.
"""

from collections.abc import Sequence
from typing import Any

import torch

from unrolled.decoding.ctc_alignment import Span, align
from unrolled.engine.watch import unwatched
from unrolled.models.ctc_loss import BLANK
from unrolled.models.transcriber import Transcriber
from unrolled.ragged import Ragged
from unrolled.tasks._seeing import View
from unrolled.tasks._sound_input import SoundInput
from unrolled.tasks._transcribe.answers import answers_to, predictions
from unrolled.tasks._transcribe.search import Search
from unrolled.tasks._transcribe.symbols import TranscriptSymbols

BLANK_NAME, SPACE_NAME = "(blank)", "␣"


def view_of(
    network: Transcriber,
    sounds: Ragged,
    reads: SoundInput,
    search: Search,
    symbols: TranscriptSymbols,
) -> View:
    """The run over frames (frames, bands) of one sound."""
    with unwatched(), torch.no_grad():
        frames = network(sounds)
        [ids] = predictions(frames, search)
        [answer] = answers_to(frames, [ids], symbols, step=reads.step)
        spans = align(frames.values, ids) or []
    names = names_of(symbols)
    vectors = reads.times(len(frames.values))
    axes = {"vectors": vectors}
    if network.delay:
        behind = network.delay if vectors else 0
        axes["heard"] = [*vectors, *(f"zeros {n + 1}" for n in range(behind))]
    return View(
        axes=axes,
        along={"stack": "heard" if network.delay else "vectors"},
        read="vectors",
        told="vectors",
        names=names,
        run=lambda: network(sounds).values,
        chosen=_chosen(spans, ids, len(vectors)),
        asked=spans[-1].start if spans else -1,
        answer=answer,
        parts=[
            _alignment(spans, [names[one] for one in ids], reads.step)
            | {"seconds": round(reads.seconds(len(sounds.values)), 3)}
        ],
    )


def names_of(symbols: TranscriptSymbols) -> list[str]:
    """What the symbols are called, the blank first."""
    _, *tokens = symbols.vocabulary.tokens
    return [BLANK_NAME, *(SPACE_NAME if one == " " else one for one in tokens)]


def _chosen(spans: Sequence[Span], ids: Sequence[int], vectors: int) -> list[int]:
    """The symbol at each vector."""
    found = [BLANK] * vectors
    for span, symbol in zip(spans, ids, strict=False):
        found[span.start : span.stop] = [symbol] * (span.stop - span.start)
    return found


def _alignment(
    spans: Sequence[Span], symbols: Sequence[str], step: float
) -> dict[str, Any]:
    return {
        "kind": "alignment",
        "symbols": list(symbols[: len(spans)]),
        "begins": [round(span.start * step, 3) for span in spans],
        "ends": [round(span.stop * step, 3) for span in spans],
        "step": step,
    }
