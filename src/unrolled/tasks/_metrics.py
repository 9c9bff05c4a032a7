"""The metrics of classification, each as the field defines it.

    accuracy         share of rows that are right
    macro_f1         F1 of each class, averaged; rare classes weigh like common ones
    mae              mean absolute error, in grades or in the units of the number
    calibration      expected calibration error: how far probabilities lie from the
                     share of right answers, in ten bins (Guo et al. 2017,
                     arXiv:1706.04599)

All agree with what scikit-learn gives by itself: a class that no row has and no answer
names is left out of macro F1, and a column of such labels counts as F1 0.
"""

import torch
from torch import Tensor
from torch.nn.functional import one_hot


def accuracy(predicted: Tensor, true: Tensor) -> float:
    """Share of equal entries of two (rows,) tensors."""
    return float((predicted == true).double().mean())


def confusion(predicted: Tensor, true: Tensor, classes: int) -> list[list[int]]:
    """Counts, a row for each true class and a column for each predicted one."""
    cells = torch.bincount(true * classes + predicted, minlength=classes * classes)
    return cells.view(classes, classes).tolist()


def macro_f1(predicted: Tensor, true: Tensor, classes: int) -> float:
    """Mean F1 of the classes that occur in either; both are (rows,) of numbers."""
    found, wanted = one_hot(predicted, classes), one_hot(true, classes)
    occurs = (found + wanted).any(0)
    return multi_label_f1(found[:, occurs], wanted[:, occurs])[0]


def multi_label_f1(predicted: Tensor, true: Tensor) -> tuple[float, float]:
    """Macro and micro F1 of two (rows, labels) tensors of 0 and 1."""
    hits = (predicted * true).sum(0).double()
    sizes = (predicted.sum(0) + true.sum(0)).double()
    macro = float((2 * hits / sizes.clamp(min=1)).mean())
    return macro, float(2 * hits.sum() / sizes.sum().clamp(min=1))


def calibration_error(confidence: Tensor, right: Tensor, bins: int = 10) -> float:
    """Expected calibration error, from confidences (rows,) and who was right."""
    bin_of = (confidence * bins).long().clamp(max=bins - 1)
    gap = torch.zeros(bins, dtype=torch.float64)
    gap.index_add_(0, bin_of, (right.double() - confidence.double()))
    return float(gap.abs().sum() / max(len(confidence), 1))


def interval(per_row: Tensor, seed: int = 0, rounds: int = 1000) -> list[float]:
    """A 95 % bootstrap interval for the mean of (rows,) numbers: [low, high].

    Of `rounds` samples of as many rows, drawn with replacement, 95 % have their mean
    in it: Efron and Tibshirani 1993, "An introduction to the bootstrap", chapter 13.
    """
    rows = len(per_row)
    generator = torch.Generator().manual_seed(seed)
    means = torch.stack(
        [
            per_row[torch.randint(rows, (rows,), generator=generator)].double().mean()
            for _ in range(rounds)
        ]
    )
    ends = torch.tensor([0.025, 0.975], dtype=torch.float64)
    return means.quantile(ends).tolist()
