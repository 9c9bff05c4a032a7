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
There is no product and no long sum here, so no bit depends on threads or other rows.

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
    ends, states = _merge(delta, chain.stop[None])
    totals[: len(ends)], state = ends[:, 0], states[:, 0]
    tags = [state[: plan.counts[-1]]]
    earlier = zip(arrivals[::-1], plan.counts[-2::-1], strict=True)
    for arrival, running in earlier:
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
    into = chain.transitions.T.contiguous()
    first, *others = e.split(plan.counts)
    delta = e.new_full((*first.shape, k), -torch.inf)
    delta[:, :, 0] = first + chain.start
    ended, arrivals = [], []
    for now in others:
        ended.append(delta[len(now) :])
        best, arrival = _merge(delta[: len(now)], into)
        delta = best + now[:, :, None]
        arrivals.append(arrival)
    return torch.cat([delta, *reversed(ended)]), arrivals


def _merge(lists: Tensor, into: Tensor) -> tuple[Tensor, Tensor]:
    """The k best of all tags' lists as seen from each next tag, (rows, next tags, k).

    `lists` (rows, tags, k) are sorted, `into` (next tags, tags) is added. Also where
    they were: tag · k + rank. Of equal ones the lowest tag is first, then rank.
    """
    rows, _, k = lists.shape
    heads = lists[:, None, :, 0] + into
    if k == 1:
        return heads.max(-1, keepdim=True)
    flat = lists.flatten(1)[:, None].expand(-1, len(into), -1)
    into = into.expand(rows, -1, -1)
    taken = torch.zeros_like(heads, dtype=torch.int64)
    found = []
    for _ in range(k):
        best, tag = heads.max(-1, keepdim=True)
        rank = taken.gather(-1, tag)
        found.append((best, tag * k + rank))
        following = (rank + 1).clamp(max=k - 1)  # beyond the last only when all is done
        heads.scatter_(
            -1, tag, flat.gather(-1, tag * k + following) + into.gather(-1, tag)
        )
        taken.scatter_(-1, tag, following)
    best, places = (torch.cat(parts, -1) for parts in zip(*found, strict=True))
    return best, places
