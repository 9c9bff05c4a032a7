"""Linear-chain conditional random field: the tags of a row are chosen together.

    Chirag   worked   at   Microsoft          scores e of a network, one row a token
    B-PER ── O ────── O ── B-ORG              transitions T between neighboring tags

A softmax for each token cannot know that I-ORG never follows B-PER. Here a whole path y
has a probability, and T is learned with the network:

    s(y) = start[y₁] + e₁[y₁] + Σ (T[yₜ₋₁, yₜ] + eₜ[yₜ]) + stop[yₙ]
    log P(y) = s(y) − log Z    log Z = log Σ exp s(y) over all paths

Constraints forbid moves: those score FORBIDDEN, −10,000 nats, whatever is learned, and
have no gradient. So data that break them do no harm. A truth with forbidden moves has a
finite log P, 10,000 nats lower for each of them; its gradient is as bounded as any, and
teaches the rest of the row. A row for whose length no path is permitted (one token,
where neither S- nor O was ever seen) is read by the paths that break the fewest
constraints. Scores are taken to be far smaller than 10,000.

The best path of all is found in `decoding/viterbi.py`; `CRF.chain` is what it needs.

Shapes: scores (tokens, tags), a truth (tokens,) int64, T (tags, tags), [from, to],
start and stop (tags,), log P and log Z (rows,) in nats; 0 for a row of length 0.

Reference: Lafferty et al. 2001, "Conditional random fields: probabilistic models for
segmenting and labeling sequence data", section 3; on top of a recurrent network: Huang
et al. 2015, arXiv:1508.01991, equation 11.
"""

from typing import NamedTuple, final

import torch
from torch import Tensor, nn

from unrolled.errors import ShapeError
from unrolled.nn.chain import FORBIDDEN, Chain, path_score, sum_in_logarithms
from unrolled.nn.scaled_chain import sum_scaled
from unrolled.ragged import Ragged
from unrolled.randomness import computing_on


class Constraints(NamedTuple):
    """Which moves are permitted: start (tags,), between (tags, tags), stop (tags,)."""

    start: Tensor
    between: Tensor
    """[from, to]."""
    stop: Tensor

    def chain(self) -> Chain:
        """A chain that knows nothing but these, such as for the scores of a softmax."""
        parts = (self.between, self.start, self.stop)
        zeros = (torch.zeros(part.shape, device=part.device) for part in parts)
        return self.forbid(Chain(*zeros))

    def forbid(self, chain: Chain) -> Chain:
        """The chain with FORBIDDEN for each move that is not permitted."""
        return Chain(
            transitions=chain.transitions.masked_fill(~self.between, FORBIDDEN),
            start=chain.start.masked_fill(~self.start, FORBIDDEN),
            stop=chain.stop.masked_fill(~self.stop, FORBIDDEN),
        )


@final
class CRF(nn.Module):
    """Transitions that are learned, zero at first, over scores from elsewhere."""

    may_start: Tensor
    may_between: Tensor
    may_stop: Tensor

    def __init__(self, tags: int, constraints: Constraints | None = None) -> None:
        super().__init__()
        self.tags = tags
        self.transitions = nn.Parameter(torch.zeros(tags, tags))
        self.start = nn.Parameter(torch.zeros(tags))
        self.stop = nn.Parameter(torch.zeros(tags))
        if constraints is None:
            one = torch.ones(tags, dtype=torch.bool)
            constraints = Constraints(one, one.expand(tags, tags), one)
        _check_constraints(constraints, tags)
        for name, mask in zip(Constraints._fields, constraints, strict=True):
            # Not saved: they follow from the names of the tags.
            self.register_buffer(f"may_{name}", mask.clone(), persistent=False)

    def chain(self) -> Chain:
        """T (tags, tags), start and stop (tags,), with FORBIDDEN where it applies."""
        permitted = Constraints(self.may_start, self.may_between, self.may_stop)
        return permitted.forbid(Chain(self.transitions, self.start, self.stop))

    def log_likelihood(self, scores: Ragged, tags: Ragged) -> Tensor:
        """The log P of the true `tags` (tokens,), in nats, (rows,).

        Raises ShapeError where they do not fit.
        """
        self._check(scores)
        if tags.values.dim() != 1 or not torch.equal(tags.lengths, scores.lengths):
            raise ShapeError(
                found=f"tags for rows of {tags.lengths.tolist()}, scores of"
                f" {scores.lengths.tolist()}.",
                expected="one tag for each token of the same rows",
                fix="give the truth of the batch that was scored",
            )
        chain = self.chain()
        return path_score(scores, chain, tags) - log_partition(scores, chain)

    def log_partition(self, scores: Ragged) -> Tensor:
        """The sum log Z in nats, (rows,), from scores (tokens, tags)."""
        self._check(scores)
        return log_partition(scores, self.chain())

    def marginals(self, scores: Ragged) -> Ragged:
        """The probability of each tag at each token, (tokens, tags), without gradient.

        Each token's add up to 1. They are exact: sums over all paths of the row.
        """
        self._check(scores)
        return marginals(scores, self.chain())

    def _check(self, scores: Ragged) -> None:
        if scores.values.shape[1:] != (self.tags,):
            raise ShapeError(
                found=f"scores {tuple(scores.values.shape)} for {self.tags} tags.",
                expected=f"one score for each tag: (tokens, {self.tags})",
                fix="give the field the scores of a head of that width",
            )


def log_partition(scores: Ragged, chain: Chain) -> Tensor:
    """The sum log Z in nats, (rows,), from scores (tokens, tags). Differentiable once.

    Summed in double precision, on one thread, scaled; in logarithms where that fails.
    """
    wide = scores.map(Tensor.double)
    parts = Chain(*(part.double() for part in chain))
    found, lost = sum_scaled(wide, parts)
    if lost.any():
        with computing_on(1):
            again = sum_in_logarithms(wide.gather(lost), parts)
            found = found.index_put((lost.nonzero()[:, 0],), again)
    return found.to(torch.promote_types(scores.values.dtype, chain.start.dtype))


def marginals(scores: Ragged, chain: Chain) -> Ragged:
    """P(yₜ = tag), (tokens, tags), from scores (tokens, tags): ∂ log Z / ∂e."""
    with torch.inference_mode(False), torch.enable_grad():
        values = scores.values.detach().clone().requires_grad_()
        plain = Chain(*(part.detach().clone() for part in chain))
        total = log_partition(scores.with_values(values), plain).sum()
        (found,) = torch.autograd.grad(total, values)
    return scores.with_values(found)


def _check_constraints(constraints: Constraints, tags: int) -> None:
    found = [tuple(mask.shape) for mask in constraints]
    if found != [(tags,), (tags, tags), (tags,)]:
        raise ShapeError(
            found=f"constraints of shapes {found} for {tags} tags.",
            expected=f"({tags},), ({tags}, {tags}) and ({tags},)",
            fix="make the constraints from the same tags as the scores",
        )
