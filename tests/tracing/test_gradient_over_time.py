"""How far a gradient reaches, on networks whose gradients can be worked out by hand."""

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from unrolled.cells.elman import Elman
from unrolled.engine.watch import Passage, seen, watching
from unrolled.engine.weights import Weights
from unrolled.models.stack import Stack
from unrolled.ragged import Ragged
from unrolled.tasks._seeing import View
from unrolled.tracing.gradient_over_time import gradient_over_time, reach_of, sentence

WORDS = [f"word {number}" for number in range(1, 9)]


class Chain(nn.Module):
    """One unit, h_t = φ(r h_t−1 + x_t); its score is the last h."""

    def __init__(self, r: float, *, bidirectional: bool = False) -> None:
        super().__init__()
        cell = Elman(nonlinearity="relu")
        self.stack = Stack(cell, inputs=1, hidden=1, bidirectional=bidirectional)
        for name, weight in self.stack.named_parameters():
            value = {"weight_ih": 1.0, "weight_hh": r}.get(name[:9], 0.0)
            nn.init.constant_(weight, value)

    def forward(self, x: Ragged) -> torch.Tensor:
        _, (h,) = self.stack(seen("inputs", x))
        return self.stack.top(h).sum(1, keepdim=True)


def view_of(network: nn.Module, steps: int) -> View:
    x = Ragged(torch.ones(steps, 1), torch.tensor([steps]))
    return View(
        axes={"inputs": WORDS[:steps], "answer": ["sum"]},
        along={"stack": "inputs"},
        told="answer",
        names=["sum"],
        unit="",
        run=lambda: network(x),
        chosen=[0],
        answer={},
    )


@pytest.mark.parametrize(
    ("r", "verdict", "horizon"),
    [(0.5, "vanishing", 6), (1.0, "steady", 7), (3.0, "exploding", 7)],
)
def test_each_step_back_multiplies_by_the_recurrent_weight(r, verdict, horizon):
    network = Chain(r)
    found = gradient_over_time(network, view_of(network, 8), step=0, name=0)
    wanted = torch.tensor([[r**back] for back in range(7, -1, -1)])
    assert_close(found.states["stack.l0"]["h"], wanted)
    assert_close(found.inputs, wanted)  # W is 1, and nothing else lies between
    reach = found.reaches["stack.l0"]
    assert reach.factor == pytest.approx(r)
    assert (reach.enters, reach.farthest) == (7, 7)
    # 0.5 ** 6 is 0.0156, and 0.5 ** 7 is below a hundredth.
    assert (reach.verdict, reach.horizon) == (verdict, horizon)
    assert f"by {r:.2f}" in sentence(found)


def test_a_layer_that_reads_from_the_end_is_told_from_its_own_end():
    network = Chain(0.5, bidirectional=True)
    found = gradient_over_time(network, view_of(network, 4), step=0, name=0)
    back = found.states["stack.l0_reverse"]["h"]
    assert_close(back, torch.tensor([[1.0], [0.5], [0.25], [0.125]]))
    reach = found.reaches["stack.l0_reverse"]
    assert (reach.enters, reach.farthest) == (0, 3)
    assert reach.factor == pytest.approx(0.5)
    forwards = found.reaches["stack.l0"]
    assert forwards.enters == 3


@pytest.mark.parametrize("steps", [1, 2])
def test_an_input_of_one_step_is_steady(steps):
    network = Chain(0.001)
    found = gradient_over_time(network, view_of(network, steps), step=0, name=0)
    reach = found.reaches["stack.l0"]
    assert reach.farthest == steps - 1
    assert reach.verdict == ("steady" if steps == 1 else "vanishing")


def told(h: list[float], carried: list[float], *, reverse: bool = False) -> Passage:
    """A passage whose way back left these numbers, of one unit."""
    none = Ragged(torch.zeros(len(h), 1), torch.tensor([len(h)]))
    weight = torch.ones(1, 1)
    return Passage(
        cell=Elman(),
        weights=Weights(weight, weight),
        inputs=none,
        output=none,
        gates={},
        reverse=reverse,
        path="gated",
        state_gradients={"h": torch.tensor(h)[:, None]},
        carried_gradients={"h": torch.tensor(carried)[:, None]},
    )


def test_no_gradient_at_all_is_no_reach():
    reach = reach_of(told([0.0, 0.0, 0.0], [0.0, 0.0, 0.0]))
    assert (reach.farthest, reach.verdict) == (0, "steady")


def test_a_score_that_does_not_depend_on_later_steps_enters_before_them():
    reach = reach_of(told([1.0, 2.0, 0.0], [1.0, 0.0, 0.0]))
    assert (reach.enters, reach.kept, reach.everywhere) == (1, [1.0, 0.5], False)


def test_what_enters_on_the_way_does_not_hide_that_the_rest_has_faded():
    """A mean of all states: 1 enters at each step, and each hands back a tenth."""
    carried = [0.1 * 1.11, 0.1 * 1.1, 0.1, 0.0]
    reach = reach_of(told([1 + one for one in carried], carried))
    assert reach.kept == pytest.approx([1.0, 0.1, 0.01, 0.001])
    assert (reach.everywhere, reach.verdict) == (True, "vanishing")


def test_a_way_back_may_begin_at_the_step_that_is_told():
    gradients = [0.25, 0.5, 1.0, 0.001], [0.25, 0.5, 0.0001, 0.0]
    assert reach_of(told(*gradients), begins=2).kept == pytest.approx([1, 0.5, 0.25])
    back = [one[::-1] for one in gradients]
    found = reach_of(told(*back, reverse=True), begins=1)
    assert found.kept == pytest.approx([1, 0.5, 0.25])
    assert found.enters == 1


def test_no_weight_is_left_with_a_gradient_and_no_one_watches_after():
    network = Chain(0.5)
    gradient_over_time(network, view_of(network, 3), step=0, name=0)
    assert all(weight.grad is None for weight in network.parameters())
    with watching() as watch:
        pass
    assert not watch.passages
