"""What a task that can listen gives: a sound in pieces, with answers on the way."""

from abc import ABC, abstractmethod
from typing import Any

from torch import Tensor, nn


class AbstractHearing(ABC):
    """One sound as it comes."""

    @abstractmethod
    def accept(self, samples: Tensor) -> str:
        """Goes on with samples (samples,) in [−1, 1]; the text up to here."""

    @abstractmethod
    def finish(self) -> dict[str, Any]:
        """The sound is over: the answer that the whole sound has, to the bit."""


class AbstractListener(ABC):
    """A task whose network need not wait for the end of a sound."""

    @property
    @abstractmethod
    def rate(self) -> int:
        """Samples a second that it listens to."""

    @abstractmethod
    def listen(self, network: nn.Module) -> AbstractHearing:
        """Begins with a sound. Raises SettingError for a network that has to wait."""
