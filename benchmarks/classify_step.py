"""A whole training step of a classifier: the layer is not all that takes time.

20,000 words, embedding 128, LSTM of 128 units in both directions, the largest and the
mean state over time, a linear head, cross-entropy, gradients clipped to length 1,
AdamW (torch's own, fused, for all). 32 texts like film reviews: log-normal lengths up
to 400, mean 230. Written

    ours       with unrolled.nn.LSTM on a Ragged batch
    packed     with torch.nn.LSTM on packed rows
    padded     with two torch.nn.LSTM on padded rows, one of which reads them reversed
    careless   with torch.nn.LSTM in both directions on padded rows: the backward
               direction reads the padding first, so the answers are others; timed
               because it is often written so

    python benchmarks/classify_step.py [--threads 2] [--quick]
"""

from collections.abc import Callable
from typing import Any

import protocol
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.nn.utils import clip_grad_norm_
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

import unrolled
from unrolled.cli.contests import lengths_of
from unrolled.cli.timing import Contestant, gate, touch
from unrolled.models.pooling import Pooling

WORDS, EMBEDDING, HIDDEN, CLASSES = 20_000, 128, 128, 2
ROWS, LONGEST, FILLED = 32, 400, 0.575
LIMITS = {"": 1e-4}


class Net(nn.Module):
    """What all have: the weights, from one seed. The way through is `states`."""

    def __init__(self, layer: type[nn.LSTM], words: int, longest: int) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.embedding = nn.Embedding(words, EMBEDDING)
        self.lstm = layer(EMBEDDING, HIDDEN, bidirectional=True)
        self.head = nn.Linear(4 * HIDDEN, CLASSES)
        self.pooling = Pooling("max+mean", 2 * HIDDEN)
        lengths = lengths_of(ROWS, longest=longest, filled=FILLED)
        ids = torch.randint(words, (int(lengths.sum()),))
        self.ids = unrolled.Ragged(ids, lengths)
        self.padded = self.ids.to_padded()
        self.truth = torch.randint(CLASSES, (ROWS,))
        self.live = torch.arange(longest)[:, None] < lengths

    def pooled(self, states: Tensor) -> Tensor:
        """The largest and the mean of (time, rows, width), without the padding."""
        live = self.live[..., None]
        largest = states.masked_fill(~live, -torch.inf).amax(0)
        total = states.masked_fill(~live, 0.0).sum(0)
        return torch.cat([largest, total / self.ids.lengths[:, None]], dim=1)


def ours(net: Net) -> Tensor:
    """Scores (rows, classes)."""
    batch = unrolled.Ragged(net.embedding(net.ids.values), net.ids.lengths)
    states, _ = net.lstm(batch)
    return net.head(net.pooling(states, states.values, batch))


def packed(net: Net) -> Tensor:
    """Scores (rows, classes)."""
    x, lengths = net.embedding(net.padded), net.ids.lengths
    batch = pack_padded_sequence(x, lengths, enforce_sorted=False)
    states, _ = pad_packed_sequence(net.lstm(batch)[0])
    return net.head(net.pooled(states))


class Reversed:
    """The padded way that gives the right answer."""

    def __init__(self, net: Net) -> None:
        self.there = nn.LSTM(EMBEDDING, HIDDEN)
        self.back = nn.LSTM(EMBEDDING, HIDDEN)
        for name in ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"):
            setattr(self.there, name, getattr(net.lstm, name))
            setattr(self.back, name, getattr(net.lstm, f"{name}_reverse"))
        longest = len(net.padded)
        moment = torch.arange(longest)[:, None]
        self.index = (net.ids.lengths - 1 - moment).clamp(min=0)[..., None]

    def __call__(self, net: Net) -> Tensor:
        """Scores (rows, classes)."""
        x = net.embedding(net.padded)
        there, _ = self.there(x)
        back, _ = self.back(x.gather(0, self.index.expand_as(x)))
        back = back.gather(0, self.index.expand_as(back))
        return net.head(net.pooled(torch.cat([there, back], dim=2)))


def careless(net: Net) -> Tensor:
    """Scores (rows, classes), which the padding has changed."""
    states, _ = net.lstm(net.embedding(net.padded))
    return net.head(net.pooled(states))


def contestant(name: str, net: Net, scores: Callable[[Net], Tensor]) -> Contestant:
    """A turn is a step of training and gives the loss and the clipped gradients."""
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-4, fused=True)
    weights = dict(net.named_parameters())

    def turn() -> Tensor:
        optimizer.zero_grad(set_to_none=True)
        loss = cross_entropy(scores(net), net.truth)
        loss.backward()
        clip_grad_norm_(weights.values(), 1.0)
        optimizer.step()
        return loss.detach()

    def read(loss: Any) -> dict[str, Tensor]:
        grads = {key: weight.grad.clone() for key, weight in weights.items()}
        return {"loss": loss[None], **grads}

    return Contestant(name, turn, read, prepare=lambda: touch(net))


def contestants(words: int, longest: int) -> list[Contestant]:
    """All four, the first three with equal answers. Raises UnequalError."""
    made = [
        contestant("ours", Net(unrolled.nn.LSTM, words, longest), ours),
        contestant("packed", Net(nn.LSTM, words, longest), packed),
    ]
    net = Net(nn.LSTM, words, longest)
    made.append(contestant("padded", net, Reversed(net)))
    first = made[1]
    truth = first.read(first.run())
    for one in (made[0], made[2]):
        gate(one, truth, LIMITS)
    return [*made, contestant("careless", Net(nn.LSTM, words, longest), careless)]


def main() -> None:
    """Measures, prints, writes CSV and picture."""
    asked = protocol.ask(
        __doc__, cells=("lstm",), sizes=(HIDDEN,), rows=(ROWS,), seconds=20.0
    )
    results = protocol.Results(__file__, asked)
    words, longest = (500, 20) if asked.quick else (WORDS, LONGEST)
    made = protocol.equal_or_say(lambda: contestants(words, longest))
    if made:
        case = {"words": words, "hidden": HIDDEN, "rows": ROWS, "longest": longest}
        path = unrolled.nn.LSTM(1, 1).path
        peers = ["packed", "padded", "careless"]
        results.measure(case | {"path": path}, made, peers=peers)
    print()
    protocol.require("best peer / ours", results.ratios(), 2.5, mean=False)
    results.write()


if __name__ == "__main__":
    main()
