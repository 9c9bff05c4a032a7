"""When a text that was written anew is better left as it was: a margin in nats.

    gain = log P(what was written) − log P(the text as it was)     written if ≥ margin

The margin is the one with the best F0.5 on validation rows among those that leave
enough right texts alone.
"""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from unrolled.errors import BrokenModelError
from unrolled.tasks._correct.learning import words_of
from unrolled.tasks._correct.rows import Row
from unrolled.text.edits.between import edits
from unrolled.text.edits.edit_scores import EditScore, compared

MARGINS = (0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0)


class Written(NamedTuple):
    """A text that was written anew, and how much likelier it is than a copy."""

    text: str
    gain: float


def best_margin(
    rows: Sequence[Row], written: Sequence[Written], *, false_alarms: float
) -> float:
    """The margin that suits these rows; that of no rows is 0."""
    scores = [_score(row, one) for row, one in zip(rows, written, strict=True)]
    clean = [row.text.strip() == row.rights[0].strip() for row in rows]
    reached, found = -1.0, MARGINS[-1] if rows else 0.0
    for margin in MARGINS:
        does = [one.gain > margin for one in written]
        right = sum(s.right for s, is_done in zip(scores, does, strict=True) if is_done)
        proposed = sum(s.proposed for s, d in zip(scores, does, strict=True) if d)
        alarms = sum(
            is_done and is_clean and score.proposed > 0
            for is_done, is_clean, score in zip(does, clean, scores, strict=True)
        )
        total = EditScore(right, proposed, sum(s.wanted for s in scores))
        if alarms <= false_alarms * max(sum(clean), 1) and total.f_half > reached:
            reached, found = total.f_half, margin
    return found


def margin_of(kept: Any) -> float:
    """The margin that a model folder keeps. Raises BrokenModelError."""
    found = kept.get("nats") if isinstance(kept, dict) else None
    if not isinstance(found, float) or not math.isfinite(found):
        raise BrokenModelError(
            found="margin.json does not say when a text is changed.",
            expected="a number of nats",
            fix="copy the model folder again, or train again",
        )
    return found


def _score(row: Row, written: Written) -> EditScore:
    """What was written against the right text that it agrees with most."""
    words = words_of(row.text)
    ours = edits(words, words_of(written.text))
    each = [compared(ours, edits(words, words_of(right))) for right in row.rights]
    return max(each, key=lambda score: score.f_half)
