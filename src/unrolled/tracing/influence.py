"""Which steps of the input moved a score, and by how much: three ways to say so.

    F(x)      one score of one run, of the vectors x (steps, inputs) that the first
              recurrent layer reads; each way gives a number for each step, in F's unit

    gradient x input        Σᵢ xₛᵢ ∂F/∂xₛᵢ                what a small change would do
    integrated gradients    Σᵢ xₛᵢ ∫₀¹ ∂F/∂xₛᵢ(tx) dt     from all vectors zero to x
    leave one out           F(x) − F(x with xₛ = 0)       without this step

For a score that is linear in x the three agree. Integrated gradients add up to F(x) −
F(0), whatever the network ("completeness"), which is checked here: the integral is a
sum over Gauss-Legendre points, whose number is doubled until what is missing is less
than 1 % of the difference, or there are 256.

Of a long input some steps in a row are left out together, and what that takes away is
shared evenly among them.

None of the three says what the network would do with another input; for that, change
the input (tracing/what_if.py).

References: Sundararajan et al. 2017, "Axiomatic attribution for deep networks",
arXiv:1703.01365, equation 1; gradient x input: Shrikumar et al. 2016, arXiv:1605.01713;
leave one out, of word vectors: Li et al. 2016, "Understanding neural networks through
representation erasure", arXiv:1612.08220.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import numpy as np
import torch
from torch import Tensor

from unrolled.engine.watch import watching
from unrolled.errors import SettingError
from unrolled.ragged import Ragged
from unrolled.tasks._seeing import View
from unrolled.tracing.gradient_over_time import in_words
from unrolled.tracing.record import Array, Record

MOST_POINTS = 256
ENOUGH = 0.01
"""What may be missing of the difference, as a share of it."""
MOST_RUNS = 128
"""Runs with something left out; of a longer input, steps are left out together."""
ROUNDING = 1e-6
"""What may be missing in any case, as a share of the scores themselves."""


@final
@dataclass(frozen=True, eq=False, kw_only=True)
class Influence:
    """What each step of the input did for one score."""

    of: str
    """The score in words."""
    step: int
    """Of the told axis."""
    name: int
    """The column."""
    gradient_x_input: Tensor
    """(read,), in the unit of the score, as are the others."""
    integrated_gradients: Tensor
    leave_one_out: Tensor
    """With the vector of the step put to zero."""
    left_out: Tensor | None
    """With the step truly left out, the input one step shorter; None where a score for
    each step has to stay."""
    together: int
    """How many steps in a row were left out at a time."""
    completeness: dict[str, float]
    """"sum" of the integrated gradients, the "difference" F(x) − F(0) which it should
    be, the "error" between them, and how many "points" it took."""
    sentence: str


def influence(view: View, *, step: int, name: int, points: int = 32) -> Influence:
    """The influence of each step of `view.read` on the score [step, name].

    Raises SettingError for a step or a column that is not there, and for a model
    without a recurrent layer.
    """
    _check(view, step, name, points)
    asked = _Asked(view, step, name)
    x = asked.inputs
    plain, zero = (asked.score(x.values * share) for share in (1.0, 0.0))
    gradient = asked.gradient(x.values)
    integrated, used = _integrated(asked, plain, zero, points)
    total = float(integrated.sum())
    completeness = {
        "sum": total,
        "difference": plain - zero,
        "error": abs(total - (plain - zero)),
        "points": float(used),
    }
    of = in_words(view, step, name)
    return Influence(
        of=of,
        step=step,
        name=name,
        gradient_x_input=(x.values * gradient).sum(1),
        integrated_gradients=integrated.to(x.values.dtype),
        leave_one_out=_without_each(asked, plain, _zeroed),
        left_out=_without_each(asked, plain, _shorter)
        if view.told == "answer"
        else None,
        together=_together(x.values),
        completeness=completeness,
        sentence=_sentence(view, of, integrated, zero, plain),
    )


def into(record: Record, found: Influence) -> None:
    """Puts what each step counts for, (read,), and what it says, into a record."""
    ways = {
        "gradient_x_input": found.gradient_x_input,
        "integrated_gradients": found.integrated_gradients,
        "leave_one_out": found.leave_one_out,
        "left_out": found.left_out,
    }
    for way, values in ways.items():
        if values is not None:
            about = f"what each step counts for in {found.of}: {way.replace('_', ' ')}"
            one = Array(
                values.detach().float().cpu(), (record.read,), record.unit, about
            )
            record.arrays[f"influence/{way}"] = one
    record.influence = {
        "of": found.of,
        "step": found.step,
        "completeness": found.completeness,
        "sentence": found.sentence,
    }


class _Asked:
    """One score of one run, as a function of the vectors that it reads."""

    def __init__(self, view: View, step: int, name: int) -> None:
        self._view, self._step, self._name = view, step, name
        with watching() as watch, torch.no_grad():
            view.run()
        if "inputs" not in watch.points:
            raise SettingError(
                found="the influence on a model without a recurrent layer.",
                expected="a model that reads step by step",
                fix="look at the parts of its trace instead",
            )
        self.inputs = watch.points["inputs"][0]

    def score(self, values: Tensor) -> float:
        """F, without gradients, of vectors (any number of steps, inputs)."""
        with torch.no_grad():
            return float(self._run(values))

    def gradient(self, values: Tensor) -> Tensor:
        """∂F/∂x at these vectors, (steps, inputs)."""
        leaf = values.detach().clone().requires_grad_()
        with torch.enable_grad():
            score = self._run(leaf)
            if not score.requires_grad:  # no step leads from the vectors to the score
                return torch.zeros_like(leaf)
            (found,) = torch.autograd.grad(
                score, leaf, allow_unused=True, materialize_grads=True
            )
        return found

    def _run(self, values: Tensor) -> Tensor:
        whole = len(values) == len(self.inputs.values)
        lengths = self.inputs.lengths if whole else torch.tensor([len(values)])
        put = Ragged(values, lengths)  # several rows stay apart: sentences of a text
        with watching(change={"inputs": lambda _: put}):
            return self._view.run()[self._step, self._name]


def _check(view: View, step: int, name: int, points: int) -> None:
    steps = len(view.axes[view.told])
    columns = len(view.names)
    for what, found, count in (("step", step, steps), ("column", name, columns)):
        if not 0 <= found < count:
            raise SettingError(
                found=f"{what} {found} of {count}.",
                expected=f"a number from 0 to {count - 1}" if count else "a told step",
                fix=f"choose another {what}" if count else "give a longer input",
            )
    if points < 1:
        raise SettingError(
            found=f"{points} points.", expected="one or more", fix="give a number"
        )


def _integrated(
    asked: _Asked, plain: float, zero: float, points: int
) -> tuple[Tensor, int]:
    """The integrated gradients, (steps,) float64, and how many points they took."""
    rounding = ROUNDING * max(abs(plain), abs(zero))
    enough = max(ENOUGH * abs(plain - zero), rounding)
    while True:
        found = _at_points(asked.gradient, asked.inputs.values, points)
        missing = abs(float(found.sum()) - (plain - zero))
        if missing <= enough or points >= MOST_POINTS:
            return found, points
        points = min(2 * points, MOST_POINTS)


def _at_points(gradient: Callable[[Tensor], Tensor], x: Tensor, points: int) -> Tensor:
    """The mean gradient on the line from zero to x, times x: (steps,) float64."""
    places, weights = np.polynomial.legendre.leggauss(points)
    mean = torch.zeros(x.shape, dtype=torch.float64, device=x.device)
    for place, weight in zip(places.tolist(), weights.tolist(), strict=True):
        mean += weight / 2 * gradient(x * ((place + 1) / 2)).double()
    return (x.double() * mean).sum(1)


def _together(x: Tensor) -> int:
    """How many steps are left out at a time, for at most MOST_RUNS runs."""
    return max(-(-len(x) // MOST_RUNS), 1)


def _without_each(
    asked: _Asked, plain: float, without: Callable[[Tensor, slice], Tensor]
) -> Tensor:
    """What F loses when each step in turn is taken away, (steps,)."""
    x, count = asked.inputs.values, _together(asked.inputs.values)
    found = torch.zeros(len(x), dtype=x.dtype, device=x.device)
    for start in range(0, len(x), count):
        some = slice(start, min(start + count, len(x)))
        lost = plain - asked.score(without(x, some))
        found[some] = lost / (some.stop - some.start)
    return found


def _zeroed(x: Tensor, some: slice) -> Tensor:
    made = x.clone()
    made[some] = 0
    return made


def _shorter(x: Tensor, some: slice) -> Tensor:
    return torch.cat([x[: some.start], x[some.stop :]])


def _sentence(view: View, of: str, moved: Tensor, zero: float, plain: float) -> str:
    """The strongest steps on either side, in words."""
    labels = list(view.axes[view.read])
    labels += [""] * (len(moved) - len(labels))
    order = moved.abs().argsort(descending=True, stable=True).tolist()
    names = [
        f'"{label}"' if labels.count(label) == 1 else f'"{label}" at step {at}'
        for at, label in enumerate(labels, 1)
    ]
    told = []
    for verb, sign in (("raised", 1), ("lowered", -1)):
        best = [at for at in order if sign * float(moved[at]) > 0][:3]
        each = [f"{names[at]} by {abs(float(moved[at])):.3g}" for at in best]
        if each:
            told.append(f"most {verb} by {', '.join(each)}")
    moves = f"From {zero:.3g} with all vectors zero to {plain:.3g} {view.unit}"
    return f"The {of}: {'; '.join(told) or 'no step moved it'}. {moves}."
