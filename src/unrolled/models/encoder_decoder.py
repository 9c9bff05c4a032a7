"""Sequence to sequence: read a source to its end, then write an answer of any length.

    source    I     am    late  .
    ──► embedding ──► recurrent layers, both directions ──► one vector for each token
                                       │ last states
                                     bridge
                                       ▼
    inputs    <end>  Je    suis  ...     decoder, looking back (models/attending.py)
    targets   Je     suis  en    ...     softmax, or a copy (models/copying.py)

The end stands before the first token too: an answer begins where another has ended.

References: Sutskever et al. 2014, arXiv:1409.3215, without attention; Bahdanau et al.
2015, arXiv:1409.0473, and Luong et al. 2015, arXiv:1508.04025, with it. Label
smoothing: Szegedy et al. 2016, arXiv:1512.00567, section 7. Scheduled sampling in two
passes: Duckworth et al. 2019, arXiv:1906.04331.
"""

from typing import NamedTuple, final

import torch
from torch import Tensor, nn
from typing_extensions import override

from unrolled.cells._base import State
from unrolled.engine.fed import Said
from unrolled.models.attending import Decoder
from unrolled.models.copying import Copies, copied, mixed, mixed_with_all
from unrolled.models.dropout import kept
from unrolled.models.encoder_decoder_settings import EncoderDecoderSettings
from unrolled.models.inputs import TokenInput, drop_along_rows
from unrolled.models.linear_layer import Linear
from unrolled.models.many_to_one import make_cell
from unrolled.models.softmax import Softmax
from unrolled.models.stack import Stack
from unrolled.ragged import Ragged
from unrolled.randomness import computing_on
from unrolled.text.vocabulary import UNKNOWN

AT_ONCE = 1024  # tokens whose chances of 8,000 others are held at a time: 32 MB


class Sides(NamedTuple):
    """Rows to learn from: ids of both languages, each with values (tokens,) int64."""

    source: Ragged
    inputs: Ragged
    """The end, and the target but for its last token."""
    targets: Ragged
    """The target and the end; a word that only the source has is the unknown one."""
    copies: Copies | None = None


class Told(NamedTuple):
    """What the network says of answers that are known."""

    nats: Ragged
    """−log P of each target, values (tokens,)."""
    price: Tensor
    """What training adds to them, (tokens,): smoothed labels, coverage."""
    hits: Tensor
    """Whether each target is the likeliest token, (tokens,); empty in training."""


class Encoded(NamedTuple):
    """A source that was read."""

    values: Ragged
    """A vector for each token, values (source tokens, width)."""
    state: State
    """What the decoder begins with, each (layers, rows, hidden)."""


@final
class EncoderDecoder(nn.Module):
    """Encoder, bridge, decoder and softmax."""

    def __init__(
        self,
        source: int,
        target: int,
        settings: EncoderDecoderSettings,
        *,
        joint: bool = False,
        start: tuple[Tensor | None, Tensor | None] = (None, None),
    ) -> None:
        """`source` and `target` count the tokens of the two vocabularies.

        `joint`: they are one, and share their vectors. `start` holds vectors to begin
        with, (tokens, embedding), where such are given.
        """
        super().__init__()
        self.settings, cell = settings, make_cell(settings)
        width, hidden, layers = settings.embedding, settings.hidden, settings.layers

        def table(tokens: int, begin: Tensor | None) -> TokenInput:
            return TokenInput(
                tokens,
                width,
                dropout=0.0,
                token_dropout=settings.word_dropout,
                start=begin,
            )

        self.writes = table(target, start[1])
        self.reads = self.writes if joint else table(source, start[0])
        self.encoder = Stack(
            cell,
            inputs=width,
            hidden=-(-hidden // 2),
            layers=layers,
            bidirectional=True,
            dropout=settings.dropout,
            weight_dropout=settings.weight_dropout,
        )
        ends = self.encoder.width
        states = len(cell.states) * hidden
        self.bridge = nn.ModuleList(Linear(ends, states) for _ in range(layers))
        outputs = width if settings.tied else hidden
        self.decoder = Decoder(
            settings, cell, inputs=width, source=ends, outputs=outputs
        )
        self.softmax = Softmax(
            target, outputs, self.writes.table if settings.tied else None
        )
        self.gate = Linear(outputs, 1) if settings.copy else None

    @override
    def forward(self, sides: Sides) -> Told:
        """What is said of each target."""
        read = self.encode(sides.source)
        inputs = sides.inputs
        if self.training and self.settings.scheduled_sampling:
            inputs = self._sampled(inputs, read)
        said = self.say(inputs, read)
        nats, written = self._nats(said, sides)
        price = torch.zeros_like(nats)
        hits = sides.targets.values.new_zeros(0)
        if self.training:
            price = self._price(said, written, sides.targets.values)
        else:
            hits = self._hits(said, sides)
        return Told(sides.targets.with_values(nats), price, hits)

    def encode(self, source: Ragged) -> Encoded:
        """Reads sources to their ends: ids, values (source tokens,)."""
        x = self._vectors(self.reads, source)
        outputs, (h, *_) = self.encoder(x)
        rows, hidden = len(source), self.settings.hidden
        ends = h.view(self.settings.layers, 2, rows, h.shape[-1])
        states = []
        for place, layer in enumerate(self.bridge):
            both = torch.cat(list(ends[place]), dim=-1)
            learns = torch.is_grad_enabled()
            linear: Linear = layer  # pyright: ignore[reportAssignmentType]
            found = linear(both) if learns else linear.by_row(both)
            states.append(
                torch.tanh(found).view(rows, found.shape[1] // hidden, hidden)
            )
        deep = torch.stack(states).permute(2, 0, 1, 3)
        return Encoded(outputs, tuple(each.contiguous() for each in deep))

    def say(self, inputs: Ragged, read: Encoded) -> Said:
        """What the decoder says after each known token, ids with values (tokens,)."""
        return self.decoder(self._vectors(self.writes, inputs), *read)

    def log_probabilities(self, outputs: Tensor) -> Tensor:
        """Of every token of the vocabulary, (rows, tokens), from (rows, outputs)."""
        with torch.no_grad():
            return self.softmax.log_probabilities(outputs)

    def vectors(self, ids: Tensor) -> Tensor:
        """What stands for target tokens when they are read: (rows, embedding)."""
        table = self.writes.table
        known = ids.where(ids < len(self.softmax.bias), UNKNOWN)  # copied words
        return self.softmax.weight[known] if table is None else table[known]

    def _vectors(self, table: TokenInput, ids: Ragged) -> Ragged:
        share = self.settings.input_dropout
        return drop_along_rows(table(ids), share, self.training)

    def _nats(self, said: Said, sides: Sides) -> tuple[Tensor, Tensor]:
        """Of each target −log P, and the share of P that is written, both (tokens,)."""
        outputs, copies = said.outputs.values, sides.copies
        nats = self.softmax(outputs, sides.targets.values)
        if self.gate is None or copies is None:
            return nats, torch.ones_like(nats)
        mass = copied(said.attention, copies)
        known = copies.target.values < len(self.softmax.bias)
        return mixed(nats, mass, self.gate(outputs).squeeze(1), known)

    def _hits(self, said: Said, sides: Sides) -> Tensor:
        """Whether each target is the likeliest of all tokens, (tokens,)."""
        outputs, copies = said.outputs.values, sides.copies
        true = sides.targets.values
        if self.gate is None or copies is None:
            parts = zip(outputs.split(AT_ONCE), true.split(AT_ONCE), strict=True)
            hits = [self.log_probabilities(x).argmax(1) == ids for x, ids in parts]
            return torch.cat(hits)
        true, row = copies.target.values, sides.targets.row_of_token
        gate, size = self.gate(outputs).squeeze(1), len(self.softmax.bias)
        extra = max([size - 1, *copies.source.values.tolist()]) + 1 - size
        hits = []
        for some in torch.arange(len(true)).split(AT_ONCE):
            found = mixed_with_all(
                self.log_probabilities(outputs[some]),
                said.attention.gather(some),
                gate[some],
                copies.source.gather(row[some]),
                extra,
            )
            hits.append(found.argmax(1) == true[some])
        return torch.cat(hits)

    def _price(self, said: Said, written: Tensor, ids: Tensor) -> Tensor:
        """What training adds to the nats of each target, (tokens,).

        With smoothed labels the loss is (1 − ε) nats + ε mean(−log P), and the mean of
        all log-probabilities needs no softmax of its own: mean(z) is the product with
        the mean weight. A copy is not smoothed: of a target that is partly copied, the
        share that is written is, else its score would fall without end.
        """
        settings, x = self.settings, said.outputs.values
        price = torch.zeros_like(written)
        smoothing = settings.label_smoothing
        if smoothing:
            weight, bias = self.softmax.weight, self.softmax.bias
            with computing_on(1):
                mean = (x * weight.mean(0)).sum(1) + bias.mean()
                score = (x * weight.index_select(0, ids)).sum(1) + bias[ids]
            price = smoothing * written * (score - mean)  # of (log Z − mean) − nats
        if settings.coverage and len(said.seen):
            again = torch.minimum(said.attention.values, said.seen)
            row = said.attention.row_of_token
            price = price.index_add(0, row, settings.coverage * again)
        return price

    @torch.no_grad()
    def _sampled(self, inputs: Ragged, read: Encoded) -> Ragged:
        """The inputs, some of them as the decoder itself would have written them."""
        found = self.log_probabilities(self.say(inputs, read).outputs.values)
        drawn = found.exp().multinomial(1).squeeze(1)
        said = torch.cat([inputs.values[:1], drawn[:-1]])  # after the token before
        first = torch.zeros(len(said), dtype=torch.bool)
        first[inputs.offsets[:-1][inputs.lengths > 0]] = True
        share = self.settings.scheduled_sampling
        true = kept(said.shape, share, said.device).bool() | first
        return inputs.with_values(torch.where(true, inputs.values, said))
