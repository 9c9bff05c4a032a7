"""From a wish to texts: rules from its words, then sampling or a search."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import torch
from torch import Tensor

from unrolled.decoding.beam import beam
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
from unrolled.tasks._symbols import Symbols
from unrolled.text.vocabulary import UNKNOWN

Refuse = Callable[[tuple[int, ...]], bool]


@final
@dataclass(frozen=True, kw_only=True)
class Writer:
    """A network with its symbols, and how its texts begin and end."""

    network: NextToken
    symbols: Symbols
    given: Tensor | None = None
    """What each text depends on, (count, fields), or all of them, (1, fields)."""
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
                self._start,
                rules,
                width=width,
                count=wish.count,
                length_penalty=how.length_penalty,
                refuse=self.refuse,
            )
        else:
            drawn = sample(
                self._start,
                rules,
                count=wish.count,
                generator=stream(wish.seed, "writing"),
                chances=how,
                refusal=Refusal(refuse=self.refuse),
            )
            found = [one for one in drawn if one is not None]
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

    def _start(self, rows: Tensor) -> NextTokenSteps:
        first = torch.full((len(rows),), self.symbols.end)
        given = None if self.given is None else self.given[rows % len(self.given)]
        ones = torch.ones(len(rows), dtype=torch.int64)
        return NextTokenSteps(self.network, Ragged(first, ones), given)

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
