"""What scores mean: each loss against a formula of its own, and known values."""

import math

import pytest
import torch
from torch.autograd import gradcheck

from tests.harness import normal
from unrolled.models.scores import KINDS, loss, probabilities


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def test_there_are_four_kinds_of_answers():
    assert KINDS == ("label", "labels", "rating", "number")


def test_known_values_of_each_loss():
    zero = torch.zeros(1, 2)
    half = math.log(2)
    assert loss("label", zero, torch.tensor([1])).item() == pytest.approx(half)
    both = torch.tensor([[1.0, 0.0]])
    assert loss("labels", zero, both).item() == pytest.approx(2 * half)
    assert loss("rating", zero, torch.tensor([2])).item() == pytest.approx(2 * half)
    two = torch.tensor([[2.0]])
    assert loss("number", two, torch.tensor([-1.0])).item() == pytest.approx(9.0)


def test_a_label_costs_the_negative_logarithm_of_its_share():
    scores = normal(5, 3, seed=0)
    targets = torch.tensor([0, 2, 1, 1, 0])
    for row, found in enumerate(loss("label", scores, targets).tolist()):
        powers = [math.exp(s) for s in scores[row].tolist()]
        share = powers[int(targets[row])] / sum(powers)
        assert found == pytest.approx(-math.log(share))


def test_smoothing_gives_some_of_the_truth_to_every_label():
    scores, targets = normal(4, 3, seed=1), torch.tensor([0, 1, 2, 2])
    logs = scores.log_softmax(1)
    plain = loss("label", scores, targets)
    smooth = loss("label", scores, targets, smoothing=0.3)
    torch.testing.assert_close(smooth, 0.7 * plain - 0.3 * logs.mean(1))


def test_several_labels_cost_what_each_would_cost_alone():
    scores = normal(4, 3, seed=2)
    truth = torch.tensor([[1, 0, 1], [0, 0, 0], [1, 1, 1], [0, 1, 0]]).double()
    for row, found in enumerate(loss("labels", scores, truth).tolist()):
        each = [
            -math.log(sigmoid(s) if t else 1 - sigmoid(s))
            for s, t in zip(scores[row].tolist(), truth[row].tolist(), strict=True)
        ]
        assert found == pytest.approx(sum(each))


def test_smoothed_labels_are_half_a_share_away_from_certainty():
    scores, truth = normal(3, 2, seed=3), torch.tensor([[1.0, 0], [0, 0], [1, 1]])
    found = loss("labels", scores, truth.double(), smoothing=0.2)
    yes, no = scores.sigmoid().log(), (1 - scores.sigmoid()).log()
    wanted = torch.where(truth == 1, 0.9, 0.1).double()
    torch.testing.assert_close(found, -(wanted * yes + (1 - wanted) * no).sum(1))


def test_a_rating_asks_at_each_threshold_whether_the_grade_is_above():
    scores = normal(4, 3, seed=4)
    targets = torch.tensor([0, 1, 2, 3])
    for row, found in enumerate(loss("rating", scores, targets).tolist()):
        above = [sigmoid(s) for s in scores[row].tolist()]
        each = [
            -math.log(p if row > threshold else 1 - p)
            for threshold, p in enumerate(above)
        ]
        assert found == pytest.approx(sum(each))


def test_a_wrong_neighbor_costs_less_than_a_wrong_end():
    scores = torch.tensor([[4.0, 2.0, -2.0, -4.0]]).expand(5, -1)  # surely the middle
    costs = loss("rating", scores, torch.arange(5)).tolist()
    assert costs[2] < costs[1] < costs[0]
    assert costs[2] < costs[3] < costs[4]


def test_a_number_costs_the_square_of_its_error():
    scores, truth = normal(6, 1, seed=5), normal(6, seed=6)
    found = loss("number", scores, truth)
    torch.testing.assert_close(found, (scores[:, 0] - truth).square())


@pytest.mark.parametrize("kind", KINDS)
def test_each_loss_has_the_gradient_of_its_value(kind):
    scores = normal(4, 1 if kind == "number" else 3, seed=7).requires_grad_()
    targets = {
        "labels": torch.tensor([[1, 0, 1], [0, 0, 0], [1, 1, 1], [0, 1, 0]]).double(),
        "number": normal(4, seed=8),
    }.get(kind, torch.tensor([0, 2, 1, 1]))
    assert gradcheck(lambda s: loss(kind, s, targets, smoothing=0.1), (scores,))


@pytest.mark.parametrize("kind", KINDS)
def test_no_rows_cost_nothing(kind):
    scores = torch.zeros(0, 1 if kind == "number" else 3)
    targets = {"labels": torch.zeros(0, 3), "number": torch.zeros(0)}.get(
        kind, torch.zeros(0, dtype=torch.int64)
    )
    assert loss(kind, scores, targets).shape == (0,)
    assert len(probabilities(kind, scores)) == 0


# -- probabilities -------------------------------------------------------------------


def test_the_probabilities_of_labels_and_ratings_add_up_to_one():
    scores = 3 * normal(50, 4, seed=9)
    assert probabilities("label", scores).shape == (50, 4)
    torch.testing.assert_close(
        probabilities("label", scores).sum(1), torch.ones(50).double()
    )
    falling = scores.sort(dim=1, descending=True).values
    ratings = probabilities("rating", falling)
    assert ratings.shape == (50, 5)
    assert (ratings >= 0).all()
    torch.testing.assert_close(ratings.sum(1), torch.ones(50).double())


def test_the_probability_of_a_grade_lies_between_two_thresholds():
    scores = torch.tensor([[1.0, -0.5]], dtype=torch.float64)
    found = probabilities("rating", scores)[0].tolist()
    first, second = sigmoid(1.0), sigmoid(-0.5)
    assert found == pytest.approx([1 - first, first - second, second])


def test_thresholds_out_of_order_give_no_negative_probability():
    scores = torch.tensor([[-1.0, 2.0]])
    found = probabilities("rating", scores)[0].tolist()
    assert found == pytest.approx([1 - sigmoid(-1.0), 0.0, sigmoid(2.0)])


def test_labels_have_a_probability_each_and_a_number_is_itself():
    scores = normal(3, 2, seed=10)
    torch.testing.assert_close(
        probabilities("labels", scores), 1 / (1 + (-scores).exp())
    )
    assert torch.equal(probabilities("number", scores[:, :1]), scores[:, :1])
