"""The engine's one entry: chooses a path, runs it, and says which one it was."""

from dataclasses import dataclass, field

import torch
from torch import Tensor

from unrolled.cells._base import AbstractGatedCell, State
from unrolled.engine import cudnn, reference
from unrolled.engine.autograd import GatedSweep, pack
from unrolled.engine.moment import Moment, step
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
    cell: AbstractGatedCell,
    device: torch.device | str,
    *,
    trace: bool = False,
    projected: bool = False,
) -> str:
    """The path that `run` takes for this cell on this device, unless it is told one.

    A trace, or a projection (weights with a P), may need another path than without.
    """
    on_gpu = torch.device(device).type == "cuda"
    fast = on_gpu and not trace and cudnn.serves(cell, projected=projected)
    return "cudnn" if fast else "gated"


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
    weights.check(cell, _inputs(x))
    state = weights.begin(cell, state, rows=len(x))
    projected = weights.P is not None
    device = x.values.device
    path = path or path_for(cell, device, trace=trace, projected=projected)
    if path == "reference":
        output, last, by_row = reference.sweep(cell, weights, x, state, reverse=reverse)
        moments = [moment for row in by_row for moment in row]
        gates = _gates(cell, weights, moments, x) if trace else {}
        return Run(x.with_values(output), last, path, gates)
    plan = x.backwards if reverse else x.forwards
    sorted_state = tuple(map(plan.sort_rows, state))
    time_major = plan.to_time(x.values)
    moments: list[Moment] = []
    if path == "gated":
        history = moments if trace else None
        output, last = _gated(cell, weights, time_major, sorted_state, plan, history)
    elif path == "cudnn" and cudnn.serves(cell, projected=projected) and not trace:
        output, last = cudnn.sweep(cell, weights, time_major, sorted_state, plan)
    else:
        raise SettingError(
            found=f'the path "{path}" for {cell}{" with a trace" if trace else ""}.',
            expected=f"one of {', '.join(PATHS)} that serves this cell",
            fix='leave the path out, or take "gated", which runs every cell',
        )
    gates = _gates(cell, weights, moments, x, plan) if trace else {}
    output = x.with_values(plan.from_time(output))
    return Run(output, tuple(map(plan.unsort_rows, last)), path, gates)


def _inputs(x: Ragged) -> int:
    """The width of the tokens. Raises ShapeError if they are no vectors."""
    if x.values.dim() != 2:
        raise ShapeError(
            found=f"values of shape {tuple(x.values.shape)}.",
            expected="one vector for each token, (tokens, inputs)",
            fix="give each token its features, or embed it first",
        )
    return x.values.shape[1]


def _gated(
    cell: AbstractGatedCell,
    weights: Weights,
    x: Tensor,
    state: State,
    plan: TimeMajor,
    history: list[Moment] | None,
) -> tuple[Tensor, State]:
    if torch.is_autocast_enabled(x.device.type):  # what comes may be of half precision
        dtype = weights.W.dtype
        x, state = x.to(dtype), tuple(s.to(dtype) for s in state)
    output, *last = GatedSweep.apply(cell, plan, history, *pack(x, state, weights))
    return output, tuple(last)


def _gates(
    cell: AbstractGatedCell,
    weights: Weights,
    moments: list[Moment],
    x: Ragged,
    plan: TimeMajor | None = None,
) -> dict[str, Ragged]:
    """Every field that the cell kept, by name, laid out beside the tokens of x."""
    if not moments:  # without tokens, a step of no rows still tells the names
        none = weights.begin(cell, None, rows=0)
        moments = [step(cell, weights, weights.W.new_zeros(0, len(weights.W)), none)[1]]
    found = {
        name: torch.cat([getattr(moment.kept, name).detach() for moment in moments])
        for name in moments[0].kept._fields
    }
    return {
        name: x.with_values(plan.from_time(values) if plan else values)
        for name, values in found.items()
    }
