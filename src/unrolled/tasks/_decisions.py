"""From scores to answers: probabilities that can be believed, and where to draw lines.

After training, on the validation rows:

    label    one temperature T: softmax(scores / T). A network that has fitted its
             training rows is too sure of itself; T brings its confidence down to its
             share of right answers (Guo et al. 2017, arXiv:1706.04599).
    labels   one threshold for each label, where the F1 of that label is best.
    rating   the median grade, which has the least expected absolute error.
    number   the output, in the units of the column.
"""

from dataclasses import asdict, dataclass, field
from typing import Any, Self, final

import torch
from torch import Tensor

from unrolled.errors import BrokenModelError
from unrolled.models.scores import loss, probabilities
from unrolled.randomness import computing_on
from unrolled.tasks import _metrics as metrics
from unrolled.tasks._base import Answers, Metrics
from unrolled.tasks._targets import Targets


@final
@dataclass(frozen=True)
class Rule:
    """What is fitted after training and is no weight of the network."""

    temperature: float = 1.0
    thresholds: list[float] = field(default_factory=list)

    @classmethod
    def plain(cls, targets: Targets) -> Self:
        """Nothing fitted: temperature 1, thresholds 1/2."""
        return cls(1.0, [0.5] * (len(targets.names) if targets.kind == "labels" else 0))

    @classmethod
    def fit(cls, targets: Targets, scores: Tensor, wanted: Tensor) -> Self:
        """From validation scores (rows, k) and their true answers."""
        with computing_on(1):  # and so the same on any number of threads
            if targets.kind == "label" and len(scores):
                return cls(_temperature(scores, wanted), [])
            if targets.kind == "labels" and len(scores):
                return cls(1.0, _thresholds(scores.double().sigmoid(), wanted))
        return cls.plain(targets)

    def answers(self, targets: Targets, scores: Tensor) -> Answers:
        """One JSON object for each row of scores (rows, k)."""
        shares = probabilities(targets.kind, scores.double() / self.temperature)
        if targets.kind == "number":
            units = shares.squeeze(1) * targets.scale + targets.center
            return [{"prediction": number} for number in units.tolist()]
        rows = [dict(zip(targets.names, row, strict=True)) for row in shares.tolist()]
        if targets.kind == "labels":
            picked = shares > torch.tensor(self.thresholds, dtype=shares.dtype)
            chosen = [[targets.names[i] for i in row.nonzero()[:, 0]] for row in picked]
        elif targets.kind == "rating":
            # The median: the first grade whose cumulated probability reaches a half.
            middle = (shares.cumsum(1) < 0.5).sum(1).clamp(max=len(targets.names) - 1)
            chosen = [targets.names[i] for i in middle.tolist()]
        else:
            chosen = [targets.names[i] for i in shares.argmax(1).tolist()]
        return [
            {"prediction": prediction, "probabilities": row}
            for prediction, row in zip(chosen, rows, strict=True)
        ]

    def notes(self, targets: Targets) -> list[str]:
        """What was fitted, in words."""
        if targets.kind == "label":
            return [f"probabilities calibrated: temperature {self.temperature:.2f}"]
        if targets.kind == "labels":
            pairs = zip(targets.names, self.thresholds, strict=True)
            shown = ", ".join(f"{name} {value:.2f}" for name, value in pairs)
            return [f"thresholds: {shown}"]
        return []

    def to_json(self) -> dict[str, Any]:
        """Plain values for a model folder."""
        return asdict(self)

    @classmethod
    def from_json(cls, found: Any, targets: Targets) -> Self:
        """The way back from `to_json`. Raises BrokenModelError."""
        values = found if isinstance(found, dict) else {}
        lines = len(targets.names) if targets.kind == "labels" else 0
        thresholds = values.get("thresholds")
        right = (
            set(values) == {"temperature", "thresholds"}
            and isinstance(thresholds, list)
            and len(thresholds) == lines
            and all(type(n) is float for n in (values["temperature"], *thresholds))
            and values["temperature"] > 0
        )
        if not right:
            raise BrokenModelError(
                found="task.json does not say how scores become answers.",
                expected=f"a temperature above 0 and {lines} thresholds",
                fix="copy the model folder again, or train again",
            )
        return cls(**values)


def score(targets: Targets, answers: Answers, wanted: Tensor) -> Metrics:
    """The metrics of these answers; `wanted` as `Targets.encode` gives it."""
    if not answers:
        return {}
    if targets.kind == "number":
        return _of_numbers(targets, answers, wanted)
    classes = len(targets.names)
    place = {name: i for i, name in enumerate(targets.names)}
    if targets.kind == "labels":
        predicted = torch.zeros_like(wanted)
        for row, answer in enumerate(answers):
            predicted[row, [place[name] for name in answer["prediction"]]] = 1.0
        macro, micro = metrics.multi_label_f1(predicted, wanted)
        exact = (predicted == wanted).all(1)
        found: Metrics = {"macro_f1": macro, "micro_f1": micro}
        return found | {"accuracy": float(exact.double().mean())}
    predicted = torch.tensor([place[answer["prediction"]] for answer in answers])
    right = predicted == wanted
    found = {
        "accuracy": metrics.accuracy(predicted, wanted),
        "accuracy_interval": metrics.interval(right.double()),
        "macro_f1": metrics.macro_f1(predicted, wanted, classes),
    }
    if targets.kind == "rating":
        error = (targets.values()[predicted] - targets.values()[wanted]).abs()
        found |= {"mae": float(error.mean()), "mae_interval": metrics.interval(error)}
    else:
        sure = [max(answer["probabilities"].values()) for answer in answers]
        gap = metrics.calibration_error(torch.tensor(sure), right)
        found["calibration_error"] = gap
    found["labels"] = targets.names
    found["confusion"] = metrics.confusion(predicted, wanted, classes)
    return found


def text(answer: dict[str, Any]) -> str:
    """An answer as one line: the label, and how probable it is.

    Of one that is refused, how probable it is that it is not the likeliest label.
    """
    prediction = answer["prediction"]
    if answer.get("refused"):
        known = {k: p for k, p in answer["probabilities"].items() if k != prediction}
        return f"(none of them)\t{1 - max(known.values()):.3f}"
    if isinstance(prediction, float):
        return f"{prediction:.6g}"
    if isinstance(prediction, list):
        return "|".join(prediction)
    return f"{prediction}\t{answer['probabilities'][prediction]:.3f}"


def _of_numbers(targets: Targets, answers: Answers, wanted: Tensor) -> Metrics:
    predicted = torch.tensor([a["prediction"] for a in answers], dtype=torch.float64)
    true = wanted.double() * targets.scale + targets.center
    error = (predicted - true).abs()
    spread = ((true - true.mean()) ** 2).sum()
    return {
        "mae": float(error.mean()),
        "mae_interval": metrics.interval(error),
        "rmse": float((error**2).mean().sqrt()),
        "r2": float(1 - (error**2).sum() / spread) if spread > 0 else 0.0,
    }


def _temperature(scores: Tensor, wanted: Tensor) -> float:
    """The T with the least cross-entropy, among 161 from 1/4 to 64 in equal ratios.

    Naive Bayes counts every word as news and needs the large ones.
    """
    grid = torch.logspace(-2, 6, 161, base=2, dtype=torch.float64)
    losses = [float(loss("label", scores.double() / t, wanted).mean()) for t in grid]
    return float(grid[losses.index(min(losses))])


def _thresholds(shares: Tensor, wanted: Tensor) -> list[float]:
    """For each label the best of 19 thresholds by F1; of equals the nearest to 1/2."""
    grid = sorted((i / 20 for i in range(1, 20)), key=lambda t: abs(t - 0.5))
    best = []
    for label in range(shares.shape[1]):
        true, column = wanted[:, label : label + 1], shares[:, label : label + 1]
        each = [metrics.multi_label_f1((column > t).to(true), true)[0] for t in grid]
        best.append(grid[each.index(max(each))])
    return best
