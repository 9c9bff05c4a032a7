"""Which of the changes that were proposed are done: a logistic regression.

    P(right) = σ(w · evidence)     done if the best at its word, and P ≥ threshold

Network, spelling corrector and n-grams each know something; how much each of them may
say is learned on validation rows, whose wrong sentences the network has not seen. The
weights of a spelling correction are its own. Few rows leave them near where they
began, which is what one would do without any: the log-odds of the network, and a little
of the others.

The threshold is that with the best F0.5 among those that leave enough right sentences
alone. F0.5 weighs a change that was wrong twice as much as one that was missed. Near
its best it is flat: of thresholds as good but for a hundredth the lowest finds most.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self, final

import torch
from torch import Tensor

from unrolled.errors import BrokenModelError
from unrolled.randomness import computing_on
from unrolled.tasks._correct.proposals import MISSPELLED, Proposal
from unrolled.tasks._correct.tags import DELETE, INSERT, REPLACE
from unrolled.text.edits.edit_scores import EditScore

OF_WORDS = ("tag", "keep", "language", "word", "mark", "form", "delete")
OF_SPELLING = ("tag", "keep", "language", "wrong", "meant", "one")
FEATURES = (*OF_WORDS, *(f"spelling: {name}" for name in OF_SPELLING))
"""Of each proposal one of the two parts is 0."""
BEGIN = (1.0, -1.0, 0.3, 0.0, 0.0, 0.0, 0.0, 0.5, -0.5, 0.3, 0.3, 1.0, 0.0)
PULL = 3.0  # towards BEGIN, as so many squared nats
STEPS = 30  # of Newton's method
THRESHOLDS = tuple(n / 50 for n in range(15, 50))
TOLERANCE = 0.01  # of F0.5, as a share of the best
UNSETTLED, NEVER = 0.5, 1.01


class Judged(NamedTuple):
    """A proposal of a validation row."""

    proposal: Proposal
    is_right: bool


@final
@dataclass(frozen=True)
class Decision:
    """What is fitted after training and is no weight of the network."""

    weights: tuple[float, ...] = BEGIN
    threshold: float = UNSETTLED

    def chances(self, proposals: Sequence[Proposal]) -> list[float]:
        """How likely each is right, from 0 to 1."""
        scores = _features(proposals) @ torch.tensor(self.weights, dtype=torch.float64)
        return scores.sigmoid().tolist()

    def chosen(self, proposals: Sequence[Proposal]) -> list[tuple[Proposal, float]]:
        """Those that are done, with their chances: in order and without overlap."""
        chances = zip(proposals, self.chances(proposals), strict=True)
        return _best(chances, self.threshold)

    @classmethod
    def fit(
        cls,
        judged: Sequence[Judged],
        *,
        wanted: int,
        right: Sequence[int],
        false_alarms: float,
    ) -> Self:
        """From proposals for validation sentences.

        `wanted` is how many changes these need, `right` which of them need none; of
        those a share of `false_alarms` may be changed.
        """
        proposals = [one.proposal for one in judged]
        truth = torch.tensor([one.is_right for one in judged], dtype=torch.float64)
        with computing_on(1):  # and so the same on any number of threads
            weights = _regression(_features(proposals), truth)
        made = cls(tuple(weights.tolist()), UNSETTLED)
        if not judged:
            return made
        threshold = made._threshold(judged, wanted, set(right), false_alarms)
        return cls(made.weights, threshold)

    def _threshold(
        self,
        judged: Sequence[Judged],
        wanted: int,
        right: set[int],
        false_alarms: float,
    ) -> float:
        is_right = {one.proposal: one.is_right for one in judged}
        chances = self.chances(list(is_right))
        best = _best(zip(is_right, chances, strict=True), THRESHOLDS[0])
        reached: dict[float, float] = {}
        for threshold in THRESHOLDS:
            done = [p for p, chance in best if chance >= threshold]
            alarms = len({p.sentence for p in done} & right)
            hits = sum(is_right[p] for p in done)
            if alarms <= false_alarms * max(len(right), 1):
                f_half = EditScore(hits, len(done), wanted).f_half
                reached[threshold] = f_half
        enough = max(reached.values(), default=0.0) * (1 - TOLERANCE)
        return min((t for t, f in reached.items() if f >= enough), default=NEVER)

    def to_json(self) -> dict[str, Any]:
        """Plain values for a model folder."""
        return {"weights": list(self.weights), "threshold": self.threshold}

    @classmethod
    def from_json(cls, found: Any) -> Self:
        """The way back from `to_json`. Raises BrokenModelError."""
        weights = found.get("weights") if isinstance(found, dict) else None
        numbers = weights if isinstance(weights, list) else []
        threshold = found.get("threshold") if isinstance(found, dict) else None
        values = [*numbers, threshold]
        right = len(numbers) == len(FEATURES) and all(
            type(one) is float and math.isfinite(one) for one in values
        )
        if not right:
            raise BrokenModelError(
                found="decision.json does not say which changes are done.",
                expected=f"{len(FEATURES)} weights and a threshold",
                fix="copy the model folder again, or train again",
            )
        return cls(tuple(numbers), values[-1])


def _best(chances: Any, threshold: float) -> list[tuple[Proposal, float]]:
    """The likeliest first, as long as they do not overlap; then in their order."""
    ranked = sorted(
        ((p, chance) for p, chance in chances if chance >= threshold),
        key=lambda pair: -pair[1],
    )
    taken: set[tuple[int, int]] = set()
    found: list[tuple[Proposal, float]] = []
    for proposal, chance in ranked:
        change = proposal.change
        # What is put in at a place takes that place: two words there are two rounds.
        places = range(2 * change.start, 2 * change.stop + 1)
        if change.stop > change.start:
            places = range(2 * change.start + 1, 2 * change.stop)
        mine = {(proposal.sentence, place) for place in places}
        if not mine & taken:
            taken |= mine
            found.append((proposal, chance))
    return sorted(
        found,
        key=lambda pair: (pair[0].sentence, pair[0].change.start, pair[0].change.stop),
    )


def _features(proposals: Sequence[Proposal]) -> Tensor:
    """(proposals, features) float64."""
    rows = [
        _of_spelling(p) if p.kind in MISSPELLED else _of_words(p) for p in proposals
    ]
    found = torch.tensor(rows, dtype=torch.float64)
    return found.view(len(rows), len(FEATURES))


def _of_spelling(proposal: Proposal) -> list[float]:
    return [0.0] * len(OF_WORDS) + [*proposal.evidence, 1.0]


def _of_words(proposal: Proposal) -> list[float]:
    kind, words = proposal.kind, proposal.change.words
    is_mark = bool(words) and not any(map(str.isalnum, words[0]))
    of_words = kind in (REPLACE, INSERT)
    groups = (
        of_words and not is_mark,
        of_words and is_mark,
        not of_words and kind != DELETE,
        kind == DELETE,
    )
    told = proposal.evidence[:3]
    return [*told, *map(float, groups), *[0.0] * len(OF_SPELLING)]


def _regression(x: Tensor, truth: Tensor) -> Tensor:
    """The weights (features,) of x (rows, features), pulled towards BEGIN."""
    begin = torch.tensor(BEGIN, dtype=torch.float64)
    w = begin.clone()
    eye = torch.eye(len(begin), dtype=torch.float64)
    for _ in range(STEPS):
        p = (x @ w).sigmoid()
        slope = x.T @ (p - truth) + PULL * (w - begin)
        bend = (x.T * (p * (1 - p))) @ x + PULL * eye
        step = torch.linalg.solve(bend, slope)
        w = w - step * min(1.0, 2.0 / max(float(step.norm()), 1e-9))
    return w
