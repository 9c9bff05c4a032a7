"""How likely each tag is at each token, over all paths of a chain, with its gradient.

    αₜ[j] = log Σᵢ exp(αₜ₋₁[i] + T[i, j]) + eₜ[j]        what led to tag j
    βₜ[i] = log Σⱼ exp(T[i, j] + eₜ₊₁[j] + βₜ₊₁[j])      what follows tag i
    log P(yₜ = j) = αₜ[j] + βₜ[j] − log Z

`marginals` in `crf.py` gives the same numbers faster, as the gradient of log Z; that
gradient has none of its own. Here torch sees each operation, so that an explanation can
ask what moved the probability of one tag. Rows are short and come one at a time.

Reference: Rabiner 1989, "A tutorial on hidden Markov models", equations 19 to 27.
"""

import torch
from torch import Tensor

from unrolled.nn.chain import Chain
from unrolled.randomness import computing_on


def log_marginals(scores: Tensor, chain: Chain) -> Tensor:
    """The log P(yₜ = tag) in nats, (tokens, tags), of one row's scores (tokens, tags).

    Summed in double precision, on one thread; about −10,000 for a forbidden tag.
    """
    if not len(scores):
        return scores
    wide = scores.double().unbind()
    moves, start, stop = (part.double() for part in chain)
    with computing_on(1):
        forwards = [wide[0] + start]
        for e in wide[1:]:
            forwards.append((forwards[-1][:, None] + moves).logsumexp(0) + e)
        backwards = [stop]
        for e in reversed(wide[1:]):
            backwards.append((moves + e + backwards[-1]).logsumexp(1))
        total = (forwards[-1] + stop).logsumexp(0)
        found = torch.stack(forwards) + torch.stack(backwards[::-1]) - total
    return found.to(scores.dtype)
