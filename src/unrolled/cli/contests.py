"""The contests of `unrolled bench` and of benchmarks/: our layers against torch.nn's.

    training     a layer forward and backward: ∂L/∂ of its input and of every weight
    inference    a layer forward, without gradients

Who is in it, each with the same weights:

    ours      unrolled.nn; the batch comes as Ragged, its order along time not yet made
    padded    torch.nn on (time, rows, inputs), padded before
    packed    torch.nn on a PackedSequence, packed before

There is no loss: ∂L/∂output is given, and is 0 on padding, so nobody pays for it. A
padded batch read in both directions is a contestant only if all rows are of one length:
elsewhere the backward direction would read the padding first.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, final

import torch
from torch import Tensor, nn

from unrolled.cli.timing import Contestant, gate, touch
from unrolled.nn import GRU, LSTM, RNN
from unrolled.ragged import Ragged

OURS = {"rnn": RNN, "lstm": LSTM, "gru": GRU}
THEIRS = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
GATES = {"rnn": 1, "lstm": 4, "gru": 3}
LIMITS = {"output": 1e-5, "": 1e-4}
"""How far from the truth in float64 an answer in float32 may be."""


@final
@dataclass(frozen=True)
class Contest:
    """A layer and a batch, the same for all; lengths are (rows,)."""

    cell: str
    inputs: int
    hidden: int
    lengths: Tensor
    layers: int = 1
    bidirectional: bool = False
    seed: int = 0

    @property
    def tokens(self) -> int:
        """The steps of all sequences together."""
        return int(self.lengths.sum())

    @property
    def filled(self) -> float:
        """The share of a padded batch that is no padding."""
        return self.tokens / (len(self.lengths) * int(self.lengths.max()))

    @property
    def is_even(self) -> bool:
        """Whether all sequences are of one length."""
        return int(self.lengths.min()) == int(self.lengths.max())

    @property
    def operations(self) -> int:
        """Multiplications and additions of the products of one forward pass."""
        ways = 2 if self.bidirectional else 1
        widths = [self.inputs] + [ways * self.hidden] * (self.layers - 1)
        columns = sum(width + self.hidden for width in widths)
        return 2 * self.tokens * ways * GATES[self.cell] * self.hidden * columns

    @cached_property
    def theirs(self) -> Any:
        """The layer of torch.nn."""
        torch.manual_seed(self.seed)
        return self._made(THEIRS)

    @cached_property
    def ours(self) -> Any:
        """Our layer with the weights of theirs."""
        made = self._made(OURS)
        made.load_state_dict(self.theirs.state_dict())
        return made

    @cached_property
    def exact(self) -> Any:
        """The layer of torch.nn with the same weights, in float64: the truth."""
        made = self._made(THEIRS).double()
        made.load_state_dict(self.theirs.state_dict())
        return made

    def _made(self, kinds: Mapping[str, type]) -> Any:
        return kinds[self.cell](
            self.inputs, self.hidden, self.layers, bidirectional=self.bidirectional
        )

    def draw(self, width: int, seed: int) -> Ragged:
        """Numbers for every token: values (tokens, width)."""
        generator = torch.Generator().manual_seed(seed)
        values = torch.randn(self.tokens, width, generator=generator)
        return Ragged(values, self.lengths)

    @property
    def x(self) -> Ragged:
        """What goes in: values (tokens, inputs)."""
        return self.draw(self.inputs, self.seed)

    @property
    def d_output(self) -> Ragged:
        """∂L/∂output: values (tokens, directions · hidden)."""
        ways = 2 if self.bidirectional else 1
        return self.draw(ways * self.hidden, self.seed + 1)


Maker = Callable[[str, Contest, nn.Module], Contestant]
"""`learner` or `reader`."""


class Form(NamedTuple):
    """How a batch is laid out in one tensor, and what a layer takes and gives."""

    lay: Callable[[Ragged], Tensor]
    """From values (tokens, width) to the tensor, (places, width) or padded."""
    batch: Callable[[Tensor], Any]
    """What the layer is given for such a tensor."""
    tensor: Callable[[Any], Tensor]
    """The tensor of what the layer gives."""
    live: Callable[[Tensor], Tensor]
    """The way back of `lay`: (tokens, width), row after row."""


def form_of(name: str, contest: Contest) -> Form:
    """The layout of "ours", "padded" or "packed".

    Ours gets a batch of equal lengths as the padded tensor that torch gets.
    """
    lengths = contest.lengths
    if name == "padded" or (name == "ours" and contest.is_even):
        return Form(
            lay=Ragged.to_padded,
            batch=lambda x: x,
            tensor=lambda output: output,
            live=lambda values: Ragged.from_padded(values, lengths).values,
        )
    if name == "ours":
        return Form(
            lay=lambda ragged: ragged.values,
            batch=lambda x: Ragged(x, lengths),
            tensor=lambda output: output.values,
            live=lambda values: values,
        )
    packed = Ragged(torch.empty(contest.tokens, 0), lengths).to_packed()
    return Form(
        lay=lambda ragged: ragged.to_packed().data,
        batch=lambda x: packed._replace(data=x),
        tensor=lambda output: output.data,
        live=lambda values: Ragged.from_packed(packed._replace(data=values)).values,
    )


def lengths_of(rows: int, *, longest: int, filled: float, seed: int = 0) -> Tensor:
    """Log-normal lengths (rows,) int64: the longest as given, the mean `filled` of it.

    They stand at even quantiles of the distribution, in any order, so that each number
    of rows has the same share of padding.
    """
    places = torch.special.ndtri((torch.arange(rows) + 0.5) / rows)
    places -= places.max()
    low, high = 0.0, 20.0
    for _ in range(40):
        spread = (low + high) / 2
        mean = (spread * places).exp().mean()
        low, high = (spread, high) if mean > filled else (low, spread)
    lengths = (longest * (low * places).exp()).round().clamp(min=1).long()
    order = torch.randperm(rows, generator=torch.Generator().manual_seed(seed))
    return lengths[order]


# -- a layer ---------------------------------------------------------------------------


def peers_of(contest: Contest) -> list[str]:
    """Those ways of torch that give the right answer."""
    padded = contest.is_even or not contest.bidirectional
    return ["padded", "packed"] if padded else ["packed"]


def training(contest: Contest) -> list[Contestant]:
    """Ours and its peers, all through the gate. Raises UnequalError."""
    return _through_the_gate(learner, contest)


def inference(contest: Contest) -> list[Contestant]:
    """Ours and its peers, all through the gate. Raises UnequalError."""
    return _through_the_gate(reader, contest)


def truth(make: Maker, contest: Contest) -> dict[str, Tensor]:
    """What `learner` or `reader` should give, (tokens, ·) or as the weight, float64."""
    exact = make("packed", contest, contest.exact)
    return {name: t.detach() for name, t in exact.read(exact.run()).items()}


def _through_the_gate(make: Maker, contest: Contest) -> list[Contestant]:
    wanted = truth(make, contest)
    made = [make("ours", contest, contest.ours)]
    made += [make(name, contest, contest.theirs) for name in peers_of(contest)]
    for one in made:
        gate(one, wanted, LIMITS)
    return made


def learner(name: str, contest: Contest, layer: nn.Module) -> Contestant:
    """A turn gives the output and ∂L/∂ of the input and every weight."""
    form = form_of(name, contest)
    dtype = next(layer.parameters()).dtype
    x = form.lay(contest.x).to(dtype).requires_grad_()
    d_output = form.lay(contest.d_output).to(dtype)
    weights = dict(layer.named_parameters())
    batch = [form.batch(x)]

    def prepare() -> None:
        touch(layer)
        batch[0] = form.batch(x)  # without what a turn before has found out about it

    def turn() -> list[Tensor]:
        output = form.tensor(layer(batch[0])[0])
        return [output, *torch.autograd.grad(output, [x, *weights.values()], d_output)]

    def read(found: list[Tensor]) -> dict[str, Tensor]:
        output, d_x, *d_weights = found
        named = dict(zip(weights, d_weights, strict=True))
        return {"output": form.live(output), "x": form.live(d_x), **named}

    return Contestant(name, turn, read, prepare)


def reader(name: str, contest: Contest, layer: nn.Module) -> Contestant:
    """A turn gives the output."""
    form = form_of(name, contest)
    x = form.lay(contest.x).to(next(layer.parameters()).dtype)
    batch = [form.batch(x)]

    def prepare() -> None:
        batch[0] = form.batch(x)

    @torch.no_grad()
    def turn() -> Tensor:
        return form.tensor(layer(batch[0])[0])

    return Contestant(name, turn, lambda y: {"output": form.live(y)}, prepare)
