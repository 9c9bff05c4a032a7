"""Answers for a ragged batch of 32 rows, against torch.nn and ONNX Runtime.

Longest 50, mean 40 % of it. torch runs without gradients, padded and packed; ONNX
Runtime gets the padded batch and sequence_lens, from arrays and on bound memory, with
as many threads as torch. The weights do not change, so all may keep them laid out.

    python benchmarks/inference.py [--threads 2] [--quick] [--cells lstm] [--sizes 128]
"""

import itertools

import protocol

from unrolled.cli import onnx_peer
from unrolled.cli.contests import Contest, inference, lengths_of, peers_of

LONGEST, FILLED = 50, 0.4


def main() -> None:
    """Measures, prints, writes CSV and picture."""
    asked = protocol.ask(__doc__, cells=("lstm", "gru", "rnn"))
    results = protocol.Results(__file__, asked)
    cases = itertools.product(asked.cells, (1, 2), asked.sizes, asked.rows)
    for cell, directions, hidden, rows in cases:
        lengths = lengths_of(rows, longest=LONGEST, filled=FILLED)
        both = directions == 2
        contest = Contest(cell, hidden, hidden, lengths, bidirectional=both)
        contestants = protocol.equal_or_say(
            lambda c=contest: [*inference(c), *onnx_peer.inference(c)]
        )
        if not contestants:
            continue
        case = {"cell": cell, "directions": directions, "hidden": hidden, "rows": rows}
        row = results.measure(
            case | {"path": contest.ours.path},
            contestants,
            peers=[*peers_of(contest), "onnx", "onnx bound"],
            operations=contest.operations,
        )
        onnx = min(row["onnx_ms"], row["onnx_bound_ms"])
        row["onnx_ratio"] = onnx / row["ours_ms"]
    print()
    ratios = [row["onnx_ratio"] for row in results.rows]
    protocol.require("ONNX Runtime / ours", ratios, 1.7, mean=True)
    protocol.require("best peer / ours", results.ratios(), 1.0, mean=False)
    results.write()


if __name__ == "__main__":
    main()
