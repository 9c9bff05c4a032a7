"""BLEU-1 to BLEU-4 of captions, as the evaluation of COCO captions computes them.

    BLEU-N = 100 × exp(min(0, 1 − r / c) + 1/N Σ_{n=1..N} log p_n)

    p_n = Σ min(C, max R) / Σ C    over the n-grams of all captions
    c                              words of all captions
    r                              words of the references nearest to each in length,
                                   the shorter one of two that are as near

with C how often an n-gram stands in a caption and max R how often in the reference that
has most of it. Sums run over all captions before anything is divided.

BLEU-4 equals sacrebleu's with the same words and no smoothing. sacrebleu as it is run
for translations differs in three things: it keeps upper case, counts punctuation, and
smooths: where no n-gram of a length is right it puts ½, ¼, ... in the place of 0. Here
such a BLEU-N is 0. The figures of COCO have a trace of 1e-9 in that place, which shows
only where all captions have fewer than N words.

Reference: Papineni et al. 2002, "BLEU", ACL; Chen et al. 2015, "Microsoft COCO
captions: data collection and evaluation server", arXiv:1504.00325, section 3.
"""

import math
from collections.abc import Sequence

from unrolled.text.scores.rouge import ngrams

ORDER = 4
"""The longest n-grams."""

Words = Sequence[str]


def bleu(
    captions: Sequence[Words], references: Sequence[Sequence[Words]]
) -> list[float]:
    """BLEU-1, ..., BLEU-4 of captions given as words, each from 0 to 100; 0 of none.

    Raises ValueError where the lists differ in length, or a caption has no reference.
    """
    right, found = [0] * ORDER, [0] * ORDER
    ours = nearest = 0
    for caption, wanted in zip(captions, references, strict=True):
        if not wanted:
            raise ValueError("a caption needs a reference")
        ours += len(caption)
        nearest += min((abs(len(one) - len(caption)), len(one)) for one in wanted)[1]
        for place in range(ORDER):
            mine = ngrams(caption, place + 1)
            most = ngrams(wanted[0], place + 1)
            for one in wanted[1:]:
                most |= ngrams(one, place + 1)
            right[place] += (mine & most).total()
            found[place] += mine.total()
    brevity = min(0.0, 1 - nearest / ours) if ours else 0.0
    return [_mean(right[:n], found[:n], brevity) for n in range(1, ORDER + 1)]


def _mean(right: Sequence[int], found: Sequence[int], brevity: float) -> float:
    if 0 in right:
        return 0.0
    shares = [math.log(r / f) for r, f in zip(right, found, strict=True)]
    return 100 * math.exp(brevity + sum(shares) / len(shares))
