"""One rule for what is refused: what lies far from the training rows.

    score    − the distance from the nearest kind of training rows  (models/novelty.py);
             where there is none, the log-odds of the best known label
    refused  score < threshold, or "none" itself is the likeliest

The threshold refuses at most a given share of the validation rows that have a known
label. Of eight spoken digits it refuses two thirds to nearly all recordings of the two
others, where the log-odds alone refuse less: a network is sure of what it never met.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import Any, Self, final

from torch import Tensor

from unrolled.errors import BrokenModelError
from unrolled.models.novelty import Novelty
from unrolled.tasks._base import Answers


@final
@dataclass(frozen=True)
class Refusal:
    """Which rows are refused. `none` is the place of their label, the last."""

    none: int
    threshold: float = -inf
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
        made = cls(none, novelty=novelty)
        vectors = None if vectors is None else vectors[known]
        found = made._scores(scores[known], vectors)
        found[scores[known].argmax(1) == none] = -inf  # is refused whatever is settled
        ranked = found.sort().values
        return replace(made, threshold=float(ranked[int(share * len(ranked))]))

    def refuses(self, scores: Tensor, vectors: Tensor | None) -> Tensor:
        """Of scores (rows, names) and vectors (rows, width), which: (rows,) bool."""
        found = self._scores(scores, vectors)
        return (found < self.threshold) | (scores.argmax(1) == self.none)

    def _scores(self, scores: Tensor, vectors: Tensor | None) -> Tensor:
        if self.novelty is None or vectors is None:
            return _log_odds(scores, self.none)
        return -self.novelty.of(vectors)

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
        if self.novelty is None:
            return [f"none of them: log-odds below {self.threshold:.2f}"]
        return [f"none of them: further than {-self.threshold:.1f} from training rows"]

    def to_json(self) -> dict[str, Any]:
        """Plain values for a model folder; no threshold is null."""
        known = self.threshold > -inf
        return {"none": self.none, "threshold": self.threshold if known else None}

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
            threshold = found["threshold"]
            least = -inf if threshold is None else float(threshold)
            made = cls(int(found["none"]), least, novelty)
            if made.none == none and (novelty is None or novelty.fits):
                return made
        except (KeyError, TypeError, ValueError, IndexError, RuntimeError):
            pass
        raise BrokenModelError(
            found="task.json does not say which rows are refused.",
            expected="the place of their label, a threshold, and distances",
            fix="copy the model folder again, or train again",
        )


def _log_odds(scores: Tensor, none: int) -> Tensor:
    """Of the likeliest label that is known, (rows,)."""
    scores = scores.double()
    best = scores[:, :none].argmax(1, keepdim=True)
    others = scores.scatter(1, best, -inf).logsumexp(1)
    return scores.gather(1, best)[:, 0] - others
