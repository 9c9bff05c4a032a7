"""From a wish to texts: rules from its words, then sampling or a search."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import torch
from torch import Tensor

from unrolled.decoding.beam import Penalties, beam
from unrolled.decoding.rules import Rules
from unrolled.decoding.sampling import Refusal, sample
from unrolled.decoding.steps import Drawn
from unrolled.errors import SettingError
from unrolled.models.next_token import NextToken
from unrolled.models.next_token_steps import NextTokenSteps
from unrolled.ragged import Ragged
from unrolled.randomness import stream
from unrolled.tasks._abilities import Wish
from unrolled.tasks._base import Answers
from unrolled.tasks._contrast import Contrast, guided
from unrolled.tasks._symbols import Symbols, ragged
from unrolled.text.vocabulary import UNKNOWN

AT_ONCE = 50_000_000  # chances of tokens that are held together: 200 MB
Refuse = Callable[[tuple[int, ...]], bool]


def steps_for(network: NextToken, symbols: Symbols, given: Tensor) -> NextTokenSteps:
    """Texts that begin, one for each row of what is given, (rows, fields)."""
    first = torch.full((len(given),), symbols.end)
    ones = torch.ones(len(given), dtype=torch.int64)
    return NextTokenSteps(network, Ragged(first, ones), given)


@final
@dataclass(frozen=True, kw_only=True)
class Writer:
    """A network with its symbols, and how its texts begin and end."""

    network: NextToken
    symbols: Symbols
    given: Tensor | None = None
    """What each text depends on, (count, fields), or all of them, (1, fields)."""
    contrast: Contrast | None = None
    """What else could be given, where texts are told apart from those of the rest."""
    ends: bool = True
    """Whether the end symbol ends a text, or only a line of it."""
    refuse: Refuse | None = None
    """Which texts are not wanted, by their ids."""

    def write(self, wish: Wish) -> Answers:
        """Texts with their log-probabilities in nats; fewer where no more are found.

        Raises SettingError for a wish that contradicts itself, or that names letters or
        words which the model does not know.
        """
        self._check(wish)
        how, rules = wish.decoding, self._rules(wish)
        if how.beam:
            width = max(how.beam, wish.count)
            [found] = beam(
                lambda rows: self._begin(self._given(rows)),
                rules,
                width=width,
                count=wish.count,
                penalties=Penalties(length=how.length_penalty),
                refuse=self.refuse,
            )
        else:
            begin = guided(self._begin, self.contrast, how.guidance)
            drawn = sample(
                lambda rows: begin(self._given(rows)),
                rules,
                count=wish.count,
                generator=stream(wish.seed, "writing"),
                chances=how,
                refusal=Refusal(refuse=self.refuse),
            )
            kept = [(row, one) for row, one in enumerate(drawn) if one is not None]
            is_own = begin == self._begin
            found = [one for _, one in kept] if is_own else self._weighed(kept)
        return [self._answer(one) for one in found]

    def _check(self, wish: Wish) -> None:
        """Raises SettingError for what this model cannot heed."""
        if wish.given and self.given is None:
            raise SettingError(
                found=f'given: "{wish.given[0]}", and its texts depend on nothing.',
                expected="nothing given",
                fix="leave it out, or train the task generate with --given COLUMN",
            )
        if not wish.copies and self.refuse is None:
            raise SettingError(
                found="no copies of training texts, and this model keeps none of them.",
                expected="a model of the task generate",
                fix="leave that out: a long text is hardly ever a copy",
            )

    def _answer(self, drawn: Drawn) -> dict[str, object]:
        text = self.symbols.text(drawn.ids)
        return {"text": text, "log_probability": drawn.log_probability}

    def _given(self, rows: Tensor) -> Tensor:
        """What the texts with these numbers, (rows,), depend on: (rows, fields)."""
        if self.given is None:
            return torch.zeros(len(rows), 0)
        return self.given[rows % len(self.given)]

    def _begin(self, given: Tensor) -> NextTokenSteps:
        """Fresh texts, one for each row of (rows, fields)."""
        return steps_for(self.network, self.symbols, given)

    @torch.no_grad()
    def _weighed(self, drawn: list[tuple[int, Drawn]]) -> list[Drawn]:
        """Texts by their numbers, with their nats under the network itself."""
        end, found = self.symbols.end, []
        longest = max((len(one.ids) for _, one in drawn), default=0) + 1
        count = max(AT_ONCE // (longest * len(self.symbols)), 1)
        for at in range(0, len(drawn), count):
            some = drawn[at : at + count]
            rows = [[*one.ids, *[end] * one.ended] for _, one in some]
            inputs = ragged([[end, *row][: len(row)] for row in rows])
            given = self._given(torch.tensor([number for number, _ in some]))
            nats = self.network(inputs, ragged(rows), given).nats.to_list()
            for (_, one), own in zip(some, nats, strict=True):
                found.append(one._replace(log_probability=-float(own.double().sum())))
        return found

    def _rules(self, wish: Wish) -> Rules:
        how, end = wish.decoding, self.symbols.end
        return Rules(
            end=end if self.ends else None,
            shortest=how.shortest,
            longest=how.longest,
            banned=(UNKNOWN, *self._ids("banned", wish.banned)),
            required=self._ids("required", wish.required),
            prefix=self._ids("start", (wish.start,)),
            no_repeat=how.no_repeat,
        )

    def _ids(self, role: str, texts: tuple[str, ...]) -> tuple[int, ...]:
        """The ids of these texts. Raises SettingError for an unknown token."""
        for text in texts:
            tokens = self.symbols.tokenizer.tokens(text)
            for token in tokens:
                if token not in self.symbols.vocabulary:
                    raise SettingError(
                        found=f'{role}: the {self.symbols.unit} "{token}" of "{text}".',
                        expected=f"{self.symbols.unit}s of the training data",
                        fix="leave it out: the model has never read it",
                    )
        return tuple(number for text in texts for number in self.symbols.ids(text))
