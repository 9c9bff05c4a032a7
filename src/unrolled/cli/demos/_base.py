"""What a demo declares: its data, how it trains on them, and what it shows at the end.

prepare     fetches the data, with credit and license shown
answers     what the trained model is asked in the end, as JSON values
show        the same for a person
ask         what --ask adds, and what is typed afterwards
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from unrolled.cli.output import say

if TYPE_CHECKING:
    from unrolled.datasets import Fetched
    from unrolled.settings import Value
    from unrolled.training.model import Model


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What a run of a demo is given."""

    files: Mapping[str, Path]
    """By part: "train", "valid", "test"."""
    settings: "Mapping[str, Value]" = field(default_factory=dict)
    columns: Mapping[str, Any] = field(default_factory=dict)
    """The header of each role that is not found by itself."""


class AbstractDemo(ABC):
    """The whole journey of one task on real data; found by the name of its file."""

    folder: ClassVar[str]
    """Where the model goes, unless told otherwise."""
    minutes: ClassVar[float]
    """The longest time to train."""
    invitation: ClassVar[str]
    """What a person may type afterwards."""
    more: ClassVar[str]
    """The command that asks the model more; `{out}` is its folder."""

    @abstractmethod
    def prepare(self, out: Path) -> Prepared:
        """Fetches the data and tells about them. Raises DatasetError."""

    @abstractmethod
    def answers(self, model: "Model", asked: Sequence[str]) -> Any:
        """What the model says in the end, `asked` by the person included."""

    @abstractmethod
    def show(self, answers: Any) -> None:
        """Answers for a person, on standard output."""

    @abstractmethod
    def reply(self, model: "Model", line: str) -> None:
        """Answers a line that was typed."""


def fetched(name: str) -> "Fetched":
    """A data set, its terms accepted for the user, who is shown them."""
    from unrolled import datasets

    found = datasets.get(name, accept_license=True)
    say(f"Data:    {found.credit}\nLicense: {found.license}\n")
    return found


def cut(found: "Fetched", folder: Path, most: Mapping[str, int]) -> dict[str, Path]:
    """The first lines of each part, as many as `most` says, as files in `folder`.

    For formats that have a row on each line.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, Path] = {}
    for part, count in most.items():
        text = found.files[part].read_text(encoding="utf-8")
        lines = text.removesuffix("\n").split("\n")
        files[part] = folder / found.files[part].name
        files[part].write_text("\n".join([*lines[:count], ""]), encoding="utf-8")
    return files
