"""A linear model at its one best point."""

import pytest
import torch

from tests.harness import normal
from unrolled.models.linear import fit_linear
from unrolled.models.scores import KINDS, loss, probabilities

BY_KIND = pytest.mark.parametrize("kind", KINDS)


def problem(kind: str) -> tuple[torch.Tensor, torch.Tensor, int]:
    """40 rows of 3 features, targets that depend on them, and the number of scores."""
    inputs = normal(40, 3, seed=0)
    line = inputs @ torch.tensor([1.0, -2.0, 0.5]).double() + normal(40, seed=1) / 2
    if kind == "number":
        return inputs, line, 1
    if kind == "labels":
        return inputs, torch.stack([line > 0, line < 1], dim=1).double(), 2
    grades = torch.bucketize(line, torch.tensor([-1.0, 1.0]).double())
    return inputs, grades, 3 if kind == "label" else 2


@BY_KIND
def test_it_ends_where_the_penalized_loss_has_no_slope(kind):
    inputs, targets, scores = problem(kind)
    found = fit_linear(inputs, targets, kind=kind, scores=scores, steps=200)
    weights = found.clone().requires_grad_()
    value = loss(kind, inputs @ weights[:-1] + weights[-1], targets).sum()
    (value + weights[:-1].square().sum() / 2).backward()
    assert weights.grad is not None
    assert weights.grad.abs().max() < 2e-4 * len(inputs)
    assert found.shape == (4, scores)
    assert not found.requires_grad


@BY_KIND
def test_sparse_rows_give_what_dense_ones_give(kind):
    inputs, targets, scores = problem(kind)
    inputs = inputs.clamp(min=0)  # so that some entries are not there at all
    dense = fit_linear(inputs, targets, kind=kind, scores=scores, steps=200)
    sparse = fit_linear(
        inputs.to_sparse(), targets, kind=kind, scores=scores, steps=200
    )
    torch.testing.assert_close(sparse, dense, rtol=1e-3, atol=1e-4)


def test_a_number_has_the_weights_of_ridge_regression():
    inputs, targets, _ = problem("number")
    found = fit_linear(inputs, targets, kind="number", scores=1, steps=200)
    # Squared errors and half a penalty: XᵀX + ½ I, with the mean taken out of both.
    x, y = inputs - inputs.mean(0), targets - targets.mean()
    weights = torch.linalg.solve(x.T @ x + torch.eye(3).double() / 2, x.T @ y)
    torch.testing.assert_close(found[:-1, 0], weights, rtol=1e-4, atol=1e-5)
    bias = targets.mean() - inputs.mean(0) @ weights
    assert found[-1, 0].item() == pytest.approx(bias.item(), abs=1e-4)


def test_it_learns_what_can_be_told_by_a_line():
    inputs, targets, _ = problem("label")
    found = fit_linear(inputs, targets, kind="label", scores=3)
    answers = probabilities("label", inputs @ found[:-1] + found[-1]).argmax(1)
    assert (answers == targets).double().mean() >= 0.85


def test_one_answer_for_all_rows_and_no_features_are_no_trouble():
    nothing = fit_linear(
        torch.zeros(4, 0), torch.tensor([1.0, 1, 1, 3]), kind="number", scores=1
    )
    assert nothing.shape == (1, 1)
    assert nothing.item() == pytest.approx(1.5, abs=1e-3)


def test_it_agrees_with_scikit_learn():
    linear_model = pytest.importorskip(
        "sklearn.linear_model", reason="scikit-learn is no dependency; not installed"
    )
    inputs, targets, _ = problem("label")
    theirs = linear_model.LogisticRegression(tol=1e-8, max_iter=1000)
    theirs.fit(inputs.numpy(), targets.numpy())
    expected = torch.from_numpy(theirs.predict_proba(inputs.numpy()))
    ours = fit_linear(inputs, targets, kind="label", scores=3, steps=500)
    found = (inputs @ ours[:-1] + ours[-1]).softmax(1)
    torch.testing.assert_close(found, expected, rtol=0, atol=2e-3)
