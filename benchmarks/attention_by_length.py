"""Short and long sentences, with attention and without: the classic figure.

Two models that were trained on the same pairs, one of them with `model.attention=none`,
translate the same test file. Without attention all that the decoder knows of a sentence
is one vector, whatever its length (Cho et al. 2014, arXiv:1409.1259, figure 4; Bahdanau
et al. 2015, arXiv:1409.0473, figure 2). Beside both stands IBM model 1, word for word.

    python benchmarks/attention_by_length.py WITH WITHOUT TEST [TEST ...] [--csv FILE]

Nothing is timed, and `make bench` leaves it out: training takes half an hour.
"""

import argparse
from pathlib import Path
from typing import Any

import pictures
import protocol

import unrolled
from unrolled.cli.timing import libraries, machine

BASELINE = "word for word"


def rows_of(found: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """A row for each length that the sources have, with the BLEU of each series."""
    [first, *_] = found.values()
    return [
        {
            "lengths": lengths,
            "sentences": one["sentences"],
            **{name: metrics[lengths]["bleu"] for name, metrics in found.items()},
            "machine": machine(),
            "libraries": libraries(),
        }
        for lengths, one in first.items()
    ]


def by_length(model: Path, test: list[Path]) -> dict[str, dict[str, Any]]:
    """BLEU by length of the model, under "model", and of its baseline."""
    loaded = unrolled.load(model)
    found = loaded.evaluate([*test])
    print(f"{model}: BLEU {found['metrics']['bleu']:.2f} of {found['examples']:,} rows")
    every = {"model": found["metrics"], **found["baseline"]}
    there = [name for name, one in every.items() if "bleu_by_length" in one]
    return {name: every[name]["bleu_by_length"] for name in there}


def main() -> None:
    """Translates, prints, writes the CSV and the picture."""
    asked = argparse.ArgumentParser(description="BLEU by length, with attention or not")
    asked.add_argument("looking", type=Path, help="a model folder")
    asked.add_argument("blind", type=Path, help="one with model.attention=none")
    asked.add_argument("test", type=Path, nargs="+", help="a table, or texts by lines")
    asked.add_argument("--csv", type=Path, help="the table, if not beside the script")
    given = asked.parse_args()
    looking = by_length(given.looking, given.test)
    found = {"attention": looking["model"]}
    found["none"] = by_length(given.blind, given.test)["model"]
    if BASELINE in looking:
        found["words"] = looking[BASELINE]
    rows = rows_of(found)
    for row in rows:
        scores = "  ".join(f"{name} {row[name]:.2f}" for name in found)
        print(f"{row['lengths']} words, {row['sentences']:,} rows: {scores}")
    protocol.write_csv(given.csv or Path(__file__).with_suffix(".csv"), rows)
    if not given.csv:
        pictures.draw(Path(__file__).stem)


if __name__ == "__main__":
    main()
