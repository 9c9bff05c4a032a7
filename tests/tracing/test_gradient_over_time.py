"""How far a gradient reaches, on networks whose gradients can be worked out by hand."""

from dataclasses import replace
from functools import partial

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from unrolled.cells.elman import Elman
from unrolled.cells.lstm import LSTM
from unrolled.engine.moment import step
from unrolled.engine.watch import Passage, seen, watching
from unrolled.engine.weights import Weights
from unrolled.errors import SettingError
from unrolled.models.attending import Decoder
from unrolled.models.decoder_settings import DecoderSettings
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


def told(
    h: list[float], carried: list[float], *, reverse: bool = False, rows: int = 1
) -> Passage:
    """A passage whose way back left these numbers, of one unit."""
    none = Ragged(torch.zeros(len(h), 1), torch.tensor([len(h) // rows] * rows))
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


def test_the_way_back_stays_in_its_row():
    """Two rows of two steps; the score is in the second, or in the first."""
    second = told([0.0, 0.0, 0.5, 1.0], [0.0, 0.0, 0.5, 0.0], rows=2)
    assert reach_of(second).kept == pytest.approx([1, 0.5])
    first = told([1.0, 0.5, 0.0, 0.0], [0.0, 0.5, 0.0, 0.0], reverse=True, rows=2)
    assert reach_of(first, begins=0).kept == pytest.approx([1, 0.5])


def test_only_the_highest_layer_may_be_asked_everywhere():
    torch.manual_seed(0)
    stack = Stack(LSTM(), inputs=2, hidden=3, layers=2)
    network = nn.ModuleDict({"stack": stack})
    x = Ragged(torch.randn(5, 2), torch.tensor([5]))

    def run(pool) -> torch.Tensor:
        outputs, (h, _) = stack(seen("inputs", x))
        return (outputs.values.mean(0) if pool else h[-1][0]).sum().view(1, 1)

    for pool in (False, True):
        view = replace(view_of(network, 5), run=partial(run, pool))
        found = gradient_over_time(network, view, step=0, name=0)
        below, top = found.reaches["stack.l0"], found.reaches["stack.l1"]
        assert (below.everywhere, top.everywhere) == (False, pool)
        assert "in stack.l1" in sentence(found)
        assert ("looks at earlier states directly" in sentence(found)) is pool


def test_the_share_that_is_kept_is_that_of_both_states():
    """One LSTM unit, by autograd: what a step hands back, over what it was handed."""
    torch.manual_seed(1)
    stack = Stack(LSTM(), inputs=1, hidden=1)
    network, view = nn.ModuleDict({"stack": stack}), None
    x = Ragged(torch.randn(4, 1), torch.tensor([4]))
    view = replace(
        view_of(network, 4),
        run=lambda: stack(seen("inputs", x))[1][0][0].sum().view(1, 1),
    )
    found = gradient_over_time(network, view, step=0, name=0).reaches["stack.l0"]
    weights = stack.weights(0, "")
    state = (torch.zeros(1, 1), torch.zeros(1, 1))
    kept, begun = [1.0], []
    for value in x.values:
        state = tuple(s.detach().requires_grad_() for s in state)
        a = value[None] @ weights.W.T + weights.b
        begun.append((state, step(LSTM(), weights, a, state)[0]))
        state = begun[-1][1]
    grad = (torch.ones(1, 1), torch.zeros(1, 1))
    for before, after in begun[:0:-1]:
        back = torch.autograd.grad(after, before, grad)
        kept.append(kept[-1] * float(torch.cat(back).norm() / torch.cat(grad).norm()))
        grad = back
    assert found.kept == pytest.approx(kept, rel=1e-4)


def test_a_decoder_that_is_fed_back_asks_no_earlier_state_directly():
    torch.manual_seed(0)
    settings = DecoderSettings(hidden=4, embedding=3, attention="additive", dropout=0.0)
    decoder = Decoder(settings, LSTM(), inputs=3, source=2, outputs=3)
    network = nn.ModuleDict({"decoder": decoder})
    x = Ragged(torch.randn(6, 3), torch.tensor([6]))
    source = Ragged(torch.randn(3, 2), torch.tensor([3]))
    state = (torch.zeros(1, 1, 4), torch.zeros(1, 1, 4))
    view = replace(
        view_of(network, 6),
        axes={"inputs": WORDS[:3], "outputs": WORDS[:6]},
        along={"decoder.stack": "outputs"},
        told="outputs",
        names=["a", "b", "c"],
        chosen=[0] * 6,
        run=lambda: decoder(x, seen("inputs", source), state).outputs.values,
    )
    found = gradient_over_time(network, view, step=4, name=1)
    reach = found.reaches["decoder.stack.l0"]
    assert (reach.enters, reach.farthest, reach.everywhere) == (4, 4, False)
    h = found.states["decoder.stack.l0"]["h"].norm(dim=1)
    assert h[:5].gt(0).all()
    assert not h[5]  # the last output comes after the one that was asked about
    # All that reaches an earlier h was handed back, by the state or by the feeding.
    assert reach.kept[-1] > 0.5 * float(h[0] / h[4])


def test_a_network_without_a_recurrent_layer_has_none():
    linear = nn.Linear(1, 1)
    view = replace(view_of(linear, 2), run=lambda: linear(torch.ones(1, 1)))
    with pytest.raises(SettingError, match="a model without a recurrent layer"):
        gradient_over_time(linear, view, step=0, name=0)


def test_no_weight_is_left_with_a_gradient_and_no_one_watches_after():
    network = Chain(0.5)
    gradient_over_time(network, view_of(network, 3), step=0, name=0)
    assert all(weight.grad is None for weight in network.parameters())
    with watching() as watch:
        pass
    assert not watch.passages
