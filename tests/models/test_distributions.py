"""Distributions: against torch's and scipy's, gradients, draws, quantiles."""

import math

import pytest
import torch
from torch.distributions import NegativeBinomial as TorchNegativeBinomial
from torch.distributions import Normal, StudentT
from torch.testing import assert_close

from tests.harness import normal
from unrolled.models.distributions import (
    Gaussian,
    NegativeBinomial,
    Quantiles,
    Student,
    make_distribution,
)
from unrolled.randomness import stream

scipy_stats = pytest.importorskip("scipy.stats")

LEVELS = (0.1, 0.3, 0.5, 0.9)
NAMES = ("gaussian", "student", "negative_binomial", "quantiles")
ROWS = 40


def told(name, rows=ROWS):
    """A distribution and its parameters for outputs of all sizes, base 3, scale 2."""
    made = make_distribution(name, LEVELS)
    o = normal(rows, made.width, seed=1)
    base, scale = torch.full((rows,), 3.0), torch.full((rows,), 2.0)
    return made, made.parameters(o, base.double(), scale.double()), o


def truth(name, rows=ROWS):
    """Values that may have been drawn: counts for counts."""
    if name == "negative_binomial":
        return torch.arange(rows).double() % 7
    return 3 + 2 * normal(rows, seed=2)


# -- likelihoods ---------------------------------------------------------------------


def test_the_gaussian_has_the_likelihood_that_torch_gives_it():
    made, parameters, o = told("gaussian")
    mu, sigma = 3 + 2 * o[:, 0], 2 * torch.log1p(o[:, 1].exp()) + 1e-6
    y = truth("gaussian")
    assert_close(made.loss(parameters, y), -Normal(mu, sigma).log_prob(y))


def test_the_student_has_the_likelihood_that_torch_gives_it():
    made, parameters, o = told("student")
    mu, sigma = 3 + 2 * o[:, 0], 2 * torch.log1p(o[:, 1].exp()) + 1e-6
    degrees, y = 2 + torch.log1p(o[:, 2].exp()), truth("student")
    wanted = -StudentT(degrees, mu, sigma).log_prob(y)
    assert_close(made.loss(parameters, y), wanted)


def test_the_negative_binomial_has_the_likelihood_of_torch_and_of_scipy():
    made, parameters, o = told("negative_binomial")
    mu = 2 * torch.log1p(o[:, 0].exp()) + 1e-6
    k = torch.log1p(o[:, 1].exp()) / math.sqrt(2) + 1e-6
    y = truth("negative_binomial")
    torchs = TorchNegativeBinomial(1 / k, probs=k * mu / (1 + k * mu))
    assert_close(made.loss(parameters, y), -torchs.log_prob(y))
    scipys = scipy_stats.nbinom(1 / k.numpy(), 1 / (1 + k * mu).numpy())
    assert_close(made.loss(parameters, y).numpy(), -scipys.logpmf(y.numpy()))


def test_the_pinball_loss_is_what_it_is_by_hand():
    made = Quantiles((0.25, 0.5))
    found = made.loss(torch.tensor([[1.0, 2.0]] * 2), torch.tensor([4.0, 0.0]))
    # above both: 0.25 · 3 and 0.5 · 2; below both: 0.75 · 1 and 0.5 · 2; twice the mean
    assert_close(found, torch.tensor([0.75 + 1.0, 0.75 + 1.0]))


@pytest.mark.parametrize("name", NAMES)
def test_gradients_of_the_outputs_and_of_the_scale(name):
    made, y = make_distribution(name, LEVELS), truth(name, 5)
    o = normal(5, made.width, seed=3).requires_grad_()
    base, scale = normal(5, seed=4), normal(5, seed=5).exp()

    def loss(o, base, scale):
        return made.loss(made.parameters(o, base, scale), y)

    inputs = (o, base.requires_grad_(), scale.requires_grad_())
    assert torch.autograd.gradcheck(loss, inputs)


# -- means, draws and quantiles ------------------------------------------------------


@pytest.mark.parametrize("name", ["gaussian", "student", "negative_binomial"])
def test_draws_have_the_mean_and_the_spread_that_they_should(name):
    made, count = make_distribution(name, LEVELS), 40_000
    o = torch.tensor([[0.5, 0.3, 6.0][: made.width]]).double()
    ones = torch.ones(1).double()
    parameters = made.parameters(o, 3 * ones, 2 * ones)
    drawn = made.draw(parameters.expand(count, -1), stream(1, "draws"))
    first, second, *rest = parameters[0].tolist()
    variance = {
        "gaussian": second**2,
        "student": second**2 * (rest[0] / (rest[0] - 2) if rest else 1),
        "negative_binomial": first + second * first**2,
    }[name]
    assert abs(drawn.mean() - made.mean(parameters)[0]) < 4 * math.sqrt(
        variance / count
    )
    assert drawn.var().item() == pytest.approx(variance, rel=0.05)
    if name == "negative_binomial":
        assert torch.equal(drawn, drawn.round())
        assert (drawn >= 0).all()


def test_draws_of_quantiles_fall_below_each_as_often_as_it_says():
    made, parameters, _ = told("quantiles", rows=1)
    drawn = made.draw(parameters.expand(20_000, -1), stream(2, "draws"))
    below = (drawn[:, None] <= parameters).double().mean(0)
    assert_close(below, torch.tensor(LEVELS).double(), atol=0.02, rtol=0)


@pytest.mark.parametrize("name", NAMES)
def test_draws_follow_from_the_generator_alone(name):
    made, parameters, _ = told(name)
    one, same = (made.draw(parameters, stream(3, "draws")) for _ in range(2))
    assert torch.equal(one, same)
    assert not torch.equal(one, made.draw(parameters, stream(4, "draws")))


def test_quantiles_never_cross_and_keep_the_median_where_it_was_told():
    _, parameters, o = told("quantiles")
    assert (parameters.diff(dim=1) > 0).all()
    assert_close(parameters[:, 2], 3 + 2 * o[:, 2])


def test_quantiles_between_those_told_lie_on_the_line_between_them():
    made = Quantiles((0.1, 0.5, 0.9))
    parameters = torch.tensor([[0.0, 2.0, 10.0]])
    found = made.quantiles(parameters, (0.05, 0.3, 0.7, 0.95))
    assert_close(found, torch.tensor([[-0.25, 1.0, 6.0, 11.0]]))


def test_the_mean_of_quantiles_is_the_area_under_them():
    made = Quantiles((0.1, 0.5, 0.9))
    # shares of the levels: 0 to 0.3, 0.3 to 0.7, 0.7 to 1
    found = made.mean(torch.tensor([[0.0, 2.0, 10.0]]))
    assert_close(found, torch.tensor([0.4 * 2 + 0.3 * 10]))


def test_quantiles_of_the_gaussian_are_those_of_scipy():
    made, parameters, _ = told("gaussian")
    mu, sigma = parameters.numpy().T
    for level, found in zip(LEVELS, made.quantiles(parameters, LEVELS).T, strict=True):
        assert_close(found.numpy(), scipy_stats.norm.ppf(level, mu, sigma))


@pytest.mark.parametrize("name", ["student", "negative_binomial"])
def test_some_quantiles_are_only_to_be_had_by_drawing(name):
    made, parameters, _ = told(name)
    assert made.quantiles(parameters, LEVELS) is None


def test_the_crps_of_the_gaussian_is_the_integral_that_defines_it():
    parameters, y = torch.tensor([[1.0, 0.5]]).double(), torch.tensor([1.8]).double()
    x = torch.linspace(-6, 8, 200_001).double()
    gap = Normal(1.0, 0.5).cdf(x) - (x >= y).double()
    wanted = torch.trapezoid(gap.square(), x)
    found = Gaussian.crps(parameters, y)
    assert_close(found[0], wanted, atol=1e-4, rtol=0)


# -- extremes ------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [-60.0, 60.0])
def test_outputs_far_out_give_finite_losses_and_gradients(name, size):
    made = make_distribution(name, LEVELS)
    o = torch.full((1, made.width), size, requires_grad=True)
    one = torch.ones(1)
    loss = made.loss(made.parameters(o, one, one), 2 * one)
    loss.sum().backward()
    assert loss.isfinite().all()
    assert o.grad is not None
    assert o.grad.isfinite().all()


def test_each_family_is_made_by_its_name():
    kinds = [type(make_distribution(name, LEVELS)) for name in NAMES]
    assert kinds == [Gaussian, Student, NegativeBinomial, Quantiles]


def test_a_single_level_tells_of_no_spread():
    made = Quantiles((0.5,))
    parameters = made.parameters(torch.ones(3, 1), torch.ones(3), torch.ones(3))
    assert made.draw(parameters, stream(0, "draws")).tolist() == [2, 2, 2]
    assert made.mean(parameters).tolist() == [2, 2, 2]
    assert made.quantiles(parameters, (0.1, 0.5)).tolist() == [[2, 2]] * 3
