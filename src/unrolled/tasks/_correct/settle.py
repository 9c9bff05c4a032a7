"""Fits what is decided after training, on validation rows: see _correct/decision.py."""

from collections.abc import Sequence

from unrolled.tasks._correct.decision import Decision, Judged
from unrolled.tasks._correct.learning import Pair, Tagged
from unrolled.tasks._correct.rounds import Corrector
from unrolled.tasks._correct.tags import Changed, changed

MOST_ROWS = 2000  # of the validation rows
AT_ONCE = 200


def settled(
    corrector: Corrector,
    tagged: Tagged,
    rows: Sequence[Sequence[Pair]],
    *,
    false_alarms: float,
) -> Decision | None:
    """The decision that suits these rows, each the pairs of a text with its right ones.

    A change counts as right if one of them has it. None where nothing was proposed.
    """
    judged: list[Judged] = []
    right: list[int] = []
    wanted = 0
    rows = [row for row in rows[:MOST_ROWS] if row[0].wrong]
    for begin in range(0, len(rows), AT_ONCE):
        some = rows[begin : begin + AT_ONCE]
        gold = [[_changes(tagged, pair) for pair in row] for row in some]
        wanted += sum(min(map(len, each)) for each in gold)
        right += [begin + n for n, each in enumerate(gold) if not all(each)]
        for one in corrector.proposals([row[0].wrong for row in some]):
            is_right = any(one.change in changes for changes in gold[one.sentence])
            moved = one._replace(sentence=begin + one.sentence)
            judged.append(Judged(moved, is_right))
    if not judged:
        return None
    return Decision.fit(judged, wanted=wanted, right=right, false_alarms=false_alarms)


def _changes(tagged: Tagged, pair: Pair) -> set[Changed]:
    """What the tags of a pair change."""
    found = (
        changed(pair.wrong, place, tag) for place, tag in enumerate(tagged.tags(pair))
    )
    return {one for one in found if one is not None}
