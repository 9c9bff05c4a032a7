"""What every kind of input of a task learns from the training rows, and gives."""

from abc import ABC, abstractmethod
from typing import Any

from torch import Tensor

from unrolled.models.inputs import TokenInput, VectorInput
from unrolled.models.settings import ModelSettings
from unrolled.models.sound_layer import SoundLayer
from unrolled.ragged import Ragged
from unrolled.tasks._base import Example


class AbstractInput(ABC):
    """What was learned of the input column of the training rows."""

    @abstractmethod
    def encode(self, examples: list[Example]) -> Ragged:
        """The inputs of these rows, as the network's first layer takes them.

        Values are ids (tokens,), or numbers (moments, features).
        """

    @abstractmethod
    def layer(
        self, settings: ModelSettings, evidence: int
    ) -> TokenInput | VectorInput | SoundLayer:
        """A first layer with fresh weights, with room for so many counted numbers."""

    @abstractmethod
    def notes(self) -> list[str]:
        """What was found and chosen, in words."""

    @abstractmethod
    def state(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        """JSON files for a model folder, and tensors such as a mean (features,)."""
