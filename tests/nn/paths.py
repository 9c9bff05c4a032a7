"""Every path there is, one by one: what the sums and searches are held against."""

from itertools import pairwise, product

import torch
from torch import Tensor

from tests.harness import normal
from unrolled.nn.crf import Chain, Constraints
from unrolled.ragged import Ragged


def ragged(lengths: list[int], tags: int, *, seed: int = 0) -> Ragged:
    """Random scores (tokens, tags), float64."""
    return Ragged(normal(sum(lengths), tags, seed=seed), torch.tensor(lengths))


def random_chain(tags: int, *, seed: int = 50) -> Chain:
    """Transitions, start and stop, float64, all different."""
    shapes = [(tags, tags), (tags,), (tags,)]
    return Chain(*(normal(*s, seed=seed + n) for n, s in enumerate(shapes)))


def brute_force(scores: Ragged, chain: Chain) -> list[tuple[list[list[int]], Tensor]]:
    """For each row all paths, and s(y) of each, (paths,)."""
    return [_row(row, chain) for row in scores.to_list()]


def _row(row: Tensor, chain: Chain) -> tuple[list[list[int]], Tensor]:
    paths = [list(path) for path in product(range(row.shape[1]), repeat=len(row))]
    return paths, torch.stack([score(row, chain, path) for path in paths])


def score(row: Tensor, chain: Chain, path: list[int]) -> Tensor:
    """s(y) of one path through one row (length, tags)."""
    total = row.new_zeros(())
    if path:
        total = chain.start[path[0]] + chain.stop[path[-1]]
    for t, tag in enumerate(path):
        total = total + row[t, tag]
        if t:
            total = total + chain.transitions[path[t - 1], tag]
    return total


def broken(constraints: Constraints, path: list[int]) -> int:
    """How many forbidden moves the path makes."""
    if not path:
        return 0
    moves = [constraints.start[path[0]], constraints.stop[path[-1]]]
    moves += [constraints.between[a, b] for a, b in pairwise(path)]
    return sum(not bool(move) for move in moves)
