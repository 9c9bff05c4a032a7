"""The cheap honest answers that stand beside every score of `classify`.

majority        the most frequent label, whatever the input (a number: the median)
bag of words    n-grams without order: naive Bayes for a label, else a linear model
summary         for series: figures without order, and a linear model
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, final

import torch
from torch import Tensor

from unrolled.models.bag_of_words import BagOfWords, linear_bag, naive_bayes
from unrolled.models.linear import fit_linear
from unrolled.models.summary import summarize
from unrolled.ragged import Ragged
from unrolled.tasks._base import Example
from unrolled.tasks._input import AbstractInput
from unrolled.tasks._targets import Targets
from unrolled.tasks._text_input import TextInput
from unrolled.text.hashed_ngrams import hashed_ngrams


@final
@dataclass(frozen=True)
class Bag:
    """Scores from n-grams, or from the figures of a series, that know no order."""

    tensors: dict[str, Tensor]
    """The weights: those of `BagOfWords`, or `weights`, `mean` and `scale`."""

    @classmethod
    def fit(
        cls, examples: list[Example], reads: AbstractInput, targets: Targets
    ) -> Self:
        """Fits on the training rows."""
        wanted, kind = targets.encode(examples), targets.kind
        scores = {"rating": len(targets.names) - 1, "number": 1}
        columns = scores.get(kind, len(targets.names))
        if isinstance(reads, TextInput):
            ngrams = _ngrams(examples, reads)
            if kind == "label":
                found = naive_bayes(ngrams, wanted, columns)
            else:
                found = linear_bag(ngrams, wanted, kind=kind, scores=columns)
            return cls(found._asdict())
        figures = summarize(reads.encode(examples))
        mean, scale = figures.mean(0), figures.std(0, correction=0).clamp(min=1e-6)
        standard = (figures - mean) / scale
        weights = fit_linear(standard, wanted, kind=kind, scores=columns)
        return cls({"weights": weights, "mean": mean, "scale": scale})

    def scores(self, examples: list[Example], reads: AbstractInput) -> Tensor:
        """(rows, scores), of the same meaning as the network's."""
        if isinstance(reads, TextInput):
            return BagOfWords(**self.tensors).scores(_ngrams(examples, reads))
        figures = summarize(reads.encode(examples))
        standard = (figures - self.tensors["mean"]) / self.tensors["scale"]
        weights = self.tensors["weights"]
        return standard @ weights[:-1] + weights[-1]


def bag_name(reads: AbstractInput, kind: str) -> str:
    """What the second baseline is, for reports."""
    if not isinstance(reads, TextInput):
        return "summary figures, linear"
    unit = reads.tokenizer.name
    model = "naive Bayes" if kind == "label" else "linear"
    return f"{unit} 1-{reads.longest_ngram}-grams, {model}"


def majority(targets: Targets, wanted: Tensor) -> Tensor:
    """Scores (1, k) that answer the same for every row, from targets (rows, ...).

    A label: the most frequent one. Labels: each that more than half the rows have. A
    rating or number: the median, which has the least absolute error of all constants.
    """
    if targets.kind == "label":
        return (torch.bincount(wanted, minlength=len(targets.names)) + 1.0).log()[None]
    if targets.kind == "labels":
        share = (wanted.mean(0) * len(wanted) + 1) / (len(wanted) + 2)
        return share.logit()[None]
    if targets.kind == "rating":
        grades = torch.arange(len(targets.names) - 1)
        above = (wanted[:, None] > grades).float().mean(0)
        return above.clamp(1e-4, 1 - 1e-4).logit()[None]
    return wanted.median()[None, None]


def restore_bag(tensors: Mapping[str, Any]) -> Bag:
    """The way back from a model folder's tensors, named `baseline.…`."""
    mark = "baseline."
    mine = {k: t for k, t in tensors.items() if k.startswith(mark)}
    return Bag({k.removeprefix(mark): t for k, t in mine.items()})


def _ngrams(examples: list[Example], reads: TextInput) -> Ragged:
    return hashed_ngrams(reads.tokens(examples), reads.longest_ngram)
