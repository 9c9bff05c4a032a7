"""Made-up sequences that are none of the known kinds, to learn what to refuse.

    backwards   a row from its end to its beginning
    turned      its second part, then its first
    joined      the beginning of one row and the end of another, of another kind
    noise       the mean of a row with chance around it, without any order in time

They are made of the training rows themselves, so they have their voices, their noises
and their lengths; only their order is none that was ever meant. A network that is to
tell them from the known kinds has to hear whole words, not sounds that one word alone
has. After "outlier exposure", Hendrycks, Mazeika and Dietterich 2019, arXiv:1812.04606,
where the outliers are real ones.
"""

import torch
from torch import Tensor

from unrolled.ragged import Ragged

LEAST, MOST = 0.3, 0.7
"""Where a row is cut in two, as a share of its length."""


@torch.no_grad()
def strangers(x: Ragged, labels: Tensor, count: int) -> Ragged:
    """`count` made-up rows out of rows of values (moments, features).

    `labels` (rows,) say of which kind each is. Draws from torch's global generator.
    """
    rows = x.to_list()
    firsts = torch.randint(len(rows), (count,)).tolist() if rows else []
    ways = torch.randint(4, (len(firsts),)).tolist()
    made = [
        _made(rows, labels, one, way) for one, way in zip(firsts, ways, strict=True)
    ]
    return Ragged.from_list([*made, x.values[:0]]).gather(range(len(made)))


def _made(rows: list[Tensor], labels: Tensor, one: int, way: int) -> Tensor:
    row = rows[one]
    if way == 0:
        return row.flip(0)
    if way == 1:
        cut = _cut(row)
        return torch.cat([row[cut:], row[:cut]])
    if way == 2:
        others = (labels != labels[one]).nonzero()[:, 0]
        if len(others):
            other = rows[int(others[torch.randint(len(others), ())])]
            return torch.cat([row[: _cut(row)], other[_cut(other) :]])
    spread = row.std(0, correction=0, keepdim=True) if len(row) else row
    return (
        row.mean(0, keepdim=True) + spread * torch.randn_like(row) if len(row) else row
    )


def _cut(row: Tensor) -> int:
    share = LEAST + (MOST - LEAST) * float(torch.rand(()))
    return round(share * len(row))
