"""log Z of `chain.py` and its gradient by products of matrices instead of logarithms.

Forwards, αₜ is kept at sum 1; backwards come the marginals p, which are the gradient:

    rₜ = αₜ₋₁ A    A = exp(T − max T)     pₙ = αₙ ⊙ exp(stop) / Σ
    uₜ = rₜ ⊙ exp(eₜ − max eₜ)            qₜ = pₜ / rₜ
    αₜ = uₜ / cₜ    cₜ = Σ uₜ             pₜ₋₁ = αₜ₋₁ ⊙ A qₜ
    log Z = Σ log cₜ + all maxima         ∂ log Z / ∂T = A ⊙ Σ αₜ₋₁ᵀ qₜ

with r₁ = exp(start − max start). Every p lies between 0 and the weight of its row. The
loop has four operations a moment forwards and three backwards; all else is done for all
tokens at once. Everything is in double precision.

A row is not summed here where some u of a tag that can be reached falls below 1e-290:
then digits may be lost. That takes scores 600 nats apart, or a length for which every
path breaks a constraint. Which rows those are does not depend on the others.

Shapes: e, αₜ, r, u, p and q are (tokens, tags) in the order of time, c is (tokens, 1).

Reference: Rabiner 1989, "A tutorial on hidden Markov models", section V.A (scaling);
p is what he calls gamma, found without a second scaled sum (his beta).
"""

from typing import Any, NamedTuple

import torch
from torch import Tensor
from typing_extensions import override

from unrolled.nn.chain import FORBIDDEN, Chain
from unrolled.ragged import Ragged
from unrolled.randomness import computing_on
from unrolled.time_major import TimeMajor, spans

SMALLEST = 1e-290
"""Far enough above 2e-308, below which doubles lose digits, to bear a product."""


def sum_scaled(scores: Ragged, chain: Chain) -> tuple[Tensor, Tensor]:
    """The sums log Z and which rows are not summed, both (rows,); those rows have 0.

    scores (tokens, tags) and the chain must be double.
    """
    plan = scores.forwards
    found, lost = _Scaled.apply(plan.to_time(scores.values), *chain, plan)
    return plan.unsort_rows(found), plan.unsort_rows(lost)


class _Kept(NamedTuple):
    """What the way back needs."""

    alpha: Tensor
    per_r: Tensor
    """1 / r, and 0 where r is 0, (tokens, tags)."""
    moves: Tensor
    """A, (tags, tags)."""
    p_last: Tensor
    """p of the last token of each row, (rows that have one, tags)."""


class _Scaled(torch.autograd.Function):
    """Rows longest first, there and back."""

    @staticmethod
    @override
    def forward(ctx: Any, *given: Any) -> tuple[Tensor, Tensor]:
        e, transitions, start, stop, plan = given
        with computing_on(1):
            found, lost, kept = _forwards(e, Chain(transitions, start, stop), plan)
        ctx.plan = plan
        ctx.save_for_backward(*kept)
        ctx.mark_non_differentiable(lost)
        return found, lost

    @staticmethod
    @override
    def backward(ctx: Any, *grad: Tensor) -> tuple[Tensor | None, ...]:
        if torch.is_grad_enabled():  # torch would take a missing one for zero
            raise RuntimeError(
                "log Z of a chain has a gradient, but that gradient has none:"
                " differentiate without create_graph=True"
            )
        with computing_on(1):
            return (*_backwards(grad[0], _Kept(*ctx.saved_tensors), ctx.plan), None)


def _forwards(e: Tensor, chain: Chain, plan: TimeMajor) -> tuple[Tensor, Tensor, _Kept]:
    tops = [part.max() for part in chain]
    parts = zip(chain, tops, strict=True)
    moves, start, stop = ((part - top).exp() for part, top in parts)
    highest = e.amax(1)
    here = (e - highest[:, None]).exp()
    alpha, r, u, c = (torch.empty_like(each) for each in (e, e, e, e[:, :1]))
    before = None
    for alpha_t, r_t, u_t, c_t, here_t in _moments(plan, alpha, r, u, c, here):
        if before is None:
            r_t.copy_(start.expand_as(r_t))
        else:
            torch.mm(before[: len(r_t)], moves, out=r_t)
        torch.mul(r_t, here_t, out=u_t)
        torch.sum(u_t, 1, keepdim=True, out=c_t)
        before = torch.div(u_t, c_t, out=alpha_t)
    places = _places(plan, e.device)
    ending = alpha[places.last] * stop
    total = ending.sum(1)
    found = e.new_zeros(len(plan.order))
    found.index_add_(0, places.row, c[:, 0].log() + highest)
    found[: len(total)] += total.log() + _maxima(tops, plan)
    lost = torch.zeros_like(found, dtype=torch.bool)
    lost[: len(total)] = ~(total >= SMALLEST)
    lost[places.row[_too_small(u, chain, plan)]] = True
    per_r = r.reciprocal().masked_fill_(r == 0, 0)
    p_last = ending / total[:, None]
    if lost.any():  # no gradient of theirs may reach T, not even 0 times what is lost
        alpha[lost[places.row]] = per_r[lost[places.row]] = 0
        p_last[lost[: len(total)]] = 0
    return found.masked_fill_(lost, 0), lost, _Kept(alpha, per_r, moves, p_last)


def _backwards(
    d_rows: Tensor, kept: _Kept, plan: TimeMajor
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """∂L/∂ of e, T, start and stop from ∂L/∂ log Z, (rows,), longest first."""
    alpha, per_r, moves, p_last = kept
    places = _places(plan, alpha.device)
    p, q = torch.empty_like(alpha), torch.empty_like(alpha)
    p_stop = p_last * d_rows[: len(p_last), None]
    p[places.last] = p_stop
    back = moves.T.contiguous()
    after = None
    for alpha_t, per_r_t, p_t, q_t in reversed(_moments(plan, alpha, per_r, p, q)):
        if after is not None:
            running = len(after)
            torch.mul(alpha_t[:running], after @ back, out=p_t[:running])
        after = torch.mul(p_t, per_r_t, out=q_t)
    running = plan.counts[0] if plan.counts else 0
    d_transitions = moves * (alpha[places.before].T @ q[running:])
    return p, d_transitions, p[:running].sum(0), p_stop.sum(0)


class _Places(NamedTuple):
    """Where things stand in the order of time."""

    row: Tensor
    """The row of each token, longest first, (tokens,)."""
    last: Tensor
    """The last token of each row that has one, (running rows,)."""
    before: Tensor
    """The token before each one that is not the first of its row."""


def _places(plan: TimeMajor, device: torch.device) -> _Places:
    counts = torch.tensor(plan.counts, dtype=torch.int64)
    row = spans(torch.zeros_like(counts), counts)
    lengths = _lengths(plan)
    starts = torch.tensor(plan.starts, dtype=torch.int64)
    last = starts[lengths - 1] + torch.arange(len(lengths))
    before = spans(starts[:-2], counts[1:])
    return _Places(row.to(device), last.to(device), before.to(device))


def _lengths(plan: TimeMajor) -> Tensor:
    """The lengths of the rows that have a token, longest first."""
    return plan.lengths[plan.order][: plan.counts[0] if plan.counts else 0]


def _moments(plan: TimeMajor, *tables: Tensor) -> list[tuple[Tensor, ...]]:
    """The part of each table, (tokens, ·), that belongs to each moment."""
    if not plan.counts:
        return []
    return list(zip(*(table.split(plan.counts) for table in tables), strict=True))


def _maxima(tops: list[Tensor], plan: TimeMajor) -> Tensor:
    """What was taken off T, start and stop in each row that has a token, (rows,)."""
    transitions, start, stop = tops
    return (_lengths(plan) - 1).to(start.device) * transitions + start + stop


def _too_small(u: Tensor, chain: Chain, plan: TimeMajor) -> Tensor:
    """Which tokens have a tag that can be reached, and lost digits; or have none."""
    small = ~(u >= SMALLEST)
    if not small.any():
        return small[:, 0]
    reached = _reached(chain, moments=len(plan.counts))
    counts = torch.tensor(plan.counts, dtype=torch.int64)
    moment = torch.arange(len(counts)).clamp(max=len(reached) - 1)
    here = reached[moment.repeat_interleave(counts).to(u.device)]
    return (small & here).any(1) | ~here.any(1)


def _reached(chain: Chain, *, moments: int) -> Tensor:
    """Which tags a permitted path can have, (moments, tags); the last row stays so."""
    permitted = (chain.transitions > FORBIDDEN / 2).double()
    found = [chain.start > FORBIDDEN / 2]
    while len(found) < moments:
        following = found[-1].double() @ permitted > 0
        if torch.equal(following, found[-1]):
            break
        found.append(following)
    return torch.stack(found)
