"""The engine's one entry: chooses a path, runs it, and says which one it was."""

from dataclasses import dataclass, field

import torch
from torch import Tensor

from unrolled.cells._base import AbstractGatedCell, State
from unrolled.engine import cudnn, reference
from unrolled.engine.autograd import GatedSweep, pack
from unrolled.engine.moment import Moment
from unrolled.engine.weights import Weights
from unrolled.errors import SettingError, ShapeError
from unrolled.ragged import Ragged
from unrolled.time_major import TimeMajor

PATHS = ("reference", "gated", "cudnn")


@dataclass(frozen=True)
class Run:
    """What one layer in one direction gives back for a batch."""

    output: Ragged
    """The first state after each token: values (tokens, size)."""
    state: State
    """Each state after the last token of each row, (rows, size)."""
    path: str
    """The path that ran."""
    trace: dict[str, Ragged] = field(default_factory=dict)
    """If asked for: every gate and state by name, values (tokens, hidden)."""


def path_for(
    cell: AbstractGatedCell, device: torch.device | str, *, trace: bool = False
) -> str:
    """The path that `run` takes for this cell on this device, unless it is told one."""
    on_gpu = torch.device(device).type == "cuda"
    return "cudnn" if on_gpu and cudnn.serves(cell) and not trace else "gated"


def run(
    cell: AbstractGatedCell,
    weights: Weights,
    x: Ragged,
    state: State | None = None,
    *,
    reverse: bool = False,
    path: str | None = None,
    trace: bool = False,
) -> Run:
    """Runs the cell with these weights over every row of x from the given state.

    x has values (tokens, inputs); each state is (rows, size), zero if not given. With
    `reverse` each row is read from its end, and outputs stay beside their tokens. A row
    of length 0 gives no output and its state unchanged. With `trace` the gates and
    states come back too (detached, from the run itself).

    Raises ShapeError where tensors do not fit, SettingError for an unknown path or one
    that does not serve this cell.
    """
    weights.check(cell, x.values.shape[-1] if x.values.dim() > 1 else 0)
    state = _checked(cell, weights, x, state)
    path = path or path_for(cell, x.values.device, trace=trace)
    if path == "reference":
        output, last, by_row = reference.sweep(cell, weights, x, state, reverse=reverse)
        gates = _gates(cell, [m for row in by_row for m in row], x) if trace else {}
        return Run(x.with_values(output), last, path, gates)
    plan = x.backwards if reverse else x.forwards
    if path == "gated":
        output, last, moments = _gated(cell, weights, x, state, plan)
    elif path == "cudnn" and cudnn.serves(cell) and not trace:
        sorted_state = tuple(map(plan.sort_rows, state))
        time_major = plan.to_time(x.values)
        output, last = cudnn.sweep(cell, weights, time_major, sorted_state, plan)
        moments = []
    else:
        raise SettingError(
            found=f'the path "{path}" for {cell}{" with a trace" if trace else ""}.',
            expected=f"one of {', '.join(PATHS)} that serves this cell",
            fix='leave the path out, or take "gated", which runs every cell',
        )
    gates = _gates(cell, moments, x, plan) if trace else {}
    output = x.with_values(plan.from_time(output))
    return Run(output, tuple(map(plan.unsort_rows, last)), path, gates)


def _gated(
    cell: AbstractGatedCell, weights: Weights, x: Ragged, state: State, plan: TimeMajor
) -> tuple[Tensor, State, list[Moment]]:
    history: list[Moment] = []
    sorted_state = tuple(map(plan.sort_rows, state))
    tensors = pack(plan.to_time(x.values), sorted_state, weights)
    output, *last = GatedSweep.apply(cell, plan, history, *tensors)
    return output, tuple(last), history


def _gates(
    cell: AbstractGatedCell,
    moments: list[Moment],
    x: Ragged,
    plan: TimeMajor | None = None,
) -> dict[str, Ragged]:
    """Every field that the cell kept, by name, laid out beside the tokens of x."""
    if not moments:
        return {}
    names = moments[0].kept._fields
    found = {
        n: torch.cat([getattr(m.kept, n).detach() for m in moments]) for n in names
    }
    return {
        n: x.with_values(plan.from_time(v) if plan else v) for n, v in found.items()
    }


def _checked(
    cell: AbstractGatedCell, weights: Weights, x: Ragged, state: State | None
) -> State:
    sizes = weights.sizes(cell)
    if state is None:
        return tuple(x.values.new_zeros(len(x), size) for size in sizes)
    wanted = [(len(x), size) for size in sizes]
    found = [tuple(s.shape) for s in state]
    if found != wanted:
        raise ShapeError(
            found=f"initial states of shapes {found}.",
            expected=f"{wanted}, for {', '.join(cell.states)}",
            fix="give one state for each row of the batch",
        )
    return tuple(state)
