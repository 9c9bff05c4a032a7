"""Clipping against torch's own, the groups of AdamW, and the running average."""

import math

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from tests.harness import normal
from unrolled.training.optimizer import average_, clip_, make_optimizer, moves_of
from unrolled.training.settings import TrainingSettings

SHAPES = ((3,), (5, 7), (1024,), (1025,), (3000, 11), (0, 4))


def weights(scale: float = 1.0) -> list[nn.Parameter]:
    """Parameters of small and large shapes with gradients, the last one without."""
    made = [nn.Parameter(torch.zeros(shape)) for shape in (*SHAPES, (2,))]
    for number, parameter in enumerate(made[:-1]):
        parameter.grad = normal(*parameter.shape, seed=number).float() * scale
    return made


def grads(made: list[nn.Parameter]) -> torch.Tensor:
    return torch.cat([p.grad.reshape(-1) for p in made if p.grad is not None])


@pytest.mark.parametrize("longest", [0.5, 1.0, 100.0])
def test_clips_as_torch_does(longest):
    ours, theirs = weights(), weights()
    expected = nn.utils.clip_grad_norm_(theirs, longest)
    assert clip_(ours, longest) == pytest.approx(float(expected), rel=1e-6)
    assert_close(grads(ours), grads(theirs), rtol=1e-5, atol=1e-9)
    assert float(grads(ours).norm()) == pytest.approx(longest, rel=1e-5)


def test_a_short_gradient_and_a_limit_of_0_change_nothing():
    for scale, longest in ((1e-6, 1.0), (1e3, 0.0)):
        ours = weights(scale)
        before = grads(ours).clone()
        assert clip_(ours, longest) == pytest.approx(float(before.norm()), rel=1e-6)
        assert torch.equal(grads(ours), before)


def test_the_norm_is_that_of_float64_also_over_millions_of_small_numbers():
    large = nn.Parameter(torch.zeros(1_100_003))
    large.grad = normal(1_100_003, seed=0).float() * 1e-6
    small = nn.Parameter(torch.zeros(5))
    small.grad = torch.full((5,), 1e-3)
    expected = torch.cat([large.grad, small.grad]).double().norm()
    assert clip_([large, small], 0.0) == pytest.approx(float(expected), rel=1e-7)


def test_a_gradient_whose_numbers_do_not_lie_in_order_counts_as_one_that_does():
    turned = nn.Parameter(torch.zeros(40, 60))
    turned.grad = normal(60, 40, seed=0).float().T
    plain = nn.Parameter(torch.zeros(40, 60))
    plain.grad = turned.grad.contiguous()
    assert clip_([turned], 1.0) == clip_([plain], 1.0)
    assert torch.equal(turned.grad, plain.grad)


@pytest.mark.parametrize("broken", [math.nan, math.inf, -math.inf])
def test_a_gradient_that_is_no_number_shows_in_the_norm(broken):
    ours = weights()
    ours[4].grad[7, 3] = broken
    assert not math.isfinite(clip_(ours, 1.0))


def test_without_gradients_the_norm_is_0():
    assert clip_([nn.Parameter(torch.ones(3))], 1.0) == 0.0
    assert clip_([], 1.0) == 0.0


class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.head = nn.Linear(2, 1)
        self.reads = nn.Module()
        self.reads.table = nn.Parameter(torch.ones(4, 2))
        self.tableau = nn.Parameter(torch.ones(1))
        self.register_buffer("seen", torch.zeros(1))


def test_tables_have_a_rate_of_their_own():
    settings = TrainingSettings(table_rate=0.25, learning_rate=0.1, weight_decay=0.5)
    network = Network()
    first, second = make_optimizer(network, settings).param_groups
    assert first["share"] == 1.0
    assert second["share"] == 0.25
    assert [id(p) for p in second["params"]] == [id(network.reads.table)]
    assert len(first["params"]) == 3
    assert {g["weight_decay"] for g in (first, second)} == {0.5}
    assert {g["lr"] for g in (first, second)} == {0.1}


def test_a_network_without_tables_has_one_group():
    optimizer = make_optimizer(nn.Linear(2, 1), TrainingSettings())
    assert [group["share"] for group in optimizer.param_groups] == [1.0]


def test_a_step_is_that_of_the_algorithm_as_it_is_printed():
    """Loshchilov and Hutter, algorithm 2, in float64 and number by number."""
    chosen = TrainingSettings(learning_rate=0.02, weight_decay=0.3)
    weight = nn.Parameter(normal(7, 3, seed=0))
    optimizer = make_optimizer(nn.ParameterList([weight]), chosen)
    w, m, v = weight.detach().clone(), 0.0, 0.0
    for t in range(1, 5):
        g = normal(7, 3, seed=t) * (t != 3)  # a row that does not occur moves on
        weight.grad = g.clone()
        optimizer.step()
        m, v = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g**2
        w = w - 0.02 * 0.3 * w
        w = w - 0.02 * (m / (1 - 0.9**t)) / ((v / (1 - 0.99**t)).sqrt() + 1e-8)
        assert_close(weight.detach(), w, rtol=1e-12, atol=0)


def test_the_average_keeps_k_of_itself():
    network, average = Network(), Network()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.fill_(3.0)
        for parameter in average.parameters():
            parameter.fill_(1.0)
        network.seen.fill_(7.0)
    average_(average, network, keep=0.9, step=10**6)
    for parameter in average.parameters():
        assert_close(parameter, torch.full_like(parameter, 0.9 * 1 + 0.1 * 3))
    assert float(average.seen) == 7.0  # what is no weight is not averaged
    assert all(torch.equal(p, torch.full_like(p, 3.0)) for p in network.parameters())


@pytest.mark.parametrize(("step", "k"), [(0, 0.1), (8, 0.5), (80, 0.9), (800, 0.95)])
def test_a_young_average_forgets_its_start(step, k):
    network, average = nn.Linear(1, 1), nn.Linear(1, 1)
    nn.init.ones_(network.weight)
    nn.init.zeros_(average.weight)
    average_(average, network, keep=0.95, step=step)
    assert average.weight.item() == pytest.approx(1 - k, rel=1e-6)


def test_how_a_matrix_moves_is_what_adamw_does_with_it():
    """Without decay the step itself, at the height of the learning rate, beside w."""
    settings = TrainingSettings(learning_rate=0.01, weight_decay=0.0, table_rate=0.5)
    network = nn.Module()
    network.table = nn.Parameter(normal(4, 3, seed=1).float())
    network.R = nn.Parameter(normal(3, 3, seed=2).float())
    network.bias = nn.Parameter(torch.ones(3))
    optimizer = make_optimizer(network, settings)
    for group in optimizer.param_groups:
        group["lr"] = settings.learning_rate * group["share"]
    for number in range(3):
        before = [p.detach().clone() for p in network.parameters()]
        for parameter in network.parameters():
            parameter.grad = normal(*parameter.shape, seed=number).float()
        optimizer.step()
    found = moves_of(network, optimizer, settings)
    assert set(found) == {"table", "R"}  # matrices alone
    for name, old in zip(("table", "R"), before, strict=False):
        new = getattr(network, name).detach()
        size = float(new.norm())
        assert found[name]["weight"] == pytest.approx(size, rel=1e-3)
        assert found[name]["update"] == pytest.approx(
            float((new - old).norm()) / size, rel=1e-3
        )
    squares = [normal(3, 3, seed=number).square() for number in range(3)]
    weighted = sum(
        0.01 * 0.99 ** (2 - number) * one for number, one in enumerate(squares)
    )
    root = float((weighted / (1 - 0.99**3)).sqrt().norm())
    assert found["R"]["gradient"] == pytest.approx(root, rel=1e-3)
