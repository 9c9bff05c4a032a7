"""Answers of an encoder-decoder: seconds for 1,000 short sentences.

The network of encoder_decoder.py, which nobody has trained, writes 12 tokens for each
sentence: nine in ten French sentences of Tatoeba have no more words. Written

    ours      many sentences at once, the most probable token of each time and again
    beam      the same with the five best beginnings kept in view
    torch     one sentence after the other, as tutorials do, greedily

Ours and torch's answers are compared token by token before anything is timed.

    python benchmarks/encoder_decoder_answers.py [--threads 1] [--quick]
"""

import protocol
import torch
from encoder_decoder import END, Padded, Pairs, Peer, batches_of, network_of

from unrolled.cli.timing import Contestant, UnequalError
from unrolled.decoding.beam import beam
from unrolled.decoding.rules import Rules
from unrolled.engine import path_for
from unrolled.models.encoder_decoder import EncoderDecoder
from unrolled.models.encoder_decoder_steps import EncoderDecoderSteps
from unrolled.ragged import Ragged

WORDS, TOKENS, BEAM = 8000, 12, 5
AT_ONCE = 320  # hypotheses, as tasks/_pairs/answers.py has it
GREEDY_SECONDS, BEAM_SECONDS = 20.0, 60.0
CLOSE_CALLS = 0.002  # of the answers: two tokens were equally likely but for rounding


def ours(network: EncoderDecoder, source: Ragged, width: int) -> list[tuple[int, ...]]:
    """The best answer to each sentence."""
    rules = Rules(end=None, longest=TOKENS)
    found: list[tuple[int, ...]] = [()] * len(source)
    order = source.lengths.argsort()
    for rows in order.split(AT_ONCE // width):
        some = source.gather(rows)
        best = beam(
            lambda few, some=some: EncoderDecoderSteps(network, some.gather(few), END),
            rules,
            inputs=len(rows),
            width=width,
        )
        for row, (answer,) in zip(rows.tolist(), best, strict=True):
            found[row] = answer.ids
    return found


@torch.no_grad()
def torchs(peer: Peer, sentences: list[Padded]) -> list[tuple[int, ...]]:
    """The same with torch's layers."""
    found = []
    for one in sentences:
        memory, h, c, mask = peer.begin(one)
        keys, o = peer.keys(memory), torch.zeros_like(h)
        ids = [torch.tensor([END])]
        for _ in range(TOKENS):
            h, c, o = peer.step(peer.writes(ids[-1]), (h, c, o), keys, memory, mask)
            ids.append(peer.softmax(o).argmax(1))
        found.append(tuple(int(token) for token in ids[1:]))
    return found


def alone(source: Ragged) -> list[Padded]:
    """Each sentence as a batch of its own; its target is a single end."""
    end = Ragged(torch.tensor([END]), torch.tensor([1]))
    return [Padded.of(Pairs(source.gather([row]), end)) for row in range(len(source))]


def check(found: list[tuple[int, ...]], truth: list[tuple[int, ...]]) -> None:
    """Raises UnequalError unless the answers are the same, but for close calls."""
    other = sum(one != two for one, two in zip(found, truth, strict=True))
    if other > CLOSE_CALLS * len(truth):
        raise UnequalError(f"{other} of {len(truth)} answers differ; nothing is timed")


def main() -> None:
    """Measures, prints, writes CSV and picture."""
    asked = protocol.ask(
        __doc__, cells=("lstm",), sizes=(256, 512), rows=(1000,), seconds=60.0
    )
    results = protocol.Results(__file__, asked)
    for hidden in asked.sizes:
        rows = 40 if asked.quick else asked.rows[0]
        network = network_of(WORDS, hidden).eval()
        (pairs, *_) = batches_of(rows, WORDS, alike=False)
        sentences, peer = alone(pairs.source), Peer(network, packed=False).eval()
        check(ours(network, pairs.source, 1), torchs(peer, sentences))
        contestants = [
            Contestant("ours", lambda n=network, s=pairs.source: ours(n, s, 1)),
            Contestant("beam", lambda n=network, s=pairs.source: ours(n, s, BEAM)),
            Contestant("torch", lambda p=peer, s=sentences: torchs(p, s)),
        ]
        case = {"hidden": hidden, "sentences": rows}
        case["path"] = path_for(network.encoder.cell, "cpu")
        results.measure(case, contestants, peers=["torch"])
    print()
    if not asked.quick:
        for name, limit in (("ours", GREEDY_SECONDS), ("beam", BEAM_SECONDS)):
            spare = [limit * 1e3 / row[f"{name}_ms"] for row in results.rows]
            protocol.require(f"{limit:g} s / {name}", spare, 1.0, mean=False)
    results.write()


if __name__ == "__main__":
    main()
