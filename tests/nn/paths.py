"""Every path there is, one by one: what the sums and searches are held against."""

from itertools import pairwise, product

import torch
from torch import Tensor

from tests.harness import normal
from unrolled.nn.crf import CRF, Chain, Constraints
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
    every = [list(path) for path in product(range(row.shape[1]), repeat=len(row))]
    if not len(row):
        return every, row.new_zeros(1)
    paths = torch.tensor(every)
    ends = chain.start[paths[:, 0]] + chain.stop[paths[:, -1]]
    moves = chain.transitions[paths[:, :-1], paths[:, 1:]].sum(1)
    return every, ends + row[torch.arange(len(row)), paths].sum(1) + moves


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


def bio() -> Constraints:
    """O, B-X, I-X, B-Y, I-Y as 0 to 4: I- only behind B- or I- of its own kind."""
    start = torch.tensor([1, 1, 0, 1, 0]).bool()
    between = torch.ones(5, 5).bool()
    between[:, 2] = torch.tensor([0, 1, 1, 0, 0]).bool()
    between[:, 4] = torch.tensor([0, 0, 0, 1, 1]).bool()
    return Constraints(start, between, torch.ones(5).bool())


def pairs_only() -> Constraints:
    """0 then 1, again and again: no path of an odd length is permitted."""
    between = torch.tensor([[0, 1], [1, 0]]).bool()
    return Constraints(
        torch.tensor([True, False]), between, torch.tensor([False, True])
    )


def field(tags: int, constraints: Constraints | None = None, *, seed: int = 50) -> CRF:
    """A CRF in float64 with the weights of `random_chain`."""
    crf = CRF(tags, constraints).double()
    chain = random_chain(tags, seed=seed)
    with torch.no_grad():
        for name, values in chain._asdict().items():
            crf.get_parameter(name).copy_(values)
    return crf
