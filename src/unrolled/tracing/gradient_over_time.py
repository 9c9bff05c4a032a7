"""How far back a gradient reaches: ‖∂ score/∂ h_s‖ for every step s, layer by layer.

    score of step t    ◄── h_t ◄── h_t−1 ◄── ... ◄── h_1       back-propagation in time

Each step back multiplies by the Jacobian ∂h_s/∂h_s−1; a product of many factors below
one fades, of many above one explodes (Bengio, Simard and Frasconi 1994; Pascanu,
Mikolov and Bengio 2013, arXiv:1211.5063). Where the answer comes from all states, as
in a mean or with attention, the gradient enters at all of them and need not travel.

The way back is the engine's own, by hand, on its gated path.
"""

from dataclasses import dataclass
from typing import Any, final

import torch
from torch import Tensor, nn

from unrolled.engine import forced
from unrolled.engine.watch import watching
from unrolled.ragged import Ragged
from unrolled.tasks._seeing import NATS, View
from unrolled.tracing.looking import axis_of, named
from unrolled.tracing.record import Array, Record

FADED = 0.01
"""A gradient below this share of what entered counts as gone."""
EXPLODED = 100.0
"""And one that grew by this factor as exploding."""


@final
@dataclass(frozen=True, eq=False)
class Reach:
    """How one layer's gradient fares on its way back."""

    norms: dict[str, Tensor]
    """Of ∂ score/∂ each state, by the state's name, (steps,)."""
    enters: int
    """The step where it enters: the last one read that the score depends on."""
    horizon: int
    """Steps back from there up to which the norm stays above FADED of what entered."""
    farthest: int
    """Steps back that there are at all."""
    factor: float
    """By what each step back multiplies the norm, on average; 1 keeps it."""

    @property
    def verdict(self) -> str:
        """One of "vanishing", "exploding" and "steady"."""
        if not self.farthest:
            return "steady"
        if self.factor**self.farthest > EXPLODED:
            return "exploding"
        return "vanishing" if self.horizon < self.farthest else "steady"


@final
@dataclass(frozen=True, eq=False)
class GradientOverTime:
    """Of one score."""

    step: int
    """The told step."""
    name: int
    """The column of the score."""
    of: str
    """In words."""
    states: dict[str, dict[str, Tensor]]
    """Layer by layer ∂ score/∂ each state, (steps, units)."""
    inputs: Tensor
    """∂ score/∂ what the first layer reads, (read, width)."""
    reaches: dict[str, Reach]


def gradient_over_time(
    network: nn.Module, view: View, *, step: int, name: int
) -> GradientOverTime:
    """Of the score in this line and column. No gradient of a weight is touched."""
    leaves: list[Tensor] = []

    def leaf(x: Ragged) -> Ragged:
        leaves.append(x.values.detach().requires_grad_())
        return x.with_values(leaves[-1])

    with torch.enable_grad(), forced(path="gated"):
        with watching(change={"inputs": leaf}) as watch:
            scores = view.run()
        wanted = [one for one in leaves if one.is_floating_point()]
        found = torch.autograd.grad(scores[step, name], wanted, allow_unused=True)
    states = {
        layer: passage.state_gradients
        for layer, passage in named(network, watch)
        if axis_of(layer, view) is not None and passage.state_gradients
    }
    reverse = {layer: one.reverse for layer, one in named(network, watch)}
    inputs = torch.zeros(len(view.axes[view.read]), 0)
    if found and found[0] is not None:
        inputs = found[0].detach()
    return GradientOverTime(
        step=step,
        name=name,
        of=in_words(view, step, name),
        states=states,
        inputs=inputs,
        reaches={
            layer: reach_of(one, reverse=reverse[layer])
            for layer, one in states.items()
        },
    )


def in_words(view: View, step: int, name: int) -> str:
    """What the score is of: "log-probability of positive"."""
    what = f"log-probability of {view.names[name]}"
    if view.unit != NATS:
        what = str(view.names[name])
    return what if view.told == "answer" else f"{what} at step {step + 1}"


def reach_of(gradients: dict[str, Tensor], *, reverse: bool) -> Reach:
    """From the gradients of each state, (steps, units)."""
    norms = {name: one.double().norm(dim=1) for name, one in gradients.items()}
    h = (
        next(iter(norms.values())).flip(0)
        if not reverse
        else next(iter(norms.values()))
    )
    there = h.nonzero().flatten().tolist()
    if not there:
        return Reach(norms, 0, 0, 0, 1.0)
    first, last = there[0], len(h) - 1
    back = h[first:]  # the norm at each distance from where it enters
    floor = FADED * float(back[0])
    faded = (back < floor).nonzero().flatten().tolist()
    farthest = last - first
    horizon = faded[0] - 1 if faded else farthest
    factor = float(back[-1] / back[0]) ** (1 / farthest) if farthest else 1.0
    enters = first if reverse else last - first
    return Reach(norms, enters, horizon, farthest, factor)


def into(record: Record, found: GradientOverTime, view: View) -> None:
    """Puts the norms, and what they say, into a record."""
    for layer, reach in found.reaches.items():
        axis = axis_of(layer, view) or view.read
        for state, norms in reach.norms.items():
            about = f"‖∂ {found.of} / ∂ {state}‖ of each step"
            one = Array(norms.float(), (axis,), "", about)
            record.arrays[f"gradient/{layer}/{state}"] = one
    about = f"‖∂ {found.of} / ∂ input‖ of each step"
    norms = found.inputs.norm(dim=1).cpu()
    record.arrays["gradient/inputs"] = Array(norms, (view.read,), "", about)
    record.gradient = {
        "step": found.step,
        "name": str(view.names[found.name]),
        "of": found.of,
        "layers": {layer: _facts(one) for layer, one in found.reaches.items()},
        "sentence": sentence(found),
    }


def _facts(reach: Reach) -> dict[str, Any]:
    return {
        "horizon": reach.horizon,
        "farthest": reach.farthest,
        "enters": reach.enters,
        "factor": reach.factor,
        "verdict": reach.verdict,
    }


def sentence(found: GradientOverTime) -> str:
    """What the first layer's gradient says."""
    if not found.reaches:
        return "There is no recurrent layer that this score depends on."
    layer, reach = next(iter(found.reaches.items()))
    left = reach.factor**reach.farthest
    told = {
        "vanishing": f"It fades: {reach.horizon} of {reach.farthest} steps back it is"
        f" still above a hundredth; at the far end {left:.1e} of it is left.",
        "exploding": f"It explodes: {reach.farthest} steps back it is {left:.1e} times"
        " as large.",
        "steady": f"It reaches all {reach.farthest} steps back; at the far end"
        f" {left:.2g} times what entered is there.",
    }[reach.verdict]
    step = f"Each step back multiplies the gradient in {layer} by {reach.factor:.2f}."
    return f"{step} {told}"
