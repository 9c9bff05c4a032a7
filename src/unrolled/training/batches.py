"""Groups rows of like length into batches, in an order that only the seed decides.

Rows are shuffled, sorted by length within windows of many batches, cut into batches,
and the batches shuffled. So a batch holds like lengths (a moment then runs on nearly
all of its rows), yet no two epochs have the same batches.
"""

import torch
from torch import Tensor

from unrolled.randomness import stream

WINDOW = 50  # batches sorted together; fewer mix lengths, more freeze who meets whom


def plan(
    lengths: Tensor, *, rows: int, tokens: int, seed: int, epoch: int
) -> list[list[int]]:
    """Batches of row numbers: at most `rows` rows and `tokens` tokens, but never none.

    `lengths` is (rows,). A row longer than `tokens` is a batch of its own. A function
    of its arguments alone, so that a resumed run meets the batches it would have met.
    """
    generator = stream(seed, "order", epoch)
    shuffled = torch.randperm(len(lengths), generator=generator)
    batches: list[list[int]] = []
    for window in shuffled.split(WINDOW * rows):
        by_length = window[lengths[window].argsort(stable=True)]
        batches += _cut(by_length, lengths[by_length], rows, tokens)
    order = torch.randperm(len(batches), generator=generator)
    return [batches[i] for i in order.tolist()]


def _cut(window: Tensor, lengths: Tensor, rows: int, tokens: int) -> list[list[int]]:
    """The rows of a window in batches; `lengths` in the same order, both (rows,)."""
    batches: list[list[int]] = []
    room = 0
    for row, length in zip(window.tolist(), lengths.tolist(), strict=True):
        if not batches or len(batches[-1]) == rows or length > room:
            batches.append([])
            room = tokens
        batches[-1].append(row)
        room -= length
    return batches
