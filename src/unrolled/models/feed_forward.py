"""The network before recurrence: a place, and weights of its own, for every position.

    He is great          3 tokens, and 5 places here
    ┌──┬──┬─────┬─┬─┐
    │he│is│great│0│0│    concatenated: places · width numbers, zeros behind the end
    └──┴──┴─────┴─┴─┘
           W, tanh       (places · width) · hidden weights
           head          scores

With a one-hot code (Elman 1990, section "The problem with time", describes this as time
made spatial) 10 places for 10,000 words and 10 hidden units are 1,000,000 weights. "It
is great" moved by one place meets other weights, and has to be learned again. A
recurrent layer has one block of weights for all places (models/many_to_one.py).
"""

from typing import final

from torch import Tensor, nn
from torch.nn.functional import pad
from typing_extensions import override

from unrolled.models.dropout import dropout
from unrolled.models.heads import make_head
from unrolled.models.inputs import TokenInput, VectorInput
from unrolled.models.linear_layer import Linear
from unrolled.models.settings import ModelSettings
from unrolled.models.sound_layer import SoundLayer
from unrolled.ragged import Ragged
from unrolled.time_major import spans


@final
class FeedForward(nn.Module):
    """Input, one hidden layer over all places at once, and a head.

    Reads the first `settings.places` tokens of a row; what comes behind them is cut.
    """

    def __init__(
        self,
        reads: TokenInput | VectorInput | SoundLayer,
        settings: ModelSettings,
        *,
        kind: str,
        classes: int,
    ) -> None:
        super().__init__()
        self.dropout, self.places = settings.dropout, settings.places
        self.reads = reads
        self.hidden = Linear(settings.places * reads.width, settings.hidden)
        self.head = make_head(kind, settings.hidden, classes)

    @override
    def forward(self, sequences: Ragged, evidence: Ragged | None = None) -> Tensor:
        """From ids (tokens,) or numbers (tokens, features) to scores (rows, scores)."""
        pooled = self.pooled(sequences, evidence)
        return self.head(dropout(pooled, self.dropout, self.training))

    def pooled(self, sequences: Ragged, evidence: Ragged | None = None) -> Tensor:
        """The same up to the hidden layer, (rows, hidden)."""
        x = first(self.reads(sequences, evidence), self.places)
        laid = x.to_padded(batch_first=True).flatten(1)
        missing = self.hidden.weight.shape[1] - laid.shape[1]
        return self.hidden(pad(laid, (0, missing))).tanh()


def first(x: Ragged, places: int) -> Ragged:
    """The first `places` tokens of each row, values (tokens, features...)."""
    lengths = x.lengths.clamp(max=places)
    index = spans(x.offsets[:-1], lengths)
    return Ragged(x.values.index_select(0, index.to(x.values.device)), lengths)
