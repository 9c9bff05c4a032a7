"""The decoder of an encoder-decoder: the next token from those so far and the source.

    with attention      the loop of engine/fed.py: cells, a look at the source, feeding
    without             recurrent layers alone: all that they know of the source is the
                        state that they begin with

`forward` takes known tokens, as in training. `step` takes one token of each row, from
the state that the step before has left.
"""

from dataclasses import dataclass, replace
from typing import final

import torch
from torch import Tensor, nn
from typing_extensions import override

from unrolled.cells._base import AbstractGatedCell, State
from unrolled.engine import stream
from unrolled.engine.attention import Memory, Scoring, attend
from unrolled.engine.fed import Said, Source, say
from unrolled.engine.fed_forward import Fed
from unrolled.engine.watch import seen
from unrolled.models.decoder_settings import DecoderSettings
from unrolled.models.dropout import dropout
from unrolled.models.inputs import drop_along_rows
from unrolled.models.linear_layer import Linear
from unrolled.models.stack import Stack
from unrolled.ragged import Ragged


@final
@dataclass(frozen=True, eq=False)
class Under:
    """Rows that are under way, one token after the other."""

    memory: Memory
    """What each row looks at; without tokens where there is no attention."""
    state: list[State]
    """Of each layer, each (rows, hidden)."""
    output: Tensor
    """What was said last, (rows, outputs)."""
    seen: Tensor
    """What each source token was given so far, (source tokens,)."""
    attention: Tensor
    """What it was given last, (source tokens,)."""
    origin: Tensor
    """Which of the sources each row looks at, (rows,)."""

    def keep(self, rows: Tensor) -> "Under":
        """These rows, (kept,), in this order; repeats allowed."""
        lengths, memory = self.memory.lengths, self.memory
        seen, attention = (Ragged(t, lengths) for t in (self.seen, self.attention))
        origin = self.origin[rows]
        if not torch.equal(origin, self.origin):  # else only beginnings were swapped
            keys, values = (Ragged(t, lengths) for t in (memory.keys, memory.values))
            memory = Memory(
                keys.gather(rows).values, values.gather(rows).values, lengths[rows]
            )
        return Under(
            memory,
            [tuple(s[rows] for s in layer) for layer in self.state],
            self.output[rows],
            seen.gather(rows).values,
            attention.gather(rows).values,
            origin,
        )


@final
class Decoder(nn.Module):
    """Recurrent layers, one direction, that look at a source if `attention` says so."""

    def __init__(
        self,
        settings: DecoderSettings,
        cell: AbstractGatedCell,
        *,
        inputs: int,
        source: int,
        outputs: int,
    ) -> None:
        """`source` is the width of the encoder's outputs."""
        super().__init__()
        hidden, kind = settings.hidden, settings.attention
        self.settings, self.outputs, self.looks = settings, outputs, kind != "none"
        self.stack = Stack(
            cell,
            inputs=inputs + (outputs if self.looks else 0),
            hidden=hidden,
            layers=settings.layers,
            dropout=settings.dropout,
        )
        self.out = Linear(hidden + (source if self.looks else 0), outputs)
        self.keys = Linear(source, hidden, bias=False) if self.looks else None
        additive = kind == "additive"
        self.asks = Linear(hidden, hidden, bias=False) if additive else None
        self.v = nn.Parameter(_small(hidden)) if additive else None
        covers = self.looks and settings.coverage > 0
        self.coverage = nn.Parameter(_small(hidden)) if covers else None

    @override
    def forward(self, x: Ragged, source: Ragged, state: State) -> Said:
        """What is said after each token of x, values (tokens, inputs).

        `source` has values (source tokens, width) and each state is (layers, rows,
        hidden). Without attention that part of the answer is empty.
        """
        share, training = self.settings.dropout, self.training
        if self.keys is None:
            output, _ = self.stack(x, state)
            said = output.map(lambda v: torch.tanh(self.out(v)))
            said = drop_along_rows(said, share, training)
            none = source.values.new_zeros(0)
            zeros = torch.zeros(len(x.values), dtype=torch.int64)
            return Said(said, Ragged(none, zeros), none)
        ones = x.values.new_ones(len(x), max(self.stack.hidden, self.outputs))
        widths = [self.stack.hidden] * (self.stack.layers - 1) + [self.outputs]
        masks = [
            dropout(ones[:, :width], share, training) if share and training else None
            for width in widths
        ]
        looked_at = Source(source.map(self.keys), source)
        states = [tuple(s[at] for s in state) for at in range(self.stack.layers)]
        said = say(self.stack.cell, self._fed(), x, looked_at, states, masks)
        return said._replace(attention=seen("attention", said.attention))

    def _fed(self) -> Fed:
        layers = [self.stack.weights(at, "") for at in range(self.stack.layers)]
        asks = None if self.asks is None else self.asks.weight
        bias = self.out.bias
        return Fed(layers, asks, self.v, self.coverage, self.out.weight, bias)

    @torch.no_grad()
    def begin(self, source: Ragged, state: State) -> Under:
        """Rows before their first token, from what `forward` is given.

        `source` has values (source tokens, width), a state is (layers, rows, hidden).
        """
        rows, values = len(source), source.values
        lengths = source.lengths
        if self.keys is None:
            lengths, values = torch.zeros_like(lengths), values[:0]
        keys = values if self.keys is None else self.keys.by_row(values)
        none = values.new_zeros(len(values))
        states = [tuple(s[at] for s in state) for at in range(self.stack.layers)]
        output = values.new_zeros(rows, self.outputs)
        memory, origin = Memory(keys, values, lengths), torch.arange(rows)
        return Under(memory, states, output, none, none, origin)

    @torch.no_grad()
    def step(self, x: Tensor, under: Under) -> Under:
        """One token of each row further, from x (rows, inputs)."""
        below = torch.cat([x, under.output], dim=1) if self.looks else x
        states: list[State] = []
        for at, before in enumerate(under.state):
            weights = self.stack.weights(at, "")
            below, after = stream(self.stack.cell, weights, below, before)
            states.append(after)
        joint, seen, attention = below, under.seen, under.attention
        if self.looks:
            query = below if self.asks is None else self.asks.by_row(below)
            scoring = Scoring(self.v, self.coverage)
            attention, context = attend(
                query, under.memory, scoring, None if self.coverage is None else seen
            )
            joint, seen = torch.cat([below, context], dim=1), seen + attention
        output = torch.tanh(self.out.by_row(joint))
        return replace(
            under, state=states, output=output, seen=seen, attention=attention
        )


def _small(width: int) -> Tensor:
    """Weights that leave a sum over so many units of about 1."""
    return torch.randn(width) * width**-0.5
