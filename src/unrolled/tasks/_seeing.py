"""What one run of a network over one example is, in the words of its task.

    many to one   inputs  He is great     answer  positive
    aligned       inputs  He is great     scores of each word beside it
    written       inputs  He is great     outputs  Il est super <end>

Who looks inside (the floor `tracing`) knows layers, gates and gradients; a `View` tells
what their steps are called, and runs the network as often as it is asked to.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from unrolled.tasks._base import Example

NATS = "nats"
"""The unit of scores that are log-probabilities."""


@dataclass(frozen=True, eq=False, kw_only=True)
class View:
    """One example, and the run that answers it."""

    axes: Mapping[str, Sequence[str]]
    """What the steps along each axis are called: {"inputs": ("He", "is", "great")}."""
    along: Mapping[str, str]
    """The axis that layers run along, by the beginning of their names.

    {"encoder": "inputs", "decoder.stack": "outputs"}; the second run of the same layers
    is "stack#2". Layers that are not named, such as those over the letters of a word,
    are not shown.
    """
    read: str = "inputs"
    """The axis of the point "inputs" of `engine/watch.py`."""
    told: str
    """The axis of the lines of the scores: "answer" has one step, for many to one."""
    names: Sequence[str]
    """What the columns of the scores are called: labels, tags, tokens."""
    unit: str = NATS
    """NATS where scores are log-probabilities, else that of the values."""
    run: Callable[[], Tensor]
    """Runs the network once, as in training but for dropout: scores (told, names).

    They carry gradients where these are enabled.
    """
    chosen: Sequence[int]
    """The column that the answer took at each told step."""
    asked: int = -1
    """The told step to look back from where none is named, such as a first name found;
    −1 is the last."""
    answer: Mapping[str, Any]
    """What the task answers."""
    growing: Tensor | None = None
    """Many to one: the scores (read, names) after each prefix, each run by itself."""
    parts: Sequence[Mapping[str, Any]] = ()
    """What else there is to look at, as JSON data with a "kind"."""


class AbstractSeen(ABC):
    """A task whose network can be looked into."""

    @abstractmethod
    def view(self, network: nn.Module, example: Example) -> View:
        """The run over this example. Raises UnreadableDataError as `encode` does.

        The network is in eval mode; what searches for the answer runs `unwatched`.
        """
