"""How far back a gradient reaches: ‖∂ score/∂ h_s‖ for every step s, layer by layer.

    score of step t    ◄── h_t ◄── h_t−1 ◄── ... ◄── h_1       back-propagation in time

Each step back multiplies by the Jacobian ∂h_s/∂h_s−1; a product of many factors below
one fades, of many above one explodes (Bengio, Simard and Frasconi 1994; Pascanu,
Mikolov and Bengio 2013, arXiv:1211.5063). Where the answer comes from all states, as
in a mean or with attention, the gradient enters at all of them and need not travel; so
what is measured at each step is how much longer or shorter it hands back what it got.

The way back is the engine's own, by hand, on its gated path.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, final

import torch
from torch import Tensor, nn

from unrolled.engine import forced
from unrolled.engine.watch import Passage, watching
from unrolled.errors import SettingError
from unrolled.ragged import Ragged
from unrolled.tasks._seeing import NATS, View
from unrolled.tracing.looking import axis_of, named
from unrolled.tracing.record import Array, Record

FADED = 0.01
"""A gradient below this share of what entered counts as gone."""
EXPLODED = 100.0
"""And one that grew by this factor as exploding."""
TINY = 1e-300
"""In the place of a length of zero."""


@final
@dataclass(frozen=True, eq=False)
class Reach:
    """How one layer's gradient fares on its way back."""

    norms: dict[str, Tensor]
    """Of ∂ score/∂ each state, by the state's name, (steps,)."""
    enters: int
    """The step that the way back begins at: that of the score, where the layer runs
    along what is told, else the last one that it depends on."""
    kept: list[float]
    """What is left after so many steps back, 1 at first: the product of how much longer
    each step has made the gradient that it handed back."""
    everywhere: bool
    """Whether the score depends on earlier states of this layer directly, too, as with
    a mean or with attention: then a gradient that fades on its way does no harm. Told
    of the highest layer alone: one below is asked by the one above at every step."""

    @property
    def farthest(self) -> int:
        """Steps back that there are at all."""
        return len(self.kept) - 1

    @property
    def horizon(self) -> int:
        """Steps back up to which more than FADED is left."""
        faded = [back for back, share in enumerate(self.kept) if share < FADED]
        return faded[0] - 1 if faded else self.farthest

    @property
    def factor(self) -> float:
        """By what each step back multiplies, on average; 1 keeps all."""
        return self.kept[-1] ** (1 / self.farthest) if self.farthest else 1.0

    @property
    def verdict(self) -> str:
        """One of "vanishing", "exploding" and "steady"."""
        if self.kept[-1] > EXPLODED:
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
        if not wanted:
            raise SettingError(
                found="the gradient over time of a model without a recurrent layer.",
                expected="a model that reads step by step",
                fix="look at the parts of its trace instead",
            )
        found = torch.autograd.grad(scores[step, name], wanted, allow_unused=True)
    passages = {
        layer: passage
        for layer, passage in named(network, watch)
        if axis_of(layer, view) is not None and passage.state_gradients
    }
    inputs = torch.zeros(len(view.axes[view.read]), 0)
    if found and found[0] is not None:
        inputs = found[0].detach()
    return GradientOverTime(
        step=step,
        name=name,
        of=in_words(view, step, name),
        states={layer: one.state_gradients for layer, one in passages.items()},
        inputs=inputs,
        reaches={
            layer: reach_of(
                one,
                begins=step if axis_of(layer, view) == view.told else None,
                is_top=layer in _tops(passages),
            )
            for layer, one in passages.items()
        },
    )


def in_words(view: View, step: int, name: int) -> str:
    """What the score is of: log-probability of "positive"."""
    what = f'log-probability of "{view.names[name]}"'
    if view.unit != NATS:
        what = str(view.names[name])
    return what if view.told == "answer" else f"{what} at step {step + 1}"


def _tops(layers: Iterable[str]) -> set[str]:
    """Of each stack the highest layer, in both directions."""
    highest: dict[str, int] = {}
    for one in layers:
        stack, _, layer = one.rpartition(".l")
        height = int(layer.removesuffix("_reverse"))
        highest[stack] = max(highest.get(stack, 0), height)
    ends = {f"{stack}.l{height}" for stack, height in highest.items()}
    return ends | {f"{one}_reverse" for one in ends}


def reach_of(
    passage: Passage, *, begins: int | None = None, is_top: bool = True
) -> Reach:
    """From the gradients that a passage has been told on its way back.

    `begins` is the step of the score, where the layer runs along the told steps. The
    way stays in the row where it begins.
    """
    whole, carried = passage.state_gradients, passage.carried_gradients
    norms = {name: one.double().norm(dim=1) for name, one in whole.items()}
    handed = torch.cat(list(carried.values()), dim=1).double()
    # What each step hands back was formed from h as a whole and from what else was
    # handed to it: the share of h that goes through c is no further gradient of c.
    first, *rest = carried.values()
    given = torch.cat([next(iter(whole.values())), *rest], dim=1).double().norm(dim=1)
    direct = (next(iter(whole.values())) - first).norm(dim=1)
    order = list(range(len(given)))
    order = order if passage.reverse else order[::-1]
    there = [at for at in order if float(given[at]) > 0]
    if begins is not None and begins in there:
        there = there[there.index(begins) :]
    if not there:
        return Reach(norms, 0, [1.0], everywhere=False)
    kept, owner = [1.0], passage.inputs.row_of_token
    mine = [at for at in order if owner[at] == owner[there[0]]]
    for before, after in pairwise(mine[mine.index(there[0]) :]):
        longer = float(handed[after].norm()) / max(float(given[before]), TINY)
        kept.append(kept[-1] * longer)
    later = [at for at in there[1:] if at in mine and float(direct[at]) > 0]
    return Reach(norms, there[0], kept, everywhere=is_top and bool(later))


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
        "kept": reach.kept,
        "everywhere": reach.everywhere,
        "verdict": reach.verdict,
    }


def sentence(found: GradientOverTime) -> str:
    """What the gradient says in the layer where it has most steps to go back.

    Among equals in the highest, which the score asks first.
    """
    if not found.reaches:
        return "There is no recurrent layer that this score depends on."
    tops = _tops(found.reaches)
    layer = max(
        found.reaches, key=lambda name: (found.reaches[name].farthest, name in tops)
    )
    reach = found.reaches[layer]
    if not reach.farthest:
        return "The score depends on one step alone: there is nothing to go back to."
    left = reach.kept[-1]
    told = {
        "vanishing": f"It fades: {reach.horizon} of {reach.farthest} steps back it is"
        f" still above a hundredth; at the far end {left:.1e} of it is left.",
        "exploding": f"It explodes: {reach.farthest} steps back it is {left:.1e} times"
        " as large.",
        "steady": f"It reaches all {reach.farthest} steps back; at the far end"
        f" {left:.2g} times what entered is there.",
    }[reach.verdict]
    step = f"Each step back multiplies the gradient in {layer} by {reach.factor:.2f}."
    direct = " The score also looks at earlier states directly." * reach.everywhere
    return f"{step} {told}{direct}"
