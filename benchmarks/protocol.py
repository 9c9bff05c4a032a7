"""The protocol of every benchmark: what is asked, measured, written down and required.

    ask(...)        the options that all scripts have
    Results(...)    the lines of the table: printed, then written as CSV and picture
    require(...)    a figure beside the least it has to be

How contestants take turns, which rounds count and what may be timed at all stands in
`unrolled/cli/timing.py`; who they are in `contests.py`, `streams.py` and `onnx_peer.py`
beside it, which `unrolled bench` shares.
"""

import argparse
import csv
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import torch

from unrolled.cli.timing import (
    Contestant,
    Times,
    UnequalError,
    libraries,
    machine,
    product_rate,
    take_turns,
)
from unrolled.engine import forced

HERE = Path(__file__).parent
CELLS = ("rnn", "lstm", "gru")


def ask(
    script: str,
    *,
    cells: Sequence[str] = CELLS,
    sizes: Sequence[int] = (64, 128, 256, 512),
    rows: Sequence[int] = (32,),
    threads: int = 0,
    seconds: float = 1.5,
) -> argparse.Namespace:
    """The options of a script whose docstring is `script`, read and obeyed.

    `whole` says whether every case is measured: only then is the CSV written beside the
    script, elsewhere only where --csv says so.
    """
    options = argparse.ArgumentParser(description=script.splitlines()[0])
    add = options.add_argument
    add("--threads", type=int, default=threads or torch.get_num_threads())
    add("--turns", type=int, default=15, help="rounds for each case, at most")
    add("--seconds", type=float, default=seconds, help="for each case, about")
    add("--cells", default=",".join(cells))
    add("--sizes", default=",".join(map(str, sizes)))
    add("--rows", default=",".join(map(str, rows)))
    add("--quick", action="store_true", help="the smallest sizes alone, briefly")
    add("--path", default=None, help="force a path of the engine")
    add("--instructions", default=None, help="force an instruction set")
    add("--csv", type=Path, default=None, help="where to write the table")
    asked = options.parse_args()
    torch.set_num_threads(asked.threads)
    asked.forced = ExitStack()  # never left: it holds for the whole script
    asked.forced.enter_context(forced(path=asked.path, instructions=asked.instructions))
    asked.cells = asked.cells.split(",")
    asked.sizes = [int(size) for size in asked.sizes.split(",")]
    asked.rows = [int(count) for count in asked.rows.split(",")]
    if asked.quick:
        asked.sizes, asked.rows = asked.sizes[:1], asked.rows[:1]
        asked.seconds, asked.turns = 0.2, 5
    chosen = (asked.cells, asked.sizes, asked.rows)
    usual = (list(cells), list(sizes), list(rows))
    special = asked.quick or asked.path or asked.instructions
    asked.whole = chosen == usual and not special
    return asked


class Results:
    """The table of one script."""

    def __init__(self, script: str, asked: argparse.Namespace) -> None:
        self.name, self.asked = Path(script).stem, asked
        self.rows: list[dict[str, Any]] = []
        self.start = time.monotonic()
        self.rate = product_rate()
        print(f"{machine()}; {libraries()}")
        print(f"a large product of matrices, float32: {self.rate / 1e9:.0f} GFLOP/s\n")

    def measure(
        self,
        case: dict[str, Any],
        contestants: Sequence[Contestant],
        *,
        peers: Sequence[str],
        operations: int = 0,
        unit: str = "ms",
        steps: int = 1,
    ) -> dict[str, Any]:
        """A line of the table: medians, quartiles, the best peer and the ratio to it.

        With `operations` also the shares of the large product's rate. A turn that is
        many `steps` counts for one of them.
        """
        times = take_turns(
            contestants, rounds=self.asked.turns, seconds=self.asked.seconds
        )
        scale = {"ms": 1e3, "us": 1e6}[unit] / steps
        best = times.best(peers)
        row = dict(case)
        for one in contestants:
            row[f"{_key(one.name)}_{unit}"] = times.median(one.name) * scale
        low, high = times.quartiles("ours")
        row |= {f"ours_low_{unit}": low * scale, f"ours_high_{unit}": high * scale}
        row |= {"best_peer": best, "ratio": times.median(best) / times.median("ours")}
        if operations:
            for name, whose in (("ours", "ours"), ("best_peer", best)):
                row[f"{name}_gflops"] = operations / times.median(whose) / 1e9
        row |= _conditions(times)
        self.rows.append(row)
        print(self._line(row, unit, [one.name for one in contestants]), flush=True)
        return row

    def ratios(self, keep: Callable[[dict[str, Any]], bool] = bool) -> list[float]:
        """Best peer / ours of those lines that are to be kept."""
        return [row["ratio"] for row in self.rows if keep(row)]

    def _line(self, row: dict[str, Any], unit: str, names: Sequence[str]) -> str:
        case = " ".join(f"{row[k]!s:>7}" for k in row if not _is_measured(k, unit))
        times = "  ".join(f"{n} {row[f'{_key(n)}_{unit}']:.4g}" for n in names)
        share = ""
        if "ours_gflops" in row:
            share = f"  {1e11 * row['ours_gflops'] / self.rate:.0f} % of the product"
        busy = "" if row["steady"] else "  (busy)"
        return f"{case}  {times} {unit}  ×{row['ratio']:.2f}{share}{busy}"

    def write(self) -> None:
        """The CSV and the picture made from it."""
        print(f"\n{time.monotonic() - self.start:.0f} s")
        self.rate = max(self.rate, product_rate())  # the machine may have been busy
        where = {
            "threads": torch.get_num_threads(),
            "product_gflops": self.rate / 1e9,
            "machine": machine(),
            "libraries": libraries(),
        }
        usual = HERE / f"{self.name}.csv" if self.asked.whole else None
        path = self.asked.csv or usual
        if not path or not self.rows:
            print("not every case was measured: nothing is written without --csv")
            return
        write_csv(path, [self._shared(row) | where for row in self.rows])
        print(f"written: {path}")
        if path == usual:
            from pictures import draw

            print("drawn:", *draw(self.name))

    def _shared(self, row: dict[str, Any]) -> dict[str, Any]:
        """With the shares of the large product's rate beside the operations."""
        rates = [name for name in ("ours", "best_peer") if f"{name}_gflops" in row]
        scale = 1e9 / self.rate
        return row | {f"{n}_share": row[f"{n}_gflops"] * scale for n in rates}


def write_csv(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    """The rows, with every column that any of them has."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows({k: _short(v) for k, v in row.items()} for row in rows)


def equal_or_say(make: Callable[[], list[Contestant]]) -> list[Contestant]:
    """The contestants, or none, with the reason, if their answers are not equal."""
    try:
        return make()
    except UnequalError as why:
        print(f"REFUSED: {why}")
        return []


def require(what: str, found: Iterable[float], least: float, *, mean: bool) -> None:
    """Prints the geometric mean, or the least, of the figures and what it has to be."""
    figures = list(found)
    if not figures:
        return
    value = statistics.geometric_mean(figures) if mean else min(figures)
    kind = "geometric mean" if mean else "smallest"
    verdict = "reached" if value >= least else "NOT REACHED"
    print(f"{what}, {kind} of {len(figures)}: {value:.2f} ({least} or more: {verdict})")


def _conditions(times: Times) -> dict[str, Any]:
    counted = len(times.seconds["ours"])
    return {
        "rounds": counted,
        "discarded": times.discarded,
        "steady": int(times.steady),
        "stolen": times.stolen,
    }


def _is_measured(column: str, unit: str) -> bool:
    others = ("ratio", "rounds", "discarded", "steady", "stolen", "best_peer")
    return column.endswith((f"_{unit}", "_gflops")) or column in others


def _key(name: str) -> str:
    return name.replace(" ", "_")


def _short(value: Any) -> Any:
    return float(f"{value:.4g}") if isinstance(value, float) else value
