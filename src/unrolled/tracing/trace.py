"""What one input makes a trained network do, to be asked and looked at.

trace = model.trace("He is great")
trace                             draws itself in a notebook
trace["stack.l0/f"]               the forget gate, (steps, units)
trace.gradient(step=0)            how far back the gradient reaches
trace.influence()                 what each word counts for
trace.what_if(change=(2, "awful"))    the same run with another word, step by step
trace.nearest(texts, layer="stack.l0", units=7)    where else unit 7 was so high
trace.save("seen")                arrays as safetensors, words as JSON
"""

from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any, final

from torch import Tensor, nn

from unrolled.drawing.picture import Picture
from unrolled.drawing.raster import rasterized
from unrolled.errors import SettingError, UnknownNameError
from unrolled.readers import Cell
from unrolled.series import Series
from unrolled.tasks._base import AbstractTask, Example
from unrolled.tasks._seeing import AbstractSeen, View
from unrolled.tracing import gradient_over_time as over_time
from unrolled.tracing import influence as influences
from unrolled.tracing import what_if as edits
from unrolled.tracing.comparison import Comparison, compared
from unrolled.tracing.corpus import Moment
from unrolled.tracing.looking import look
from unrolled.tracing.nearest import matching_moments, nearest_moments
from unrolled.tracing.page import page_of
from unrolled.tracing.pictures import picture_of
from unrolled.tracing.record import Record
from unrolled.tracing.standalone import svg_of
from unrolled.tracing.what_if import Place


@final
class Trace:
    """One run over one input. Made by `Model.trace`."""

    def __init__(
        self, name: str, task: AbstractTask, network: nn.Module, example: Example
    ) -> None:
        """Runs it. Raises SettingError for a task that cannot be looked into."""
        if not isinstance(task, AbstractSeen):
            raise SettingError(
                found=f"a model of the task {name}, which shows nothing of its inside.",
                expected="a task that tells what its network does",
                fix="look at its answers with `unrolled predict`",
            )
        self.name, self.task, self.example = name, task, example
        self.network = network.eval()
        self._asked: tuple[int, int] | None = None
        self.view: View = task.view(network, example)
        self.record: Record = look(
            network, self.view, task=name, shown=shown(example.input, task)
        )

    def __getitem__(self, name: str) -> Tensor:
        """An array of the record by its name. Raises UnknownNameError."""
        if name not in self.record.arrays:
            raise UnknownNameError(
                found=f'there is no "{name}" in this trace.',
                expected=f"one of {', '.join(self.record.arrays)}",
                fix="choose one of these names",
            )
        return self.record.arrays[name].values

    def __repr__(self) -> str:
        steps = {axis: len(labels) for axis, labels in self.record.axes.items()}
        return f"Trace({self.name}, {steps}, {len(self.record.arrays)} arrays)"

    def gradient(
        self, *, step: int | None = None, name: str | None = None
    ) -> over_time.GradientOverTime:
        """The gradient of a score over time: that of the answer, if none is named.

        `step` counts the told steps from 0, `name` is one of the scores' names. Raises
        SettingError.
        """
        line, column = self._score(step, name)
        return over_time.gradient_over_time(
            self.network, self.view, step=line, name=column
        )

    def influence(
        self, *, step: int | None = None, name: str | None = None
    ) -> influences.Influence:
        """What each step of the input counts for in a score: that of the answer.

        Raises SettingError.
        """
        line, column = self._score(step, name)
        return influences.influence(self.view, step=line, name=column)

    def what_if(
        self,
        *,
        change: tuple[Place, Any] | None = None,
        drop: Place | None = None,
        swap: tuple[Place, Place] | None = None,
        insert: tuple[Place, Any] | None = None,
    ) -> Comparison:
        """The same run with a word changed, dropped, swapped or put in, beside this.

        A place counts the words of the input from 0, or is the word itself where it
        stands once. Raises SettingError for an input that has no such words.
        """
        cell = edits.edited(
            self.example.input,
            unit=self._unit,
            change=change,
            drop=drop,
            swap=swap,
            insert=insert,
        )
        return self.beside(cell)

    def beside(self, cell: Cell) -> Comparison:
        """Another input's run beside this one, step by step."""
        example = self.example._replace(input=cell)
        other = Trace(self.name, self.task, self.network, example)
        return compared(self.record, other.record)

    def nearest(
        self,
        inputs: Sequence[Cell | Example],
        *,
        layer: str,
        units: int | Sequence[int],
        count: int = 20,
        lowest: bool = False,
    ) -> list[Moment]:
        """The moments of other inputs at which these units were most active.

        Raises SettingError for a layer or a unit that is not there.
        """
        return nearest_moments(
            self.task,
            self.network,
            self._rows(inputs),
            layer=layer,
            units=units,
            count=count,
            lowest=lowest,
        )

    def matching(
        self,
        inputs: Sequence[Cell | Example],
        *,
        layer: str,
        steps: tuple[int, int],
        threshold: float = 0.3,
        count: int = 20,
    ) -> tuple[list[int], list[Moment]]:
        """The units on, |h| above the threshold, from a step to before another one.

        And the spans where the most of them are on together: of the inputs by their
        numbers, and of this one, which stands behind them. Raises SettingError.
        """
        rows = [*self._rows(inputs), self.example]
        return matching_moments(
            self.task,
            self.network,
            rows,
            layer=layer,
            span=(len(rows) - 1, *steps),
            threshold=threshold,
            count=count,
        )

    def _rows(self, inputs: Sequence[Cell | Example]) -> list[Example]:
        return [
            one if isinstance(one, Example) else Example(one, None, f"input {number}")
            for number, one in enumerate(inputs, 1)
        ]

    def ask(self, *, step: int | None = None, name: str | None = None) -> None:
        """Chooses whose gradient and influence are told; at first those of the answer.

        Raises SettingError.
        """
        self._asked = self._score(step, name)
        self.__dict__.pop("explained", None)

    @cached_property
    def explained(self) -> Record:
        """The record with gradient and influence of a score, where there are any."""
        if not self.record.layers or not self.record.axes[self.record.told]:
            return self.record
        if not self.record.axes[self.record.read]:
            return self.record
        step, name = self._asked or self._score(None, None)
        back = over_time.gradient_over_time(
            self.network, self.view, step=step, name=name
        )
        over_time.into(self.record, back, self.view)
        influences.into(
            self.record, influences.influence(self.view, step=step, name=name)
        )
        return self.record

    def save(self, folder: str | Path) -> None:
        """Writes trace.safetensors and trace.json. Raises OSError."""
        self.explained.save(folder)

    def html(self, *, beside: Comparison | None = None) -> str:
        """One self-contained page of HTML: the network unrolled over this input.

        With another run `beside` it, as `what_if` gives it, that one is shown, too.
        """
        record = self.explained
        if beside is not None:
            further = {"kind": "comparison", **asdict(beside)}
            record = replace(record, parts=[*record.parts, further])
        return page_of(record)

    def svg(self) -> str:
        """One SVG file of network, states, output and gradient, for documents."""
        return svg_of(self.explained)

    def png(self) -> bytes:
        """The same as a PNG file. Raises MissingExtraError, OutputError."""
        return rasterized(self.svg())

    def picture(self, kind: str, *, layer: str | None = None) -> Picture:
        """One picture of the page by itself: see `tracing/pictures.py`.

        Raises UnknownNameError for a kind or a layer that is not there.
        """
        return picture_of(self.explained, kind, layer=layer)

    def _repr_html_(self) -> str:
        """For notebooks: the page in a frame of its own, so that styles stay apart."""
        page = escape(self.html(), quote=True)
        return (
            f'<iframe srcdoc="{page}" title="trace" width="100%" height="720"'
            ' style="border:0"></iframe>'
        )

    @property
    def _unit(self) -> str:
        """What the network reads: "character" where its steps spell the text."""
        text, labels = self.example.input, self.record.axes[self.record.read]
        letters = [one for one in labels if not _is_mark(one)]
        spelled = "".join(letters).lower()
        if not isinstance(text, str) or len(letters) < 2 or max(map(len, letters)) > 1:
            return "word"
        return "character" if spelled in text.lower() else "word"

    def _score(self, step: int | None, name: str | None) -> tuple[int, int]:
        """The line and the column of a score."""
        view, told = self.view, len(self.view.axes[self.view.told])
        line = (view.asked if step is None else step) % max(told, 1)
        if not told:
            raise SettingError(
                found="an input for which nothing is told.",
                expected="one that is answered step by step, with a step or more",
                fix="give a longer input",
            )
        if not -told <= (step or 0) < told:
            raise SettingError(
                found=f"step {step} of {told}.",
                expected=f"a step from 0 to {told - 1}",
                fix="count the steps that are told from 0",
            )
        if name is None:
            return line, view.chosen[line]
        if name not in view.names:
            raise SettingError(
                found=f'a score of "{name}".',
                expected=f"one of {', '.join(map(str, view.names[:20]))}",
                fix="choose one of these names",
            )
        return line, list(view.names).index(name)


def _is_mark(label: str) -> bool:
    """Whether a step is none of the text's, such as its end."""
    return label.startswith("<") and label.endswith(">")


def shown(cell: Cell, task: AbstractTask) -> str:
    """An input as a line of text; a file by its name, without its folders."""
    if isinstance(cell, Series):
        return cell.name or f"a series of {len(cell.values)} moments"
    if isinstance(cell, str) and cell.lower().endswith(task.columns[0].files):
        return Path(cell).name
    if isinstance(cell, list):
        return ", ".join(map(str, cell))
    return str(cell)
