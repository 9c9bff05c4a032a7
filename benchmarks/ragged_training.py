"""One layer, forward and backward, on rows of unequal length: how many times as fast?

Elman, LSTM and GRU; the input is as wide as the layer; gradients of the input and of
every weight. Ours gets a Ragged; torch.nn gets the batch padded, time first, and
packed, both laid out before the time is taken. Lengths are log-normal:

    bunched    longest  50, mean 45 % of it
    wide       longest 100, mean 20 % of it

Peak memory of a step is measured in processes of their own: see memory.py.

    python benchmarks/ragged_training.py [--threads 2] [--quick] [--cells lstm]
                                         [--sizes 64,128] [--rows 8,32]
"""

import itertools

import protocol
from memory import Watch

from unrolled.cli.contests import Contest, lengths_of, peers_of, training

LENGTHS = {"bunched": (50, 0.45), "wide": (100, 0.2)}


def main() -> None:
    """Measures, prints, writes CSV and picture."""
    asked = protocol.ask(__doc__, rows=(8, 16, 32, 64), seconds=1.0)
    results, watch = protocol.Results(__file__, asked), Watch()
    cases = itertools.product(asked.cells, asked.sizes, asked.rows, LENGTHS)
    for cell, hidden, rows, lengths in cases:
        longest, filled = LENGTHS[lengths]
        drawn = lengths_of(rows, longest=longest, filled=filled)
        parts = {"cell": cell, "inputs": hidden, "hidden": hidden, "lengths": drawn}
        contest = Contest(**parts)
        contestants = protocol.equal_or_say(lambda c=contest: training(c))
        if not contestants:
            continue
        case = {"cell": cell, "hidden": hidden, "rows": rows, "lengths": lengths}
        row = results.measure(
            case | {"path": contest.ours.path},
            contestants,
            peers=peers_of(contest),
            operations=3 * contest.operations,
        )
        for name in ("ours", "packed"):
            known = asked.path is None and asked.instructions is None
            row[f"{name}_mib"] = watch.peak(parts, name) if known else None
        if row["ours_mib"] is not None:
            print(f"{'':>10}MiB: {row['ours_mib']:.2f}, packed {row['packed_mib']:.2f}")
    verdict(results)
    results.write()


def verdict(results: protocol.Results) -> None:
    """What the project promises, beside what was found."""
    print()
    ratios = results.ratios()
    protocol.require("best peer / ours", ratios, 3.0, mean=True)
    protocol.require("best peer / ours", ratios, 1.2, mean=False)
    small = results.ratios(lambda row: row["hidden"] == 64 and row["rows"] == 8)
    protocol.require("the same for 64 units and 8 rows", small, 6.0, mean=False)
    known = [row for row in results.rows if row["ours_mib"] is not None]
    memory = [row["packed_mib"] / max(row["ours_mib"], 1e-3) for row in known]
    protocol.require("memory of packed / ours", memory, 1.0, mean=False)


if __name__ == "__main__":
    main()
