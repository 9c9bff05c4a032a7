"""How good edits are: precision, recall and F0.5 over edits, several annotators.

    P = right / proposed    R = right / wanted    F = (1 + β²) P R / (β² P + R),  β = ½

β = ½ counts precision twice as much as recall: a correction that is wrong annoys more
than one that is missing. An edit is right if an annotator has the same tokens replaced
by the same tokens, whatever its kind. With several annotators, each sentence counts
with the one that gives the best F of all sentences so far; of equals the one with more
that is right, then with fewer wanted.

P of no edit is 1, and so is R where none is wanted: nothing was wrong. This and the
running choice are those of the M2 scorer. It also merges the system's edits until they
agree with the annotator's; here both sides should be cut alike, by `edits.edits`, as
ERRANT has it: take the corrected sentences of an M2 file and not its edits.

References: Dahlmeier and Ng 2012, "Better evaluation for grammatical error correction",
NAACL (M2); Ng et al. 2014, CoNLL shared task, for F0.5; Bryant et al. 2017 (ERRANT).
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from unrolled.text.edits.between import Edit

BETA = 0.5


class EditScore(NamedTuple):
    """Counts over sentences, and what follows from them."""

    right: int
    proposed: int
    wanted: int

    @property
    def precision(self) -> float:
        """The share of proposed edits that is right; 1 where none is proposed."""
        return self.right / self.proposed if self.proposed else 1.0

    @property
    def recall(self) -> float:
        """The share of wanted edits that was found; 1 where none is wanted."""
        return self.right / self.wanted if self.wanted else 1.0

    @property
    def f_half(self) -> float:
        """F0.5, from 0 to 1."""
        weight = BETA * BETA
        below = weight * self.precision + self.recall
        return (1 + weight) * self.precision * self.recall / below if below else 0.0


class FalseAlarms(NamedTuple):
    """Sentences that were right, and how many of them were changed."""

    changed: int
    clean: int

    @property
    def share(self) -> float:
        """From 0 to 1; 0 where no sentence is clean."""
        return self.changed / max(self.clean, 1)


def score_edits(
    proposed: Sequence[Sequence[Edit]], wanted: Sequence[Sequence[Sequence[Edit]]]
) -> EditScore:
    """The edits of each sentence against those of each of its annotators.

    Raises ValueError where the numbers of sentences differ, or a sentence has no
    annotator. A sentence that an annotator left as it is has an empty list there.
    """
    found = EditScore(0, 0, 0)
    for ours, annotators in zip(proposed, wanted, strict=True):
        if not annotators:
            raise ValueError("every sentence needs the edits of an annotator")
        sums = (_sum(found, compared(ours, theirs)) for theirs in annotators)
        found = max(sums, key=lambda s: (s.f_half, s.right, -s.wanted))
    return found


def by_class(
    proposed: Sequence[Sequence[Edit]], wanted: Sequence[Sequence[Sequence[Edit]]]
) -> dict[str, EditScore]:
    """The score of each class of edits, as "SPELL", the most wanted first.

    Each sentence counts with the annotator who agrees most with it. What is proposed
    counts for its own class, and so does what is wanted.
    """
    found: dict[str, EditScore] = {}
    for ours, annotators in zip(proposed, wanted, strict=True):
        theirs = max(annotators, key=lambda edits: compared(ours, edits).f_half)
        for name in {_class(edit) for edit in (*ours, *theirs)}:
            part = compared(_only(ours, name), _only(theirs, name))
            found[name] = _sum(found.get(name, EditScore(0, 0, 0)), part)
    return dict(sorted(found.items(), key=lambda item: (-item[1].wanted, item[0])))


def compared(ours: Iterable[Edit], theirs: Iterable[Edit]) -> EditScore:
    """One sentence against one annotator."""
    mine, wanted = ({edit[:3] for edit in edits} for edits in (ours, theirs))
    return EditScore(len(mine & wanted), len(mine), len(wanted))


def false_alarms(
    sources: Sequence[str], predictions: Sequence[str], targets: Sequence[str]
) -> FalseAlarms:
    """How many clean sentences (source equals target) were changed.

    Blanks at the ends do not count. Raises ValueError for lists of unequal length.
    """
    changed = clean = 0
    for source, prediction, target in zip(sources, predictions, targets, strict=True):
        if source.strip() == target.strip():
            clean += 1
            changed += source.strip() != prediction.strip()
    return FalseAlarms(changed, clean)


def _sum(one: EditScore, other: EditScore) -> EditScore:
    return EditScore(*(a + b for a, b in zip(one, other, strict=True)))


def _class(edit: Edit) -> str:
    return edit.kind.partition(":")[2]


def _only(edits: Iterable[Edit], name: str) -> list[Edit]:
    return [edit for edit in edits if _class(edit) == name]
