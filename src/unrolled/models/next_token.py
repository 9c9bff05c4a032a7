"""Which token comes next: read a token, change the state, give every token a chance.

    tokens    <end>    M       a       r                     one row a sequence
    ──► embedding ──► stack of recurrent layers ──► softmax
    next      M        a       r       y      <end>          each output the next input

The same network is a language model (nothing given, the state carried on and on) and a
generator of names (given "female", one state a name): see `tasks/`.
"""

from typing import NamedTuple, final

import torch
from torch import Tensor, nn
from typing_extensions import override

from unrolled.cells._base import State
from unrolled.engine.watch import seen
from unrolled.models.conditions import Conditions, FirstState
from unrolled.models.dropout import kept
from unrolled.models.inputs import drop_along_rows
from unrolled.models.linear_layer import Linear
from unrolled.models.many_to_one import make_cell
from unrolled.models.next_token_settings import NextTokenSettings
from unrolled.models.softmax import AdaptiveSoftmax, Softmax
from unrolled.models.stack import Stack
from unrolled.ragged import Ragged
from unrolled.randomness import computing_on
from unrolled.text.one_hot import one_hot


class Told(NamedTuple):
    """What the network says of a batch whose next tokens are known."""

    nats: Ragged
    """−log P of each next token, values (tokens,)."""
    penalty: Tensor
    """The price of large and of restless outputs, (); 0 where they have none."""
    state: State
    """After the last token of each row, each (layers, rows, hidden)."""


@final
class NextToken(nn.Module):
    """Embedding, stack and softmax; with conditions, if `sizes` says of which kind."""

    def __init__(
        self,
        tokens: int,
        settings: NextTokenSettings,
        *,
        sizes: tuple[int, ...] = (),
        start: Tensor | None = None,
    ) -> None:
        """`sizes` as in `Conditions`; `start` (tokens, embedding) are given vectors."""
        super().__init__()
        self.tokens, self.settings = tokens, settings
        width, hidden = settings.embedding, settings.hidden
        self.table = None
        if width:
            begin = torch.randn(tokens, width) / 10 if start is None else start.clone()
            self.table = nn.Parameter(begin)
        cell = make_cell(settings)
        beside = settings.given_width if sizes else 0
        self.stack = Stack(
            cell,
            inputs=(width or tokens) + beside,
            hidden=hidden,
            layers=settings.layers,
            dropout=settings.dropout,
            weight_dropout=settings.weight_dropout,
        )
        self.conditions = Conditions(sizes, beside) if sizes else None
        self.first = None
        if sizes and settings.given_state:
            self.first = FirstState(
                beside, states=len(cell.states), layers=settings.layers, hidden=hidden
            )
        tied = self.table if settings.tied and settings.softmax == "full" else None
        out = hidden if tied is None else width
        self.narrow = Linear(hidden, out) if out != hidden else None
        self.softmax = (
            Softmax(tokens, out, tied)
            if settings.softmax == "full"
            else AdaptiveSoftmax(tokens, out)
        )

    @override
    def forward(
        self,
        inputs: Ragged,
        targets: Ragged,
        given: Tensor | None = None,
        state: State | None = None,
    ) -> Told:
        """From ids, both with values (tokens,), and what is given, (rows, fields)."""
        output, after = self.read(inputs, given, state)
        dropped = drop_along_rows(output, self.settings.dropout, self.training)
        counts = targets.values >= 0  # below it a token is read and not asked for
        asked = dropped.values if counts.all() else dropped.values[counts]
        found = self.softmax(self._narrowed(asked), targets.values[counts])
        nats = (
            found
            if counts.all()
            else found.new_zeros(len(counts)).masked_scatter(counts, found)
        )
        penalty = (
            self._penalty(output, dropped) if self.training else nats.new_zeros(())
        )
        return Told(inputs.with_values(nats), penalty, after)

    def read(
        self, inputs: Ragged, given: Tensor | None = None, state: State | None = None
    ) -> tuple[Ragged, State]:
        """Outputs after each token, values (tokens, hidden), and the last states.

        Without a state the rows begin: from zero, or from what is given.
        """
        x = drop_along_rows(
            self._vectors(inputs), self.settings.input_dropout, self.training
        )
        if self.conditions is not None and given is not None:
            about = self.conditions(given)
            if state is None and self.first is not None:
                state = self.first(about)
            beside = about.index_select(0, inputs.row_of_token)
            x = x.with_values(torch.cat([x.values, beside], dim=1))
        return self.stack(seen("inputs", x), state)

    def log_probabilities(self, outputs: Tensor) -> Tensor:
        """Of every token to come next, (rows, tokens), from outputs (rows, hidden)."""
        with torch.no_grad():
            narrow = outputs if self.narrow is None else self.narrow.by_row(outputs)
            return self.softmax.log_probabilities(narrow)

    def _vectors(self, inputs: Ragged) -> Ragged:
        ids = inputs.values
        if self.table is None:
            wide = self.stack.get_parameter("weight_ih_l0").dtype
            return inputs.with_values(one_hot(ids, self.tokens).to(wide))
        found = self.table.index_select(0, ids)
        share = self.settings.word_dropout
        if self.training and share:
            words = kept((self.tokens,), share, ids.device).div_(1 - share)
            found = found * words[ids, None]
        return inputs.with_values(found)

    def _narrowed(self, outputs: Tensor) -> Tensor:
        return outputs if self.narrow is None else self.narrow(outputs)

    def _penalty(self, output: Ragged, dropped: Ragged) -> Tensor:
        settings, found = self.settings, output.values.new_zeros(())
        with computing_on(1):
            if settings.activation_penalty:
                found = found + settings.activation_penalty * _size(dropped.values)
            if settings.slowness_penalty:
                row = output.row_of_token
                same = row[1:] == row[:-1]
                change = (output.values[1:] - output.values[:-1])[same]
                found = found + settings.slowness_penalty * _size(change)
        return found


def _size(values: Tensor) -> Tensor:
    """The mean square of (tokens, width), (); 0 of no tokens."""
    return values.square().sum() / max(values.numel(), 1)
