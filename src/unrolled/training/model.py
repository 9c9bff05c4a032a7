"""A trained model: ask it, measure it, keep it.

model = unrolled.load("rating")
model.predict(["He is great"])      [{"input": ..., "prediction": "positive", ...}]
model.evaluate("test.csv")          {"metrics": {...}, "baseline": {...}, ...}
model.save("elsewhere")
"""

import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Unpack, final

from torch import nn

from unrolled import __version__, catalog
from unrolled.errors import BrokenModelError, FixableError, SettingError
from unrolled.models import model_folder
from unrolled.models.allowance import Allowance
from unrolled.models.model_folder import Contents
from unrolled.randomness import computing_on
from unrolled.readers import Cell
from unrolled.series import Series
from unrolled.settings import Settings, Value, flat, make
from unrolled.tasks._abilities import (
    AbstractFollower,
    AbstractFollowing,
    AbstractJudge,
    AbstractShown,
    AbstractWriter,
    Wishes,
    wish_of,
)
from unrolled.tasks._base import AbstractTask, Answers, Example, Shape
from unrolled.tasks._listening import AbstractHearing, AbstractListener
from unrolled.tasks._pieces import answer_all, measure_all
from unrolled.tracing.trace import Trace
from unrolled.training.card import write_card
from unrolled.training.out_folder import claim
from unrolled.training.sections import sections_of
from unrolled.training.settings import DataSettings
from unrolled.training.sources import Source, load_all
from unrolled.training.threads import threads_for

SLACK = 4
"""Numbers that building a network may take, for each one that it keeps."""


@final
class Model:
    """A task with its trained network. Made by `unrolled.train` and `unrolled.load`."""

    def __init__(
        self,
        name: str,
        task: AbstractTask,
        network: nn.Module,
        settings: Mapping[str, Settings],
        headers: Mapping[str, str],
    ) -> None:
        self.name, self.task, self.network = name, task, network
        self.settings, self.headers = dict(settings), dict(headers)
        self.metrics: dict[str, Any] = {}
        """The object that `unrolled train` ended with; empty if it never was scored."""
        self.notes: list[str] = []
        """What was found and chosen in training, in words."""

    def predict(
        self, inputs: Sequence[Cell], *, places: Sequence[str] | None = None
    ) -> Answers:
        """One object for each input: "input", "prediction", and what the task adds.

        An input is a text, or a series as a list of numbers (or of lists of them);
        `places` names each one in messages. Raises UnreadableDataError for an input of
        another kind than in training.
        """
        named = places or [f"input {number}" for number in range(1, len(inputs) + 1)]
        pairs = zip(inputs, named, strict=True)
        rows = [Example(cell, None, place) for cell, place in pairs]
        with self._threads():
            answers = answer_all(self.task, self.network, self.task.encode(rows))
        pairs = zip(inputs, answers, strict=True)
        return [{"input": _shown(cell), **answer} for cell, answer in pairs]

    def page(self, inputs: Sequence[Cell], answers: Answers) -> str:
        """An HTML page that shows answers of `predict` to these inputs, in pictures.

        Raises SettingError for a task that shows none.
        """
        if not isinstance(self.task, AbstractShown):
            raise _unable(self.name, "shows no pictures", AbstractShown)
        rows = [Example(cell, None, f"input {n}") for n, cell in enumerate(inputs, 1)]
        with self._threads():
            return self.task.page(self.network, rows, answers)

    def trace(self, given: Cell, *, conditions: Sequence[str] = ()) -> Trace:
        """Every gate, state and gradient over time of the run over one input.

        `conditions` is what the answer is to depend on, such as "female". Raises
        SettingError for a task that shows nothing of its inside, UnreadableDataError
        for an input unlike those of training.
        """
        example = Example(given, None, "the input", tuple(conditions))
        with self._threads():
            return Trace(self.name, self.task, self.network, example)

    def follow(self, history: Cell) -> AbstractFollowing:
        """A series that goes on from here: `observe` values, ask for its `forecast`.

        Raises SettingError for a task that follows nothing, UnreadableDataError for a
        series unlike those of training.
        """
        if not isinstance(self.task, AbstractFollower):
            raise _unable(self.name, "follows no series", AbstractFollower)
        return self.task.follow(self.network, Example(history, None, "the series"))

    @property
    def writes(self) -> bool:
        """Whether it can `generate`."""
        return isinstance(self.task, AbstractWriter)

    @property
    def begins(self) -> bool:
        """Whether it writes by itself, rather than in answer to a text."""
        return self.writes and self.task.shape is not Shape.ENCODER_DECODER

    def generate(self, **wish: Unpack[Wishes]) -> Answers:
        """Texts that the model writes, each with "text" and "log_probability" (nats).

        `count`, `given` ("female", or several), `start`, `seed`; texts `banned` and
        `required`; `copies` of the training data or not; `decoding` maps names of
        `DecodingSettings` to values. Raises SettingError for a wish that cannot be met,
        and for a task that writes nothing.
        """
        if not isinstance(self.task, AbstractWriter):
            raise _unable(self.name, "writes nothing", AbstractWriter)
        with self._threads():
            return self.task.write(self.network, wish_of(wish))

    def surprisal(self, texts: Sequence[str]) -> Answers:
        """For each text "log_probability" and the "surprisal" of its "tokens", in nats.

        Raises SettingError for a task that weighs no texts.
        """
        if not isinstance(self.task, AbstractJudge):
            raise _unable(self.name, "weighs no texts", AbstractJudge)
        rows = [Example(text, None, f"text {n}") for n, text in enumerate(texts, 1)]
        with self._threads():
            return self.task.surprisal(self.network, rows)

    def listen(self) -> tuple[AbstractHearing, int]:
        """A sound that is to come in pieces, and how many samples a second it has.

        Raises SettingError for a task that hears nothing, and for a network that has to
        wait for the end of a sound.
        """
        if not isinstance(self.task, AbstractListener):
            raise _unable(self.name, "does not listen", AbstractListener)
        return self.task.listen(self.network), self.task.rate

    def _threads(self) -> AbstractContextManager[None]:
        """As many as in training."""
        return computing_on(threads_for(self.settings))

    def evaluate(
        self, data: str | Path | Sequence[str | Path] | list[Example]
    ) -> dict[str, Any]:
        """Metrics beside the baselines' on a file of rows with their true answers.

        Or on several files, or on examples. Raises UnreadableDataError,
        UnknownLabelError.
        """
        started = time.monotonic()
        several = [data] if isinstance(data, (str, Path)) else data
        rows = [row for row in several if isinstance(row, Example)]
        if not rows:
            paths = [Path(one) for one in several if not isinstance(one, Example)]
            rows = self.read(*paths).examples
        with self._threads():
            batch = self.task.encode_to_score(rows)
            answers = measure_all(self.task, self.network, batch)
            further = self.task.probe(self.network, rows)
        return {
            "task": self.name,
            "metrics": self.task.score(answers, rows) | further,
            "baseline": self.task.baselines(rows),
            "examples": len(rows),
            "seconds": round(time.monotonic() - started, 3),
        }

    def read(
        self,
        *paths: Path,
        named: Mapping[str, str] | None = None,
        given: Mapping[str, Value] | None = None,
    ) -> Source:
        """The rows of files, read as the training rows were, for `evaluate`.

        `named` maps roles to columns and `given` "data.key" to values, both instead of
        those of the training. Raises UnreadableDataError, MissingColumnError.
        """
        used = {"data": self.settings["data"]}
        data = make({"data": DataSettings}, flat(used) | dict(given or {}))
        settings = {**self.settings, **data}
        found = load_all(
            paths, type(self.task), settings, named=named or {}, before=self.headers
        )
        return Source(
            [row for one in found for row in one.examples],
            found[0].headers,
            [note for one in found for note in one.notes],
            [problem for one in found for problem in one.bad_rows],
        )

    def save(self, folder: str | Path) -> None:
        """Writes a model folder (see `models/model_folder.py`).

        A model that lies there is replaced. Raises OutputError for a folder with
        anything else in it, OSError where the disk refuses.
        """
        claim(Path(folder), overwrite=True)
        files, tensors = self.task.state()
        plain = flat(self.settings)
        card = write_card(self.name, plain, self.metrics, self.notes, __version__)
        contents = Contents(
            task=self.name,
            settings=plain,
            columns=self.headers,
            network=self.network.state_dict(),
            tensors=tensors,
            files=files | {"metrics.json": self.metrics},
            card=card,
            version=__version__,
        )
        model_folder.write(Path(folder), contents)


def _shown(cell: Cell) -> str | float | list:
    """An input as JSON: a series by its name."""
    return cell.name if isinstance(cell, Series) else cell


def _unable(name: str, what: str, ability: type) -> SettingError:
    able = [task for task in catalog.names("tasks") if _can(task, ability)]
    return SettingError(
        found=f"a model of the task {name}, which {what}.",
        expected=f"a model of {' or '.join(able)}",
        fix=f"train one: unrolled train {able[0]} DATA --out FOLDER",
    )


def _can(task: str, ability: type) -> bool:
    return issubclass(catalog.find("tasks", task), ability)


def load(folder: str | Path) -> Model:
    """The model of a folder, after every file of it was checked.

    Raises BrokenModelError with the reason if anything is not as it was written.
    """
    contents = model_folder.read(Path(folder))
    try:
        kind = catalog.find("tasks", contents.task)
        settings = make(sections_of(kind), contents.settings)
        task = kind.restore(settings, contents.files, contents.tensors)
        there = sum(tensor.numel() for tensor in contents.network.values())
        with Allowance(numbers=SLACK * there + SLACK):
            network = task.build()
        model_folder.fill(network, contents.network)
    except BrokenModelError as why:
        raise BrokenModelError(
            found=f"{folder}: {why.found}", expected=why.expected, fix=why.fix
        ) from None
    except (FixableError, LookupError, TypeError, ValueError, RuntimeError) as why:
        reason = why.found if isinstance(why, FixableError) else f"{why}."
        raise BrokenModelError(
            found=f"{folder}: its parts do not fit together: {reason}",
            expected="the folder as `unrolled train` wrote it",
            fix=f"use unrolled {contents.version}, which wrote it, or train again",
        ) from None
    network.eval()
    model = Model(contents.task, task, network, settings, contents.columns)
    model.metrics = contents.files.get("metrics.json", {})
    return model
