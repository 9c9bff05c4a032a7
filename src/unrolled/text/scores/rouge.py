"""ROUGE of summaries: words, pairs of words and sequences shared with a reference.

    reference    police killed the gunman
    summary      police kill the gunman       ROUGE-1 ¾   ROUGE-2 ⅓   ROUGE-L ¾
                 the gunman kill police                         ⅓            ½

ROUGE-n counts n-grams that both have (each as often as the one that has it less), and
ROUGE-L the longest common subsequence of words. Divided by what the summary has, it is
precision P; by what the reference has, recall R; F = 2 P R / (P + R).

    ROUGE-Lsum   hits = Σ_i |union over j of LCS(r_i, c_j)|

with r_i the sentences of the reference and c_j those of the summary: one a line. A word
counts no more often than either text has it. On texts of one line it equals ROUGE-L.

Texts are put in lower case and cut at everything that is no letter or digit; there is
no stemming. On texts without accents the numbers equal those of the package rouge_score
without its stemmer; that one cuts at accented letters too.

Reference: Lin 2004, "ROUGE: a package for automatic evaluation of summaries", ACL
workshop, sections 2 and 3.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from unrolled.text.bit_parallel import common, common_places

NAMES = ("rouge1", "rouge2", "rougeL", "rougeLsum")
_WORD = re.compile(r"[^\W_]+")


class Overlap(NamedTuple):
    """What a summary shares with a reference, each from 0 to 1."""

    precision: float
    recall: float
    f1: float


class Rouge(NamedTuple):
    """The four measures of one summary."""

    r1: Overlap
    r2: Overlap
    rL: Overlap  # noqa: N815  the field's name for it
    rLsum: Overlap  # noqa: N815


def rouge(prediction: str, references: Sequence[str]) -> Rouge:
    """One summary against its references.

    Of several references, each measure takes the one with the best F1, as rouge_score
    does; Lin 2004 takes the best recall. Raises ValueError for no reference.
    """
    if not references:
        raise ValueError("a summary needs a reference")
    each = [_against(prediction, reference) for reference in references]
    best = (max(one, key=lambda o: o.f1) for one in zip(*each, strict=True))
    return Rouge(*best)


def mean_rouge(
    predictions: Sequence[str], references: Sequence[Sequence[str]]
) -> dict[str, float]:
    """The mean F1 of each measure, by its name in NAMES, from 0 to 1; 0 of none.

    Raises ValueError for lists of unequal length.
    """
    found = [rouge(*pair) for pair in zip(predictions, references, strict=True)]
    return {
        name: sum(one[place].f1 for one in found) / max(len(found), 1)
        for place, name in enumerate(NAMES)
    }


def words(text: str) -> list[str]:
    """The words that ROUGE compares: letters and digits, in lower case."""
    return _WORD.findall(text.lower())


def ngrams(tokens: Sequence[str], size: int) -> Counter[tuple[str, ...]]:
    """How often each run of `size` tokens stands there."""
    return Counter(zip(*(tokens[first:] for first in range(size)), strict=False))


def _against(prediction: str, reference: str) -> Rouge:
    ours, wanted = words(prediction), words(reference)
    return Rouge(
        _shared_ngrams(ours, wanted, 1),
        _shared_ngrams(ours, wanted, 2),
        _overlap(common(ours, wanted), len(ours), len(wanted)),
        _shared_lines(prediction, reference),
    )


def _shared_ngrams(ours: Sequence[str], wanted: Sequence[str], size: int) -> Overlap:
    mine, theirs = ngrams(ours, size), ngrams(wanted, size)
    return _overlap((mine & theirs).total(), mine.total(), theirs.total())


def _shared_lines(prediction: str, reference: str) -> Overlap:
    """ROUGE-Lsum."""
    ours, wanted = ([words(x) for x in t.splitlines()] for t in (prediction, reference))
    left = Counter(w for x in ours for w in x) & Counter(w for x in wanted for w in x)
    hits = 0
    for line in wanted:
        places = {place for other in ours for place in common_places(line, other)}
        for word in (line[place] for place in places):
            if left[word]:
                left[word] -= 1
                hits += 1
    return _overlap(hits, sum(map(len, ours)), sum(map(len, wanted)))


def _overlap(shared: int, ours: int, wanted: int) -> Overlap:
    precision, recall = shared / max(ours, 1), shared / max(wanted, 1)
    both = precision + recall
    return Overlap(precision, recall, 2 * precision * recall / both if both else 0.0)
