"""Influence against what can be computed by hand or by a great many points."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.testing import assert_close

from tests.harness import normal
from unrolled.catalog import find
from unrolled.engine.watch import seen
from unrolled.errors import SettingError
from unrolled.models.stack import Stack
from unrolled.ragged import Ragged
from unrolled.tasks._seeing import View
from unrolled.tracing.influence import influence


def view_of(score: Any, x: Tensor, *, told: str = "answer") -> View:
    """A view whose scores are `score` of vectors (steps, inputs)."""
    steps = [f"w{n}" for n in range(len(x))]

    def run() -> Tensor:
        return score(seen("inputs", Ragged(x, torch.tensor([len(x)]))))

    return View(
        axes={"inputs": steps, "answer": ["rating"]},
        along={},
        told=told,
        names=["bad", "good"],
        run=run,
        chosen=[1],
        answer={},
    )


def tiny_lstm(x: Tensor, *, pooled: bool = False, seed: int = 0) -> View:
    torch.manual_seed(seed)
    stack = Stack(find("cells", "lstm")(), inputs=x.shape[1], hidden=3).double()
    head = nn.Linear(3, 2).double()
    for weight in (*stack.parameters(), *head.parameters()):
        weight.data = torch.randn_like(weight)

    def score(rows: Ragged) -> Tensor:
        outputs, (h, _) = stack(rows)
        last = outputs.values.sum(0, keepdim=True) if pooled else h[-1]
        return head(last).log_softmax(-1)

    return view_of(score, x)


def test_on_a_linear_model_all_ways_are_w_times_x():
    x, w = normal(4, 3, seed=1), normal(3, seed=2)
    view = view_of(
        lambda rows: torch.stack([rows.values.sum(), (rows.values @ w).sum()])[None], x
    )
    found = influence(view, step=0, name=1)
    expected = x @ w
    for way in (
        "gradient_x_input",
        "integrated_gradients",
        "leave_one_out",
        "left_out",
    ):
        assert_close(getattr(found, way), expected, rtol=0, atol=1e-14, msg=way)
    assert found.completeness["points"] == 32


def test_rows_stay_apart():
    """Two sentences along one axis: the first moves no score of the second."""
    torch.manual_seed(0)
    stack = Stack(find("cells", "lstm")(), inputs=2, hidden=3).double()
    x = Ragged(normal(5, 2, seed=6), torch.tensor([3, 2]))
    view = View(
        axes={"inputs": [f"w{n}" for n in range(5)]},
        along={"stack": "inputs"},
        told="inputs",
        names=["a", "b", "c"],
        run=lambda: stack(seen("inputs", x))[0].values,
        chosen=[0] * 5,
        answer={},
    )
    found = influence(view, step=4, name=1)
    plain = view.run()[4, 1].item()
    assert found.completeness["difference"] == pytest.approx(plain)  # of zeros it is 0
    for way in (found.gradient_x_input, found.integrated_gradients):
        assert not way[:3].any()
        assert way[3:].abs().min() > 0
    assert not found.leave_one_out[:3].any()


@pytest.mark.parametrize("pooled", [False, True])
def test_integrated_gradients_add_up_to_the_difference(pooled):
    x = normal(6, 2, seed=3)
    view = tiny_lstm(x, pooled=pooled)
    found = influence(view, step=0, name=1, points=64)
    plain = view.run()[0, 1].item()
    zero = tiny_lstm(x * 0, pooled=pooled).run()[0, 1].item()
    assert found.completeness["difference"] == pytest.approx(plain - zero, abs=1e-12)
    assert float(found.integrated_gradients.sum()) == pytest.approx(
        plain - zero, abs=1e-6
    )
    assert found.completeness["error"] < 1e-6
    assert abs(plain - zero) > 0.1


def test_they_are_what_twenty_thousand_points_give():
    x = normal(3, 2, seed=4)
    view, many = tiny_lstm(x), 20_000
    torch.manual_seed(0)
    stack = Stack(find("cells", "lstm")(), inputs=2, hidden=3).double()
    head = nn.Linear(3, 2).double()
    for weight in (*stack.parameters(), *head.parameters()):
        weight.data = torch.randn_like(weight)
    shares = (torch.arange(many, dtype=torch.float64) + 0.5) / many
    rows = (shares[:, None, None] * x).flatten(0, 1).requires_grad_()
    _, (h, _) = stack(Ragged(rows, torch.full((many,), 3)))
    head(h[-1]).log_softmax(-1)[:, 1].sum().backward()
    assert rows.grad is not None
    expected = (x * rows.grad.view(many, 3, 2).mean(0)).sum(1)
    found = influence(view, step=0, name=1).integrated_gradients
    assert_close(found, expected, rtol=0, atol=1e-8)


def test_gradient_x_input_is_that_of_finite_differences():
    x, small = normal(4, 2, seed=5), 1e-6
    plain = influence(tiny_lstm(x), step=0, name=0).gradient_x_input
    for step in range(4):
        grown = []
        for sign in (1, -1):
            other = x.clone()
            other[step] *= 1 + sign * small
            grown.append(tiny_lstm(other).run()[0, 0].item())
        expected = (grown[0] - grown[1]) / (2 * small)
        assert plain[step].item() == pytest.approx(expected, abs=1e-7)


def test_leaving_out_is_running_without():
    x = normal(4, 2, seed=6)
    view = tiny_lstm(x)
    found = influence(view, step=0, name=1)
    assert found.left_out is not None
    for step in range(4):
        zeroed = x.clone()
        zeroed[step] = 0
        shorter = torch.cat([x[:step], x[step + 1 :]])
        for way, other in ((found.leave_one_out, zeroed), (found.left_out, shorter)):
            lost = (view.run() - tiny_lstm(other).run())[0, 1].item()
            assert way[step].item() == pytest.approx(lost, abs=1e-12)


def test_of_a_long_input_steps_are_left_out_together(monkeypatch):
    monkeypatch.setattr("unrolled.tracing.influence.MOST_RUNS", 3)
    x = normal(8, 2, seed=12)
    view = tiny_lstm(x)
    found = influence(view, step=0, name=1, points=4)
    assert found.together == 3
    assert found.left_out is not None
    for start, stop in ((0, 3), (3, 6), (6, 8)):
        zeroed = x.clone()
        zeroed[start:stop] = 0
        shorter = torch.cat([x[:start], x[stop:]])
        for way, other in ((found.leave_one_out, zeroed), (found.left_out, shorter)):
            lost = (view.run() - tiny_lstm(other).run())[0, 1].item()
            expected = [lost / (stop - start)] * (stop - start)
            assert way[start:stop].tolist() == pytest.approx(expected, abs=1e-12)
    assert influence(tiny_lstm(x[:3]), step=0, name=1, points=4).together == 1


def test_where_each_step_is_told_none_is_left_out():
    x, w = normal(3, 2, seed=7), normal(2, 2, seed=8)
    view = view_of(lambda rows: rows.values @ w, x, told="inputs")
    found = influence(view, step=1, name=0)
    assert found.left_out is None
    assert_close(found.gradient_x_input, torch.tensor([0, x[1] @ w[:, 0], 0]).double())


def test_more_points_are_taken_until_the_sum_is_right():
    x = normal(5, 2, seed=9) * 8
    view = tiny_lstm(x, pooled=True)
    assert influence(view, step=0, name=1, points=1).completeness["points"] > 1
    jump = view_of(
        lambda rows: (rows.values.sum() * 40 - 20).tanh().expand(1, 2), x / x.sum()
    )
    found = influence(jump, step=0, name=0, points=2).completeness
    assert found["points"] >= 16
    assert found["error"] <= 0.01 * abs(found["difference"])


@pytest.mark.parametrize("steps", [0, 1])
def test_no_step_and_one_step(steps):
    found = influence(tiny_lstm(normal(steps, 2, seed=10)), step=0, name=1)
    assert found.integrated_gradients.shape == (steps,)
    assert found.leave_one_out.shape == (steps,)
    sum_, difference = found.completeness["sum"], found.completeness["difference"]
    assert sum_ == pytest.approx(difference, abs=1e-6)


def test_the_sentence_names_the_strongest_steps():
    x = torch.tensor([[1.0], [-3.0], [2.0]], dtype=torch.float64)
    view = view_of(lambda rows: rows.values.sum().expand(1, 2) - 1, x)
    assert influence(view, step=0, name=1).sentence == (
        'The log-probability of "good": most raised by "w2" by 2, "w0" by 1; most'
        ' lowered by "w1" by 3. From -1 with all vectors zero to -1 nats.'
    )


def test_no_weight_gets_a_gradient():
    torch.manual_seed(0)
    layer = nn.Linear(2, 2).double()
    view = view_of(
        lambda rows: layer(rows.values).sum(0, keepdim=True), normal(2, 2, seed=1)
    )
    influence(view, step=0, name=0)
    assert all(weight.grad is None for weight in layer.parameters())


def test_a_score_that_is_not_there_is_refused():
    view = tiny_lstm(normal(2, 2, seed=11))
    with pytest.raises(SettingError) as refusal:
        influence(view, step=1, name=0)
    assert str(refusal.value) == (
        "step 1 of 1.\n"
        "  expected: a number from 0 to 0\n"
        "  to fix:   choose another step\n"
        "  code:     setting"
    )
    with pytest.raises(SettingError, match=r"column 2 of 2\."):
        influence(view, step=0, name=2)
    with pytest.raises(SettingError, match=r"0 points\."):
        influence(view, step=0, name=0, points=0)


def test_a_network_that_reads_nothing_step_by_step_is_refused():
    view = View(
        axes={"answer": ["nearest"], "inputs": ["cat"]},
        along={},
        told="answer",
        names=["dog"],
        unit="cosine",
        run=lambda: torch.zeros(1, 1),
        chosen=[0],
        answer={},
    )
    with pytest.raises(SettingError) as refusal:
        influence(view, step=0, name=0)
    assert str(refusal.value) == (
        "the influence on a model without a recurrent layer.\n"
        "  expected: a model that reads step by step\n"
        "  to fix:   look at the parts of its trace instead\n"
        "  code:     setting"
    )
