"""The decision: learned from proposals, as careful as was asked, and kept."""

import json
from random import Random

import pytest

from unrolled.errors import BrokenModelError
from unrolled.tasks._correct.decision import BEGIN, FEATURES, Decision, Judged
from unrolled.tasks._correct.proposals import Evidence, Proposal
from unrolled.tasks._correct.tags import Changed


def proposal(
    sentence: int,
    start: int,
    *,
    tag: float = -0.1,
    stop: int | None = None,
    language=0.0,
) -> Proposal:
    end = start + 1 if stop is None else stop
    change = Changed(start, end, ("x",))
    return Proposal(
        sentence, start + 1, "replace", change, Evidence(tag, -1.0, language)
    )


def judged(count: int) -> list[Judged]:
    """The n-grams know what is right, and the network knows nothing."""
    draw = Random(0)
    found = []
    for sentence in range(count):
        is_right = draw.random() < 0.5
        language = draw.gauss(2.0 if is_right else -2.0, 1.0)
        one = proposal(sentence, 0, tag=-draw.random(), language=language)
        found.append(Judged(one, is_right))
    return found


def fitted(count: int, false_alarms: float) -> Decision:
    found = judged(count)
    wanted = sum(one.is_right for one in found)
    right = [one.proposal.sentence for one in found if not one.is_right]
    return Decision.fit(found, wanted=wanted, right=right, false_alarms=false_alarms)


def test_who_knows_what_is_right_gets_the_weight():
    decision = fitted(600, 1.0)
    weights = dict(zip(FEATURES, decision.weights, strict=True))
    assert weights["language"] > 2 * BEGIN[2]
    assert weights["language"] > weights["tag"]
    found = judged(600)
    chances = decision.chances([one.proposal for one in found])
    pairs = zip(chances, found, strict=True)
    assert sum((p > 0.5) == one.is_right for p, one in pairs) > 550


@pytest.mark.parametrize("share", [0.0, 0.02, 0.1])
def test_no_more_right_sentences_are_changed_than_was_allowed(share):
    decision, found = fitted(600, share), judged(600)
    chosen = {p.sentence for p, _ in decision.chosen([one.proposal for one in found])}
    clean = {one.proposal.sentence for one in found if not one.is_right}
    assert len(chosen & clean) <= share * len(clean)


def test_more_is_done_where_more_false_alarms_are_allowed():
    few, many = fitted(600, 0.0), fitted(600, 0.2)
    assert few.threshold > many.threshold


def test_without_rows_it_is_as_it_began():
    made = Decision.fit([], wanted=0, right=[], false_alarms=0.1)
    assert made.weights == pytest.approx(BEGIN)
    assert made.threshold == 0.5


def test_the_likeliest_of_overlapping_changes_is_done_and_all_are_in_order():
    some = [
        proposal(1, 0, tag=-0.2),
        proposal(0, 2, tag=-0.1),
        proposal(0, 1, tag=-0.01, stop=3),
        proposal(0, 3, tag=-0.1),
        proposal(0, 3, tag=-0.1, stop=3),
        proposal(0, 2, tag=-0.001, stop=2),
    ]
    decision = Decision(threshold=0.3)
    done = [
        (p.sentence, p.change.start, p.change.stop) for p, _ in decision.chosen(some)
    ]
    assert done == [(0, 2, 2), (0, 2, 3), (0, 3, 3), (0, 3, 4), (1, 0, 1)]


def test_it_comes_back_from_json_and_refuses_anything_else():
    decision = fitted(100, 0.1)
    kept = json.loads(json.dumps(decision.to_json()))
    assert Decision.from_json(kept) == decision
    for odd in (None, {}, {**kept, "weights": [1.0]}, {**kept, "threshold": "high"}):
        with pytest.raises(
            BrokenModelError, match="does not say which changes are done"
        ):
            Decision.from_json(odd)
