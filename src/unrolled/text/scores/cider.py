"""CIDEr-D: how well a caption says what most people say of this picture alone.

    CIDEr-D(c, S) = 10 / 4 Σ_{n=1..4} 1/m Σ_j exp(−(l(c) − l(s_j))² / 2σ²)
                    × min(g(c), g(s_j)) · g(s_j) / (‖g(c)‖ ‖g(s_j)‖)        σ = 6

    g(s)_w = count of w in s  ×  log(P / pictures with w in a reference)

w runs over the n-grams of n words, S = s_1 ... s_m are the references of the picture, l
is the number of pairs of words, and P the number of pictures. An n-gram that all
pictures share weighs nothing; one that no reference has counts as if one picture had
it. The minimum is what the D stands for: a word said again earns nothing more.

The pictures that are counted are those that are scored, as in the evaluation of COCO
captions. So the number belongs to its set of pictures, and a set that is too small says
little: of one picture every weight is log 1 = 0, and its score is 0.

A caption of fewer than n words has no n-gram of that length and earns nothing for it: a
caption of one word reaches 2.5 at most, one of three words 7.5. The best of all is 10,
for captions of four words and more that equal the only reference.

Reference: Vedantam, Zitnick and Parikh 2015, "CIDEr: consensus-based image description
evaluation", CVPR, arXiv:1411.5726, equations 1 to 4; words are not stemmed, as in the
evaluation of COCO captions, from which l comes.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from unrolled.text.scores.rouge import ngrams

ORDER = 4
"""The longest n-grams."""
SIGMA = 6.0
"""Pairs of words: a difference in length that costs 39%."""

Words = Sequence[str]
_Ngram = tuple[str, ...]


class _Weighed(NamedTuple):
    """The n-grams of one length of one caption."""

    weights: dict[_Ngram, float]
    norm: float


def cider(
    captions: Sequence[Words], references: Sequence[Sequence[Words]]
) -> list[float]:
    """CIDEr-D of each caption, given as words, from 0 to 10.

    The score of the whole set is the mean. Raises ValueError where the lists differ in
    length, or a caption has no reference.
    """
    if not all(references):
        raise ValueError("a caption needs a reference")
    pictures = _pictures(references)
    most = math.log(max(len(references), 1))
    rarity = {ngram: most - math.log(count) for ngram, count in pictures.items()}
    return [
        _score(caption, wanted, rarity, most)
        for caption, wanted in zip(captions, references, strict=True)
    ]


def _pictures(references: Sequence[Sequence[Words]]) -> Counter[_Ngram]:
    """In how many pictures each n-gram stands."""
    found: Counter[_Ngram] = Counter()
    for wanted in references:
        found.update(
            {
                ngram
                for one in wanted
                for size in range(1, ORDER + 1)
                for ngram in ngrams(one, size)
            }
        )
    return found


def _score(
    caption: Words,
    wanted: Sequence[Words],
    rarity: Mapping[_Ngram, float],
    most: float,
) -> float:
    total = 0.0
    ours = _weighed(caption, rarity, most)
    for one in wanted:
        apart = _pairs(caption) - _pairs(one)
        theirs = _weighed(one, rarity, most)
        alike = sum(_alike(*pair) for pair in zip(ours, theirs, strict=True))
        total += math.exp(-(apart**2) / (2 * SIGMA**2)) * alike
    return 10 / ORDER * total / len(wanted)


def _weighed(
    caption: Words, rarity: Mapping[_Ngram, float], most: float
) -> list[_Weighed]:
    """For each length, from one word on."""
    found: list[_Weighed] = []
    for size in range(1, ORDER + 1):
        counts = ngrams(caption, size).items()
        weights = {ngram: count * rarity.get(ngram, most) for ngram, count in counts}
        norm = math.sqrt(sum(weight**2 for weight in weights.values()))
        found.append(_Weighed(weights, norm))
    return found


def _alike(ours: _Weighed, theirs: _Weighed) -> float:
    """The cosine, with no weight of ours above theirs."""
    shared = sum(
        min(weight, theirs.weights[ngram]) * theirs.weights[ngram]
        for ngram, weight in ours.weights.items()
        if ngram in theirs.weights
    )
    return shared / (ours.norm * theirs.norm) if shared else 0.0


def _pairs(caption: Words) -> int:
    return max(len(caption) - 1, 0)
