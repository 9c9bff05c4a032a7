"""Proposals: contractions as right text has them, and what was meant, compared."""

import math

import pytest
import torch

from unrolled.models.spelling import Spelling
from unrolled.settings import Value, make
from unrolled.tasks._base import Example
from unrolled.tasks._correct.input import counts_of
from unrolled.tasks._correct.proposals import (
    Evidence,
    Proposal,
    _compared,
)
from unrolled.tasks._correct.tags import Changed
from unrolled.tasks.correct import Correct

SMALL: dict[str, Value] = {
    "model.hidden": 8,
    "model.embedding": 8,
    "task.least_words": 1,
    "task.copies": 1,
}
LINES = ["I don't know.", "I don't see it.", "It's here, and it's new.", "You're here."]


@pytest.fixture(scope="module")
def proposed() -> set[Changed]:
    """What an untrained network and the others propose for a short sentence."""
    torch.manual_seed(0)
    rows = [Example(line, None, "p") for line in LINES * 3]
    task = Correct.fit(rows, make(Correct.sections, SMALL), {})
    # The lines do not have "its" and "your", which are right elsewhere.
    counts = counts_of([["I", "do", "n't", "see", "it", "'s"]] * 9) | {
        "its": 5,
        "your": 5,
    }
    task.learned.spelling = Spelling.learn([], counts)
    network = task.build().eval()
    with torch.no_grad():
        found = task._corrector(network).proposals(
            [["I", "dont", "see", "its", "Your"]]
        )
    return {one.change for one in found}


def test_a_misspelled_contraction_becomes_two_words(proposed):
    assert Changed(1, 2, ("do", "n't")) in proposed
    assert Changed(1, 2, ("don't",)) not in proposed


def test_a_right_word_may_be_meant_as_two_with_an_apostrophe(proposed):
    assert Changed(3, 4, ("it", "'s")) in proposed
    assert Changed(4, 5, ("You", "'re")) in proposed


def meant(kind: str, place: int, log: float) -> Proposal:
    change = Changed(place, place + 1, (f"{log}",))
    return Proposal(0, place, kind, change, Evidence(-1.0, -1.0, meant=log))


def test_what_was_meant_sums_to_one_at_each_word_however_unlikely():
    low = -2000.0  # exp of which is 0
    some = [
        meant("spell", 1, low),
        meant("split", 1, low - math.log(3)),
        meant("replace", 1, 0.0),
        meant("spell", 2, low),
    ]
    found = [one.evidence.meant for one in _compared(some)]
    assert found == pytest.approx([math.log(0.75), math.log(0.25), 0.0, 0.0])
