"""Both directions, two layers, and both together: forward and backward.

Ragged batches (longest 50, mean 45 %) and batches of equal length (50). On a ragged
batch torch can read in both directions only packed: padded, the backward direction
would read the padding first.

    python benchmarks/stacks_training.py [--threads 2] [--quick] [--cells lstm]
                                         [--sizes 128] [--rows 8]
"""

import itertools

import protocol
import torch

from unrolled.cli.contests import Contest, lengths_of, peers_of, training

LONGEST, FILLED = 50, 0.45
SHAPES = {
    "both directions": (1, True),
    "two layers": (2, False),
    "two layers, both directions": (2, True),
}


def main() -> None:
    """Measures, prints, writes CSV and picture."""
    asked = protocol.ask(
        __doc__, cells=("lstm", "gru"), sizes=(128, 256), rows=(8, 32), seconds=2.0
    )
    results = protocol.Results(__file__, asked)
    cases = itertools.product(
        asked.cells, SHAPES, asked.sizes, asked.rows, ("ragged", "equal")
    )
    for cell, shape, hidden, rows, lengths in cases:
        layers, bidirectional = SHAPES[shape]
        drawn = lengths_of(rows, longest=LONGEST, filled=FILLED)
        drawn = drawn if lengths == "ragged" else torch.full((rows,), LONGEST)
        contest = Contest(cell, hidden, hidden, drawn, layers, bidirectional)
        contestants = protocol.equal_or_say(lambda c=contest: training(c))
        if not contestants:
            continue
        case = {"cell": cell, "shape": shape, "hidden": hidden, "rows": rows}
        results.measure(
            case | {"lengths": lengths, "path": contest.ours.path},
            contestants,
            peers=peers_of(contest),
            operations=3 * contest.operations,
        )
    print()
    for hidden, rows, least in ((128, 8, 2.5), (256, 32, 1.5)):
        ratios = results.ratios(
            lambda row, h=hidden, r=rows: (row["hidden"], row["rows"]) == (h, r)
        )
        what = f"best peer / ours, {hidden} units, {rows} rows"
        protocol.require(what, ratios, least, mean=True)
    results.write()


if __name__ == "__main__":
    main()
