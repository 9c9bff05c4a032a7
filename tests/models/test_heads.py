"""The last layer: as many scores as the answer needs, and thresholds in order."""

import pytest
import torch
from torch.autograd import gradcheck
from torch.func import functional_call
from torch.nn.functional import softplus

from tests.harness import normal
from unrolled.models.heads import OrderedHead, make_head
from unrolled.models.linear_layer import Linear


@pytest.mark.parametrize(
    ("kind", "scores"), [("label", 5), ("labels", 5), ("rating", 4), ("number", 1)]
)
def test_each_kind_of_answer_has_its_number_of_scores(kind, scores):
    head = make_head(kind, 3, 0 if kind == "number" else 5)
    assert head(torch.zeros(7, 3)).shape == (7, scores)
    assert isinstance(head, OrderedHead if kind == "rating" else Linear)


def test_thresholds_stay_in_order_whatever_the_weights_become():
    head = OrderedHead(3, 6)
    for seed in range(20):
        with torch.no_grad():
            for weight in head.parameters():
                weight.copy_(5 * normal(*weight.shape, seed=seed))
        found = head(normal(8, 3, seed=100 + seed).float())
        assert (found.diff(dim=1) < 0).all()


def test_a_score_is_the_direction_less_the_steps_below_it():
    head = OrderedHead(2, 3).double()
    x = normal(4, 2, seed=0)
    found = head(x)
    with torch.no_grad():
        base = x @ head.direction.weight[0] + head.direction.bias
        first, second = softplus(head.steps).tolist()
    torch.testing.assert_close(found[:, 0], base)
    torch.testing.assert_close(found[:, 1], base - first)
    torch.testing.assert_close(found[:, 2], base - first - second)


def test_two_grades_need_one_threshold_and_no_step():
    head = make_head("rating", 3, 2)
    assert isinstance(head, OrderedHead)
    assert head.steps.shape == (0,)
    assert head(torch.zeros(5, 3)).shape == (5, 1)


def test_its_gradients_are_those_of_its_values():
    head = OrderedHead(2, 3).double()
    names = [name for name, _ in head.named_parameters()]
    leaves = [
        normal(*w.shape, seed=k).requires_grad_()
        for k, w in enumerate(head.parameters())
    ]

    def call(x: torch.Tensor, *weights: torch.Tensor) -> torch.Tensor:
        return functional_call(head, dict(zip(names, weights, strict=True)), (x,))

    assert gradcheck(call, (normal(3, 2, seed=9).requires_grad_(), *leaves))
