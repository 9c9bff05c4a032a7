"""Answers of a decoder to any source, searched with a beam, and where they looked."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import torch

from unrolled.decoding.beam import Penalties, beam
from unrolled.decoding.rules import Rules
from unrolled.decoding.steps import Drawn
from unrolled.models.encoder_decoder_base import AbstractEncoderDecoder
from unrolled.models.encoder_decoder_steps import EncoderDecoderSteps
from unrolled.ragged import Ragged
from unrolled.tasks._base import Answers, Batch
from unrolled.tasks._pairs.settings import AnswerSettings
from unrolled.tasks._symbols import Symbols, ragged
from unrolled.text.joined import joined
from unrolled.text.vocabulary import UNKNOWN

ROWS = 320  # hypotheses that are taken a step further together


class AbstractAnswerer(ABC):
    """A network with the symbols that it writes."""

    def __init__(
        self,
        network: AbstractEncoderDecoder,
        target: Symbols,
        settings: AnswerSettings,
        longest: int,
    ) -> None:
        """`longest` counts the tokens of the longest answer."""
        self.network, self.target = network, target
        self.settings, self.longest = settings, longest

    @abstractmethod
    def source(self, batch: Any) -> Ragged:
        """What the encoder reads of these rows: values (source tokens, ...)."""

    def copies(self, batch: Any) -> Ragged | None:  # noqa: ARG002 (some copy)
        """The numbers for copying of each source token, (source tokens,)."""
        return None

    def more(self, batch: Any, row: int) -> dict[str, Any]:  # noqa: ARG002 (some have)
        """What stands in the answer to a row besides what was written."""
        return {}

    @abstractmethod
    def tokens(
        self, batch: Any, row: int, ids: Sequence[int], places: Sequence[int] | None
    ) -> list[str]:
        """The tokens of an answer to a row, and where it looked for each."""

    def answers(self, batch: Batch) -> Answers:
        """For each row "prediction", "log_probability" (nats), "tokens", and `more`.

        Where the decoder looks back, "looked_at" has for each token the place of the
        source that it looked at most; further answers stand in "alternatives".
        """
        made: Answers = [{} for _ in range(len(batch))]
        order = batch.inputs.lengths.argsort(stable=True).tolist()
        at_once = max(ROWS // self.settings.beam, 1)
        for at in range(0, len(order), at_once):
            rows = order[at : at + at_once]
            for row, answer in zip(rows, self._some(batch.gather(rows)), strict=True):
                made[row] = answer
        return made

    def steps(self, batch: Batch) -> EncoderDecoderSteps:
        """The answers to these sources, before their first tokens."""
        source, copies = self.source(batch), self.copies(batch)
        return EncoderDecoderSteps(self.network, source, self.target.end, copies)

    def rules(self) -> Rules:
        """What an answer may be."""
        how, longest = self.settings, self.longest
        return Rules(
            end=self.target.end,
            shortest=min(how.shortest, longest),
            longest=longest,
            no_repeat=how.no_repeat,
            banned=(UNKNOWN,),
        )

    def _some(self, batch: Batch) -> Answers:
        how = self.settings
        found = beam(
            lambda rows: self.steps(batch.gather(rows)),
            self.rules(),
            inputs=len(batch),
            width=max(how.beam, how.best),
            count=how.best,
            penalties=Penalties(how.length_penalty, how.coverage_penalty),
        )
        answers: Answers = []
        none = {"prediction": "", "log_probability": None, "tokens": []}
        for row, mine in enumerate(self.told(batch, found)):
            best = mine[0] if mine else none
            others = {"alternatives": mine[1:]} if how.best > 1 else {}
            answers.append({**best, **others, **self.more(batch, row)})
        return answers

    def told(self, batch: Batch, found: list[list[Drawn]]) -> list[Answers]:
        """What was found for each row, in words."""
        flat = [(row, drawn) for row, several in enumerate(found) for drawn in several]
        looked_at = self._looked_at(batch, flat)
        told: list[Answers] = [[] for _ in found]
        for (row, drawn), places in zip(flat, looked_at, strict=True):
            tokens = self.tokens(batch, row, drawn.ids, places)
            answer: dict[str, Any] = {
                "prediction": joined(tokens, self.target.unit),
                "log_probability": drawn.log_probability,
                "tokens": tokens,
            }
            looked = {} if places is None else {"looked_at": places}
            told[row].append(answer | looked)
        return told

    def _looked_at(
        self, batch: Batch, flat: list[tuple[int, Drawn]]
    ) -> list[list[int] | None]:
        """For each answer, and each of its tokens, the place looked at most; or None.

        −1 where a source has no tokens.
        """
        if self.network.settings.attention == "none" or not flat:
            return [None] * len(flat)
        some = batch.gather([row for row, _ in flat])
        inputs, attention = self.attention(some, [drawn.ids for _, drawn in flat])
        places = [int(one.argmax()) if len(one) else -1 for one in attention.to_list()]
        offsets = inputs.offsets.tolist()
        return [places[start:stop] for start, stop in pairwise(offsets)]

    @torch.no_grad()
    def attention(
        self, batch: Batch, answers: Sequence[Sequence[int]]
    ) -> tuple[Ragged, Ragged]:
        """What was read before each token, and what each place of the source was given.

        `answers` holds the ids of one answer to each row. Values (tokens,), and
        (pairs,) with the lengths of the sources, (tokens,).
        """
        end, known = self.target.end, len(self.target)
        ids = [[i if i < known else UNKNOWN for i in answer] for answer in answers]
        inputs = ragged([[end, *row][: len(row)] for row in ids])
        said = self.network.say(inputs, self.network.encode(self.source(batch)))
        return inputs, said.attention
