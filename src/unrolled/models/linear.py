"""A linear model for any kind of answer: what the cheap baselines of `tasks` stand on.

    least   Σ loss(x W + b) + ½ Σ W²     over the rows and over the entries of W

As strong a penalty as scikit-learn's LogisticRegression has by itself (its C = 1). The
sum is convex: there is one best point, whatever it begins from. L-BFGS goes towards it
with all rows at once, so there is no step size and no chance in it.

Reference: Liu and Nocedal 1989, "On the limited memory BFGS method for large scale
optimization", Mathematical Programming 45, 503-528.
"""

import torch
from torch import Tensor

from unrolled.models.scores import loss


def fit_linear(
    inputs: Tensor, targets: Tensor, *, kind: str, scores: int, steps: int = 60
) -> Tensor:
    """Weights (features + 1, scores); the last row is b, which has no penalty.

    `inputs` is (rows, features), dense or sparse; `targets` is as `scores.loss` takes
    it, and `kind` names the answer (`models/scores.py`).
    """
    rows, features = inputs.shape
    back = inputs.t().coalesce() if inputs.is_sparse else inputs.t()
    weights = inputs.new_zeros((features + 1, scores), layout=torch.strided)
    wanted = targets.to(weights) if targets.is_floating_point() else targets
    optimizer = torch.optim.LBFGS(
        [weights], max_iter=steps, history_size=10, line_search_fn="strong_wolfe"
    )

    def closure() -> Tensor:
        found = (inputs @ weights[:-1] + weights[-1]).requires_grad_()
        with torch.enable_grad():
            total = loss(kind, found, wanted).sum()
        (d_found,) = torch.autograd.grad(total, found)
        d_weights = back @ d_found + weights[:-1]
        weights.grad = torch.cat([d_weights, d_found.sum(0, keepdim=True)]) / rows
        return (total.detach() + weights[:-1].square().sum() / 2) / rows

    optimizer.step(closure)
    weights.grad = None
    return weights
