"""What a run shows of its inside: every gate and state by name, beside its token.

The Python paths leave a `Moment` for each step; the native one leaves tables of gates
and cell states, and its own tanh gives from them what it did not write down. Either way
the names are those of the fields that the cell keeps.
"""

import torch
from torch import Tensor
from torch.nn.functional import linear

from unrolled.cells._base import AbstractGatedCell
from unrolled.engine import fused, kernels, packing
from unrolled.engine.moment import Moment, cut, step
from unrolled.engine.shifted import before
from unrolled.engine.weights import Weights
from unrolled.ragged import Ragged
from unrolled.time_major import TimeMajor


def gates_of(
    cell: AbstractGatedCell,
    weights: Weights,
    moments: list[Moment],
    x: Ragged,
    plan: TimeMajor | None = None,
) -> dict[str, Ragged]:
    """Every field that the cell kept, values (tokens, hidden), beside its token."""
    if not moments:  # without tokens, a step of no rows still tells the names
        none = weights.begin(cell, None, rows=0)
        moments = [step(cell, weights, weights.W.new_zeros(0, len(weights.W)), none)[1]]
    found = fields_of_moments(moments)
    return {
        name: x.with_values(plan.from_time(values) if plan else values)
        for name, values in found.items()
    }


def fields_of_moments(moments: list[Moment]) -> dict[str, Tensor]:
    """Every field that the cell kept of one moment or more, (tokens, hidden)."""
    each = [moment.kept._asdict() for moment in moments]
    if isinstance(moments[0].kept, fused.Kept):
        each = [_unfused(moment) for moment in moments]
    return {
        name: torch.cat([fields[name].detach() for fields in each]) for name in each[0]
    }


def _unfused(moment: Moment) -> dict[str, Tensor]:
    """What the kernels kept of one moment, by the names of the cell, (rows, hidden)."""
    gates, c, c_new = moment.kept
    if c is None or c_new is None:
        r, z, n, u_n = gates.chunk(4, dim=1)
        return {"h": moment.h, "r": r, "z": z, "n": n, "u_n": u_n}
    i, f, g, o = gates.chunk(4, dim=1)
    found = {"c": c, "i": i, "f": f, "g": g, "o": o, "c_new": c_new}
    return {**found, "tanh_c": kernels.tanh(c_new)}


def gates_of_tables(
    sweep: packing.Sweep, made: packing.Made, state: packing.Begun, weights: Weights
) -> dict[str, Ragged]:
    """The same from the tables of a native run in one direction, (tokens, hidden)."""
    output, tables = made.output.detach(), made.tables[0]
    found = fields_of_tables(sweep, weights, tables, output, state)
    return {name: sweep.x.with_values(values) for name, values in found.items()}


@torch.no_grad()
def fields_of_tables(
    sweep: packing.Sweep,
    weights: Weights,
    table: packing.Tables,
    output: Tensor,
    state: packing.Begun,
) -> dict[str, Tensor]:
    """Every field that the cell keeps, (tokens, hidden), from `output` (tokens, size).

    Of one direction, which began with `state`, each (rows, ·).
    """
    cell, x = sweep.cell, sweep.x
    if table.gates is None:
        found = {"n": output if table.inner is None else table.inner}
    elif table.memory is not None:
        i, f, g, o = table.gates.chunk(4, dim=1)
        c_new = table.memory
        c = before(x, c_new, state[1], reverse=sweep.reverse)
        found = {"c": c, "i": i, "f": f, "g": g, "o": o, "c_new": c_new}
        found["tanh_c"] = kernels.tanh(c_new)
    else:
        r, z, n, last = table.gates.chunk(4, dim=1)
        hidden = last.shape[1]
        late = cell.late  # then `last` is what R_n has met
        bias = cut(weights.c, 2 * hidden, None)
        u_n = linear(last, weights.R[2 * hidden :], bias) if late else last
        h = before(x, output, state[0], reverse=sweep.reverse)
        found = {"h": h, "r": r, "z": z, "n": n, "u_n": u_n}
    # Copies: the way back still reads the tables, and the output is the caller's.
    layout = torch.contiguous_format
    return {name: t.clone(memory_format=layout) for name, t in found.items()}
