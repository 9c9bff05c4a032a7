"""Beam search: the best sequences, with a few of the best beginnings kept in view.

    for each input, at each place:
        all continuations of its running hypotheses, the `width` best of them taken
        those with the end among them are finished; the best others run on
        an input is done when no running one can still come among its `count` best

Inputs are searched side by side: hypotheses are (inputs, width), and as rows of the
network inputs × width, input by input. A place in the beam that is empty (fewer
continuations than `width`) holds a total of -inf.

    score = log P / lp + cp       lp = ((5 + |Y|) / 6) ** length
                                  cp = coverage · Σ_j log min(Σ_t p_tj, 1)

|Y| counts the tokens and the end; p_tj is the attention of token t on source token j.
log P only falls as a sequence grows, lp grows no further than at the longest length,
and cp is at most 0: that bounds what a running hypothesis can reach.

With an end, only sequences that end are answers, and at the longest length the end is
all that may follow; without one every sequence is cut there.

Reference: Wu et al. 2016, "Google's neural machine translation system",
arXiv:1609.08144, equation 14.
"""

from bisect import insort
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, final

import torch
from torch import Tensor

from unrolled.decoding.beam_tree import Tree, planted
from unrolled.decoding.rules import Rules
from unrolled.decoding.steps import (
    Drawn,
    Looking,
    Start,
    Steps,
    begin_with,
    numbers,
)
from unrolled.errors import SettingError

Refuse = Callable[[tuple[int, ...]], bool]


class Penalties(NamedTuple):
    """What the rank of a sequence is, besides its probability; 0 changes nothing."""

    length: float = 0.0
    """How much is made up for its length."""
    coverage: float = 0.0
    """How much it loses for parts of its source that it never looked at."""


NO_PENALTIES = Penalties()


@torch.no_grad()
def beam(
    start: Start,
    rules: Rules,
    *,
    inputs: int = 1,
    width: int,
    count: int = 1,
    penalties: Penalties = NO_PENALTIES,
    refuse: Refuse | None = None,
) -> list[list[Drawn]]:
    """For each of the inputs 0 ... inputs - 1 its `count` best sequences, best first.

    There are fewer where the rules, `refuse` or the width leave no more. Nothing is
    random. A coverage penalty needs Steps that know what was seen of their sources, and
    changes nothing for others. Raises SettingError for limits that make no sense and
    for rules that name tokens beyond the vocabulary, DivergedError for a network that
    gives no numbers.
    """
    _check(width, count, penalties)
    most = rules.longest + (rules.end is not None)
    trees = planted(inputs) or [None] * inputs
    answers = [_Answers(count, penalties.length, most, refuse, tree) for tree in trees]
    if inputs:
        search = _begin(start(torch.arange(inputs)), rules, width, penalties.coverage)
        search.show(answers)
        for place in range(len(rules.prefix), rules.longest + 1):
            if not search.advance(place, answers):
                break
    return [one.best() for one in answers]


def _check(width: int, count: int, penalties: Penalties) -> None:
    if not 1 <= count <= width:
        raise SettingError(
            found=f"a beam of width {width} was asked for {count} sequences.",
            expected="a width of at least 1, and from 1 to as many sequences",
            fix="make the width larger, or ask for fewer sequences",
        )
    for name, penalty in penalties._asdict().items():
        if not penalty >= 0:
            raise SettingError(
                found=f"the {name} penalty is {penalty}.",
                expected="a number at least 0",
                fix="choose another number",
            )


@final
@dataclass
class _Answers:
    """The best finished sequences of one input so far."""

    count: int
    alpha: float
    most: int
    refuse: Refuse | None
    tree: Tree | None
    """What is told to whoever records the search."""
    ranked: list[tuple[float, int, Drawn]] = field(default_factory=list)
    """(-score, when it came, sequence), best first; of equals the earlier."""
    seen: int = 0

    def add(self, drawn: Drawn, unseen: float) -> None:
        if self.refuse and self.refuse(drawn.ids):
            return
        steps = len(drawn.ids) + drawn.ended
        rank = -drawn.log_probability / self._penalty(steps) - unseen
        insort(self.ranked, (rank, self.seen, drawn))
        self.seen += 1
        del self.ranked[self.count :]
        if self.tree is not None:
            self.tree.finish(drawn, -rank)

    def are_out_of_reach(self, total: float) -> bool:
        """Whether nothing that is at `total` now can still come among them."""
        full = len(self.ranked) == self.count
        return total == -torch.inf or (
            full and total / self._penalty(self.most) <= -self.ranked[-1][0]
        )

    def best(self) -> list[Drawn]:
        return [drawn for _, _, drawn in self.ranked]

    def _penalty(self, steps: int) -> float:
        return ((5 + steps) / 6) ** self.alpha


@final
@dataclass
class _Search:
    """The running hypotheses of the inputs that are not done."""

    steps: Steps
    rules: Rules
    width: int
    inputs: Tensor
    """Which inputs these are, (inputs,)."""
    found: Tensor
    """Log-probabilities of the next tokens, (inputs, hypotheses, tokens)."""
    total: Tensor
    """Log-probability of each hypothesis, float64 (inputs, hypotheses)."""
    written: Tensor
    """Its tokens, int64 (inputs, hypotheses, places)."""
    coverage_penalty: float = 0.0

    def advance(self, place: int, answers: list[_Answers]) -> bool:
        """Goes on by a token; whether anything still runs."""
        last, end = place == self.rules.longest, self.rules.end
        unseen = self._unseen()
        if last and end is None:
            self._finish((self.total, unseen), self.written, answers, ended=False)
            return False
        totals, parents, ids = self._continuations(last)
        written = self.written.gather(
            1, parents[:, :, None].expand(-1, -1, self.written.shape[2])
        )
        is_end = ids == (-1 if end is None else end)
        ends = totals.masked_fill(~is_end, -torch.inf)[:, : self.width]
        self._finish((ends, unseen.gather(1, parents)), written, answers, ended=True)
        running = totals.masked_fill(is_end, -torch.inf)
        if last or not self._choose(running, answers, parents, ids, written):
            return False
        self.show(answers)
        self.found = self._step()
        return True

    def show(self, answers: list[_Answers]) -> None:
        """Tells the trees, where there are any, what runs."""
        if answers[0].tree is None:
            return
        for owner, rows, totals in zip(
            self.inputs.tolist(),
            self.written.tolist(),
            self.total.tolist(),
            strict=True,
        ):
            for ids, nats in zip(rows, totals, strict=True):
                tree = answers[owner].tree
                if tree is not None and nats > -torch.inf:
                    tree.keep(tuple(ids), nats)

    def _continuations(self, last: bool) -> tuple[Tensor, Tensor, Tensor]:
        """The best: totals, which hypothesis, which token; each (inputs, found).

        Twice the width, best first: at most one in each hypothesis is the end, so there
        are enough others.
        """
        rows, hypotheses, tokens = self.found.shape
        flat = self.found.flatten(0, 1)
        allowed = self.rules.mask(flat, self.written.flatten(0, 1))
        if last:
            others = torch.arange(tokens, device=flat.device) != self.rules.end
            allowed = allowed.masked_fill(others, -torch.inf)
        all_totals = self.total[:, :, None] + allowed.view(rows, hypotheses, tokens)
        most = min(2 * self.width, hypotheses * tokens)
        totals, flat_ids = all_totals.flatten(1).topk(most)
        return totals, flat_ids // tokens, flat_ids % tokens

    def _unseen(self) -> Tensor:
        """The coverage penalty of each hypothesis, (inputs, hypotheses)."""
        if not (self.coverage_penalty and isinstance(self.steps, Looking)):
            return torch.zeros_like(self.total)
        found = self.steps.unseen().view(self.total.shape).to(self.total)
        return self.coverage_penalty * found

    def _finish(
        self,
        found: tuple[Tensor, Tensor],
        written: Tensor,
        answers: list[_Answers],
        *,
        ended: bool,
    ) -> None:
        """Hands over the hypotheses whose totals, (inputs, any), are above -inf.

        Beside the totals stand the coverage penalties, (inputs, as many or more).
        """
        totals, unseen = found
        inputs, places = (totals > -torch.inf).nonzero(as_tuple=True)
        for owner, ids, nats, loss in zip(
            self.inputs[inputs].tolist(),
            written[inputs, places].tolist(),
            totals[inputs, places].tolist(),
            unseen[inputs, places].tolist(),
            strict=True,
        ):
            answers[owner].add(Drawn(tuple(ids), nats, ended), loss)

    def _choose(
        self,
        running: Tensor,
        answers: list[_Answers],
        parents: Tensor,
        ids: Tensor,
        written: Tensor,
    ) -> bool:
        """The best that run, of (inputs, any), run on where an input is not done.

        Whether there is such an input.
        """
        totals, order = running.sort(dim=1, descending=True, stable=True)
        tops = zip(self.inputs.tolist(), totals[:, 0].tolist(), strict=True)
        open_inputs = totals.new_tensor(
            [not answers[owner].are_out_of_reach(top) for owner, top in tops]
        ).bool()
        alive = (totals[open_inputs] > -torch.inf).sum(1)
        if not len(alive):
            return False
        hypotheses = self.written.shape[1]
        order = order[open_inputs, : min(self.width, int(alive.max()))]
        parents = parents[open_inputs].gather(1, order)
        first_rows = open_inputs.nonzero() * hypotheses
        self.steps.keep((first_rows + parents).flatten())
        self.inputs = self.inputs[open_inputs]
        self.total = running[open_inputs].gather(1, order)
        ids = ids[open_inputs].gather(1, order)[:, :, None]
        before = written[open_inputs].gather(
            1, order[:, :, None].expand(-1, -1, written.shape[2])
        )
        self.written = torch.cat([before, ids], dim=2)
        return True

    def _step(self) -> Tensor:
        found = numbers(self.steps.step(self.written[:, :, -1].flatten()))
        return found.view(*self.total.shape, -1)


def _begin(steps: Steps, rules: Rules, width: int, coverage_penalty: float) -> _Search:
    """One hypothesis for each input: the prefix."""
    rules.check_vocabulary(steps.tokens)
    found, total = begin_with(steps, rules.prefix)
    inputs = torch.arange(len(found), device=found.device)
    written = inputs.new_tensor([[rules.prefix]]).expand(len(found), 1, -1)
    begun = (inputs, found[:, None], total[:, None], written)
    return _Search(steps, rules, width, *begun, coverage_penalty)
