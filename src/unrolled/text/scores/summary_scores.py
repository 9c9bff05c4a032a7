"""What a summary does with its source: how short it is, what it copies and repeats.

    source     the cat sat on the mat and slept
    summary    the cat sat there there

    compression    5 / 8       words of the summary / words of the source
    novelty        2/5 2/4 2/3 share of words, pairs and triples the source has not
    repetition     0 / 3       share of triples that the summary had before
    copied         3 / 5       share of words in a run of three that the source has

All texts are counted together, so that a long summary weighs more than a short one.
None of these is good or bad alone: they stand beside ROUGE, and beside the same numbers
of what people wrote. Words are those of ROUGE (text/scores/rouge.py).

References: See, Liu and Manning 2017, "Get to the point", ACL, figure 6, for novelty,
and section 7.1 for repetition (theirs counts runs of 1 to 4 words); Grusky, Naaman and
Artzi 2018, "Newsroom", NAACL, for compression (theirs is the inverse of ours) and the
share that is copied (theirs counts runs of one word on, which is 1 − novelty of words).
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from unrolled.text.scores.rouge import ngrams, words

RUN = 3  # words: so many in the same order are seldom chance


class SummaryScores(NamedTuple):
    """Shares from 0 to 1, but for compression, which may be more; 0 of nothing."""

    compression: float
    novelty: tuple[float, float, float]
    """Of words, pairs and triples."""
    repetition: float
    copied: float


def summary_scores(sources: Sequence[str], summaries: Sequence[str]) -> SummaryScores:
    """The shares over all summaries. Raises ValueError for lists of unequal length."""
    pairs = [
        (words(source), words(summary))
        for source, summary in zip(sources, summaries, strict=True)
    ]
    length = sum(len(summary) for _, summary in pairs)
    first, second, third = (_novelty(pairs, size) for size in (1, 2, 3))
    return SummaryScores(
        _share(length, sum(len(source) for source, _ in pairs)),
        (first, second, third),
        _repetition(summary for _, summary in pairs),
        _share(sum(_copied(*pair) for pair in pairs), length),
    )


def _novelty(pairs: Sequence[tuple[list[str], list[str]]], size: int) -> float:
    """The share of runs of `size` words that stand nowhere in their source."""
    new = every = 0
    for source, summary in pairs:
        known, found = ngrams(source, size), ngrams(summary, size)
        every += found.total()
        new += sum(count for ngram, count in found.items() if ngram not in known)
    return _share(new, every)


def _repetition(summaries: Iterable[list[str]]) -> float:
    """The share of runs of three words that stood in the same summary before."""
    again = every = 0
    for summary in summaries:
        found = ngrams(summary, RUN)
        every += found.total()
        again += found.total() - len(found)
    return _share(again, every)


def _copied(source: Sequence[str], summary: Sequence[str]) -> int:
    """How many words of a summary stand in a run that its source has.

    A summary of fewer than three words is one run.
    """
    size = min(RUN, len(summary))
    known = ngrams(source, size)
    places = {
        start + place
        for start in range(len(summary) - size + 1)
        if tuple(summary[start : start + size]) in known
        for place in range(size)
    }
    return len(places)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
