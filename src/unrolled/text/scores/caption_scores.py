"""How good captions are: all scores of the field, and how varied the captions are.

    bleu1 ... bleu4    shared n-grams, from 0 to 100           text/scores/bleu.py
    cider              CIDEr-D, from 0 to 10                   text/scores/cider.py
    rougeL             shared sequence of words, from 0 to 1   below
    unique_captions    different captions / captions, from 0 to 1
    vocabulary_used    how many different words they have

    ROUGE-L = (1 + β²) P R / (R + β² P),  β = 1.2

with P the longest common subsequence over the words of the caption and R over those of
the reference, each the best of all references: so a caption may take P from one and R
from another, as in the evaluation of COCO captions. The ROUGE-L of summaries
(text/scores/rouge.py) has β = 1 and takes both from one reference.

Papers give cider times 100, and so cider 0.94 here is their 94. The last two say what
the others do not: a model that says the same of every picture has one caption.

Words are those of text/scores/caption_words.py.

Reference: Lin 2004, "ROUGE", ACL workshop, section 3; Chen et al. 2015, "Microsoft COCO
captions", arXiv:1504.00325.
"""

from collections.abc import Sequence
from typing import NamedTuple

from unrolled.text.bit_parallel import common
from unrolled.text.scores.bleu import bleu
from unrolled.text.scores.caption_words import caption_words
from unrolled.text.scores.cider import cider

BETA = 1.2

Words = Sequence[str]


class CaptionScores(NamedTuple):
    """All scores of some captions."""

    bleu: tuple[float, float, float, float]
    """BLEU-1 to BLEU-4, from 0 to 100."""
    cider: float
    """From 0 to 10."""
    rougeL: float  # noqa: N815  the field's name for it
    """From 0 to 1."""
    unique: float
    """Different captions over captions, from 0 to 1."""
    vocabulary: int
    """How many different words stand in the captions."""

    def named(self) -> dict[str, float]:
        """By the names that metrics have: "bleu1", ..., "cider", "rougeL", ..."""
        each = {f"bleu{n}": value for n, value in enumerate(self.bleu, start=1)}
        return {
            **each,
            "cider": self.cider,
            "rougeL": self.rougeL,
            "unique_captions": self.unique,
            "vocabulary_used": self.vocabulary,
        }


def caption_scores(
    captions: Sequence[str], references: Sequence[Sequence[str]]
) -> CaptionScores:
    """The scores of one caption a picture; all 0 of none.

    Raises ValueError where the lists differ in length, or a picture has no reference.
    """
    ours = [caption_words(caption) for caption in captions]
    wanted = [[caption_words(one) for one in several] for several in references]
    first, second, third, fourth = bleu(ours, wanted)
    pictures = max(len(ours), 1)
    shared = [rouge_l(*pair) for pair in zip(ours, wanted, strict=True)]
    return CaptionScores(
        (first, second, third, fourth),
        sum(cider(ours, wanted)) / pictures,
        sum(shared) / pictures,
        len(set(map(tuple, ours))) / pictures,
        len({word for words in ours for word in words}),
    )


def rouge_l(caption: Words, references: Sequence[Words]) -> float:
    """ROUGE-L of one caption, given as words, from 0 to 1.

    Raises ValueError for no reference.
    """
    lengths = [common(caption, one) for one in references]
    precision = max(lengths) / max(len(caption), 1)
    recall = max(
        length / max(len(one), 1)
        for length, one in zip(lengths, references, strict=True)
    )
    if not precision:
        return 0.0
    square = BETA**2
    return (1 + square) * precision * recall / (recall + square * precision)
