"""Runs a network over any number of rows without training it, a piece at a time."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from unrolled.tasks._base import AbstractTask, Answers, Batch

TOKENS_AT_ONCE = 16_384  # bounds the memory; larger pieces are no faster


def answer_all(task: AbstractTask, network: nn.Module, batch: Batch) -> Answers:
    """The task's answer to each row, in the order of the rows."""
    return _of_all(task.answer, network, batch)


def measure_all(task: AbstractTask, network: nn.Module, batch: Batch) -> Answers:
    """What the task measures on each row, in the order of the rows."""
    return _of_all(task.measure, network, batch)


def _of_all(
    ask: Callable[[nn.Module, Batch], Answers], network: nn.Module, batch: Batch
) -> Answers:
    answers: Answers = [{} for _ in range(len(batch))]
    with resting(network):
        for rows in _pieces(batch):
            found = ask(network, batch.gather(rows))
            for row, answer in zip(rows, found, strict=True):
                answers[row] = answer
    return answers


def mean_loss(task: AbstractTask, network: nn.Module, batch: Batch) -> float:
    """The mean loss of the rows, in nats."""
    with resting(network):
        losses = [task.loss(network, batch.gather(rows)) for rows in _pieces(batch)]
    # Exact, so the same on any number of threads.
    return math.fsum(torch.cat(losses).tolist()) / len(batch) if losses else 0.0


def all_scores(network: nn.Module, batch: Batch) -> Tensor:
    """The network's scores of each row, (rows, scores), in the order of the rows."""
    return _laid(network, batch, network)


def all_vectors(network: nn.Module, batch: Batch) -> Tensor:
    """The vector that its head is given of each row, (rows, width), in their order."""
    found: Any = network
    return _laid(network, batch, found.pooled)


def _laid(network: nn.Module, batch: Batch, ask: Callable[..., Tensor]) -> Tensor:
    pieces = _pieces(batch) or [[]]  # of no rows, too, each has so many scores
    with resting(network):
        parts = [batch.gather(rows) for rows in pieces]
        found = [ask(part.inputs, part.evidence) for part in parts]
    order = torch.tensor([row for rows in pieces for row in rows], dtype=torch.int64)
    return torch.cat(found)[order.argsort()]


@contextmanager
def resting(network: nn.Module) -> Iterator[None]:
    """Inside the block: no dropout, no gradients; after it, as it was."""
    was_training = network.training
    network.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        network.train(was_training)


def _pieces(batch: Batch) -> list[list[int]]:
    """Rows of like length together, so that few moments run with few rows."""
    lengths = batch.inputs.lengths
    pieces: list[list[int]] = []
    tokens = TOKENS_AT_ONCE
    for row in lengths.argsort(stable=True).tolist():
        length = max(int(lengths[row]), 1)
        if tokens + length > TOKENS_AT_ONCE:
            pieces.append([])
            tokens = 0
        pieces[-1].append(row)
        tokens += length
    return pieces
