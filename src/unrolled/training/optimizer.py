"""What a gradient does to the weights: it is clipped, AdamW steps, an average follows.

    ‖g‖ > clip     →  g ← g · clip / ‖g‖                over all weights together
    AdamW          →  w ← w − rate · (m̂ / (√v̂ + ε) + decay · w)
    average        →  w̄ ← k · w̄ + (1 − k) · w           what is validated and saved

References: Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2 (AdamW); Polyak
and Juditsky 1992, "Acceleration of stochastic approximation by averaging".
"""

import torch
from torch import Tensor, nn
from torch.linalg import vector_norm

from unrolled.training.settings import TrainingSettings

BETAS, EPSILON = (0.9, 0.99), 1e-8
BLOCK = 1024  # numbers that are summed in float32 before float64 takes over


def make_optimizer(
    network: nn.Module, settings: TrainingSettings
) -> torch.optim.Optimizer:
    """AdamW, with steps of their own for embedding tables (parameters named `table`).

    A row of a table is moved only when its token occurs, and AdamW then takes as large
    a step as for a weight that is moved always. Each group says as `share` by what the
    learning rate of the moment is multiplied for it.
    """
    named = list(network.named_parameters())
    tables = [p for name, p in named if name.rpartition(".")[2] == "table"]
    others = [p for name, p in named if name.rpartition(".")[2] != "table"]
    groups = [
        {"params": others, "share": 1.0},
        {"params": tables, "share": settings.table_rate},
    ]
    return torch.optim.AdamW(
        [group for group in groups if group["params"]],
        lr=settings.learning_rate,
        betas=BETAS,
        eps=EPSILON,
        weight_decay=settings.weight_decay,
        fused=True,  # one pass over each weight: the sums are those of the other forms
    )


def clip_(weights: list[nn.Parameter], longest: float) -> float:
    """Scales the gradients to at most this 2-norm over all; returns the norm before.

    With `longest` 0 nothing is scaled. The squares are summed in blocks of one size and
    the blocks in float64, in an order that depends on nothing but the weights' shapes.
    """
    grads = [w.grad for w in weights if w.grad is not None]
    norm = _norm(grads)
    if longest and norm > longest:
        for grad in grads:
            grad.mul_(longest / norm)
    return norm


@torch.no_grad()
def average_(average: nn.Module, network: nn.Module, *, keep: float, step: int) -> None:
    """One step of the running average, with k = min(keep, (1 + step) / (10 + step)).

    So a young average, which is over some step / 9 steps, soon forgets its start.
    """
    k = min(keep, (1 + step) / (10 + step))
    pairs = zip(average.parameters(), network.parameters(), strict=True)
    for kept, new in pairs:
        kept.lerp_(new, 1 - k)
    for kept, new in zip(average.buffers(), network.buffers(), strict=True):
        kept.copy_(new)


@torch.no_grad()
def moves_of(
    network: nn.Module, optimizer: torch.optim.Optimizer, settings: TrainingSettings
) -> dict[str, dict[str, float]]:
    """How AdamW moves each matrix of the network now, by the matrix's name.

    `gradient` is the root of the running mean of the squared gradient, as a 2-norm;
    `update` the 2-norm of a step at the height of the learning rate, as a share of the
    2-norm `weight`. All from what a checkpoint holds, so a resumed run says the same.
    """
    shares = {id(p): g["share"] for g in optimizer.param_groups for p in g["params"]}
    found = {}
    for name, weight in network.named_parameters():
        state = optimizer.state.get(weight)
        if weight.ndim < 2 or not state:
            continue
        count = float(state["step"])
        mean = state["exp_avg"] / (1 - BETAS[0] ** count)
        root = (state["exp_avg_sq"] / (1 - BETAS[1] ** count)).sqrt()
        rate = settings.learning_rate * shares[id(weight)]
        step, size = float((mean / (root + EPSILON)).norm()), float(weight.norm())
        found[name] = {
            "weight": _short(size),
            "gradient": _short(float(root.norm())),
            "update": _short(rate * step / size if size else 0.0),
        }
    return found


def _short(number: float) -> float:
    """Four digits are enough to read, and an event is a line."""
    return float(f"{number:.4g}")


def _norm(grads: list[Tensor]) -> float:
    """The 2-norm over all numbers of tensors of any shapes, (...)."""
    parts = [part for grad in grads for part in _shortened(grad.reshape(-1))]
    numbers = torch.cat(parts).double() if parts else torch.zeros(0)
    while len(numbers) > BLOCK:
        numbers = torch.cat(_shortened(numbers))
    return float(vector_norm(numbers))


def _shortened(numbers: Tensor) -> list[Tensor]:
    """Tensors of fewer numbers with the same 2-norm: one for each block, and the rest.

    A block is summed by one thread.
    """
    whole = len(numbers) // BLOCK * BLOCK
    blocks = numbers[:whole].view(-1, BLOCK)
    return [vector_norm(blocks, dim=1), numbers[whole:]]
