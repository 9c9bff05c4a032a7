"""The rule that refuses: its share, its two parts, and how it is kept."""

import json
import math

import pytest
import torch

from unrolled.errors import BrokenModelError
from unrolled.models.novelty import Novelty
from unrolled.tasks._refusal import Refusal

NONE = -30.0
"""A score of "none" that leaves the odds to the other two."""


def odds_of(*differences):
    """Scores of two labels and none, whose log-odds of the first are these."""
    rows = [[d, 0.0, NONE] for d in differences]
    return torch.tensor(rows, dtype=torch.float64)


def test_the_score_is_the_log_odds_of_the_best_known_label():
    scores = torch.tensor([[2.0, 1.0, 3.0], [0.0, 1.0, -1.0]])
    found = Refusal(2)._scores(scores, None)
    wanted = [2 - math.log(math.e + math.e**3), 1 - math.log(1 + math.exp(-1))]
    assert found.tolist() == pytest.approx(wanted)


@pytest.mark.parametrize(("share", "refused"), [(0.05, 5), (0.1, 10), (0.005, 0)])
def test_at_most_the_share_of_known_validation_rows_is_refused(share, refused):
    scores = odds_of(*range(1, 101))
    refusal = Refusal.fit(scores, torch.zeros(100, dtype=torch.int64), share=share)
    found = refusal.refuses(scores, None)
    assert found.tolist() == [True] * refused + [False] * (100 - refused)


def test_rows_that_are_none_do_not_move_the_threshold():
    known, strange = odds_of(*range(1, 21)), odds_of(*[0.0] * 20)
    wanted = torch.tensor([0] * 20 + [2] * 20)
    both = Refusal.fit(torch.cat([known, strange]), wanted, share=0.1)
    alone = Refusal.fit(known, wanted[:20], share=0.1)
    assert both == alone
    assert both.refuses(strange, None).all()


def test_rows_where_none_is_likeliest_are_refused_and_count_in_the_share():
    scores = odds_of(*range(1, 11))
    scores[9, 2] = 40.0
    wanted = torch.zeros(10, dtype=torch.int64)
    refusal = Refusal.fit(scores, wanted, share=0.2)
    assert refusal.refuses(scores, None).nonzero()[:, 0].tolist() == [0, 9]
    assert Refusal(2).refuses(scores, None).nonzero()[:, 0].tolist() == [9]


def test_a_row_far_from_the_training_rows_is_refused_however_sure():
    chance = torch.Generator().manual_seed(0)
    labels = torch.arange(200) % 2
    vectors = torch.randn(200, 3, generator=chance) + 8 * labels[:, None]
    scores = odds_of(*(5 + torch.rand(200, generator=chance)).tolist())
    refusal = Refusal.fit(
        scores,
        labels,
        share=0.05,
        novelty=Novelty.fit(vectors, labels),
        vectors=vectors,
    )
    assert int(refusal.refuses(scores, vectors).sum()) == 10
    between, sure = torch.full((1, 3), 4.0), odds_of(50.0)
    assert refusal.refuses(sure, between).tolist() == [True]
    assert refusal.refuses(odds_of(0.1), torch.full((1, 3), 8.0)).tolist() == [False]
    assert float(refusal._scores(sure, between)[0]) == -float(
        refusal.novelty.of(between)[0]
    )


def test_nothing_asked_or_nothing_known_settles_nothing():
    scores, known = odds_of(1.0, 2.0), torch.tensor([0, 1])
    assert Refusal.fit(scores, known, share=0.0) == Refusal(2)
    assert Refusal.fit(scores, torch.tensor([2, 2]), share=0.1) == Refusal(2)


def test_what_is_said_of_a_row():
    answers = [{"prediction": "yes", "probabilities": {}} for _ in range(2)]
    found = Refusal(2, threshold=0.0).answers(answers, "none", odds_of(1.0, -9.0), None)
    assert [one["refused"] for one in found] == [False, False]  # "no" is sure in row 2
    found = Refusal(2, threshold=2.0).answers(answers, "none", odds_of(1.0, 9.0), None)
    assert found == [
        {"prediction": "none", "probabilities": {}, "refused": True},
        {"prediction": "yes", "probabilities": {}, "refused": False},
    ]


def test_notes():
    assert Refusal(2).notes() == ["none of them: where that is the likeliest"]
    plain = Refusal(2, threshold=1.0)
    assert plain.notes() == ["none of them: log-odds below 1.00"]
    vectors = torch.tensor([[0.0], [1.0], [10.0], [11.0]])
    novelty = Novelty.fit(vectors, torch.tensor([0, 0, 1, 1]))
    assert Refusal(2, threshold=-9.0, novelty=novelty).notes() == [
        "none of them: further than 9.0 from training rows"
    ]


def kept(refusal):
    return json.loads(json.dumps(refusal.to_json(), allow_nan=False))


def test_it_comes_back_from_plain_values_and_tensors():
    vectors = torch.tensor([[0.0], [1.0], [10.0], [11.0]])
    novelty = Novelty.fit(vectors, torch.tensor([0, 0, 1, 1]))
    made = Refusal(2, -1.5, novelty)
    back = Refusal.restore(kept(made), made.tensors(), 2)
    scores = odds_of(-3.0, 0.0, 1.0, 9.0)
    assert torch.equal(back._scores(scores, vectors), made._scores(scores, vectors))
    assert (back.threshold, back.none) == (-1.5, 2)
    assert Refusal.restore(kept(Refusal(2)), {}, 2) == Refusal(2)


@pytest.mark.parametrize(
    "change",
    [
        {"none": 1},
        {"none": "two"},
        {"threshold": "low"},
    ],
)
def test_a_damaged_one_is_refused_in_words(change):
    with pytest.raises(BrokenModelError) as caught:
        Refusal.restore({**kept(Refusal(2)), **change}, {}, 2)
    assert str(caught.value) == (
        "task.json does not say which rows are refused.\n"
        "  expected: the place of their label, a threshold, and distances\n"
        "  to fix:   copy the model folder again, or train again\n"
        "  code:     broken-model"
    )
    with pytest.raises(BrokenModelError):
        Refusal.restore(None, {}, 2)


def test_tensors_that_do_not_fit_each_other_are_refused():
    vectors = torch.tensor([[0.0, 1.0], [1.0, 0.0], [10.0, 3.0], [11.0, 2.0]])
    novelty = Novelty.fit(vectors, torch.tensor([0, 0, 1, 1]))
    made = Refusal(2, 0.0, novelty=novelty)
    for name in made.tensors():
        lost = {k: v for k, v in made.tensors().items() if k != name}
        with pytest.raises(BrokenModelError):
            Refusal.restore(kept(made), lost, 2)
        odd = {**made.tensors(), name: torch.zeros(3, 3, 3)}
        with pytest.raises(BrokenModelError):
            Refusal.restore(kept(made), odd, 2)
