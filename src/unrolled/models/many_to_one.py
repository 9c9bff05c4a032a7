"""Many to one: a sequence of any length in, one row of scores out.

    tokens ──► input ──► stack of recurrent layers ──► pooling ──► head ──► scores
    great      vectors   states that have read so far   one vector

"He is great" may have three tokens or three hundred: the weights are shared over time,
so the network has the same number of them.
"""

from dataclasses import fields, is_dataclass
from typing import Any, Protocol, final

from torch import Tensor, nn
from typing_extensions import override

from unrolled import catalog
from unrolled.cells._base import AbstractGatedCell
from unrolled.engine.watch import seen
from unrolled.errors import SettingError
from unrolled.models.dropout import dropout
from unrolled.models.heads import make_head
from unrolled.models.inputs import TokenInput, VectorInput
from unrolled.models.pooling import Pooling
from unrolled.models.settings import ModelSettings
from unrolled.models.sound_layer import SoundLayer
from unrolled.models.stack import Stack
from unrolled.ragged import Ragged

READ_AS = {
    bool: {"true": True, "false": False}.__getitem__,
    int: int,
    float: float,
    str: str,
}
"""How the text of a cell's option is read, by its type."""
LOOKS_LIKE = {bool: "true|false", int: "NUMBER", float: "NUMBER", str: "WORD"}


@final
class ManyToOne(nn.Module):
    """Input, stack, pooling and a head for one kind of answer."""

    def __init__(
        self,
        reads: TokenInput | VectorInput | SoundLayer,
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
        self.pooling = Pooling(settings.pooling, self.stack.width, inputs=reads.width)
        self.head = make_head(kind, self.pooling.width, classes)

    @override
    def forward(self, sequences: Ragged, evidence: Ragged | None = None) -> Tensor:
        """From ids (tokens,) or numbers (tokens, features) to scores (rows, scores)."""
        pooled = self.pooled(sequences, evidence)
        return self.head(dropout(pooled, self.dropout, self.training))

    def pooled(self, sequences: Ragged, evidence: Ragged | None = None) -> Tensor:
        """The same up to the vector that the head is given, (rows, width)."""
        x = seen("inputs", self.reads(sequences, evidence))
        outputs, (h, *_) = self.stack(x)
        return self.pooling(outputs, self.stack.top(h), x)


class NamesACell(Protocol):
    """Settings of a network, as far as they choose its cell."""

    @property
    def cell(self) -> str:
        """Its name in the catalog."""
        ...

    @property
    def cell_options(self) -> str:
        """Options as key=value,key=value."""
        ...


def make_cell(settings: NamesACell) -> AbstractGatedCell:
    """The cell that the settings name, with its options.

    Raises UnknownNameError for a cell and SettingError for an option that is not there.
    """
    kind: Any = catalog.find("cells", settings.cell)
    known = {one.name: one.type for one in _options_of(kind)}
    options: dict[str, bool | int | float | str] = {}
    for part in filter(None, map(str.strip, settings.cell_options.split(","))):
        key, _, text = map(str.strip, part.partition("="))
        try:
            options[key] = READ_AS[known[key]](text)
        except (KeyError, ValueError):
            choices = [f"{name}={LOOKS_LIKE[type_]}" for name, type_ in known.items()]
            raise SettingError(
                found=f'model.cell_options holds "{part}", for the cell'
                f" {settings.cell}.",
                expected=" or ".join(choices) or "nothing: this cell has no options",
                fix="correct it, or leave it out",
            ) from None
    return kind(**options)


def _options_of(kind: type) -> tuple[Any, ...]:
    return fields(kind) if is_dataclass(kind) else ()


def count_weights(model: nn.Module) -> int:
    """The numbers that training may change."""
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
