"""GLEU of corrected sentences: n-grams shared with a reference, less those of mistakes.

    p_n = Σ max(0, Σ_g min(C, R) − Σ_{g not in R} min(C, S))  /  Σ n-grams of C
    GLEU = exp(min(0, 1 − |R| / |C|) + ¼ Σ_{n=1..4} log p_n)

C, R and S count how often the n-gram g stands in the correction, the reference and the
source; outer sums run over sentences, |·| are tokens of all of them. An n-gram that the
source has and the reference has not was a mistake: leaving it there costs.

With several references, one is drawn for each sentence, and GLEU is the mean over 500
such draws. They are drawn as for the JFLEG leader board, so that the numbers there come
out to the last digit: a source left alone has 38.21 on dev (in percent).

References: Napoles, Sakaguchi, Post and Tetreault 2015, "Ground truth for grammatical
error correction metrics", ACL; the same 2016, "GLEU without tuning", arXiv:1605.02592;
Napoles, Sakaguchi and Tetreault 2017, "JFLEG", EACL. Their formula also takes away
n-grams that R has, but fewer of; the figures of the leader board were computed without
that, and so are these.
"""

from collections import Counter
from collections.abc import Sequence
from random import Random

import numpy as np

ORDER = 4  # the longest n-grams


def gleu(
    sources: Sequence[str],
    predictions: Sequence[str],
    references: Sequence[Sequence[str]],
    *,
    draws: int = 500,
    seed: int = 0,
) -> float:
    """GLEU of all sentences, from 0 to 1.

    Sentences are tokens between blanks; upper and lower case differ. Each sentence has
    one reference or more. 0 where no n-gram of some length is right, as for no
    sentences at all. Raises ValueError where the lists differ in length, or a sentence
    has no reference.
    """
    counts = np.array([len(several) for several in references], np.int64)
    if not len(sources) == len(predictions) == len(references):
        raise ValueError("sources, predictions and references differ in number")
    if not counts.all():
        raise ValueError("every sentence needs a reference")
    if not len(sources):
        return 0.0
    found = _statistics(sources, predictions, references)
    firsts = counts.cumsum() - counts
    if counts.max() == 1:
        draws = 1  # all would be alike
    sums = np.array(
        [
            found[
                firsts + (_random(len(counts), draw, seed) * counts).astype(np.int64)
            ].sum(0)
            for draw in range(draws)
        ]
    )
    return float(_score(sums).mean())


def _random(number: int, draw: int, seed: int) -> np.ndarray:
    """Numbers from 0 to below 1, (number,), as those of the leader board were drawn."""
    generator = Random(draw * 101 + seed)
    return np.array([generator.random() for _ in range(number)])


def _statistics(
    sources: Sequence[str],
    predictions: Sequence[str],
    references: Sequence[Sequence[str]],
) -> np.ndarray:
    """A row for each reference of each sentence, (references, 2 + 2 ORDER) int64.

    Its columns: tokens of the correction, of the reference, what is right of each
    length of n-grams, and how many there are of it.
    """
    rows: list[list[int]] = []
    for source, prediction, several in zip(
        sources, predictions, references, strict=True
    ):
        ours, theirs = _ngrams(prediction.split()), _ngrams(source.split())
        totals = [each.total() for each in ours]
        for reference in several:
            wanted = _ngrams(reference.split())
            right = map(_right, ours, theirs, wanted)
            rows.append([totals[0], wanted[0].total(), *right, *totals])
    return np.array(rows, np.int64)


def _ngrams(tokens: Sequence[str]) -> list[Counter[tuple[str, ...]]]:
    """How often each n-gram stands there, for n from 1 to ORDER."""
    return [
        Counter(zip(*(tokens[first:] for first in range(n)), strict=False))
        for n in range(1, ORDER + 1)
    ]


def _right(ours: Counter, source: Counter, wanted: Counter) -> int:
    """The numerator of p_n for one sentence."""
    found = 0
    for ngram, count in ours.items():
        if ngram in wanted:
            found += min(count, wanted[ngram])
        elif ngram in source:
            found -= min(count, source[ngram])
    return max(found, 0)


def _score(sums: np.ndarray) -> np.ndarray:
    """GLEU of each draw (draws,), from the sums of the statistics over sentences."""
    ours, wanted = sums[:, 0], sums[:, 1]
    right, totals = sums[:, 2 : 2 + ORDER], sums[:, 2 + ORDER :]
    some = (right > 0).all(1) & (ours > 0)
    precision = np.log(np.maximum(right, 1) / np.maximum(totals, 1)).mean(1)
    brevity = np.minimum(0, 1 - wanted / np.maximum(ours, 1))
    return np.where(some, np.exp(brevity + precision), 0.0)
