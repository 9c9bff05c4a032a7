"""One layer, forward and backward, on rows of equal length: torch's own ground.

Nothing is ragged here: ours gets the very tensor that torch.nn gets, (time, rows,
inputs). torch runs its LSTM through oneDNN then, and the other cells step by step.

    python benchmarks/padded_training.py [--threads 2] [--quick] [--cells lstm]
                                         [--sizes 128] [--rows 16]
"""

import itertools

import protocol
import torch

from unrolled.cli.contests import Contest, peers_of, training

LENGTH = 50


def main() -> None:
    """Measures, prints, writes CSV and picture."""
    asked = protocol.ask(
        __doc__, cells=("lstm", "gru", "rnn"), sizes=(128, 256, 512), rows=(16, 32, 64)
    )
    results = protocol.Results(__file__, asked)
    for cell, hidden, rows in itertools.product(asked.cells, asked.sizes, asked.rows):
        lengths = torch.full((rows,), LENGTH)
        contest = Contest(cell, hidden, hidden, lengths)
        contestants = protocol.equal_or_say(lambda c=contest: training(c))
        if not contestants:
            continue
        case = {"cell": cell, "hidden": hidden, "rows": rows, "length": LENGTH}
        results.measure(
            case | {"path": contest.ours.path},
            contestants,
            peers=peers_of(contest),
            operations=3 * contest.operations,
        )
    print()
    for cell in asked.cells:
        ratios = results.ratios(lambda row, cell=cell: row["cell"] == cell)
        least = {"lstm": (1.1, 0.9)}.get(cell, (1.0, 0.9))
        protocol.require(f"{cell}, best peer / ours", ratios, least[0], mean=True)
        protocol.require(f"{cell}, best peer / ours", ratios, least[1], mean=False)
    results.write()


if __name__ == "__main__":
    main()
