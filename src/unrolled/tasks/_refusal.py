"""One rule for what is refused: sure enough, and near enough to the training rows.

    score    how sure the network is of its best known label, a log-odds
             − how far the row lies from the training rows    (models/novelty.py)
    refused  score < threshold, or "none" itself is the likeliest

Both parts are counted in deviations from their mean over the validation rows, and the
threshold refuses at most a given share of those that have a known label.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from math import inf
from typing import Any, Self, final

from torch import Tensor

from unrolled.errors import BrokenModelError
from unrolled.models.novelty import Novelty
from unrolled.tasks._base import Answers

SURENESS = 0.5
"""How much a log-odds counts beside a distance. On the spoken digits, eight known and
two not, the distance refuses more than the log-odds, and both a little more."""
_LEAST = 1e-9


@final
@dataclass(frozen=True)
class Refusal:
    """Which rows are refused. `none` is the place of their label, the last."""

    none: int
    threshold: float = -inf
    sureness: tuple[float, float] = (0.0, 1.0)
    """Mean and deviation of the log-odds of the validation rows."""
    distance: tuple[float, float] = (0.0, 1.0)
    novelty: Novelty | None = None

    @classmethod
    def fit(
        cls,
        scores: Tensor,
        wanted: Tensor,
        *,
        share: float,
        novelty: Novelty | None = None,
        vectors: Tensor | None = None,
    ) -> Self:
        """From validation rows: scores (rows, names), labels (rows,) and the share.

        With a novelty their vectors (rows, width) are needed too.
        """
        none = scores.shape[1] - 1
        known = wanted != none
        if not share or not known.any():
            return cls(none)
        odds = _log_odds(scores[known], none)
        made = cls(none, sureness=_figures(odds))
        if novelty is not None and vectors is not None:
            far = novelty.of(vectors[known])
            made = replace(made, distance=_figures(far), novelty=novelty)
            vectors = vectors[known]
        found = made._scores(scores[known], vectors)
        found[scores[known].argmax(1) == none] = -inf  # is refused whatever is settled
        ranked = found.sort().values
        return replace(made, threshold=float(ranked[int(share * len(ranked))]))

    def refuses(self, scores: Tensor, vectors: Tensor | None) -> Tensor:
        """Of scores (rows, names) and vectors (rows, width), which: (rows,) bool."""
        found = self._scores(scores, vectors)
        return (found < self.threshold) | (scores.argmax(1) == self.none)

    def _scores(self, scores: Tensor, vectors: Tensor | None) -> Tensor:
        mean, deviation = self.sureness
        odds = (_log_odds(scores, self.none) - mean) / deviation
        if self.novelty is None or vectors is None:
            return odds
        mean, deviation = self.distance
        odds = odds.clamp(max=0)  # to be surer than usual makes no stranger known
        return SURENESS * odds - (self.novelty.of(vectors) - mean) / deviation

    def answers(
        self, answers: Answers, name: str, scores: Tensor, vectors: Tensor | None
    ) -> Answers:
        """The answers to these rows, those that are refused with the label `name`.

        Scores are (rows, names), vectors (rows, width).
        """
        refused = self.refuses(scores, vectors).tolist()
        return [
            {
                **answer,
                "prediction": name if no else answer["prediction"],
                "refused": no,
            }
            for answer, no in zip(answers, refused, strict=True)
        ]

    def notes(self) -> list[str]:
        """What was settled, in words."""
        if self.threshold == -inf:
            return ["none of them: where that is the likeliest"]
        unlike = " and like the training rows" if self.novelty else ""
        return [f"none of them: unless sure enough{unlike} ({self.threshold:.2f})"]

    def to_json(self) -> dict[str, Any]:
        """Plain values for a model folder; no threshold is null."""
        plain = asdict(replace(self, novelty=None))
        plain.pop("novelty")
        known = self.threshold > -inf
        return {**plain, "threshold": self.threshold if known else None}

    def tensors(self) -> dict[str, Tensor]:
        """Tensors for a model folder, (...,) each, named `refusal.…`."""
        found = self.novelty.tensors() if self.novelty else {}
        return {f"refusal.{name}": one for name, one in found.items()}

    @classmethod
    def restore(cls, found: Any, tensors: Mapping[str, Tensor], none: int) -> Self:
        """The way back, from tensors (...,). Raises BrokenModelError."""
        mark = "refusal."
        mine = {n.removeprefix(mark): t for n, t in tensors.items() if mark in n}
        try:
            novelty = Novelty(**mine) if mine else None
            sureness, distance = (_pair(found[k]) for k in ("sureness", "distance"))
            threshold = found["threshold"]
            least = -inf if threshold is None else float(threshold)
            made = cls(int(found["none"]), least, sureness, distance, novelty)
            fits = made.none == none
            fits &= sureness[1] > 0 and distance[1] > 0
            fits &= novelty is None or novelty.fits
            if fits:
                return made
        except (KeyError, TypeError, ValueError, IndexError, RuntimeError):
            pass
        raise BrokenModelError(
            found="task.json does not say which rows are refused.",
            expected="a threshold, and what it is counted in",
            fix="copy the model folder again, or train again",
        )


def _log_odds(scores: Tensor, none: int) -> Tensor:
    """Of the likeliest label that is known, (rows,)."""
    scores = scores.double()
    best = scores[:, :none].argmax(1, keepdim=True)
    others = scores.scatter(1, best, -inf).logsumexp(1)
    return scores.gather(1, best)[:, 0] - others


def _pair(found: Any) -> tuple[float, float]:
    mean, deviation = found
    return float(mean), float(deviation)


def _figures(values: Tensor) -> tuple[float, float]:
    """Mean and deviation."""
    return float(values.mean()), max(float(values.std(correction=0)), _LEAST)
