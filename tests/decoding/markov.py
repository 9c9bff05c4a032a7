"""A small network whose every probability is known: the next token follows the last."""

from itertools import product
from typing import final

import torch
from torch import Tensor

from unrolled.decoding.rules import Rules
from unrolled.decoding.steps import Drawn, Start


@final
class Markov:
    """Steps of a Markov chain: first (rows, tokens), then (tokens, tokens)."""

    def __init__(self, first: Tensor, then: Tensor) -> None:
        self.first, self.then = first.float(), then.float()
        self.tokens = first.shape[1]
        self.rows = len(first)
        self.work = 0

    def begin(self) -> Tensor:
        self.work += self.rows
        return self.first

    def step(self, ids: Tensor) -> Tensor:
        assert ids.shape == (self.rows,) and ids.dtype == torch.int64
        self.work += self.rows
        return self.then[ids]

    def keep(self, rows: Tensor) -> None:
        assert rows.dtype == torch.int64
        assert ((rows >= 0) & (rows < self.rows)).all()
        self.rows = len(rows)


@final
class Sharp:
    """A network that knows whole sequences: hashed, so that every beginning differs."""

    def __init__(self, rows: Tensor, tokens: int, seed: int, sharpness: float) -> None:
        self.tokens, self.seed, self.sharpness = tokens, seed, sharpness
        self.history = [(int(row),) for row in rows]

    def begin(self) -> Tensor:
        return self._found()

    def step(self, ids: Tensor) -> Tensor:
        pairs = zip(self.history, ids.tolist(), strict=True)
        self.history = [(*before, token) for before, token in pairs]
        return self._found()

    def keep(self, rows: Tensor) -> None:
        self.history = [self.history[row] for row in rows.tolist()]

    def _found(self) -> Tensor:
        return torch.stack([self.next(before) for before in self.history])

    def next(self, before: tuple[int, ...]) -> Tensor:
        """Log-probabilities after this row number and these tokens, (tokens,)."""
        own = torch.Generator().manual_seed(hash((self.seed, *before)) % 2**32)
        scores = torch.randn(self.tokens, generator=own) * self.sharpness
        return scores.log_softmax(0)


def chain(tokens: int, seed: int, *, sharpness: float = 1.0) -> tuple[Tensor, Tensor]:
    """First and following log-probabilities, (tokens,) and (tokens, tokens)."""
    own = torch.Generator().manual_seed(seed)
    scores = torch.randn(tokens + 1, tokens, generator=own) * sharpness
    found = scores.log_softmax(1)
    return found[0], found[1:]


def starting(first: Tensor, then: Tensor) -> Start:
    """The same chain in every row."""
    return lambda rows: Markov(first.expand(len(rows), -1), then)


def sharp(tokens: int, seed: int, *, sharpness: float = 1.0) -> Start:
    """Another network for each row number."""
    return lambda rows: Sharp(rows, tokens, seed, sharpness)


def log_probability(start: Start, row: int, ids: tuple[int, ...]) -> float:
    """What the network itself gives these tokens, in nats."""
    steps = start(torch.tensor([row]))
    total, found = 0.0, steps.begin()
    for token in ids:
        total += float(found[0, token])
        found = steps.step(torch.tensor([token]))
    return total


def all_allowed(start: Start, row: int, rules: Rules) -> list[Drawn]:
    """Every sequence that the rules allow, with its log-probability: brute force."""
    tokens = [t for t in range(start(torch.tensor([0])).tokens) if t != rules.end]
    ended = rules.end is not None
    lengths = range(rules.longest + 1) if ended else [rules.longest]
    end = (rules.end,) if rules.end is not None else ()
    return [
        Drawn(ids, log_probability(start, row, ids + end), ended)
        for length in lengths
        for ids in product(tokens, repeat=length)
        if obeys(ids, rules)
    ]


def obeys(ids: tuple[int, ...], rules: Rules) -> bool:
    """Whether a finished sequence keeps every rule, each read as it is written."""
    size = rules.no_repeat
    runs = [ids[at : at + size] for at in range(len(ids) - size + 1)] if size else []
    free = runs[max(len(rules.prefix) - size + 1, 0) :]
    return (
        len(ids) <= rules.longest
        and (rules.end is None or len(ids) >= rules.shortest)
        and rules.end not in ids
        and not set(ids) & set(rules.banned)
        and all(ids.count(t) >= rules.required.count(t) for t in rules.required)
        and ids[: len(rules.prefix)] == rules.prefix
        and all(run not in runs[: runs.index(run)] for run in free)
        and all(runs.count(run) == 1 or run not in free for run in free)
    )
