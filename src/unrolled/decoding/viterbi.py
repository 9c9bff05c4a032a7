"""The best path through a chain of tags, and the k best ones.

The best path to a tag goes through the best path to one of the tags before it:

    δ₁ = start + e₁    δₜ[j] = maxᵢ (δₜ₋₁[i] + T[i, j]) + eₜ[j]    max (δₙ + stop)

and which i it was is kept, to walk back from the end. For the k best, each tag keeps
its k best partial paths: no path among the k best of a row can have a worse beginning.
All rows go moment by moment; of equal paths the one with the lowest tags, read from the
last token back, comes first. A forbidden move is taken only where no permitted path has
the length of the row; then as few are taken as can be.

    a softmax, with constraints alone     viterbi(log_softmax(e), constraints.chain())

Shapes: scores have values (tokens, tags), in nats; a path has one tag for each token.
What is added is double, so nothing depends on the other rows of the batch.

Reference: Viterbi 1967, "Error bounds for convolutional codes and an asymptotically
optimum decoding algorithm"; Rabiner 1989, section III.B. The k best: Seshadri and
Sundberg 1994, "List Viterbi decoding algorithms with applications".
"""

import torch
from torch import Tensor

from unrolled.errors import SettingError
from unrolled.nn.crf import FORBIDDEN, Chain, log_partition
from unrolled.ragged import Ragged
from unrolled.time_major import TimeMajor

Path = tuple[list[int], float]
"""The tags of a row, and log P of that path in nats."""


def viterbi(scores: Ragged, chain: Chain) -> Ragged:
    """The best tag of each token, (tokens,) int64, from scores (tokens, tags)."""
    found, _ = _search(scores, chain, 1)
    return scores.with_values(found[:, 0])


def k_best(scores: Ragged, chain: Chain, k: int) -> list[list[Path]]:
    """The k best paths of each row, best first, from scores (tokens, tags).

    Fewer where the row has fewer permitted paths; a row of length 0 has one, of log P
    = 0. Raises SettingError for k below 1.
    """
    if k < 1:
        raise SettingError(
            found=f"the {k} best paths were asked for.",
            expected="a number from 1 on",
            fix="ask for at least one path",
        )
    found, totals = _search(scores, chain, k)
    total = log_partition(scores.map(Tensor.double), chain)
    logs = (totals - total[:, None]).tolist()
    # One more forbidden move than the best path has, and a path does not count.
    kept = (totals >= totals[:, :1] + FORBIDDEN / 2).sum(1).tolist()
    rows = scores.with_values(found).to_list()
    return [
        list(zip(row.T[:n].tolist(), log[:n], strict=True))
        for row, log, n in zip(rows, logs, kept, strict=True)
    ]


def _search(scores: Ragged, chain: Chain, k: int) -> tuple[Tensor, Tensor]:
    """The k best paths, (tokens, k), and their scores, (rows, k); −inf for no path."""
    plan = scores.forwards
    e = plan.to_time(scores.values.detach().double())
    chain = Chain(*(part.detach().double() for part in chain))
    totals = e.new_full((len(scores), k), -torch.inf)
    totals[:, 0] = 0
    if not plan.counts:
        return torch.zeros(0, k, dtype=torch.int64, device=e.device), totals
    delta, arrivals = _forwards(e, chain, plan, k)
    ends = (delta + chain.stop[:, None]).flatten(1)
    totals[: len(ends)], state = _largest(ends, k)
    tags = [state[: plan.counts[-1]]]
    for arrival, running in zip(
        reversed(arrivals), reversed(plan.counts[:-1]), strict=True
    ):
        before = arrival.flatten(1).gather(1, tags[-1])
        tags.append(torch.cat([before, state[len(before) : running]]))
    paths = torch.cat(tags[::-1]) // k
    return plan.from_time(paths), plan.unsort_rows(totals)


def _forwards(
    e: Tensor, chain: Chain, plan: TimeMajor, k: int
) -> tuple[Tensor, list[Tensor]]:
    """δ at the end of each row, (running rows, tags, k), and where each δ came from.

    The latter for every moment but the first, (rows still running, tags, k): tag · k +
    rank of the moment before.
    """
    into = chain.transitions.T.repeat_interleave(k, 1)
    first, *others = e.split(plan.counts)
    delta = e.new_full((*first.shape, k), -torch.inf)
    delta[:, :, 0] = first + chain.start
    ended, arrivals = [], []
    for now in others:
        ended.append(delta[len(now) :])
        through = delta[: len(now)].flatten(1)[:, None, :] + into
        best, arrival = _largest(through, k)
        delta = best + now[:, :, None]
        arrivals.append(arrival)
    return torch.cat([delta, *reversed(ended)]), arrivals


def _largest(values: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """The k largest of the last dimension, (..., k), and where; equal ones in order."""
    if k == 1:
        return values.max(-1, keepdim=True)
    found = values.sort(dim=-1, descending=True, stable=True)
    return found.values[..., :k], found.indices[..., :k]
