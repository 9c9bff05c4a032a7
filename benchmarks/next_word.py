"""One word after the other: milliseconds until every next word has its probability.

A language model of 10,000 words reads a word, carries its state on, and gives the
log-probability of all words that may follow; on one thread, without gradients. Beside
it torch's own layers with the same weights. Before anything is timed the answers are
compared with float64, and with a run over the whole text at once, bit for bit.

    python benchmarks/next_word.py [--quick] [--cells lstm] [--sizes 256]
"""

import itertools
from typing import Any

import protocol
import torch
from torch import Tensor, nn

from unrolled.cli.timing import Contestant, gate
from unrolled.engine import path_for
from unrolled.models.next_token import NextToken
from unrolled.models.next_token_settings import NextTokenSettings
from unrolled.models.next_token_steps import NextTokenSteps
from unrolled.ragged import Ragged

WORDS, STEPS, LONGEST_MS = 10_000, 20, 5.0
LIMITS = {"": 1e-4}


def network_of(cell: str, hidden: int) -> NextToken:
    """A language model that nobody has trained."""
    torch.manual_seed(0)
    settings = NextTokenSettings(cell=cell, embedding=hidden, hidden=hidden)
    return NextToken(WORDS, settings).eval()


def whole(network: NextToken, ids: Tensor) -> Tensor:
    """Log-probabilities after each word, (words, vocabulary), from one run."""
    row = Ragged(ids, torch.tensor([len(ids)]))
    with torch.no_grad():
        return network.log_probabilities(network.read(row)[0].values)


def ours(network: NextToken, ids: Tensor) -> Contestant:
    """A step for each word."""

    def turn() -> list[Tensor]:
        steps = NextTokenSteps(network, Ragged(ids[:1], torch.tensor([1])))
        return [steps.begin(), *(steps.step(ids[k : k + 1]) for k in range(1, STEPS))]

    return Contestant("ours", turn, read)


def torchs(cell: str, network: NextToken, ids: Tensor) -> Contestant:
    """torch.nn's embedding, layer and linear layer, with the same weights."""
    hidden, table = network.settings.hidden, network.table
    kind = {"lstm": nn.LSTM, "gru": nn.GRU}[cell]
    layer = kind(hidden, hidden)
    layer.load_state_dict(network.stack.state_dict())
    bias = network.softmax.bias

    @torch.no_grad()
    def turn() -> list[Tensor]:
        found, state = [], None
        for k in range(STEPS):
            output, state = layer(nn.functional.embedding(ids[k : k + 1], table), state)
            scores = nn.functional.linear(output, table, bias)
            found.append(scores.log_softmax(-1))
        return found

    return Contestant("torch", turn, read)


def read(found: Any) -> dict[str, Tensor]:
    """The answers one under the other."""
    return {"log-probabilities": torch.cat(found)}


def main() -> None:
    """Measures, prints, writes the CSV."""
    asked = protocol.ask(
        __doc__, cells=("lstm", "gru"), sizes=(256, 512), rows=(1,), threads=1
    )
    results = protocol.Results(__file__, asked)
    for cell, hidden in itertools.product(asked.cells, asked.sizes):
        network = network_of(cell, hidden)
        ids = torch.randint(WORDS, (STEPS,))
        contestants = [ours(network, ids), torchs(cell, network, ids)]
        truth = {"log-probabilities": whole(network.double(), ids)}
        network.float()
        for one in contestants:
            gate(one, truth, LIMITS)
        streamed = torch.cat(contestants[0].run())
        if not torch.equal(streamed, whole(network, ids)):
            raise SystemExit("streamed and whole differ in bits: nothing is timed")
        case = {
            "cell": cell,
            "hidden": hidden,
            "path": path_for(network.stack.cell, "cpu"),
        }
        results.measure(case, contestants, peers=["torch"], steps=STEPS)
    print()
    quick = [
        LONGEST_MS / row["ours_ms"] for row in results.rows if row["hidden"] == 256
    ]
    protocol.require(f"{LONGEST_MS:g} ms / ours", quick, 1.0, mean=False)
    results.write()


if __name__ == "__main__":
    main()
