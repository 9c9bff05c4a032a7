"""`unrolled bench`: how fast this machine is, beside torch.nn and ONNX Runtime.

The short form of benchmarks/ in the repository: a few sizes of two questions.

    train     forward and backward of a layer on 32 rows of up to 50 tokens, mean 22
    stream    one step of one sequence, on one thread
"""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from unrolled.cli.options import Json
from unrolled.cli.output import as_json, say, tell

if TYPE_CHECKING:
    from unrolled.cli.contests import Contest
    from unrolled.cli.timing import Contestant

ROWS, LONGEST, FILLED = 32, 50, 0.45


class Case(NamedTuple):
    """One line of the table."""

    question: str
    cell: str
    hidden: int

    @property
    def name(self) -> str:
        """As it stands in the JSON: the unit is at its end."""
        unit = "ms" if self.question == "train" else "us"
        return f"{self.question}_{self.cell}_{self.hidden}_{unit}"


CASES = (
    Case("train", "lstm", 64),
    Case("train", "lstm", 128),
    Case("train", "lstm", 256),
    Case("train", "gru", 128),
    Case("train", "rnn", 128),
    Case("stream", "lstm", 64),
    Case("stream", "lstm", 128),
    Case("stream", "lstm", 256),
    Case("stream", "gru", 128),
)


class Line(NamedTuple):
    """What was measured for a case, in milliseconds or microseconds."""

    case: Case
    ours: float
    torch: float
    onnx: float | None
    share: float | None
    """Of what the machine reaches in a large product of matrices."""
    steady: bool
    """Whether the machine was as quick in all rounds."""


def bench(
    threads: Annotated[
        int, typer.Option(min=0, help="Threads for training; 0: as torch chooses.")
    ] = 0,
    seconds: Annotated[
        float, typer.Option(min=0.0, help="About how long to measure.")
    ] = 40.0,
    json: Json = False,
) -> None:
    """Measure this machine: training and streaming, beside PyTorch.

    The same weights, equal answers first, turn by turn; medians.
    """
    import torch

    from unrolled.cli.timing import libraries, machine, product_rate

    start = time.monotonic()
    usual = torch.get_num_threads()
    torch.set_num_threads(threads or usual)
    try:
        where = {"machine": machine(), "libraries": libraries()}
        rate = product_rate()
        say(f"· {where['machine']}\n· {where['libraries']}")
        say(f"· a large product of matrices: {rate / 1e9:.0f} GFLOP/s")
        lines = list(_lines(seconds / len(CASES), rate))
    finally:
        torch.set_num_threads(usual)
    if not all(line.steady for line in lines):
        say("· The machine did other work meanwhile: measure again when it is idle.")
    if json:
        where |= {"path": _path(), "product_gflops": round(rate / 1e9, 1)}
        as_json(_object(lines, time.monotonic() - start) | where)
    else:
        _show(lines)


def _lines(seconds: float, rate: float) -> Iterator[Line]:
    for case in CASES:
        say(f"· {case.question} {case.cell} {case.hidden}")
        yield (_trained if case.question == "train" else _streamed)(case, seconds, rate)


def _trained(case: Case, seconds: float, rate: float) -> Line:
    from unrolled.cli.contests import Contest, lengths_of, training
    from unrolled.cli.timing import take_turns

    lengths = lengths_of(ROWS, longest=LONGEST, filled=FILLED)
    contest = Contest(case.cell, case.hidden, case.hidden, lengths)
    times = take_turns(training(contest), seconds=seconds)
    ours, theirs = times.median("ours"), times.median(times.best(["padded", "packed"]))
    share = 3 * contest.operations / ours / rate
    return Line(case, 1e3 * ours, 1e3 * theirs, None, share, times.steady)


def _streamed(case: Case, seconds: float, _rate: float) -> Line:
    import torch

    from unrolled.cli.streams import STEPS, stream_of, streaming
    from unrolled.cli.timing import take_turns

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        contest = stream_of(case.cell, case.hidden, case.hidden)
        others = _onnx(contest)
        times = take_turns([*streaming(contest), *others], seconds=seconds)
    finally:
        torch.set_num_threads(threads)

    def microseconds(names: list[str]) -> float:
        return 1e6 / STEPS * times.median(times.best(names))

    onnx = microseconds([one.name for one in others]) if others else None
    theirs = microseconds(["layer", "cell"])
    return Line(case, microseconds(["ours"]), theirs, onnx, None, times.steady)


def _onnx(contest: "Contest") -> "list[Contestant]":
    """ONNX Runtime's contestants; none where it is not installed."""
    from unrolled.cli import onnx_peer
    from unrolled.errors import MissingExtraError

    try:
        return onnx_peer.streaming(contest)
    except MissingExtraError as why:
        say(f"· without ONNX Runtime: {why.found}")
        return []


def _path() -> str:
    from unrolled.cells.lstm import LSTM
    from unrolled.engine import path_for

    return path_for(LSTM(), "cpu")


def _object(lines: list[Line], seconds: float) -> dict[str, Any]:
    def column(values: list[float | None]) -> dict[str, float]:
        pairs = zip(lines, values, strict=True)
        return {line.case.name: round(v, 3) for line, v in pairs if v is not None}

    baseline = {"torch": column([line.torch for line in lines])}
    onnx = column([line.onnx for line in lines])
    return {
        "task": "bench",
        "metrics": column([line.ours for line in lines]),
        "baseline": baseline | ({"onnxruntime": onnx} if onnx else {}),
        "examples": len(lines),
        "seconds": round(seconds, 1),
    }


def _show(lines: list[Line]) -> None:
    """A table; how many times as fast stands beside each time of the others."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None)
    for name in ("", "unrolled", "torch.nn", "", "ONNX Runtime", "", "of product"):
        table.add_column(name, justify="right" if name else "left", no_wrap=True)
    for line in lines:
        unit = "ms" if line.case.question == "train" else "µs"
        onnx = ("", "")
        if line.onnx is not None:
            onnx = (f"{line.onnx:.1f} {unit}", f"{line.onnx / line.ours:.1f} ×")
        table.add_row(
            f"{line.case.question} {line.case.cell} {line.case.hidden}",
            f"{line.ours:.1f} {unit}",
            f"{line.torch:.1f} {unit}",
            f"{line.torch / line.ours:.1f} ×",
            *onnx,
            "" if line.share is None else f"{100 * line.share:.0f} %",
        )
    console = Console()
    with console.capture() as drawn:
        console.print(table)
    tell(drawn.get().rstrip())
    tell(f"path: {_path()}. × says how many times as fast unrolled is.")
