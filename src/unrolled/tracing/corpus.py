"""One layer over many examples, a piece at a time, and its best moments by place.

    Corpus(task, network, examples, "stack.l0").best(activity, count=20)

The states are those of the run that trains: of its loss where the examples have their
true answers, else of the run that answers. Memory does not grow with the examples.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import final

import torch
from torch import Tensor, nn

from unrolled.engine.watch import watching
from unrolled.errors import FixableError, SettingError
from unrolled.ragged import Ragged
from unrolled.tasks._base import AbstractTask, Batch, Example
from unrolled.tasks._seeing import AbstractSeen
from unrolled.tracing.looking import axis_of, named

AT_ONCE = 4096
"""Tokens that are run together; all gates of every layer are held meanwhile."""
CONTEXT = 6
"""Words that are told on either side."""


@final
@dataclass(frozen=True, kw_only=True)
class Moment:
    """A step of an example, or a span of steps, and what stands around it."""

    place: str
    """Of the example: "reviews.csv, line 41"."""
    row: int
    """The number of the example."""
    step: int
    """The first step."""
    words: list[str]
    """What was read there, one a step."""
    before: list[str]
    after: list[str]
    activity: float
    """Of the units, or the share of them that is on."""

    @property
    def label(self) -> str:
        """What was read there, in a line."""
        return " ".join(self.words)


Found = tuple[float, int, int]
"""How active, in which row, from which step on."""


@final
class Corpus:
    """Examples that a network reads, a piece at a time, and one layer is looked at."""

    def __init__(
        self,
        task: AbstractTask,
        network: nn.Module,
        examples: list[Example],
        layer: str,
    ) -> None:
        """Raises SettingError for a layer that does not run along what is read."""
        _check_layer(task, network, examples, layer)
        self._task, self._network, self._layer = task, network, layer
        self._examples, self._batch = examples, _encoded(task, examples)
        self._tokens = _tokens(task, examples)
        if self._tokens and len(self._tokens[0]) != len(self.states_of(0)):
            self._tokens = []  # read are others than are looked at, such as a beginning

    def best(self, activity: Callable[[Ragged], Tensor], *, count: int) -> list[Found]:
        """The moments with the highest activity, best first; none of −inf.

        `activity` gives (tokens,) from states with values (tokens, units).
        """
        found: list[Found] = []
        for rows, states in self._pieces():
            values = activity(states)
            high = values.topk(min(count, len(values)))
            owner, first = states.row_of_token, states.offsets
            for value, token in zip(
                high.values.tolist(), high.indices.tolist(), strict=True
            ):
                row = int(owner[token])
                found.append((value, rows[row], token - int(first[row])))
            found.sort(key=lambda one: (-one[0], *one[1:]))
            del found[count:]
        return [one for one in found if one[0] > -torch.inf]

    def states_of(self, row: int) -> Tensor:
        """(steps, units) of one example. Raises SettingError."""
        if not 0 <= row < len(self._examples):
            raise SettingError(
                found=f"example {row} of {len(self._examples)}.",
                expected="the number of an example, from 0",
                fix="choose another",
            )
        return self._states([row]).values

    def moment(self, row: int, step: int, length: int, activity: float) -> Moment:
        """The moment with what stands around it."""
        stop = step + length
        labels = self._labels(row)
        return Moment(
            place=self._examples[row].place,
            row=row,
            step=step,
            words=labels[step:stop],
            before=labels[max(step - CONTEXT, 0) : step],
            after=labels[stop : stop + CONTEXT],
            activity=activity,
        )

    def _labels(self, row: int) -> list[str]:
        if self._tokens:
            return self._tokens[row]
        if not isinstance(self._task, AbstractSeen):  # its layer has been found
            raise TypeError(f"{type(self._task).__name__} has no view")
        view = self._task.view(self._network, self._examples[row])
        return list(view.axes[view.read])

    def _pieces(self) -> Iterator[tuple[list[int], Ragged]]:
        """Rows with their states, rows of like length together."""
        lengths = self._batch.inputs.lengths
        rows: list[int] = []
        tokens = 0
        for row in lengths.argsort(stable=True).tolist():
            if rows and tokens + int(lengths[row]) > AT_ONCE:
                yield rows, self._states(rows)
                rows, tokens = [], 0
            rows.append(row)
            tokens += int(lengths[row])
        if rows:
            yield rows, self._states(rows)

    def _states(self, rows: list[int]) -> Ragged:
        """Of these rows h of the layer, values (tokens, units)."""
        batch = self._batch.gather(rows)
        with watching() as watch, torch.no_grad():
            if batch.targets is None:
                self._task.answer(self._network, batch)
            else:
                self._task.loss(self._network, batch)
        found = dict(named(self._network, watch))[self._layer].output
        if len(found) != len(rows):
            raise SettingError(
                found=f"{len(rows)} examples, read as {len(found)} rows.",
                expected="examples that are one row each",
                fix="give one sentence for each example",
            )
        return found


def _encoded(task: AbstractTask, examples: list[Example]) -> Batch:
    """A row for each example; with its target where there is one, to run faster."""
    roles = [column.role for column in task.columns]
    known = "target" not in roles or all(row.target is not None for row in examples)
    if known and not task.follows_on:
        return task.encode_to_score(examples)
    return task.encode(examples)


def _tokens(task: AbstractTask, examples: list[Example]) -> list[list[str]]:
    """What each row is made of; nothing where only a view of a row can tell."""
    bare = [row._replace(target=None) for row in examples]
    for rows in (examples, bare):  # a look may want all true answers, or none
        try:
            return task.look(rows).tokens
        except FixableError:
            continue
    return []


def _check_layer(
    task: AbstractTask, network: nn.Module, examples: list[Example], layer: str
) -> None:
    """Raises SettingError for a layer that does not run along what is read."""
    there: list[str] = []
    if isinstance(task, AbstractSeen) and examples:
        view = task.view(network, examples[0])
        with watching() as watch, torch.no_grad():
            view.run()
        names = [name for name, _ in named(network, watch)]
        there = [name for name in names if axis_of(name, view) == view.read]
    if layer not in there:
        raise SettingError(
            found=f'the layer "{layer}" over {len(examples)} examples.',
            expected=f"one of {', '.join(there)}"
            if there
            else "a recurrent layer that reads examples",
            fix="choose one of these" if there else "give a model and examples for it",
        )
