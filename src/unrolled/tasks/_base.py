"""What every task is: examples in, a network, a loss, answers, a metric, a baseline.

The life of a task, from a file to a model folder:

    fit(examples, ...)      learns vocabulary and labels from the training rows
    encode(examples)        examples → Batch: numbers, still ragged
    look(examples)          examples → Look: words, for a report on the data
    build(...)              the network, with fresh weights
    loss(network, batch)    what training makes small
    settle(network, valid)  after training: temperatures, thresholds
    answer(network, batch)  what the user asked for
    measure(network, batch) what the metrics need to know: the answers, or less
    score(answers, ...)     the metrics of the field
    baselines(...)          cheap honest answers to the same examples
    state() / restore(...)  what a model folder keeps besides weights and settings

Everything above this floor (training, command line, serving) speaks to a task through
these names only, so a new task is one file.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar, NamedTuple, Self

import torch
from torch import Tensor, nn

from unrolled.ragged import Ragged
from unrolled.readers import Cell, Table
from unrolled.settings import Sections, Settings, Value

Answers = list[dict[str, Any]]
"""One JSON object for each example, as `unrolled predict --json` prints it."""
Metrics = dict[str, Any]
"""Names of the field to numbers, or to lists of numbers (a confusion matrix)."""


class Shape(Enum):
    """How the lengths of what goes in and what comes out belong together."""

    MANY_TO_ONE = "many to one"
    ONE_TO_MANY = "one to many"
    ALIGNED = "many to many, aligned"
    ENCODER_DECODER = "many to many, encoder and decoder"
    UNALIGNED = "many to many, unaligned"


class Column(NamedTuple):
    """A column that the task reads."""

    role: str
    """What it is for: "input", "target", ..., the name of its command-line option."""
    holds: str
    """What its cells hold, in words."""
    usual: tuple[str, ...]
    """Headers by which it is found when the user names none, in this order."""
    optional: bool = False
    """Whether rows may do without it; several columns then are named with commas."""
    repeats: bool = False
    """Whether columns to its right hold further right answers beside it."""
    files: tuple[str, ...] = ()
    """Endings of the files that its cells may name: ".wav"."""


class Example(NamedTuple):
    """One row of the user's data, for one task."""

    input: Cell
    target: Cell | None
    place: str
    """Where it stands, for messages: "reviews.csv, line 41"."""
    given: tuple[Cell, ...] = ()
    """What the answer is to depend on: "female" for a name."""
    references: tuple[Cell, ...] = ()
    """Further right answers beside the target, such as other translations."""


class Gathered(NamedTuple):
    """The rows of a table, where a task puts them together by itself."""

    examples: list[Example]
    headers: dict[str, str]
    """The columns of each role, several joined by commas."""
    notes: list[str]
    """What was found and chosen, in words."""


class Look(NamedTuple):
    """Rows as a person sees them, for `unrolled check`."""

    tokens: list[list[str]]
    """The tokens of each input, one for each id of the batch; none for a series."""
    names: list[list[str]]
    """The labels or grades of each row; none where the answer is a number."""
    numbers: list[float]
    """The answer of each row; none where it is a name."""
    lengths: tuple[int, ...] = ()
    """How long each row is, where a batch of them does not tell."""


@dataclass(frozen=True)
class Batch:
    """Encoded examples: `inputs` over all tokens, `targets` one or more a row."""

    inputs: Ragged
    targets: Tensor | Ragged | None = None
    evidence: Ragged | None = None
    """Numbers beside each input token, (tokens, channels)."""

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.inputs)

    def gather(self, rows: Sequence[int] | Tensor) -> "Batch":
        """The given rows, in the given order."""
        rows = torch.as_tensor(rows, dtype=torch.int64)
        targets = self.targets
        if isinstance(targets, Ragged):
            targets = targets.gather(rows)
        elif targets is not None:
            targets = targets[rows]
        evidence = None if self.evidence is None else self.evidence.gather(rows)
        return Batch(self.inputs.gather(rows), targets, evidence)


class AbstractTask(ABC):
    """A task that has seen its training rows; made by `fit` or `restore`."""

    shape: ClassVar[Shape]
    columns: ClassVar[tuple[Column, ...]]
    sections: ClassVar[Sections]
    """The groups of settings it reads."""
    goal: ClassVar[str]
    """One sentence for `unrolled tasks`."""
    follows_on: ClassVar[bool] = False
    """Whether rows go on with the row before, as the lines of a text do."""
    asks: ClassVar[str] = "input"
    """The role of the column whose cells `predict` is given."""
    loops: ClassVar[bool] = True
    """Whether training is a loop over batches; False where `fit` has learned all."""
    reads_tables: ClassVar[bool] = False
    """Whether `predict` is given a table, as training is, and not a text a line."""
    usual_file: ClassVar[str] = "texts.txt"
    """What `predict` is given, by a name that says so."""
    fewest: ClassVar[int] = 2
    """The fewest rows that it can learn from."""
    settings: Mapping[str, Settings]
    """As given, but for what the data decided, such as the width of given vectors."""

    @classmethod
    def gather(
        cls,
        table: Table,  # noqa: ARG003 (a task may put rows together)
        named: Mapping[str, str],  # noqa: ARG003
        settings: Mapping[str, Settings],  # noqa: ARG003
    ) -> Gathered | None:
        """Examples of a table, where one needs more than a row; else None.

        `named` maps roles to columns. Raises UnreadableDataError, MissingColumnError.
        """
        return None

    @classmethod
    def hold_out(
        cls,
        rows: list[Example],  # noqa: ARG003 (a task may cut by time)
        settings: Mapping[str, Settings],  # noqa: ARG003
        *,
        share: float,  # noqa: ARG003
    ) -> dict[str, list[Example]] | None:
        """Parts "train", "valid", perhaps "test" of rows; None leaves it to chance."""
        return None

    @classmethod
    def suggest(
        cls,
        examples: list[Example],  # noqa: ARG003 (a task may look at them)
        settings: Mapping[str, Settings],  # noqa: ARG003
    ) -> dict[str, Value]:
        """Values by "section.key" that suit these rows, where the user gives none."""
        return {}

    @classmethod
    @abstractmethod
    def fit(
        cls,
        examples: list[Example],
        settings: Mapping[str, Settings],
        headers: Mapping[str, str],
    ) -> Self:
        """Learns vocabulary, labels and scales from the training rows.

        `headers` names the column of each role, for messages.
        """

    @abstractmethod
    def notes(self) -> list[str]:
        """What `fit` found and chose, in words, for the user to read."""

    @abstractmethod
    def build(self) -> nn.Module:
        """The network with fresh weights, drawn from torch's generator."""

    @abstractmethod
    def encode(self, examples: list[Example]) -> Batch:
        """Examples to numbers; targets only if the examples have them."""

    @abstractmethod
    def look(self, examples: list[Example]) -> Look:
        """The same rows as words, for a report on the data."""

    def encode_to_score(self, examples: list[Example]) -> Batch:
        """`encode` for rows that are to be scored, as `measure` takes them."""
        return self.encode(examples)

    def encode_to_learn(self, examples: list[Example]) -> Batch:
        """`encode` for the very rows that `fit` has seen, to learn from them."""
        return self.encode(examples)

    def order(self, train: Batch, *, seed: int, epoch: int) -> list[list[int]] | None:  # noqa: ARG002 (a task may have an order)
        """The rows of each batch of an epoch, where their order matters.

        None leaves it to chance, with rows of like length together. A function of its
        arguments alone, so that a resumed run meets the same batches.
        """
        return None

    @property
    def memory(self) -> dict[str, Tensor]:
        """What one batch leaves for the next, such as states; kept in checkpoints."""
        return {}

    @abstractmethod
    def loss(self, network: nn.Module, batch: Batch) -> Tensor:
        """The loss of each row, (rows,)."""

    @abstractmethod
    def answer(self, network: nn.Module, batch: Batch) -> Answers:
        """One answer for each row of the batch."""

    def measure(self, network: nn.Module, batch: Batch) -> Answers:
        """What `score` needs to know of each row of the batch, true answers included.

        The answers themselves, where a task does not say otherwise.
        """
        return self.answer(network, batch)

    @abstractmethod
    def score(self, answers: Answers, examples: list[Example]) -> Metrics:
        """The metrics of these answers, as `measure` gave them, to these examples."""

    def probe(self, network: nn.Module, examples: list[Example]) -> Metrics:  # noqa: ARG002 (a task may have more)
        """Metrics of the network at work, asked for once, when a model is scored."""
        return {}

    @property
    @abstractmethod
    def chosen_by(self) -> tuple[str, int]:
        """The metric that chooses the best model, and +1 if more is better, else −1."""

    @abstractmethod
    def fit_baselines(self, train: list[Example], valid: list[Example]) -> None:
        """Fits the cheap baselines, with the same rows as the network has had."""

    @abstractmethod
    def baselines(self, examples: list[Example]) -> dict[str, Metrics]:
        """Metrics of each baseline on these examples, by the baseline's name."""

    def settle(self, network: nn.Module, examples: list[Example]) -> list[str]:  # noqa: ARG002 (a task may have more)
        """Fits on validation rows what is no weight, if anything; returns notes."""
        return []

    @abstractmethod
    def state(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        """JSON files and tensors that `restore` needs besides the settings."""

    @classmethod
    @abstractmethod
    def restore(
        cls,
        settings: Mapping[str, Settings],
        files: Mapping[str, Any],
        tensors: Mapping[str, Tensor],
    ) -> Self:
        """The task as it was when `state` was taken; BrokenModelError if damaged."""

    @staticmethod
    @abstractmethod
    def text(answer: dict[str, Any]) -> str:
        """One answer as one line of plain text."""

    @classmethod
    @abstractmethod
    def sample(cls) -> list[tuple[Cell, ...]]:
        """Ten rows for tests and for a first look, in the order of `columns`."""
