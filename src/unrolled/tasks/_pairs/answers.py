"""Answers of an encoder-decoder, searched with a beam, and where they looked.

A token that was written as unknown is replaced by the source token that the decoder
looked at most (Luong et al. 2015, "Addressing the rare word problem", replaces it by
an aligned word as well).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, final

import torch

from unrolled.decoding.beam import Penalties, beam
from unrolled.decoding.rules import Rules
from unrolled.decoding.steps import Drawn
from unrolled.models.encoder_decoder import EncoderDecoder
from unrolled.models.encoder_decoder_steps import EncoderDecoderSteps
from unrolled.ragged import Ragged
from unrolled.tasks._base import Answers
from unrolled.tasks._pairs.settings import PairsSettings
from unrolled.tasks._pairs.sides import Pairs, PairsBatch
from unrolled.tasks._symbols import ragged
from unrolled.text.joined import joined
from unrolled.text.vocabulary import UNKNOWN, UNKNOWN_TOKEN

ROWS = 320  # hypotheses that are taken a step further together


@final
@dataclass(frozen=True)
class Answerer:
    """A network with its vocabularies."""

    network: EncoderDecoder
    pairs: Pairs
    settings: PairsSettings

    def answers(self, batch: PairsBatch) -> Answers:
        """For each row "prediction", "log_probability" (nats), "tokens", "source".

        Where the decoder looks back, "looked_at" has for each token the place of the
        source token that it looked at most; further answers stand in "alternatives".
        "unread" counts the tokens at the end of a source too long, if there are any.
        """
        made: Answers = [{} for _ in range(len(batch))]
        order = batch.inputs.lengths.argsort(stable=True).tolist()
        at_once = max(ROWS // self.settings.beam, 1)
        for at in range(0, len(order), at_once):
            rows = order[at : at + at_once]
            some = batch.gather(rows)
            for row, answer in zip(rows, self._some(some), strict=True):
                made[row] = answer
        return made

    def steps(self, batch: PairsBatch) -> EncoderDecoderSteps:
        """The answers to these sources, before their first tokens."""
        copies = None if batch.copies is None else batch.copies.source
        return EncoderDecoderSteps(
            self.network, batch.inputs, self.pairs.target.end, copies
        )

    def rules(self) -> Rules:
        """What an answer may be."""
        how, longest = self.settings, self.pairs.longest
        return Rules(
            end=self.pairs.target.end,
            shortest=min(how.shortest, longest),
            longest=longest,
            no_repeat=how.no_repeat,
            banned=() if self._replaces else (UNKNOWN,),
        )

    @property
    def _replaces(self) -> bool:
        """Whether an unknown token is written, to be replaced from the source."""
        looks = self.network.settings.attention != "none"
        is_met = self.pairs.target.vocabulary.counts[UNKNOWN] > 0  # in training
        return looks and self.network.gate is None and is_met

    def _some(self, batch: PairsBatch) -> Answers:
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
            answers.append({**best, "source": batch.words[row]})
            if how.best > 1:
                answers[-1]["alternatives"] = mine[1:]
            if batch.unread[row]:
                answers[-1]["unread"] = batch.unread[row]
        return answers

    def told(self, batch: PairsBatch, found: list[list[Drawn]]) -> list[Answers]:
        """What was found for each row, in words."""
        flat = [(row, drawn) for row, several in enumerate(found) for drawn in several]
        looked = self._looked_at(batch, flat)
        told: list[Answers] = [[] for _ in found]
        for (row, drawn), places in zip(flat, looked, strict=True):
            told[row].append(self._answer(batch.words[row], drawn, places))
        return told

    def _answer(
        self, words: list[str], drawn: Drawn, places: Sequence[int] | None
    ) -> dict[str, Any]:
        tokens = self.pairs.tokens(drawn.ids, words)
        for at, place in enumerate(places or ()):
            if tokens[at] == UNKNOWN_TOKEN and place >= 0:
                tokens[at] = words[place]
        answer: dict[str, Any] = {
            "prediction": joined(tokens, self.pairs.target.unit),
            "log_probability": drawn.log_probability,
            "tokens": tokens,
        }
        return answer if places is None else answer | {"looked_at": list(places)}

    @torch.no_grad()
    def _looked_at(
        self, batch: PairsBatch, flat: list[tuple[int, Drawn]]
    ) -> list[list[int] | None]:
        """For each answer, and each of its tokens, the place looked at most; or None.

        −1 where a source has no tokens.
        """
        if self.network.settings.attention == "none" or not flat:
            return [None] * len(flat)
        end, known = self.pairs.target.end, len(self.pairs.target)
        ids = [[i if i < known else UNKNOWN for i in drawn.ids] for _, drawn in flat]
        inputs = ragged([[end, *row][: len(row)] for row in ids])
        source = batch.inputs.gather([row for row, _ in flat])
        said = self.network.say(inputs, self.network.encode(source))
        return _largest(said.attention, inputs)


def _largest(attention: Ragged, tokens: Ragged) -> list[list[int] | None]:
    """The place of the largest of each token's numbers, by rows of `tokens`."""
    places = [int(one.argmax()) if len(one) else -1 for one in attention.to_list()]
    offsets = tokens.offsets.tolist()
    return [places[start:stop] for start, stop in pairwise(offsets)]
