"""Two tasks that cannot be done without memory, for rows of any length.

adding     0.3  0.8  0.1  0.5  0.9  0.2      numbers from 0 to 1, two of them marked,
            0    1    0    0    1    0       one in each half; the answer is their sum
           Always answering 1 has a mean squared error of 1/6 = 0.167.

copying    C A B A D  _ _ _ _ _ _  !  ? ? ?  five symbols of eight, a wait, a sign; the
                                  C A B A D  answer is the symbols. Knowing nothing gets
           7 of 8 wrong.

References: Hochreiter and Schmidhuber 1997, "Long short-term memory", experiments 4
(adding) and 2 (a wait before an answer); Arjovsky, Shah and Bengio 2016,
arXiv:1511.06464, section 4, for both in the form used here.
"""

from abc import ABC, abstractmethod
from typing import ClassVar, final

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, mse_loss, one_hot
from typing_extensions import override

from unrolled.ragged import Ragged


class AbstractMemoryTask(ABC):
    """Rows of one length, drawn as often as one wants."""

    name: ClassVar[str]
    inputs: ClassVar[int]
    outputs: ClassVar[int]
    asked: ClassVar[int]
    """How many of the last moments are to answer."""
    knows_nothing: ClassVar[float]
    """The error of the best answer that remembers nothing."""
    lengths: ClassVar[tuple[int, ...]]
    """From one to the next, as far as a cell gets."""

    @abstractmethod
    def draw(
        self, rows: int, length: int, chance: torch.Generator
    ) -> tuple[Ragged, Tensor]:
        """Inputs, values (tokens, inputs), and the answers (rows, asked)."""

    @abstractmethod
    def loss(self, found: Tensor, wanted: Tensor) -> Tensor:
        """Of outputs (rows, asked, outputs) for answers (rows, asked)."""

    @abstractmethod
    def error(self, found: Tensor, wanted: Tensor) -> float:
        """How wrong outputs (rows, asked, outputs) are for answers (rows, asked)."""


@final
class Adding(AbstractMemoryTask):
    """The sum of two numbers among many."""

    name = "adding"
    inputs, outputs, asked = 2, 1, 1
    knows_nothing = 1 / 6
    lengths = (10, 25, 50, 100, 200, 400)

    @override
    def draw(
        self, rows: int, length: int, chance: torch.Generator
    ) -> tuple[Ragged, Tensor]:
        numbers, each = torch.rand(rows, length, generator=chance), torch.arange(rows)
        half, marks = length // 2, torch.zeros(rows, length)
        first = torch.randint(half, (rows,), generator=chance)
        second = torch.randint(half, length, (rows,), generator=chance)
        marks[each, first] = marks[each, second] = 1.0
        wanted = (numbers * marks).sum(1, keepdim=True)
        values = torch.stack([numbers, marks], dim=-1).flatten(0, 1)
        return Ragged(values, torch.full((rows,), length)), wanted

    @override
    def loss(self, found: Tensor, wanted: Tensor) -> Tensor:
        return mse_loss(found.squeeze(-1), wanted)

    @override
    def error(self, found: Tensor, wanted: Tensor) -> float:
        return float(self.loss(found, wanted))


@final
class Copying(AbstractMemoryTask):
    """Five symbols, kept over a wait of `length` moments."""

    name = "copying"
    inputs, outputs, asked = 10, 8, 5
    knows_nothing = 7 / 8
    lengths = (5, 10, 25, 50, 100, 200)

    @override
    def draw(
        self, rows: int, length: int, chance: torch.Generator
    ) -> tuple[Ragged, Tensor]:
        symbols = torch.randint(self.outputs, (rows, self.asked), generator=chance)
        ids = torch.full((rows, self.asked + length + self.asked), self.outputs)
        ids[:, : self.asked] = symbols
        ids[:, self.asked + length] = self.outputs + 1
        values = one_hot(ids.flatten(), self.inputs).float()
        return Ragged(values, torch.full((rows,), ids.shape[1])), symbols

    @override
    def loss(self, found: Tensor, wanted: Tensor) -> Tensor:
        return cross_entropy(found.flatten(0, 1), wanted.flatten())

    @override
    def error(self, found: Tensor, wanted: Tensor) -> float:
        return float((found.argmax(-1) != wanted).double().mean())
