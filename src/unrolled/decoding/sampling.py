"""Sampling: sequences drawn by chance, a token after the other.

    network ── log-probabilities ── rules ── filters ── one token by chance ─┐
       └───────────────────────── the token is its next input ───────────────┘

Each row has a stream of chance of its own, which gives one number u for each place; the
token is the first whose probabilities, added up, exceed u. So row 3 is the same
sequence whether 5 rows are drawn or 10, and whatever the others turn out to be. Rows
that have ended are dropped, so that the work shrinks.

At the longest length the network is asked once more: a row that ends there has ended,
any other is cut.

A row that is refused, or in which nothing was allowed any more, is drawn again from the
next stream of its own. Where repeats are refused, a sequence belongs to the first row
that draws it; a later row which held it has to draw again. That gives the same answer
as drawing row after row, and each round still draws all of them at once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import torch
from torch import Tensor

from unrolled.decoding.filters import filtered
from unrolled.decoding.rules import Rules
from unrolled.decoding.settings import Chances
from unrolled.decoding.steps import Drawn, Start, begin_with, numbers
from unrolled.randomness import stream

SEEDS = 2**63 - 1


@final
@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Which sequences are drawn again, and how often."""

    refuse: Callable[[tuple[int, ...]], bool] | None = None
    """Whether these tokens are refused: copies of the training data, for example."""
    repeats: bool = False
    """Whether a row that repeats an earlier row is refused."""
    tries: int = 20
    """How often a row is drawn at most."""


@torch.no_grad()
def sample(
    start: Start,
    rules: Rules,
    *,
    count: int,
    generator: torch.Generator,
    chances: Chances | None = None,
    refusal: Refusal | None = None,
) -> list[Drawn | None]:
    """One sequence for each of the rows 0 ... count - 1.

    None stands for a row which gave nothing in as many tries as `refusal` allows. Takes
    one number from the generator, whatever is drawn. Raises SettingError for rules that
    name tokens beyond the vocabulary, DivergedError for a network that gives NaN.
    """
    chances, refusal = chances or Chances(), refusal or Refusal()
    seed = int(torch.randint(SEEDS, (), generator=generator, device=generator.device))
    kept: list[Drawn | None] = [None] * count
    holders: dict[tuple[int, ...], int] = {}
    tried = [0] * count
    # Without chance another try gives the same again.
    tries = refusal.tries if chances.temperature else 1
    waiting = list(range(count))
    while waiting:
        streams = [stream(seed, "row", row, "try", tried[row]) for row in waiting]
        for row, drawn in zip(
            waiting, _draw(start, rules, chances, waiting, streams), strict=True
        ):
            tried[row] += 1
            if drawn and not (refusal.refuse and refusal.refuse(drawn.ids)):
                _give(drawn, row, kept, holders if refusal.repeats else None)
        waiting = [
            row for row in range(count) if kept[row] is None and tried[row] < tries
        ]
    return kept


def _give(
    drawn: Drawn,
    row: int,
    kept: list[Drawn | None],
    holders: dict[tuple[int, ...], int] | None,
) -> None:
    """The row keeps what it drew unless an earlier one holds it; a later loses it."""
    if holders is not None:
        holder = holders.get(drawn.ids, row)
        if holder < row:
            return
        kept[holder] = None
        holders[drawn.ids] = row
    kept[row] = drawn


def _draw(
    start: Start,
    rules: Rules,
    chances: Chances,
    rows: list[int],
    streams: list[torch.Generator],
) -> list[Drawn | None]:
    """One try for each of the rows; None where at some place nothing was allowed."""
    steps = start(torch.tensor(rows))
    rules.check_vocabulary(steps.tokens)
    found, total = begin_with(steps, rules.prefix)
    alive = torch.arange(len(rows), device=found.device)
    by_chance = _by_chance(streams, rules.longest + 1).to(found.device)
    written = alive.new_tensor([rules.prefix]).expand(len(rows), -1)
    finished: list[Drawn | None] = [None] * len(rows)
    for place in range(len(rules.prefix), rules.longest):
        allowed = filtered(rules.mask(found, written), chances)
        ids, is_open = _pick(allowed, by_chance[alive, place])
        after = total + found.gather(1, ids[:, None]).squeeze(1)
        ending = is_open & _is_end(ids, rules)
        going = is_open & ~ending
        if not going.all():
            _finish(finished, *_rows(ending, alive, written, after), ended=True)
            if not going.any():
                return finished
            steps.keep(going.nonzero().squeeze(1))
            alive, written, after = _rows(going, alive, written, after)
            ids = ids[going]
        total, written = after, torch.cat([written, ids[:, None]], dim=1)
        found = numbers(steps.step(ids))
    allowed = filtered(rules.mask(found, written), chances)
    ids, is_open = _pick(allowed, by_chance[alive, rules.longest])
    ending = is_open & _is_end(ids, rules)
    after = total + found.gather(1, ids[:, None]).squeeze(1)
    _finish(finished, *_rows(ending, alive, written, after), ended=True)
    _finish(finished, *_rows(~ending, alive, written, total), ended=False)
    return finished


def _by_chance(streams: list[torch.Generator], places: int) -> Tensor:
    """Numbers from 0 up to 1, float64 (rows, places)."""
    drawn = torch.empty(len(streams), places, dtype=torch.float64)
    for row, own in zip(drawn, streams, strict=True):
        row.uniform_(generator=own)
    return drawn


def _pick(allowed: Tensor, by_chance: Tensor) -> tuple[Tensor, Tensor]:
    """The token each number falls on, and whether any was allowed, both (rows,)."""
    reached = allowed.double().exp().cumsum(1)
    whole = reached[:, -1:]
    # Below the whole even after rounding, or it would fall behind the last token.
    mark = torch.minimum(
        by_chance[:, None] * whole, whole.nextafter(torch.zeros_like(whole))
    )
    ids = torch.searchsorted(reached, mark, right=True).squeeze(1)
    is_open = whole.squeeze(1) > 0
    return ids.where(is_open, 0), is_open


def _is_end(ids: Tensor, rules: Rules) -> Tensor:
    return ids == (-1 if rules.end is None else rules.end)


def _rows(
    which: Tensor, alive: Tensor, written: Tensor, total: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    return alive[which], written[which], total[which]


def _finish(
    finished: list[Drawn | None],
    alive: Tensor,
    written: Tensor,
    total: Tensor,
    *,
    ended: bool,
) -> None:
    for row, ids, nats in zip(
        alive.tolist(), written.tolist(), total.tolist(), strict=True
    ):
        finished[row] = Drawn(tuple(ids), nats, ended)
