"""The engine's one entry: chooses a path, runs it, and says which one it was."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from unrolled.cells._base import AbstractGatedCell, State
from unrolled.engine import cudnn, half, kernels, native, packing, reference
from unrolled.engine.autograd import GatedSweep, NativeSweep, pack
from unrolled.engine.choice import chosen
from unrolled.engine.moment import Moment
from unrolled.engine.traces import gates_of, gates_of_tables
from unrolled.engine.watch import Passage, ToldBack, watch_here
from unrolled.engine.weights import Weights
from unrolled.errors import SettingError, ShapeError
from unrolled.ragged import Ragged
from unrolled.time_major import TimeMajor

PATHS = ("reference", "gated", "native", "cudnn")


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
    state_gradients: dict[str, Tensor] = field(default_factory=dict)
    """With a trace, and after a way back by the gated path: ∂L/∂ each state after each
    token, by the state's name, (tokens, ·)."""
    carried_gradients: dict[str, Tensor] = field(default_factory=dict)
    """The part of these that the next moment has handed back."""


@dataclass(frozen=True)
class Runs:
    """What one layer gives back for a batch: one direction, or both side by side."""

    output: Ragged
    """Values (tokens, directions · size)."""
    states: list[State]
    """The last states of each direction, each (rows, size)."""
    path: str
    """The path that ran."""


def path_for(
    cell: AbstractGatedCell,
    device: torch.device | str,
    *,
    dtype: torch.dtype = torch.float32,
    trace: bool = False,
    projected: bool = False,
) -> str:
    """The path that `run` takes for this cell on this device, unless it is told one.

    A trace, or a projection (weights with a P), may need another path than without.
    """
    if chosen().path:
        return chosen().path or ""
    kind = torch.device(device).type
    if kind == "cpu" and kernels.serves(cell, dtype):
        return "native"
    fast = kind == "cuda" and not trace and cudnn.serves(cell, projected=projected)
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
    watch = watch_here()
    trace = trace or watch is not None
    path = path or _path(cell, [weights], x, [state], trace=trace)
    found = _run(cell, weights, x, state, path, reverse=reverse, trace=trace)
    if watch:
        passage = Passage(
            cell=cell,
            weights=weights,
            inputs=x,
            output=found.output,
            gates=found.trace,
            reverse=reverse,
            path=found.path,
            state_gradients=found.state_gradients,
            carried_gradients=found.carried_gradients,
        )
        watch.passages.append(passage)
    return found


def _run(
    cell: AbstractGatedCell,
    weights: Weights,
    x: Ragged,
    state: State | None,
    path: str,
    *,
    reverse: bool,
    trace: bool,
) -> Run:
    """`run` by a path that was chosen."""
    if path == "native" and kernels.serves(cell, weights.W.dtype):
        sweep = packing.Sweep(cell, x, reverse=reverse, keep=trace)
        made = _native(sweep, [state], [weights])
        output = x.with_values(made.output)
        begun = state or (None,) * len(cell.states)
        gates = gates_of_tables(sweep, made, begun, weights) if trace else {}
        return Run(output, made.last[0], path, gates)
    state = weights.begin(cell, state, rows=len(x))
    if path == "reference":
        output, last, by_row = reference.sweep(cell, weights, x, state, reverse=reverse)
        moments = [moment for row in by_row for moment in row]
        gates = gates_of(cell, weights, moments, x) if trace else {}
        return Run(x.with_values(output), last, path, gates)
    plan = x.backwards if reverse else x.forwards
    sorted_state = tuple(map(plan.sort_rows, state))
    time_major = plan.to_time(x.values)
    moments: list[Moment] = []
    back = ToldBack(cell, len(time_major))
    if path == "gated":
        seen = (moments, back) if trace else (None, None)
        output, last = _gated(cell, weights, time_major, sorted_state, plan, seen)
    elif _is_for_cudnn(cell, weights, path) and not trace:
        output, last = cudnn.sweep(cell, weights, time_major, sorted_state, plan)
    else:
        raise _refusal(cell, path, trace=trace)
    gates = gates_of(cell, weights, moments, x, plan) if trace else {}
    output = x.with_values(plan.from_time(output))
    last = tuple(map(plan.unsort_rows, last))
    return Run(output, last, path, gates, back.by_name, back.carried)


def run_directions(
    cell: AbstractGatedCell,
    directions: Sequence[Weights],
    x: Ragged,
    states: Sequence[State | None],
) -> Runs:
    """One layer, forwards alone or (with a second set of weights) in both directions.

    x has values (tokens, inputs); `states` holds for each direction its first states,
    each (rows, size), or None for zero. Raises ShapeError where tensors do not fit.
    """
    for weights in directions:
        weights.check(cell, _inputs(x))
    path = _path(cell, directions, x, states)
    served = kernels.serves(cell, directions[0].W.dtype) and _alike(directions)
    if path == "native" and served and watch_here() is None:
        sweep = packing.Sweep(cell, x, reverse=False, keep=False)
        made = _native(sweep, states, directions)
        return Runs(x.with_values(made.output), list(made.last), "native")
    runs = [
        run(cell, weights, x, state, reverse=place == 1)
        for place, (weights, state) in enumerate(zip(directions, states, strict=True))
    ]
    output = runs[0].output
    if len(runs) > 1:
        output = x.with_values(torch.cat([r.output.values for r in runs], dim=-1))
    return Runs(output, [r.state for r in runs], runs[0].path)


def _alike(directions: Sequence[Weights]) -> bool:
    """Whether both directions have the same widths, so that they can run as one."""
    first, last = directions[0], directions[-1]
    return first is last or (first.R.shape == last.R.shape)


def _path(
    cell: AbstractGatedCell,
    directions: Sequence[Weights],
    x: Ragged,
    states: Sequence[State | None],
    *,
    trace: bool = False,
) -> str:
    """The path for these tensors: native wants one precision, on the CPU, for all."""
    dtype, device = directions[0].W.dtype, x.values.device
    projected = directions[0].P is not None
    path = path_for(cell, device, dtype=dtype, trace=trace, projected=projected)
    if path != "native" or chosen().path:
        return path
    if torch._C._is_tracing():  # torch.jit, which sees torch's operations alone
        return "gated"
    loose = torch.is_autocast_enabled("cpu")  # what comes will be made to fit
    for part in ((x.values,), *directions, *states):
        for t in part or ():
            if t is not None and not (t.is_cpu and (loose or t.dtype is dtype)):
                return "gated"
    return path


def _inputs(x: Ragged) -> int:
    """The width of the tokens. Raises ShapeError if they are no vectors."""
    if x.values.dim() != 2:
        raise ShapeError(
            found=f"values of shape {tuple(x.values.shape)}.",
            expected="one vector for each token, (tokens, inputs)",
            fix="give each token its features, or embed it first",
        )
    return x.values.shape[1]


def _is_for_cudnn(cell: AbstractGatedCell, weights: Weights, path: str) -> bool:
    return path == "cudnn" and cudnn.serves(cell, projected=weights.P is not None)


def _refusal(cell: AbstractGatedCell, path: str, *, trace: bool) -> SettingError:
    return SettingError(
        found=f'the path "{path}" for {cell}{" with a trace" if trace else ""}.',
        expected=f"one of {', '.join(PATHS)} that serves this cell",
        fix='leave the path out, or take "gated", which runs every cell',
    )


def _native(
    sweep: packing.Sweep, states: Sequence[State | None], directions: Sequence[Weights]
) -> packing.Made:
    """The native sweep, with autograd if anything wants a gradient."""
    cell, rows = sweep.cell, sweep.x.lengths.shape[0]
    nothing = (None,) * len(cell.states)
    each = zip(states, directions, strict=True)
    begun = [nothing if s is None else w.begin(cell, s, rows=rows) for s, w in each]
    flat = packing.pack(packing.Given(sweep.x.values, begun, directions))
    dtype = directions[0].W.dtype
    sweep = sweep._replace(half=half.is_wanted(dtype))
    fit = [t if t is None or _fits(t, dtype) else _fitted(t, dtype) for t in flat]
    leaves = any(t is not None and t.requires_grad for t in fit)
    if not (leaves and torch.is_grad_enabled()):
        return native.forward(sweep, packing.unpack(cell, fit))
    seen: list[packing.Made] = []
    output, *ends = NativeSweep.apply(sweep._replace(keep=True), seen, *fit)
    count = len(cell.states)
    last = [tuple(ends[k : k + count]) for k in range(0, len(ends), count)]
    return packing.Made(output, last, seen[0].tables, ())


def _fits(tensor: Tensor, dtype: torch.dtype) -> bool:
    plain = tensor.is_cpu and tensor.dtype is dtype and not tensor.is_neg()
    return plain and tensor.is_contiguous()


def _fitted(tensor: Tensor, dtype: torch.dtype) -> Tensor:
    """As the kernels read it. SettingError for what is not dense, or not on the CPU."""
    if not tensor.is_cpu or tensor.layout != torch.strided:
        raise SettingError(
            found=f'a {tensor.layout} tensor on {tensor.device} for the path "native".',
            expected="dense tensors on the CPU",
            fix="leave the path out, and one that serves the tensors is taken",
        )
    return tensor.to(dtype).resolve_neg().contiguous()


def _gated(
    cell: AbstractGatedCell,
    weights: Weights,
    x: Tensor,
    state: State,
    plan: TimeMajor,
    seen: tuple[list[Moment] | None, ToldBack | None],
) -> tuple[Tensor, State]:
    if torch.is_autocast_enabled(x.device.type):  # what comes may be of half precision
        dtype = weights.W.dtype
        x, state = x.to(dtype), tuple(s.to(dtype) for s in state)
    output, *last = GatedSweep.apply(cell, plan, *seen, *pack(x, state, weights))
    return output, tuple(last)
