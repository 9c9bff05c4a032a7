"""What a row of scores means: four kinds of answers, each with its loss.

    label    one of several names         softmax         cross-entropy
    labels   any number of names          a sigmoid each  binary cross-entropy
    rating   one of ordered grades        cumulative      binary cross-entropy
    number   a quantity                   identity        squared error

A rating of G grades has G − 1 scores; σ(score j) is the probability that the grade is
above grade j (Frank and Hall 2001; Cheng, Wang and Pollastri 2008, arXiv:0704.1028). So
a wrong neighbor costs less than a wrong end, which a softmax cannot know. The scores of
a rating share one direction and differ by thresholds in order, which keeps the
probabilities from falling below zero (Cao, Mirjalili and Raschka 2020,
arXiv:1901.07884).

Losses are in nats (a number's in squared standard deviations), one for each row.
"""

import torch
from torch import Tensor
from torch.nn.functional import (
    binary_cross_entropy_with_logits,
    cross_entropy,
)

KINDS = ("label", "labels", "rating", "number")


def loss(
    kind: str, scores: Tensor, targets: Tensor, *, smoothing: float = 0.0
) -> Tensor:
    """(rows,) from scores (rows, k).

    Targets of a label and a rating are (rows,) int64, of labels (rows, k) of 0 and 1,
    of a number (rows,). Only a label and labels are smoothed.
    """
    if kind == "label":
        return cross_entropy(
            scores, targets, reduction="none", label_smoothing=smoothing
        )
    if kind == "labels":
        wanted = targets * (1 - smoothing) + smoothing / 2
        return binary_cross_entropy_with_logits(scores, wanted, reduction="none").sum(1)
    if kind == "rating":
        grades = torch.arange(scores.shape[1], device=scores.device)
        above = (targets[:, None] > grades).to(scores)
        return binary_cross_entropy_with_logits(scores, above, reduction="none").sum(1)
    return (scores.squeeze(1) - targets) ** 2


def probabilities(kind: str, scores: Tensor) -> Tensor:
    """(rows, classes) from scores (rows, k); of a number, the scores themselves."""
    if kind == "label":
        return scores.softmax(-1)
    if kind == "labels":
        return scores.sigmoid()
    if kind == "rating":
        above = scores.sigmoid()
        edges = above.new_ones(len(above), 1), above.new_zeros(len(above), 1)
        above = torch.cat([edges[0], above, edges[1]], dim=1)
        return (above[:, :-1] - above[:, 1:]).clamp(min=0)
    return scores
