"""One step of one sequence, on one thread: microseconds, without gradients.

The input is as wide as the layer and the state is carried along. torch.nn takes part
twice, as a layer on one step and as a cell; ONNX Runtime twice, from arrays and on
bound memory in which one step writes what the next one reads.

    python benchmarks/streaming.py [--quick] [--cells lstm] [--sizes 128]
"""

import itertools

import protocol

from unrolled.cli import onnx_peer
from unrolled.cli.streams import STEPS, path_of, stream_of, streaming

PEERS = ["layer", "cell", "onnx", "onnx bound"]


def main() -> None:
    """Measures, prints, writes CSV and picture."""
    asked = protocol.ask(
        __doc__, cells=("lstm", "gru", "rnn"), rows=(1,), threads=1, seconds=2.0
    )
    results = protocol.Results(__file__, asked)
    for cell, hidden in itertools.product(asked.cells, asked.sizes):
        contest = stream_of(cell, hidden, hidden)
        contestants = protocol.equal_or_say(
            lambda c=contest: [*streaming(c), *onnx_peer.streaming(c)]
        )
        if not contestants:
            continue
        row = results.measure(
            {"cell": cell, "hidden": hidden, "path": path_of(contest)},
            contestants,
            peers=PEERS,
            operations=contest.operations * STEPS,
            unit="us",
            steps=STEPS,
        )
        onnx = min(row["onnx_us"], row["onnx_bound_us"])
        row["onnx_ratio"] = onnx / row["ours_us"]
    print()
    promised = [r for r in results.rows if r["hidden"] <= 256 and r["cell"] != "rnn"]
    ratios = [row["onnx_ratio"] for row in promised]
    protocol.require("ONNX Runtime's better way / ours", ratios, 2.0, mean=False)
    ratios = [row["onnx_us"] / row["ours_us"] for row in promised]
    protocol.require("ONNX Runtime's session.run / ours", ratios, 2.0, mean=False)
    protocol.require("best peer / ours", results.ratios(), 1.0, mean=False)
    results.write()


if __name__ == "__main__":
    main()
