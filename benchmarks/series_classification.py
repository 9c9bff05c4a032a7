"""Which class is a series of: accuracy by cross-validation, beside cheap answers.

    ours       `unrolled.train("classify", ...)` with the settings that it suggests
    majority   the most frequent class
    linear     a linear model of figures without order (mean, deviation, ends, ...)
    dtw        the class of the nearest training series by dynamic time warping
               (Sakoe and Chiba 1978), standardized, without a window

Every row is asked once, by a model that has not seen it: fold k of F holds out row
k, k + F, k + 2F, ... of each class. Some folds alone can be asked for.

    python benchmarks/series_classification.py JapaneseVowels_TRAIN.ts --folds 9
    python benchmarks/series_classification.py digits.csv --input p0..p63 \
        --set task.width=8 --folds 5 --only 4 --in-order
"""

import argparse
import csv
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

import unrolled
from unrolled.readers import read
from unrolled.tasks._base import Example
from unrolled.tasks._columns import choose, examples
from unrolled.tasks._series_input import SeriesInput
from unrolled.tasks.classify import Classify

MODELS = ("ours", "majority", "linear", "dtw")


def asked() -> argparse.Namespace:
    """The options."""
    summary, _, further = (__doc__ or "").partition("\n")
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        description=summary, epilog=further, formatter_class=plain
    )
    parser.add_argument("data", type=Path, help="a file of series and their classes")
    parser.add_argument("--folds", type=int, default=9)
    parser.add_argument("--only", default="", help="folds from 0, with commas between")
    parser.add_argument(
        "--in-order", action="store_true", help="every F-th row, whatever its class"
    )
    parser.add_argument("--input", default="", help="column or columns of the series")
    parser.add_argument("--set", action="append", default=[], help="section.key=value")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--csv", type=Path, help="a table that a line is added to")
    return parser.parse_args()


def folds_of(rows: list[Example], folds: int, *, in_order: bool) -> list[int]:
    """The fold of each row."""
    seen: Counter[str] = Counter()
    found = []
    for number, row in enumerate(rows):
        found.append((number if in_order else seen[str(row.target)]) % folds)
        seen[str(row.target)] += 1
    return found


def ours(
    train: list[Example], test: list[Example], settings: dict[str, Any]
) -> dict[str, float]:
    """Right answers of a model trained as a user would, and of its baselines."""
    with tempfile.TemporaryDirectory() as folder:
        for name, rows in (("train", train), ("test", test)):
            lines = [
                json.dumps({"series": row.input, "label": row.target}) for row in rows
            ]
            Path(folder, f"{name}.jsonl").write_text("\n".join([*lines, ""]))
        model = unrolled.train(
            "classify",
            f"{folder}/train.jsonl",
            test=f"{folder}/test.jsonl",
            settings=settings,
        )
    cheap = model.metrics["baseline"]
    scores = {"ours": model.metrics["metrics"], "majority": cheap["majority"]}
    scores["linear"] = cheap["summary figures, linear"]
    return {name: one["accuracy"] * len(test) for name, one in scores.items()}


def nearest(train: list[Example], test: list[Example], width: int) -> list[str]:
    """The class of the training series that each is nearest to."""
    reads = SeriesInput.learn(train, width=width)
    both = [
        [(row - reads.mean) / reads.scale for row in reads.encode(rows).to_list()]
        for rows in (train, test)
    ]
    known = torch.nn.utils.rnn.pad_sequence(both[0], batch_first=True)
    lengths = torch.tensor([len(row) for row in both[0]])
    return [
        str(train[int(distances(row, known, lengths).argmin())].target)
        for row in both[1]
    ]


def distances(row: Tensor, known: Tensor, lengths: Tensor) -> Tensor:
    """Warped distance of (moments, features) to each of (rows, longest, features).

    The cheapest way through both, where d(i, j) is the squared distance of two moments:
    D(i, j) = d(i, j) + min(D(i−1, j), D(i, j−1), D(i−1, j−1)).
    """
    apart = torch.cdist(row[None], known).square()  # (rows, moments, longest)
    rows, moments, longest = apart.shape
    before = torch.full((rows, longest + 1), torch.inf)
    before[:, 0] = 0.0
    for i in range(moments):
        now = torch.full_like(before, torch.inf)
        least = torch.minimum(before[:, 1:], before[:, :-1])
        for j in range(longest):
            now[:, j + 1] = apart[:, i, j] + torch.minimum(least[:, j], now[:, j])
        before = now
    return before.gather(1, lengths[:, None])[:, 0]


def main() -> int:
    """Asks every fold, prints the shares of right answers."""
    options = asked()
    settings: dict[str, Any] = dict(one.split("=", 1) for one in options.set)
    settings |= {"training.threads": 1, "training.seed": options.seed}
    table = read(options.data)
    places, said = choose(table, Classify.columns, {"input": options.input})
    rows = examples(table, places)
    print(f"{options.data.name}: {len(rows)} rows; {said}")
    fold = folds_of(rows, options.folds, in_order=options.in_order)
    width = int(settings.get("task.width", 0))
    right = dict.fromkeys(MODELS, 0.0)
    chosen = [int(one) for one in options.only.split(",") if one]
    began, count = time.monotonic(), 0
    for k in chosen or range(options.folds):
        parts = list(zip(rows, fold, strict=True))
        train = [row for row, one in parts if one != k]
        test = [row for row, one in parts if one == k]
        found = ours(train, test, settings)
        near = nearest(train, test, width)
        found["dtw"] = sum(
            guess == str(row.target) for guess, row in zip(near, test, strict=True)
        )
        count += len(test)
        right = {name: right[name] + found[name] for name in MODELS}
        shown = ", ".join(f"{name} {round(found[name])}" for name in MODELS)
        print(f"fold {k}: of {len(test)} rows right: {shown}", flush=True)
    seconds = time.monotonic() - began
    shares = {name: round(right[name] / count, 4) for name in MODELS}
    print(f"all {count} rows, {seconds:.0f} s: {shares}")
    if options.csv:
        fresh = not options.csv.exists()
        with options.csv.open("a", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            if fresh:
                writer.writerow(["data", "rows", "seed", *MODELS, "seconds"])
            line = [options.data.stem, count, options.seed, *shares.values()]
            writer.writerow([*line, round(seconds)])
    return 0


if __name__ == "__main__":
    sys.exit(main())
