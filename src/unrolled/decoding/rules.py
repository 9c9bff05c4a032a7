"""Rules for the sequences that are written: how long, with what, and without what.

    end forbidden            before `shortest`, and while something required is missing
    only missing tokens      where as many places are left as tokens are missing
    forbidden                what is banned; what would repeat `no_repeat` tokens
    forced                   the prefix (whoever begins the sequence writes it)

A rule forbids tokens one place at a time and what is left shares the chance, so
sequences under rules are not drawn from the network's own distribution of those that
obey them: that would need all sequences. Repeats are forbidden as in Paulus et al.
2017, "A deep reinforced model for abstractive summarization", section 2.5.

Rules can lead to a place where nothing is allowed (no token left that repeats nothing,
a required one that the network holds for impossible). Then every entry is -inf, and who
asks gives the sequence up.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import final

import torch
from torch import Tensor

from unrolled.errors import SettingError


@final
@dataclass(frozen=True, kw_only=True)
class Rules:
    """What a sequence may be. Lengths count tokens, the prefix too, and not the end.

    Raises SettingError where two rules contradict each other.
    """

    end: int | None
    """The token that ends a sequence; None: each is cut at `longest`."""
    shortest: int = 0
    longest: int = 100
    banned: tuple[int, ...] = ()
    required: tuple[int, ...] = ()
    """Tokens that must occur, in any place and order; twice where given twice."""
    prefix: tuple[int, ...] = ()
    """The first tokens of every sequence."""
    no_repeat: int = 0
    """So many tokens in a row occur but once in a sequence; 0 allows repeats."""

    def __post_init__(self) -> None:
        self._check_lengths()
        self._check_tokens()

    def check_vocabulary(self, tokens: int) -> None:
        """Raises SettingError if a rule names a token that such a vocabulary lacks."""
        end = () if self.end is None else (self.end,)
        named = {*end, *self.banned, *self.required, *self.prefix}
        beyond = [token for token in named if not 0 <= token < tokens]
        if beyond:
            raise SettingError(
                found=f"the rules name {_list(beyond)}, unknown to the network.",
                expected=f"tokens from 0 to {tokens - 1}",
                fix="give ids of the network's own vocabulary",
            )

    def mask(self, found: Tensor, written: Tensor) -> Tensor:
        """Log-probabilities, (rows, tokens), with -inf wherever a rule forbids.

        `written` holds the sequences so far, int64 (rows, places); all are equally
        long. At the longest length this still lets tokens through: whoever asks there
        wants to know whether the network would end.
        """
        too_early = self.end is not None and written.shape[1] < self.shortest
        everywhere = [*self.banned, self.end] if too_early else [*self.banned]
        if everywhere:
            forbidden = torch.tensor(everywhere, device=found.device)
            found = found.index_fill(1, forbidden, -torch.inf)
        if self.no_repeat:
            found = found.masked_fill(self._repeating(found, written), -torch.inf)
        if self.required:
            found = found.masked_fill(self._deferring(found, written), -torch.inf)
        return found

    def _repeating(self, found: Tensor, written: Tensor) -> Tensor:
        """Where a token would repeat a run of tokens that occurred, (rows, tokens)."""
        forbidden = torch.zeros_like(found, dtype=torch.bool)
        size = self.no_repeat
        if written.shape[1] < size:
            return forbidden
        runs = written.unfold(1, size, 1)  # (rows, runs, size)
        tail = written[:, written.shape[1] - size + 1 :]
        same = (runs[:, :, :-1] == tail[:, None]).all(-1)
        rows, places = same.nonzero(as_tuple=True)
        forbidden[rows, runs[rows, places, -1]] = True
        return forbidden

    def _deferring(self, found: Tensor, written: Tensor) -> Tensor:
        """Where a token would leave no place for what is required, (rows, tokens)."""
        forbidden = torch.zeros_like(found, dtype=torch.bool)
        kinds, times = self._wanted
        kinds, times = kinds.to(found.device), times.to(found.device)
        missing = times - (written[:, :, None] == kinds).sum(1)
        missing = missing.clamp(min=0)  # (rows, kinds)
        short = missing.sum(1)
        if self.end is not None:
            forbidden[:, self.end] = short > 0
        last_chance = (short > 0) & (short >= self.longest - written.shape[1])
        others = torch.ones_like(forbidden)
        others[:, kinds] = missing == 0
        return forbidden | (last_chance[:, None] & others)

    @cached_property
    def _wanted(self) -> tuple[Tensor, Tensor]:
        """The required kinds of token, and how often each is, both int64 (kinds,)."""
        counts = Counter(self.required)
        return torch.tensor(list(counts)), torch.tensor(list(counts.values()))

    def _check_lengths(self) -> None:
        for name in ("shortest", "longest", "no_repeat"):
            if getattr(self, name) < 0:
                raise SettingError(
                    found=f"the rule {name} is {getattr(self, name)}.",
                    expected="a whole number at least 0",
                    fix="choose another number",
                )
        if self.shortest > self.longest:
            raise SettingError(
                found=f"a sequence shall have at least {self.shortest} tokens and at"
                f" most {self.longest}.",
                expected="a shortest length that is not above the longest",
                fix="make shortest smaller or longest larger",
            )
        missing = (Counter(self.required) - Counter(self.prefix)).total()
        needed = len(self.prefix) + missing
        if needed > self.longest:
            raise SettingError(
                found=f"the first {len(self.prefix)} tokens are given and {missing}"
                f" further ones are required, but at most {self.longest} are allowed.",
                expected=f"a longest length of at least {needed}",
                fix="make longest larger, or give and require less",
            )

    def _check_tokens(self) -> None:
        for name, tokens in (("required", self.required), ("first", self.prefix)):
            both = set(tokens) & set(self.banned)
            if both:
                raise SettingError(
                    found=f"{_list(both)}: both {name} and banned.",
                    expected=f"{name} tokens that are allowed",
                    fix=f"take {_list(both)} out of one of the two",
                )
        if self.end in {*self.banned, *self.required, *self.prefix}:
            raise SettingError(
                found=f"the end, token {self.end}, is banned, required or among the"
                " first tokens.",
                expected="an end that only ends sequences",
                fix="take it out; end=None writes sequences that never end",
            )
        twice = Counter(self.required) - Counter(set(self.required))
        if self.no_repeat == 1 and twice:
            raise SettingError(
                found=f"{_list(twice)}: required more than once where no token may"
                " occur twice.",
                expected="no_repeat of 0 or of at least 2",
                fix="change no_repeat, or require each token once",
            )


def _list(tokens: Iterable[int]) -> str:
    ids = sorted(tokens)
    return f"token{'s' * (len(ids) > 1)} {', '.join(map(str, ids))}"
