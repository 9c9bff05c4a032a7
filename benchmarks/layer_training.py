"""One recurrent layer, forward and backward, on rows of unequal length.

Ours (a Ragged batch through `unrolled.nn`) against torch.nn twice: padded, in its best
layout, and packed. Batches of 32 rows, log-normal lengths with a mean of about 22 and
at most 50, inputs as wide as the layer.

    python benchmarks/layer_training.py [--threads 2] [--turns 15] [--sizes 64,128]
"""

import argparse
import csv
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

import unrolled

ROWS, LONGEST = 32, 50
OURS = {"rnn": unrolled.nn.RNN, "lstm": unrolled.nn.LSTM, "gru": unrolled.nn.GRU}
THEIRS = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}


def main() -> None:
    """Measures every cell and size, prints a table, writes the CSV."""
    options = argparse.ArgumentParser()
    options.add_argument("--threads", type=int, default=torch.get_num_threads())
    options.add_argument("--turns", type=int, default=15)
    options.add_argument("--sizes", default="64,128,256,512")
    asked = options.parse_args()
    torch.set_num_threads(asked.threads)
    rows = [
        measure(cell, int(size), asked.turns)
        for cell in THEIRS
        for size in asked.sizes.split(",")
    ]
    path = Path(__file__).with_suffix(".csv")
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    ratios = [row["best_peer_ms"] / row["ours_ms"] for row in rows]
    mean = statistics.geometric_mean(ratios)
    print(f"geometric mean of best peer / ours: {mean:.2f}")


def measure(cell: str, size: int, turns: int) -> dict[str, object]:
    """One line of the table: median milliseconds of each way, taken in turns."""
    generator = torch.Generator().manual_seed(0)
    drawn = torch.empty(ROWS).log_normal_(2.9, 0.6, generator=generator)
    lengths = drawn.long().clamp(1, LONGEST)
    theirs = THEIRS[cell](size, size)
    ours = OURS[cell](size, size)
    ours.load_state_dict(theirs.state_dict())
    x = torch.randn(int(lengths.sum()), size, generator=generator)
    ways = {
        "ours": lambda: run_ours(ours, x, lengths),
        "padded": lambda: run_padded(theirs, x, lengths),
        "packed": lambda: run_packed(theirs, x, lengths),
    }
    results = {name: way() for name, way in ways.items()}
    for name in ("padded", "packed"):
        for mine, other in zip(results["ours"], results[name], strict=True):
            if not torch.allclose(mine, other, rtol=1e-3, atol=1e-4):
                raise SystemExit(f"{cell} {size}: ours and {name} differ; not timed")
    times = interleaved(ways, turns)
    medians = {name: statistics.median(each) for name, each in times.items()}
    best = min(medians["padded"], medians["packed"])
    print(
        f"{cell:5}{size:5}  ours {medians['ours']:8.1f}"
        f"  padded {medians['padded']:8.1f}  packed {medians['packed']:8.1f} ms"
        f"  best peer / ours {best / medians['ours']:.2f}"
    )
    return {
        "cell": cell,
        "hidden": size,
        "threads": torch.get_num_threads(),
        "path": unrolled.engine.path_for(ours.cell, "cpu"),
        **{f"{name}_ms": round(value, 3) for name, value in medians.items()},
        "best_peer_ms": round(best, 3),
        "ours_quartiles_ms": [round(q, 3) for q in statistics.quantiles(times["ours"])],
        "torch": torch.__version__,
    }


def interleaved(
    ways: dict[str, Callable[[], object]], turns: int
) -> dict[str, list[float]]:
    """Milliseconds of each way, one turn of each after the other."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(turns + 2):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            if turn >= 2:  # the first two warm the caches
                times[name].append(1000 * (time.perf_counter() - start))
    return times


def run_ours(layer: torch.nn.Module, x: Tensor, lengths: Tensor) -> list[Tensor]:
    """Outputs (tokens, size) and gradients through a Ragged batch."""
    output, _ = layer(unrolled.Ragged(x, lengths))
    return [output.values.detach(), *gradients(layer, output.values.square().sum())]


def run_padded(layer: torch.nn.Module, x: Tensor, lengths: Tensor) -> list[Tensor]:
    """The same on padded rows: exact for one direction, with work on the padding."""
    padded = unrolled.Ragged(x, lengths).to_padded()
    output, _ = layer(padded)
    live = unrolled.Ragged.from_padded(output, lengths).values
    return [live.detach(), *gradients(layer, live.square().sum())]


def run_packed(layer: torch.nn.Module, x: Tensor, lengths: Tensor) -> list[Tensor]:
    """The same on packed rows."""
    padded = unrolled.Ragged(x, lengths).to_padded()
    packed = pack_padded_sequence(padded, lengths, enforce_sorted=False)
    output, _ = pad_packed_sequence(layer(packed)[0])
    live = unrolled.Ragged.from_padded(output, lengths).values
    return [live.detach(), *gradients(layer, live.square().sum())]


def gradients(layer: torch.nn.Module, loss: Tensor) -> list[Tensor]:
    """Of every weight, in the order of the layer's parameters."""
    return list(torch.autograd.grad(loss, list(layer.parameters())))


if __name__ == "__main__":
    main()
