"""Times contestants in turns, so that what else the machine does hits all of them.

    round 0   control   A A A   B B B   C C C       control: one product of matrices
    round 1   control   B B B   C C C   A A A       the first place goes round
    round 2   control   C C C   A A A   B B B

A round whose control took 5 % more or less than it usually does is not counted. Before
each block of turns there is a moment of rest, in which the threads of the contestant
before fall asleep, and `prepare`, which is not timed: there the weights are changed in
place, so that whoever keeps a copy of them in another layout has to make it anew.

Unequal answers are never timed: `gate` compares them with a truth first.
"""

import os
import platform
import re
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

STEADY = 0.05
REST = 0.03  # seconds: ONNX Runtime's threads look for work for 27 ms, torch's for 6
BLOCK = 0.004  # seconds that a block of turns should take at least
MOST_IN_A_BLOCK = 10
FEWEST_ROUNDS = 5
CONTROL = 384


class UnequalError(Exception):
    """A contestant's answer is not the truth: there is nothing to be timed."""


class Contestant(NamedTuple):
    """Someone who does the work."""

    name: str
    run: Callable[[], Any]
    """One turn: alone in what is timed."""
    read: Callable[[Any], Mapping[str, Tensor]] = dict
    """The answer of a turn as tensors by name, laid out alike for all (..., any)."""
    prepare: Callable[[], Any] = tuple
    """Done before each turn."""


class Times(NamedTuple):
    """What the turns took."""

    seconds: dict[str, list[float]]
    """For one turn of each contestant, round after round."""
    discarded: int
    """Rounds that were not counted."""
    steady: bool
    """Whether enough rounds were steady; if not, all of them were counted."""
    stolen: float
    """The share of the time that the machine below gave to others, 0 if unknown."""

    def median(self, name: str) -> float:
        """Seconds for one turn."""
        return statistics.median(self.seconds[name])

    def quartiles(self, name: str) -> tuple[float, float]:
        """Seconds: a quarter of the turns took less, a quarter more."""
        low, _, high = statistics.quantiles(self.seconds[name], method="inclusive")
        return low, high

    def best(self, names: Sequence[str]) -> str:
        """Who of these is the quickest by the median."""
        return min(names, key=self.median)


def take_turns(
    contestants: Sequence[Contestant], *, rounds: int = 15, seconds: float = 2.0
) -> Times:
    """Times all contestants in about so many seconds, at least 5 rounds of them."""
    estimates = [_block(one, 1) for one in contestants]  # warms the caches, too
    quickest, together = min(estimates), sum(estimates)
    block = max(1, min(MOST_IN_A_BLOCK, round(BLOCK / quickest)))
    rounds = max(FEWEST_ROUNDS, min(rounds, int(seconds / (block * together))))
    factor = torch.randn(CONTROL, CONTROL)
    controls: list[float] = []
    taken: dict[str, list[float]] = {one.name: [] for one in contestants}
    before = _stolen()
    for turn in range(rounds):
        controls.append(min(_timed(lambda: factor @ factor) for _ in range(4)))
        first = turn % len(contestants)
        for one in (*contestants[first:], *contestants[:first]):
            time.sleep(REST)
            taken[one.name].append(_block(one, block))
    counted = _steady(controls)
    steady = len(counted) >= FEWEST_ROUNDS
    counted = counted if steady else list(range(rounds))
    kept = {name: [each[turn] for turn in counted] for name, each in taken.items()}
    stolen = _share(before, _stolen())
    return Times(kept, rounds - len(counted), steady, stolen)


def _block(one: Contestant, turns: int) -> float:
    """Seconds for one turn, averaged over a block of them.

    Before them comes one that is not timed. They find the processor's caches as the
    same contestant left them, not another; and its threads on cores of their own, where
    the system at first wakes two of them on one (seen after ONNX Runtime's turns: torch
    and we took twice as long).
    """
    total = 0.0
    for turn in range(turns + 1):
        one.prepare()
        seconds = _timed(one.run)
        total += seconds if turn else 0.0
    return total / turns


def _timed(run: Callable[[], Any]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def _steady(controls: list[float]) -> list[int]:
    usual = statistics.median(controls)
    return [n for n, one in enumerate(controls) if abs(one - usual) <= STEADY * usual]


def _stolen() -> tuple[int, int]:
    """Ticks that the machine below took away, and all ticks, since the start."""
    try:
        first = Path("/proc/stat").read_text("ascii").splitlines()[0]
    except OSError:  # only Linux says it
        return 0, 0
    ticks = list(map(int, first.split()[1:9]))
    return ticks[7], sum(ticks)


def _share(before: tuple[int, int], after: tuple[int, int]) -> float:
    return (after[0] - before[0]) / max(1, after[1] - before[1])


# -- only equal answers are timed ------------------------------------------------------


def difference(found: Tensor, truth: Tensor) -> float:
    """The largest difference, as a share of the largest value; (..., any) each."""
    if not truth.numel():
        return 0.0
    largest = truth.abs().max().item()
    return (found.double() - truth.double()).abs().max().item() / (largest or 1.0)


def gate(
    one: Contestant, truth: Mapping[str, Tensor], limits: Mapping[str, float]
) -> float:
    """The largest difference of all tensors (..., any); UnequalError beyond a limit.

    A tensor without a limit of its own has that of "".
    """
    one.prepare()
    found = one.read(one.run())
    worst = 0.0
    for key, wanted in truth.items():
        error = difference(found[key].detach(), wanted)
        limit = limits.get(key, limits[""])
        if not error <= limit:
            raise UnequalError(
                f"{one.name}: {key} is off by {error:.1e} of its largest value, more"
                f" than {limit:.0e}; not timed"
            )
        worst = max(worst, error)
    return worst


@torch.no_grad()
def touch(layer: nn.Module) -> None:
    """Changes every weight in place, to what it is."""
    for weight in layer.parameters():
        weight.mul_(1.0)


# -- the machine -----------------------------------------------------------------------


def product_rate(size: int = 1536, *, tries: int = 12) -> float:
    """Operations a second of a large product in float32: what the machine can do."""
    left, right = torch.randn(2, size, size)
    out = torch.empty(size, size)
    best = min(_timed(lambda: torch.mm(left, right, out=out)) for _ in range(tries))
    return 2 * size**3 / best


def machine() -> str:
    """The processor, its cores, and the threads in use, in a few words."""
    threads = torch.get_num_threads()
    plural = "" if threads == 1 else "s"
    return f"{_processor()}, {os.cpu_count()} cores, {threads} thread{plural}"


def libraries() -> str:
    """Torch and what it multiplies with, in a few words."""
    config = torch.__config__.show()
    patterns = {
        "MKL": r"Math Kernel Library Version ([\d.]+)",
        "oneDNN": r"MKL-DNN v([\d.]+)",
        "": r"CPU capability usage: (\S+)",
    }
    found = [
        f"{name} {hit[1]}".strip()
        for name, pattern in patterns.items()
        if (hit := re.search(pattern, config))
    ]
    return ", ".join([f"torch {torch.__version__}", *found])


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    found = re.search(r"^model name\s*: (.+)$", text, re.MULTILINE)
    name = found[1] if found else platform.machine()
    return re.sub(r"\((R|TM)\)", "", name).replace(" Processor", "").strip()
