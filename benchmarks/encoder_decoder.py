"""A training step of an encoder-decoder with attention: tokens a second.

Embedding, LSTM in both directions, bridge, LSTM decoder fed with its own last output,
Luong's attention, softmax over the vocabulary with tied weights, cross-entropy,
gradients clipped to length 1, AdamW (torch's own, fused, for all). Written

    ours       as `unrolled train translate` has it, on Ragged batches
    packed     with torch.nn.LSTM on packed sources, an nn.LSTMCell for each moment of
               padded targets, attention by bmm under a mask, cross_entropy that skips
               the padding
    padded     the same with two torch.nn.LSTM on padded sources, one of which reads
               them reversed

Sources and targets have the lengths of English and French in Tatoeba, in words:

    source    exp(1.958 + 0.306 z), rounded            z, z' normal; from 2 on
    target    source · exp(0.046 + 0.214 z'), rounded, and the end

Four batches make a turn: of like length, as the trainer makes them, or shuffled, as
tutorials do. Tokens are those of both sides, ends and padding not counted.

    python benchmarks/encoder_decoder.py [--threads 1] [--quick] [--rows 64]
"""

import itertools
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import protocol
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.nn.utils import clip_grad_norm_
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from unrolled.cli.timing import Contestant, gate, touch
from unrolled.engine import path_for
from unrolled.models.encoder_decoder import EncoderDecoder
from unrolled.models.encoder_decoder_base import Sides
from unrolled.models.encoder_decoder_settings import EncoderDecoderSettings
from unrolled.ragged import Ragged

BATCHES, MANY, END, NOTHING = 4, 256, 0, -100
LIMITS = {"": 1e-4}


# -- the data --------------------------------------------------------------------------


class Pairs(NamedTuple):
    """A batch: token ids of sources and of targets, the end behind each target."""

    source: Ragged
    target: Ragged

    @property
    def inputs(self) -> Ragged:
        """What the decoder reads: the end, and the target but for its last token."""
        shifted = self.target.values.roll(1)
        shifted[self.target.offsets[:-1]] = END
        return self.target.with_values(shifted)

    @property
    def tokens(self) -> int:
        """Of both sides, without the ends."""
        return len(self.source.values) + len(self.target.values) - len(self.target)


def batches_of(rows: int, words: int, *, alike: bool) -> list[Pairs]:
    """Four of many batches of pairs with the lengths of the docstring.

    Those of like length stand at even quantiles of all batches.
    """
    seed = torch.Generator().manual_seed(1)
    z, other = torch.randn(2, rows * MANY, generator=seed)
    source = (1.958 + 0.306 * z).exp().round().clamp(min=2)
    target = (source * (0.046 + 0.214 * other).exp()).round().clamp(min=2)
    lengths = torch.stack([source, target + 1], dim=1).long()
    if alike:
        lengths = lengths[(lengths[:, 0] * 1000 + lengths[:, 1]).argsort()]
    some = lengths.split(rows)[MANY // BATCHES // 2 :: MANY // BATCHES]
    return [_pairs(part, words, seed) for part in some]


def _pairs(lengths: Tensor, words: int, seed: torch.Generator) -> Pairs:
    def ids(many: Tensor) -> Ragged:
        drawn = torch.randint(1, words, (int(many.sum()),), generator=seed)
        return Ragged(drawn, many)

    source, target = ids(lengths[:, 0]), ids(lengths[:, 1])
    target.values[target.offsets[1:] - 1] = END
    return Pairs(source, target)


# -- ours ------------------------------------------------------------------------------


def network_of(words: int, hidden: int) -> EncoderDecoder:
    """The network that all have, from one seed; nothing in it is drawn anew."""
    torch.manual_seed(0)
    settings = EncoderDecoderSettings(
        embedding=hidden,
        hidden=hidden,
        dropout=0.0,
        input_dropout=0.0,
        label_smoothing=0.0,
    )
    return EncoderDecoder(words, words, settings)


def our_loss(network: EncoderDecoder, pairs: Pairs) -> Tensor:
    """The mean nats of a target token."""
    sides = Sides(pairs.source, pairs.inputs, pairs.target)
    return network(sides).nats.values.mean()


# -- the same in plain torch -----------------------------------------------------------


class Padded(NamedTuple):
    """A batch as torch wants it: (time, rows), with the padding at the ends."""

    source: Tensor
    lengths: Tensor
    inputs: Tensor
    targets: Tensor
    """The padding is NOTHING."""
    reads_back: Tensor
    """Which source token stands where in the reversed rows, (time, rows, 1)."""

    @staticmethod
    def of(pairs: Pairs) -> "Padded":
        """From a ragged batch."""
        source = pairs.source.to_padded()
        moment = torch.arange(len(source))[:, None]
        back = (pairs.source.lengths - 1 - moment).clamp(min=0)[..., None]
        inputs, targets = pairs.inputs.to_padded(), pairs.target.to_padded(NOTHING)
        return Padded(source, pairs.source.lengths, inputs, targets, back)


class Peer(nn.Module):
    """The encoder-decoder of torch's own layers, with the weights of ours."""

    def __init__(self, model: EncoderDecoder, *, packed: bool) -> None:
        super().__init__()
        self.packed, hidden = packed, model.settings.hidden
        self.reads = nn.Embedding.from_pretrained(_copy(model.reads.table), False)
        self.writes = nn.Embedding.from_pretrained(_copy(model.writes.table), False)
        self.encoder = nn.LSTM(hidden, hidden // 2, bidirectional=True)
        self.encoder.load_state_dict(model.encoder.state_dict())
        self.there, self.back = (nn.LSTM(hidden, hidden // 2) for _ in range(2))
        for name in ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"):
            setattr(self.there, name, getattr(self.encoder, name))
            setattr(self.back, name, getattr(self.encoder, f"{name}_reverse"))
        self.bridge = _linear(model.bridge[0])
        self.cell = nn.LSTMCell(2 * hidden, hidden)
        stack = model.decoder.stack.state_dict()
        self.cell.load_state_dict({k.removesuffix("_l0"): w for k, w in stack.items()})
        self.keys = _linear(model.decoder.keys)
        self.out = _linear(model.decoder.out)
        self.softmax = nn.Linear(hidden, len(self.writes.weight))
        self.softmax.weight = self.writes.weight
        self.softmax.bias.data.copy_(model.softmax.bias.data)

    def encode(self, batch: Padded) -> tuple[Tensor, Tensor]:
        """Outputs (rows, time, width), and h of both directions, (rows, width)."""
        x = self.reads(batch.source)
        if self.packed:
            packed = pack_padded_sequence(x, batch.lengths, enforce_sorted=False)
            outputs, (h, _) = self.encoder(packed)
            states, _ = pad_packed_sequence(outputs, batch_first=True)
            return states, torch.cat([h[0], h[1]], dim=1)
        index = batch.reads_back
        there, _ = self.there(x)
        back, _ = self.back(x.gather(0, index.expand_as(x)))
        last = (batch.lengths - 1)[None, :, None].expand(1, -1, there.shape[2])
        ends = torch.cat([there.gather(0, last)[0], back.gather(0, last)[0]], dim=1)
        back = back.gather(0, index.expand_as(back))
        return torch.cat([there, back], dim=2).transpose(0, 1), ends

    def forward(self, batch: Padded) -> Tensor:
        """The mean nats of a target token."""
        memory, h, c, mask = self.begin(batch)
        keys, o = self.keys(memory), torch.zeros_like(h)
        outputs = []
        for x in self.writes(batch.inputs):
            h, c, o = self.step(x, (h, c, o), keys, memory, mask)
            outputs.append(o)
        scores = self.softmax(torch.stack(outputs))
        flat = scores.flatten(0, 1), batch.targets.flatten()
        return cross_entropy(*flat, ignore_index=NOTHING)

    def begin(self, batch: Padded) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """The memory, the decoder's first states, and what of the memory is padding."""
        memory, ends = self.encode(batch)
        h, c = torch.tanh(self.bridge(ends)).chunk(2, dim=1)
        mask = torch.arange(memory.shape[1]) >= batch.lengths[:, None]
        return memory, h, c, mask

    def step(
        self,
        x: Tensor,
        state: tuple[Tensor, Tensor, Tensor],
        keys: Tensor,
        memory: Tensor,
        mask: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """h, c and o after one more token of each row, (rows, hidden) each."""
        h, c, o = state
        h, c = self.cell(torch.cat([x, o], dim=1), (h, c))
        scores = torch.bmm(keys, h[:, :, None])[:, :, 0]
        p = scores.masked_fill(mask, -torch.inf).softmax(1)
        context = torch.bmm(p[:, None], memory)[:, 0]
        return h, c, torch.tanh(self.out(torch.cat([h, context], dim=1)))

    def named_like_ours(self) -> dict[str, nn.Parameter]:
        """The weights under the names that they have in ours."""
        found = {
            "reads.table": self.reads.weight,
            "writes.table": self.writes.weight,
            "softmax.bias": self.softmax.bias,
        }
        found |= {f"encoder.{k}": w for k, w in self.encoder.named_parameters()}
        for name in ("weight", "bias"):
            found[f"bridge.0.{name}"] = getattr(self.bridge, name)
            found[f"decoder.out.{name}"] = getattr(self.out, name)
        for name, weight in self.cell.named_parameters():
            found[f"decoder.stack.{name}_l0"] = weight
        found["decoder.keys.weight"] = self.keys.weight
        return found


def _copy(weight: Tensor) -> Tensor:
    return weight.detach().clone()


def _linear(layer: nn.Module) -> nn.Linear:
    bias = layer.bias is not None
    made = nn.Linear(*layer.weight.T.shape, bias=bias)
    made.load_state_dict(layer.state_dict())
    return made


# -- side by side ----------------------------------------------------------------------


def learner(
    name: str,
    net: nn.Module,
    weights: dict[str, nn.Parameter],
    losses: list[Callable[[], Tensor]],
) -> Contestant:
    """A turn is a step of training on each batch, and gives their losses."""
    optimizer = torch.optim.AdamW(weights.values(), lr=1e-4, fused=True)

    def turn() -> list[Tensor]:
        found = []
        for loss_of in losses:
            optimizer.zero_grad(set_to_none=True)
            loss = loss_of()
            loss.backward()
            clip_grad_norm_(weights.values(), 1.0)
            optimizer.step()
            found.append(loss.detach())
        return found

    def read(found: Any) -> dict[str, Tensor]:
        """The first loss, and the clipped gradients of the last batch."""
        grads = {key: weight.grad.clone() for key, weight in weights.items()}
        return {"loss": torch.stack(found), **grads}

    return Contestant(name, turn, read, prepare=lambda: touch(net))


def contestants(words: int, hidden: int, batches: list[Pairs]) -> list[Contestant]:
    """All three, with equal losses and gradients. Raises UnequalError."""
    made = {name: one(words, hidden, batches) for name, one in MAKERS.items()}
    truth = made["packed"].read(made["packed"].run())
    for name in ("padded", "ours"):
        gate(made[name], truth, LIMITS)
    return list(made.values())


def _ours(words: int, hidden: int, batches: list[Pairs]) -> Contestant:
    model = network_of(words, hidden)
    losses = [partial(our_loss, model, batch) for batch in batches]
    return learner("ours", model, dict(model.named_parameters()), losses)


def _torchs(
    words: int, hidden: int, batches: list[Pairs], *, packed: bool
) -> Contestant:
    peer = Peer(network_of(words, hidden), packed=packed)
    losses = [partial(peer, Padded.of(batch)) for batch in batches]
    name = "packed" if packed else "padded"
    return learner(name, peer, peer.named_like_ours(), losses)


MAKERS = {
    "ours": _ours,
    "packed": partial(_torchs, packed=True),
    "padded": partial(_torchs, packed=False),
}


def main() -> None:
    """Measures, prints, writes CSV and picture."""
    asked = protocol.ask(
        __doc__, cells=("lstm",), sizes=(256, 512), rows=(64, 32), seconds=12.0
    )
    results = protocol.Results(__file__, asked)
    cases = itertools.product(asked.sizes, (4000, 8000), asked.rows, (True, False))
    for hidden, words, rows, alike in cases:
        batches = batches_of(rows, words, alike=alike)
        made = protocol.equal_or_say(partial(contestants, words, hidden, batches))
        if not made:
            continue
        tokens = sum(batch.tokens for batch in batches)
        kind = "of like length" if alike else "shuffled"
        case = {"hidden": hidden, "vocabulary": words, "rows": rows, "batches": kind}
        case["path"] = path_for(network_of(9, 8).encoder.cell, "cpu")
        row = results.measure(case, made, peers=["packed", "padded"], steps=BATCHES)
        row["tokens_per_second"] = tokens / BATCHES / row["ours_ms"] * 1e3
    print()
    protocol.require("best peer / ours", results.ratios(), 2.0, mean=True)
    protocol.require("best peer / ours", results.ratios(), 2.0, mean=False)
    results.write()


if __name__ == "__main__":
    main()
