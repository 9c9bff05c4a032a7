"""Many to one: a sequence of any length in, one row of scores out.

    tokens ──► input ──► stack of recurrent layers ──► pooling ──► head ──► scores
    great      vectors   states that have read so far   one vector

"He is great" may have three tokens or three hundred: the weights are shared over time,
so the network has the same number of them.
"""

from typing import final

from torch import Tensor, nn
from torch.nn.functional import dropout
from typing_extensions import override

from unrolled import catalog
from unrolled.cells._base import AbstractGatedCell
from unrolled.errors import SettingError
from unrolled.models.heads import make_head
from unrolled.models.inputs import TokenInput, VectorInput
from unrolled.models.pooling import Pooling
from unrolled.models.settings import ModelSettings
from unrolled.models.stack import Stack
from unrolled.ragged import Ragged


@final
class ManyToOne(nn.Module):
    """Input, stack, pooling and a head for one kind of answer."""

    def __init__(
        self,
        reads: TokenInput | VectorInput,
        settings: ModelSettings,
        *,
        kind: str,
        classes: int,
    ) -> None:
        super().__init__()
        self.dropout = settings.dropout
        self.reads = reads
        self.stack = Stack(
            make_cell(settings),
            inputs=reads.width,
            hidden=settings.hidden,
            layers=settings.layers,
            bidirectional=settings.bidirectional,
            dropout=settings.dropout,
        )
        self.pooling = Pooling(settings.pooling, self.stack.width)
        self.head = make_head(kind, self.pooling.width, classes)

    @override
    def forward(self, sequences: Ragged) -> Tensor:
        """From ids (tokens,) or numbers (tokens, features) to scores (rows, scores)."""
        states, last = self.stack(self.reads(sequences))
        pooled = self.pooling(states, last)
        return self.head(dropout(pooled, self.dropout, self.training))


def make_cell(settings: ModelSettings) -> AbstractGatedCell:
    """The cell that the settings name, with its options.

    Raises UnknownNameError for a cell and SettingError for an option that is not there.
    """
    kind = catalog.find("cells", settings.cell)
    given = [part.split("=", 1) for part in settings.cell_options.split(",") if part]
    options = {key: {"true": True, "false": False}.get(v, v) for key, *[v] in given}
    known = getattr(kind, "__dataclass_fields__", {})
    for key, value in options.items():
        if key not in known or type(value) is not known[key].type:
            raise SettingError(
                found=f'the {settings.cell} cell was given "{key}={value}".',
                expected=f"options among {', '.join(known) or 'none'}",
                fix="correct model.cell_options",
            )
    return kind(**options)


def count_weights(model: nn.Module) -> int:
    """The numbers that training may change."""
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
