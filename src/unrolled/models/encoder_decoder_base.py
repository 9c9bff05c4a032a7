"""A decoder with a softmax, over a source that some encoder has read.

    source ──► encoder ──► one vector for each part of it: words, regions
                              │ and the states to begin with
    inputs    <end>  Je    suis  ...     decoder, looking back (models/attending.py)
    targets   Je     suis  en    ...     softmax, or a copy (models/copying.py)

The end stands before the first token too: an answer begins where another has ended.
Who reads texts is models/encoder_decoder.py, who reads pictures models/captioner.py.

References: label smoothing is Szegedy et al. 2016, arXiv:1512.00567, section 7.
Scheduled sampling in two passes: Duckworth et al. 2019, arXiv:1906.04331.
"""

from abc import abstractmethod
from typing import NamedTuple

import torch
from torch import Tensor, nn
from typing_extensions import override

from unrolled.cells._base import State
from unrolled.engine.fed import Said
from unrolled.engine.watch import seen
from unrolled.models.attending import Decoder
from unrolled.models.copying import Copies, copied, mixed, mixed_with_all
from unrolled.models.decoder_settings import DecoderSettings
from unrolled.models.dropout import kept
from unrolled.models.inputs import TokenInput, drop_along_rows
from unrolled.models.linear_layer import Linear
from unrolled.models.many_to_one import make_cell
from unrolled.models.softmax import Softmax
from unrolled.ragged import Ragged
from unrolled.randomness import computing_on
from unrolled.text.vocabulary import UNKNOWN

AT_ONCE = 1024  # tokens whose chances of 8,000 others are held at a time: 32 MB


class Sides(NamedTuple):
    """Rows to learn from: what is read, and ids (tokens,) int64 of what is written."""

    source: Ragged
    """What the encoder reads: ids (tokens,) of a text, or pictures."""
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
    """A vector for each of its parts, values (source tokens, width)."""
    state: State
    """What the decoder begins with, each (layers, rows, hidden)."""


class AbstractEncoderDecoder(nn.Module):
    """Decoder and softmax; an encoder of one's own stands before them.

    Weights are drawn in this order: the vectors of target tokens, the encoder, then
    what `_add_decoder` makes.
    """

    def __init__(
        self, target: int, settings: DecoderSettings, start: Tensor | None
    ) -> None:
        """`target` counts the tokens of the vocabulary.

        `start` holds vectors to begin with, (tokens, embedding), where such are given.
        """
        super().__init__()
        self.settings, self.cell = settings, make_cell(settings)
        self.writes = self._table(target, start)

    def _table(self, tokens: int, start: Tensor | None) -> TokenInput:
        """Vectors for tokens, (tokens, embedding)."""
        return TokenInput(
            tokens,
            self.settings.embedding,
            dropout=0.0,
            token_dropout=self.settings.word_dropout,
            start=start,
        )

    def _add_decoder(self, source: int, *, whole: int, copies: bool = False) -> None:
        """Bridge, decoder and softmax, over `source` numbers for each source token.

        The bridge is given `whole` numbers for each layer.
        """
        settings, cell, tokens = self.settings, self.cell, self.writes.tokens
        states = len(cell.states) * settings.hidden
        self.bridge = nn.ModuleList(
            Linear(whole, states) for _ in range(settings.layers)
        )
        width = settings.embedding
        outputs = width if settings.tied else settings.hidden
        self.decoder = Decoder(
            settings, cell, inputs=width, source=source, outputs=outputs
        )
        self.softmax = Softmax(
            tokens, outputs, self.writes.table if settings.tied else None
        )
        self.gate = Linear(outputs, 1) if copies else None

    @abstractmethod
    def encode(self, source: Ragged) -> Encoded:
        """Reads sources to their ends: values (source tokens, ...)."""

    def _begin(self, read: list[Tensor]) -> State:
        """The decoder's first states, from a vector of the source for each layer.

        Each is (rows, whole); a state is (layers, rows, hidden).
        """
        hidden, learns, states = self.settings.hidden, torch.is_grad_enabled(), []
        for layer, vectors in zip(self.bridge, read, strict=True):
            linear: Linear = layer  # pyright: ignore[reportAssignmentType]
            found = linear(vectors) if learns else linear.by_row(vectors)
            states.append(
                torch.tanh(found).view(len(vectors), found.shape[1] // hidden, hidden)
            )
        deep = torch.stack(states).permute(2, 0, 1, 3)
        return tuple(each.contiguous() for each in deep)

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

    def say(self, inputs: Ragged, read: Encoded) -> Said:
        """What the decoder says after each known token, ids with values (tokens,)."""
        x = seen("written", self._vectors(self.writes, inputs))
        return self.decoder(x, *read)

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
