"""The contest of single steps: one sequence, one input after the other, no gradients.

    ours     unrolled.engine
    layer    torch.nn's layer on one step at a time
    cell     torch.nn's cell

Each carries its own state along; a turn is STEPS steps from a state of zero.
"""

from typing import Any

import torch
from torch import Tensor, nn

from unrolled import engine
from unrolled.cli.contests import LIMITS, Contest
from unrolled.cli.timing import Contestant, gate
from unrolled.nn.drop_in import weights_of

CELLS = {"rnn": nn.RNNCell, "lstm": nn.LSTMCell, "gru": nn.GRUCell}
STEPS = 100


def stream_of(cell: str, inputs: int, hidden: int) -> Contest:
    """The contest for one row of one token, which is given again and again."""
    return Contest(cell, inputs, hidden, torch.ones(1, dtype=torch.int64))


def path_of(contest: Contest) -> str:
    """What carries our steps: the native engine's state object, or torch's step."""
    return contest.ours.path if _has_state_object() else "stream"


def streaming(contest: Contest) -> list[Contestant]:
    """Ours and torch's two ways, all through the gate. Raises UnequalError."""
    made = [_ours(contest), _layer(contest), _cell(contest)]
    wanted = true_output(contest)
    for one in made:
        gate(one, wanted, LIMITS)
    return made


def true_output(contest: Contest) -> dict[str, Tensor]:
    """What comes out after STEPS times the same input, (rows, hidden) in float64."""
    x = contest.x.values.double().expand(STEPS, -1)
    return {"output": contest.exact(x)[0][-1:].detach()}


def _ours(contest: Contest) -> Contestant:
    [[weights]] = weights_of(contest.ours)
    cell, x = contest.ours.cell, contest.x.values
    kind = getattr(engine, "Stream", None)
    begun: list[Any] = [None]

    def prepare() -> None:
        begun[0] = kind and kind(cell, weights, rows=1)

    def turn() -> Tensor:
        step, output = begun[0].step, x
        for _ in range(STEPS):
            output = step(x)
        return output

    @torch.no_grad()
    def turn_without() -> Tensor:
        state, output = None, x
        for _ in range(STEPS):
            output, state = engine.stream(cell, weights, x, state)
        return output

    return Contestant("ours", turn if kind else turn_without, _read, prepare)


def _has_state_object() -> bool:
    return getattr(engine, "Stream", None) is not None


def _layer(contest: Contest) -> Contestant:
    layer, x = contest.theirs, contest.x.values[None]

    @torch.no_grad()
    def turn() -> Tensor:
        state, output = None, x
        for _ in range(STEPS):
            output, state = layer(x, state)
        return output[0]

    return Contestant("layer", turn, _read)


def _cell(contest: Contest) -> Contestant:
    cell: Any = CELLS[contest.cell](contest.inputs, contest.hidden)
    found = contest.theirs.state_dict()
    cell.load_state_dict({n.removesuffix("_l0"): t for n, t in found.items()})
    x, is_lstm = contest.x.values, contest.cell == "lstm"

    @torch.no_grad()
    def turn() -> Tensor:
        state: Any = None
        for _ in range(STEPS):
            state = cell(x, state)
        return state[0] if is_lstm else state

    return Contestant("cell", turn, _read)


def _read(output: Tensor) -> dict[str, Tensor]:
    return {"output": output}
