"""Calls of the engine's entrances with what nobody should give them, by the thousand.

    python tests/engine/fuzz_native.py --calls 1000000 --seed 0

Each call is drawn from a seed: a sound one, or one with mistakes in its lengths,
shapes, dtypes, devices, strides or numbers. A sound one must give what the gated path
gives; the others may raise one of the errors in `REFUSALS` instead. Anything else, a
crash above all, is a find; the line that is printed draws it again: --only NUMBER.
"""

import argparse
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import torch
from torch import Tensor

from unrolled import nn
from unrolled.cells._base import AbstractGatedCell
from unrolled.cells.elman import Elman
from unrolled.cells.gru import GRU
from unrolled.cells.lstm import LSTM
from unrolled.engine import (
    Stream,
    Weights,
    forced,
    native,
    run,
    run_directions,
    stream,
)
from unrolled.errors import FixableError
from unrolled.ragged import Ragged

REFUSALS = (FixableError, ValueError, RuntimeError, TypeError, IndexError)
CELLS = [
    Elman(),
    Elman(nonlinearity="relu"),
    GRU(),
    GRU(reset="before"),
    LSTM(),
    LSTM(peepholes=True),
]
LAYERS = [
    lambda: nn.RNN(3, 4, nonlinearity="relu"),
    lambda: nn.GRU(3, 4, bidirectional=True),
    lambda: nn.GRU(3, 5, reset="before", batch_first=True),
    lambda: nn.LSTM(3, 4, num_layers=2, peepholes=True),
    lambda: nn.LSTM(3, 5, bidirectional=True, proj_size=2, bias=False),
]
SETS = native.instruction_sets() or (None,)
TOLERANCE = {torch.float32: 2e-4, torch.float64: 1e-9}

TOGETHER = 500
"""Calls between two notes of the trail: a crash lies in the last of them."""

Answer = list[Tensor]


class Draw:
    """One call, drawn from a number: what is drawn, and with which mistakes."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.torch = torch.Generator().manual_seed(seed)
        # Half of all calls are sound; the others have about one mistake in them.
        self.wild = 0.0 if self.chance.random() < 0.5 else 0.04

    def slips(self) -> bool:
        """Whether there is a mistake here."""
        return self.chance.random() < self.wild

    def one(self, *choices: Any) -> Any:
        return self.chance.choice(choices)

    # -- tensors ---------------------------------------------------------------------

    def tensor(self, *shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
        """Numbers of that shape, perhaps of another, and laid out in some way."""
        if self.slips():
            shape = self.shape(shape)
        if self.slips():
            dtype = self.one(
                torch.float64, torch.float32, torch.float16, torch.int64, torch.bool,
                torch.complex64, torch.bfloat16,
            )  # fmt: skip
        made = torch.randn(shape, generator=self.torch, dtype=torch.float64).to(dtype)
        made = self.laid_out(made)
        if self.slips():
            made = self.odd(made)
        floats = made.is_floating_point() or made.is_complex()
        if floats and not made.requires_grad and self.chance.random() < 0.3:
            made.requires_grad_()
        return made

    def shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """A shape like this one that is wrong."""
        sizes = list(shape)
        match self.chance.randrange(4):
            case 0 if sizes:
                sizes[self.chance.randrange(len(sizes))] += self.one(-1, 1, 2, 7)
            case 1 if sizes:
                sizes[self.chance.randrange(len(sizes))] = 0
            case 2:
                sizes.insert(self.chance.randint(0, len(sizes)), self.one(0, 1, 2))
            case _ if sizes:
                sizes.pop()
        return tuple(max(size, 0) for size in sizes)

    def laid_out(self, made: Tensor) -> Tensor:
        """The same numbers with other strides, offsets or views; all of it is sound."""
        how = self.chance.random()
        if how > 0.35 or not made.dim():
            return made
        if how < 0.07:
            return made.transpose(0, -1).contiguous().transpose(0, -1)
        if how < 0.14:
            return torch.cat([made, made], dim=-1)[..., : made.shape[-1]]
        if how < 0.21:
            return torch.cat([made[:1], made])[len(made[:1]) :]
        if how < 0.26:
            return made[:1].expand(made.shape) if made.shape[0] else made
        if how < 0.30 and made.dtype == torch.float32:
            return torch.complex(made, -made).conj().imag  # its sign is not yet applied
        return torch.stack([made, made], dim=-1)[..., 0]

    def odd(self, made: Tensor) -> Tensor:
        """A tensor that lies elsewhere, or is no table of numbers at all."""
        match self.chance.randrange(7):
            case 0:
                return made.to("meta")
            case 1:
                return made.to_sparse() if made.dim() else made
            case 2:
                return (
                    torch.full_like(made, float("nan"))
                    if made.dtype.is_floating_point
                    else made
                )
            case 3:
                return made.fill_(1e38) if made.dtype == torch.float32 else made
            case 4:
                return made.to_mkldnn() if made.dtype == torch.float32 else made
            case 5:
                return made.new_empty(0)
            case _:
                return (
                    torch.nn.Parameter(made) if made.dtype.is_floating_point else made
                )

    # -- what goes in ----------------------------------------------------------------

    def lengths(self) -> list[int]:
        return [self.one(0, 1, 2, 3, 5) for _ in range(self.chance.randint(0, 4))]

    def ragged(self, inputs: int, dtype: torch.dtype, lengths: list[int]) -> Ragged:
        """A batch; its lengths may be wrong, or edited after they were checked."""
        given: Any = list(lengths)
        tokens = sum(lengths)
        if self.slips() and given:
            at = self.chance.randrange(len(given))
            given[at] += self.one(-1, 1, -7, 2**40, 2**62, -(2**63) + 1)
        if self.slips():
            given = self.one([2**62] * 4 + given, [tokens], [-1, tokens + 1], [2**31])
        kind = (
            self.one(torch.float32, torch.int32, torch.int8) if self.slips() else None
        )
        if kind is not None:
            given = [max(-100, min(n, 100)) for n in given]
        wanted = torch.tensor(given, dtype=kind or torch.int64)
        if self.slips():
            wanted = self.one(wanted[None], wanted.repeat(2)[::2], wanted.sum())
        made = Ragged(self.tensor(tokens, inputs, dtype=dtype), wanted)
        if self.slips() and len(made.lengths):
            made.lengths[0] += self.one(1, -1, 2**40, 10**6)
        return made

    def weights(
        self, cell: AbstractGatedCell, sizes: tuple[int, int, int], dtype: torch.dtype
    ) -> Weights:
        """Weights of all, or not all, of their shapes."""
        inputs, hidden, projected = sizes
        wide, size = hidden * len(cell.gates), projected or hidden
        bias = self.chance.random() < 0.7
        has_v = bool(cell.vectors) != self.slips()
        return Weights(
            W=self.tensor(wide, inputs, dtype=dtype),
            R=self.tensor(wide, size, dtype=dtype),
            b=self.tensor(wide, dtype=dtype) if bias != self.slips() else None,
            c=self.tensor(wide, dtype=dtype) if bias != self.slips() else None,
            P=self.tensor(size, hidden, dtype=dtype) if projected else None,
            v=self.tensor(3, hidden, dtype=dtype) if has_v else None,
        )

    def state(
        self, cell: AbstractGatedCell, rows: int, sizes: tuple, dtype: torch.dtype
    ) -> tuple[Tensor, ...] | None:
        if self.chance.random() < 0.4:
            return None
        _, hidden, projected = sizes
        widths = [projected or hidden, hidden][: len(cell.states)]
        if self.slips():
            widths = self.one([], widths[:1], [*widths, hidden])
        return tuple(self.tensor(rows, width, dtype=dtype) for width in widths)

    # -- calls -----------------------------------------------------------------------

    def call(self) -> Callable[[], Answer]:
        """A call of one entrance; to be called once for each path."""
        return self.one(
            self._run, self._run, self._directions, self._layer, self._stream
        )()

    def _parts(self) -> tuple:
        cell = self.one(*CELLS)
        projected = self.one(0, 0, 1, 3) if cell.projects or self.slips() else 0
        inputs, hidden = self.one(1, 3, 9, 3), self.one(1, 2, 4, 5, 17)
        if self.slips():
            inputs, hidden = self.one((0, hidden), (inputs, 0))
        dtype = self.one(torch.float32, torch.float64)
        return cell, (inputs, hidden, projected), dtype

    def _run(self) -> Callable[[], Answer]:
        cell, sizes, dtype = self._parts()
        lengths = self.lengths()
        x = self.ragged(sizes[0], dtype, lengths)
        weights = self.weights(cell, sizes, dtype)
        state = self.state(cell, len(lengths), sizes, dtype)
        how = {"reverse": self.one(False, True), "trace": self.one(False, False, True)}

        def call() -> Answer:
            made = run(cell, weights, x, state, **how)
            shown = [r.values for _, r in sorted(made.trace.items())]
            return [made.output.values, *made.state, *shown]

        return call

    def _directions(self) -> Callable[[], Answer]:
        cell, sizes, dtype = self._parts()
        lengths = self.lengths()
        x = self.ragged(sizes[0], dtype, lengths)
        count = self.one(0, 1, 3) if self.slips() else self.one(1, 2)
        weights, states = [], []
        for _ in range(count):
            if self.slips():
                sizes = (sizes[0], sizes[1] + 1, sizes[2])
            if self.slips():
                dtype = self.one(torch.float32, torch.float64)
            weights.append(self.weights(cell, sizes, dtype))
            states.append(self.state(cell, len(lengths), sizes, dtype))
        if self.slips():
            states = states[1:]

        def call() -> Answer:
            made = run_directions(cell, weights, x, states)
            return [made.output.values, *(s for state in made.states for s in state)]

        return call

    def _layer(self) -> Callable[[], Answer]:
        torch.manual_seed(self.chance.randrange(100))
        layer = self.one(*LAYERS)()
        dtype = self.one(torch.float32, torch.float32, torch.float64)
        layer.to(dtype)
        rows: tuple[int, ...] = (self.one(0, 1, 3),)
        form = self.one("ragged", "3-d", "2-d")
        if form == "ragged":
            lengths = self.lengths()
            batch: Any = self.ragged(3, dtype, lengths)
            rows = (len(lengths),)
        elif form == "3-d":
            shape = (self.one(0, 1, 4), *rows)
            shape = shape[::-1] if layer.batch_first else shape
            batch = self.tensor(*shape, 3, dtype=dtype)
        else:
            batch, rows = self.tensor(4, 3, dtype=dtype), ()
        if self.slips():
            name, weight = self.one(*layer.named_parameters())
            setattr(layer, name, torch.nn.Parameter(self.floats(weight)))
        hx = None
        if self.chance.random() < 0.2:
            deep = layer.num_layers * (2 if layer.bidirectional else 1)
            widths = [layer.proj_size or layer.hidden_size, layer.hidden_size]
            given = [self.tensor(deep, *rows, width, dtype=dtype) for width in widths]
            hx = tuple(given) if isinstance(layer, nn.LSTM) else given[0]

        def call() -> Answer:
            output, state = layer(batch, hx)
            values = output.values if isinstance(output, Ragged) else output
            return [values, *(state if isinstance(state, tuple) else (state,))]

        return call

    def floats(self, like: Tensor) -> Tensor:
        made = self.tensor(*like.shape, dtype=like.dtype).detach()
        return made if made.is_floating_point() else made.real.float()

    def _stream(self) -> Callable[[], Answer]:
        cell, sizes, dtype = self._parts()
        rows = self.one(0, 1, 3)
        weights = self.weights(cell, sizes, dtype)
        state = self.state(cell, rows, sizes, dtype)
        moments = [self.tensor(rows, sizes[0], dtype=dtype) for _ in range(2)]
        kept = self.one(False, True)
        claimed = self.one(0, 1, 9, -1) if self.slips() else rows

        def call() -> Answer:
            if kept:
                held = Stream(cell, weights, rows=claimed, state=state)
                outputs = [held.step(moment.detach()).clone() for moment in moments]
                return [*outputs, *(s.clone() for s in held.state)]
            outputs, now = [], state
            for moment in moments:
                output, now = stream(cell, weights, moment, now)
                outputs.append(output)
            return [*outputs, *now]

        return call


def tensors_of(call: Callable[[], Answer]) -> list[Tensor]:
    """The tensors that a call was drawn with."""
    found: list[Tensor] = []

    def look(thing: Any) -> None:
        if isinstance(thing, Tensor):
            found.append(thing)
        elif isinstance(thing, Ragged):
            look(thing.values)
        elif isinstance(thing, torch.nn.Module):
            found.extend(thing.parameters())
        elif isinstance(thing, list | tuple):
            for part in thing:
                look(part)

    for cell in call.__closure__ or ():
        look(cell.cell_contents)
    return found


def answer(call: Callable[[], Answer], path: str) -> Answer | Exception:
    """What the call gives on that path, gradients included, or how it was refused."""
    try:
        with forced(path=path) if path != "chosen" else forced():
            made = call()
            loss = sum((t.sum() for t in made if t.requires_grad), torch.zeros(()))
            leaves = [t for t in tensors_of(call) if t.requires_grad]
            if loss.requires_grad and leaves and loss.device.type == "cpu":
                made += torch.autograd.grad(loss, leaves, materialize_grads=True)
        return [t.detach() for t in made]
    except REFUSALS as refusal:
        return refusal


def agree(found: Answer, expected: Answer) -> bool:
    """Equal within rounding; where one is no finite number the other is none, too."""
    if [t.shape for t in found] != [t.shape for t in expected]:
        return False
    for ours, theirs in zip(found, expected, strict=True):
        if ours.device != theirs.device or ours.dtype != theirs.dtype:
            return False
        if ours.device.type == "meta" or not ours.numel():
            continue
        if theirs.layout != torch.strided:  # a sparse gradient of a sparse input
            ours, theirs = ours.to_dense(), theirs.to_dense()
        ours, theirs = ours.double(), theirs.double()
        finite = theirs.isfinite() & (theirs.abs() < 1e30)
        if not finite.all():  # sums that overflow do so in one order and not in another
            continue
        largest = max(1.0, float(theirs.abs().max()))
        single = found[0].dtype is not torch.float64
        allowed = (TOLERANCE[torch.float32] if single else 1e-9) * largest
        if not bool(((ours - theirs).abs() <= allowed).all()):
            return False
    return True


def examine(seed: int, *, compares: bool = True) -> str:
    """Draws one call and makes it. "answered", "refused", or what was found wrong.

    Without `compares` nothing is asked of the answer but that there is one.
    """
    draw = Draw(seed)
    try:
        call = draw.call()
    except (
        REFUSALS
    ) as refusal:  # while it was put together, by Ragged for the most part
        return "refused" if draw.wild else f"refused a sound call: {refusal}"
    paths = ("chosen", "native") if compares else (draw.one("chosen", "native"),)
    instructions = SETS[seed // 2 % len(SETS)]
    with forced(instructions=instructions, threads=1 + seed % 2):
        found = {path: answer(call, path) for path in paths}
    if not draw.wild:
        for path, made in found.items():
            if isinstance(made, Exception):
                return f"refused a sound call on the path {path}: {made}"
    # With these on the CPU, too, torch itself makes numbers up.
    if compares and not any(t.is_meta for t in tensors_of(call)):
        wrong = compared(found, answer(call, "gated"), sound=not draw.wild)
        if wrong:
            return wrong
    made = found[paths[0]]
    return "refused" if isinstance(made, Exception) else "answered"


def compared(
    found: dict[str, Answer | Exception], expected: Answer | Exception, *, sound: bool
) -> str:
    """What is wrong about the answers, if anything, beside that of the gated path."""
    chosen, told = found["chosen"], found["native"]
    if isinstance(expected, Exception):
        if sound or isinstance(chosen, Exception) or not any(map(Tensor.numel, chosen)):
            return f"gated refuses a sound call: {expected}" if sound else ""
        return f"answered what gated refuses: {type(expected).__name__} {expected}"
    if not isinstance(chosen, Exception) and not agree(chosen, expected):
        return "another answer than gated's"
    # Told to be native, it casts what is of several dtypes, as nothing else does.
    if sound and not isinstance(told, Exception) and not agree(told, expected):
        return "another answer than gated's, when told"
    return ""


def examined(
    numbers: range, *, compare: int, say: Callable[[int, str], None]
) -> Counter:
    """Makes these calls, tells each find, and counts how often each outcome was met.

    One in `compare` calls is made on the gated path, too.
    """
    outcomes: Counter = Counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number in numbers:
            outcome = examine(number, compares=number % compare == 0)
            known = outcome in ("answered", "refused")
            outcomes[outcome if known else "found"] += 1
            if not known:
                say(number, outcome)
    return outcomes


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--calls", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--compare", type=int, default=8, help="one in so many calls")
    parser.add_argument("--only", type=int, help="the number of one call")
    parser.add_argument("--trail", help="a file that holds the numbers of the calls")
    given = parser.parse_args()
    if not native.is_built():
        return 1
    torch.set_num_threads(2)

    def say(number: int, outcome: str) -> None:
        sys.stdout.write(f"--only {number}: {outcome}\n")

    begun, at, end = time.monotonic(), given.seed, given.seed + given.calls
    if given.only is not None:
        at, end, given.compare = given.only, given.only + 1, 1
    total: Counter = Counter()
    while at < end:
        now = range(at, min(at + TOGETHER, end))
        if given.trail:
            Path(given.trail).write_text(f"{now}\n", encoding="ascii")
        total += examined(now, compare=given.compare, say=say)
        at = now.stop
    seconds = time.monotonic() - begun
    sys.stdout.write(f"{sum(total.values())} calls, {dict(total)}, {seconds:.0f} s\n")
    return 1 if total["found"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
