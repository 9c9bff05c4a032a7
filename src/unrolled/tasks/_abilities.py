"""What some tasks can do besides answering: write, weigh given texts, draw pictures."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypedDict

from torch import nn

from unrolled.decoding.settings import DecodingSettings
from unrolled.errors import SettingError
from unrolled.settings import Value, make
from unrolled.tasks._base import Answers, Example


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is to be written."""

    count: int = 1
    given: tuple[str, ...] = ()
    """What the text depends on, in the order of the columns: "female"."""
    start: str = ""
    """The first letters or words."""
    banned: tuple[str, ...] = ()
    """Texts whose tokens must not occur."""
    required: tuple[str, ...] = ()
    """Texts whose tokens must all occur."""
    copies: bool = True
    """Whether texts of the training data may be written again."""
    seed: int = 0
    decoding: DecodingSettings = field(default_factory=DecodingSettings)


class Wishes(TypedDict, total=False):
    """What `Model.generate` takes, by the names of `Wish`."""

    count: int
    given: str | Sequence[str]
    start: str
    banned: Sequence[str]
    required: Sequence[str]
    copies: bool
    seed: int
    decoding: Mapping[str, Value]


def wish_of(wishes: Wishes) -> Wish:
    """The wish as it is. Raises SettingError, TypeError for a strange one."""
    plain: dict[str, Any] = dict(wishes)
    strange = plain.keys() - Wishes.__annotations__.keys()
    if strange:
        raise TypeError(f"got an unexpected keyword argument {min(strange)!r}")
    given = {f"decoding.{k}": v for k, v in plain.pop("decoding", {}).items()}
    decoding: Any = make({"decoding": DecodingSettings}, given)["decoding"]
    for name in ("given", "banned", "required"):
        found = plain.get(name, ())
        plain[name] = (found,) if isinstance(found, str) else tuple(found)
    wish = Wish(**plain, decoding=decoding)
    if wish.count < 1:
        raise SettingError(
            found=f"{wish.count} texts.", expected="one or more", fix="give a count"
        )
    return wish


class AbstractWriter(ABC):
    """A task whose network writes sequences."""

    @abstractmethod
    def write(self, network: nn.Module, wish: Wish) -> Answers:
        """Objects of "text" and "log_probability" (nats), as many as wished for.

        There are fewer where the rules leave no more. Raises SettingError for a wish
        that contradicts itself or names what the model does not know.
        """


class AbstractJudge(ABC):
    """A task whose network says how likely a given text is."""

    @abstractmethod
    def surprisal(self, network: nn.Module, examples: list[Example]) -> Answers:
        """For each text "text", "log_probability", "tokens" and "surprisal" (nats)."""


class AbstractShown(ABC):
    """A task whose answers are better looked at than read."""

    @abstractmethod
    def page(
        self, network: nn.Module, examples: list[Example], answers: Answers
    ) -> str:
        """A self-contained HTML page of these answers to these examples.

        `answers` are those of `AbstractTask.answer`, one for each example.
        """


class AbstractFollowing(ABC):
    """A series under way: told of each new value, asked for what comes next."""

    @abstractmethod
    def observe(
        self,
        values: Sequence[float | None],
        *,
        past: Sequence[float] = (),
        known: Sequence[float] = (),
    ) -> None:
        """The next moment: a value for each channel (None is a gap), and covariates.

        `known` is needed only where the series does not hold it yet. Raises
        UnreadableDataError for another number of them.
        """

    @abstractmethod
    def forecast(self) -> dict[str, Any]:
        """What comes after the last moment, as `predict` tells it."""


class AbstractFollower(ABC):
    """A task that goes along with a series as it grows."""

    @abstractmethod
    def follow(self, network: nn.Module, example: Example) -> AbstractFollowing:
        """From the end of this history on. Raises UnreadableDataError."""
