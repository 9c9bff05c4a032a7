"""The last layer of a network that says which token comes next.

    z_v  = x · w_v + b_v                       a score for each token v it knows
    nats = log Σ_v exp(z_v) − z_target         cross-entropy, −log P(target)

    ∂/∂z_v = P(v) − [v = target]     ∂/∂x = Σ_v ∂/∂z_v w_v     ∂/∂w_v = ∂/∂z_v x

With thousands of tokens this layer is most of the work of a network. The vocabulary is
cut into blocks, each of which one thread takes there and back; what is kept for the way
back is exp(z) of each block, so nothing is computed twice, and no sum depends on the
number of threads.

`Softmax` looks at every token. `AdaptiveSoftmax` looks at the frequent ones and at few
groups of rare ones, as torch.nn.AdaptiveLogSoftmaxWithLoss does: Grave et al. 2017,
arXiv:1609.04309. Tied weights, where w_v is the vector with which v is read: Press and
Wolf 2017, arXiv:1608.05859.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, final

import torch
from torch import Tensor, nn
from typing_extensions import override

from unrolled.engine import Product, half
from unrolled.engine.in_blocks import each
from unrolled.engine.products import Products
from unrolled.randomness import computing_on

BLOCK = 2048  # tokens of the vocabulary: a block of scores of 1,000 rows fills 8 MB
AT_ONCE = 256  # rows that one thread gives chances to
ROWS = 4096  # rows of scores that are kept at a time


@final
class Softmax(nn.Module):
    """Every token of the vocabulary has a score."""

    def __init__(self, tokens: int, width: int, tied: nn.Parameter | None) -> None:
        """`tied` is (tokens, width): the table of the embedding; None for its own."""
        super().__init__()
        own = nn.Parameter(torch.randn(tokens, width) * width**-0.5)
        self.weight = own if tied is None else tied
        self.bias = nn.Parameter(torch.zeros(tokens))
        self._product = Product(self.weight, self.bias)

    @override
    def forward(self, x: Tensor, targets: Tensor) -> Tensor:
        """Nats of each target, (rows,), from x (rows, width) and targets (rows,)."""
        pieces = zip(x.split(ROWS), targets.split(ROWS), strict=True)
        found = [_Nats.apply(x, self.weight, self.bias, ids) for x, ids in pieces]
        return torch.cat(found) if found else x.new_zeros(0)

    def log_probabilities(self, x: Tensor) -> Tensor:
        """Of every token after each x, (rows, tokens), from (rows, width).

        A row has the same bits alone and beside others, where the native engine is.
        """
        if (
            self._product.weight is not self.weight
            or self._product.bias is not self.bias
        ):
            self._product = Product(self.weight, self.bias)  # moved or replaced
        found = each(
            lambda some: self._product(some).log_softmax(-1), x.detach().split(AT_ONCE)
        )
        return torch.cat(found) if found else x.new_zeros(0, len(self.bias))


@final
class AdaptiveSoftmax(nn.Module):
    """Frequent tokens have a score, rare ones share a few: for large vocabularies.

    Ids must be in the order of frequency, as a vocabulary gives them.
    """

    def __init__(self, tokens: int, width: int) -> None:
        super().__init__()
        cuts = [c for c in (tokens // 10, tokens // 3) if 0 < c < tokens - 1]
        cuts = sorted(set(cuts)) or [max(tokens - 1, 1)]
        # A group of rare tokens is told from so many times fewer numbers.
        fewer = 4.0 if width >= 16 else 1.0
        self.inner = nn.AdaptiveLogSoftmaxWithLoss(width, tokens, cuts, fewer)

    @override
    def forward(self, x: Tensor, targets: Tensor) -> Tensor:
        """Nats of each target, (rows,), from x (rows, width) and targets (rows,)."""
        found: Tensor = _AdaptiveNats.apply(
            self.inner, x, targets, *self.inner.parameters()
        )
        return found

    def log_probabilities(self, x: Tensor) -> Tensor:
        """Of every token after each x, (rows, tokens), from (rows, width)."""
        with torch.no_grad(), _alone():
            return self.inner.log_prob(x)


class _Nats(torch.autograd.Function):
    """Cross-entropy of rows under a softmax, block by block of the vocabulary."""

    @staticmethod
    @override
    def forward(
        ctx: Any, x: Tensor, weight: Tensor, bias: Tensor, targets: Tensor
    ) -> Tensor:
        x, ctx.half = x.to(weight.dtype), half.is_wanted(weight.dtype)
        products = Products(half=ctx.half)

        def scored(block: slice) -> tuple[Tensor, Tensor, Tensor]:
            """exp(z − highest), its sum and the highest: (rows, block) and (rows,)."""
            scores = products.into_once(x, weight[block], bias[block])
            highest = scores.amax(1)
            powers = scores.sub_(highest[:, None]).exp_()
            kept = powers.to(half.BFLOAT16) if ctx.half else powers
            return kept, powers.sum(1), highest

        blocks = [slice(at, at + BLOCK) for at in range(0, len(weight), BLOCK)]
        parts = each(scored, blocks)
        with computing_on(1):
            highest = torch.stack([part[2] for part in parts])
            sums = torch.stack([part[1] for part in parts]).log() + highest
            total = sums.logsumexp(0)
            ctx.blocks = [(b, part[0]) for b, part in zip(blocks, parts, strict=True)]
            ctx.shares = (highest - total).exp()  # P = exp(z − highest) · share
            ctx.save_for_backward(x, weight, bias, targets)
            wanted = (x * weight.index_select(0, targets)).sum(1) + bias[targets]
            return total - wanted

    @staticmethod
    @override
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, *grad: Tensor) -> tuple[Tensor | None, ...]:
        x, weight, bias, targets = ctx.saved_tensors
        (d_nats,) = grad
        d_weight, d_bias = torch.empty_like(weight), torch.empty_like(bias)
        products = Products(half=ctx.half)

        def back(number: int) -> Tensor:
            block, powers = ctx.blocks[number]
            share = ctx.shares[number] * d_nats  # P of the block is powers · share
            # The ones give the sum over the rows, for the bias.
            met = torch.cat([x * share[:, None], share[:, None]], dim=1)
            both = products.weight(powers, met)
            d_weight[block], d_bias[block] = both[:, :-1], both[:, -1]
            return products.through(powers, weight[block]).mul_(share[:, None])

        parts = each(back, range(len(ctx.blocks)))
        with computing_on(1):
            d_x = parts[0]
            for part in parts[1:]:
                d_x += part
            d_x.addcmul_(weight.index_select(0, targets), d_nats[:, None], value=-1)
            d_weight.index_add_(0, targets, x * d_nats[:, None], alpha=-1)
            d_bias.index_add_(0, targets, d_nats, alpha=-1)
        return d_x, d_weight, d_bias, None


class _AdaptiveNats(torch.autograd.Function):
    """torch's own adaptive softmax, on one thread there and back."""

    @staticmethod
    @override
    def forward(
        ctx: Any, inner: nn.Module, x: Tensor, targets: Tensor, *weights: Tensor
    ) -> Tensor:
        with torch.enable_grad(), _alone():
            x = x.detach().to(weights[0].dtype).requires_grad_()
            nats = -inner(x, targets).output
        ctx.nats, ctx.leaves = nats, (x, *weights)
        return nats.detach()

    @staticmethod
    @override
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, *grad: Tensor) -> tuple[Tensor | None, ...]:
        with _alone():
            d_x, *d_weights = torch.autograd.grad(
                ctx.nats, ctx.leaves, grad, materialize_grads=True
            )
        return None, d_x, None, *d_weights


@contextmanager
def _alone() -> Iterator[None]:
    """Inside the block torch computes on one thread, and in full precision."""
    with computing_on(1), torch.autocast("cpu", enabled=False):
        yield
