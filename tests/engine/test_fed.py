"""The decoder's loop against the same equations under autograd, row by row."""

import pytest
import torch
from torch.testing import assert_close

from unrolled.cells.elman import Elman
from unrolled.cells.gru import GRU
from unrolled.cells.lstm import LSTM
from unrolled.engine import fed as fed_module
from unrolled.engine import half
from unrolled.engine.fed import Source, say
from unrolled.engine.fed_forward import Fed
from unrolled.engine.moment import step
from unrolled.engine.weights import Weights
from unrolled.ragged import Ragged
from unrolled.randomness import computing_on

HIDDEN, INPUTS, OUTPUTS, SIZE, WIDTH = 5, 3, 4, 6, 7
CELLS = [Elman(), LSTM(), LSTM(peepholes=True), GRU(), GRU(reset="before")]


def _draw(*shape):
    return torch.randn(*shape, dtype=torch.float64).mul_(0.6).requires_grad_()


def _weights(cell, inputs):
    blocks = len(cell.gates) * HIDDEN
    v = _draw(len(cell.vectors), HIDDEN) if cell.vectors else None
    R, b, c = _draw(blocks, HIDDEN), _draw(blocks), _draw(blocks)
    return Weights(_draw(blocks, inputs), R, b, c, None, v)


def _case(cell, *, layers, additive, coverage, targets, seed=0):
    torch.manual_seed(seed)
    size = SIZE if additive else HIDDEN
    fed = Fed(
        [_weights(cell, HIDDEN if up else INPUTS + OUTPUTS) for up in range(layers)],
        _draw(SIZE, HIDDEN) if additive else None,
        _draw(SIZE) if additive else None,
        _draw(size) if coverage else None,
        _draw(OUTPUTS, HIDDEN + WIDTH),
        _draw(OUTPUTS),
    )
    rows = len(targets)
    lengths = torch.tensor([(3 + 5 * row) % 7 for row in range(rows)])
    x = Ragged(_draw(sum(targets), INPUTS), torch.tensor(targets, dtype=torch.int64))
    keys = Ragged(_draw(int(lengths.sum()), size), lengths)
    source = Source(keys, Ragged(_draw(int(lengths.sum()), WIDTH), lengths))
    state = [tuple(_draw(rows, HIDDEN) for _ in cell.states) for _ in range(layers)]
    masks = [torch.rand(rows, HIDDEN, dtype=torch.float64) for _ in range(layers - 1)]
    masks.append(torch.rand(rows, OUTPUTS, dtype=torch.float64))
    return fed, x, source, state, masks


def _plain(cell, fed, x, source, state, masks):
    """The equations of engine/fed.py, one row and one moment at a time."""
    outputs, attention, seens = [], [], []
    for row in range(len(x)):
        keys, values = source.keys[row], source.values[row]
        states = [tuple(s[row : row + 1] for s in layer) for layer in state]
        o, seen = x.values.new_zeros(1, OUTPUTS), keys.new_zeros(len(keys))
        for token in x[row]:
            below = torch.cat([token[None], o], 1)
            for height, w in enumerate(fed.layers):
                if height:
                    below = states[height - 1][0] * masks[height - 1][row]
                states[height] = _step(cell, w, below, states[height])
            h = states[-1][0]
            query = h if fed.Q is None else h @ fed.Q.T
            moved = keys
            if fed.coverage is not None:
                moved = keys + seen[:, None] * fed.coverage
            if fed.v is None:
                scores = (moved * query).sum(1)
            else:
                scores = torch.tanh(moved + query) @ fed.v
            alpha = scores.softmax(0)
            context = (alpha[:, None] * values).sum(0, keepdim=True)
            o = torch.tanh(torch.cat([h, context], 1) @ fed.Z.T + fed.k)
            o = o * masks[-1][row]
            outputs.append(o)
            attention.append(alpha)
            seens.append(seen)
            seen = seen + alpha
    return torch.cat(outputs), torch.cat(attention), torch.cat(seens)


def _step(cell, w, x, state):
    """One step of the cell by the engine's law, which other tests hold to torch."""
    return step(cell, w, x @ w.W.T + w.b, state)[0]


def _leaves(fed, x, source, state):
    named = {"x": x.values, "keys": source.keys.values, "values": source.values.values}
    for at, layer in enumerate(state):
        named |= {f"state {at}.{k}": s for k, s in enumerate(layer)}
    for at, w in enumerate(fed.layers):
        named |= {f"{k}{at}": t for k, t in w._asdict().items() if t is not None}
    top = {"Q": fed.Q, "v": fed.v, "coverage": fed.coverage, "Z": fed.Z, "k": fed.k}
    return named | {k: t for k, t in top.items() if t is not None}


@pytest.mark.parametrize("cell", CELLS, ids=str)
@pytest.mark.parametrize("additive", [True, False], ids=["additive", "multiplicative"])
@pytest.mark.parametrize("coverage", [True, False], ids=["covered", "plain"])
@pytest.mark.parametrize("targets", [[4, 1, 6], [0, 3, 0, 2], [1]], ids=str)
def test_equals_the_plain_equations(cell, additive, coverage, targets, monkeypatch):
    monkeypatch.setattr(fed_module, "ROWS", 2)  # blocks of two rows
    for layers in (1, 2):
        case = _case(
            cell, layers=layers, additive=additive, coverage=coverage, targets=targets
        )
        expected = _plain(cell, *case)
        said = say(cell, *case)
        found = (said.outputs.values, said.attention.values, said.seen)
        for one, other in zip(found, expected[: 2 + coverage], strict=False):
            assert_close(one, other)
        pull = [torch.randn_like(t) for t in expected]
        named = _leaves(*case[:4])

        def loss(parts, pull=pull):
            pairs = zip(parts, pull, strict=False)
            return sum((p * q).sum() for p, q in pairs if len(p))

        wants = loss(expected[: 2 + coverage])
        wanted = torch.autograd.grad(wants, list(named.values()), allow_unused=True)
        got = torch.autograd.grad(
            loss(found[: 2 + coverage]), list(named.values()), allow_unused=True
        )
        for name, one, other in zip(named, got, wanted, strict=True):
            one = torch.zeros_like(named[name]) if one is None else one
            other = torch.zeros_like(named[name]) if other is None else other
            assert_close(one, other, msg=lambda why, name=name: f"{name}: {why}")


def test_no_rows_give_nothing():
    case = _case(LSTM(), layers=1, additive=True, coverage=True, targets=[])
    said = say(LSTM(), *case)
    assert said.outputs.values.shape == (0, OUTPUTS)
    said.outputs.values.sum().backward()


def test_the_bits_depend_on_no_number_of_threads():
    case = _case(
        LSTM(), layers=2, additive=True, coverage=True, targets=list(range(1, 90))
    )
    found = []
    for threads in (1, 2):
        with computing_on(threads):
            said = say(LSTM(), *case)
            named = _leaves(*case[:4])
            loss = said.outputs.values.sum() + said.seen.square().sum()
            found.append(torch.autograd.grad(loss, list(named.values())))
    for one, other in zip(*found, strict=True):
        assert torch.equal(one, other)


def test_in_half_precision_all_is_nearly_the_same():
    case = _case(LSTM(), layers=2, additive=True, coverage=True, targets=[9, 4, 1, 0])
    fed, x, source, state, masks = case
    fed = fed.unflat([t if t is None else t.detach().float() for t in fed.flat()])
    weights = [t.requires_grad_() for t in fed.flat() if t is not None]
    single = (
        fed,
        x.map(lambda v: v.detach().float()),
        Source(*(part.map(lambda v: v.detach().float()) for part in source)),
        [tuple(s.detach().float() for s in layer) for layer in state],
        [mask.float() for mask in masks],
    )

    def gradients():
        said = say(LSTM(), *single)
        loss = said.outputs.values.square().sum() + said.seen.square().sum()
        return said.outputs.values.detach(), *torch.autograd.grad(loss, weights)

    expected = gradients()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = gradients()
    assert torch.equal(found[0], expected[0]) != half.is_quick()
    for one, other in zip(found, expected, strict=True):
        assert (one - other).norm() < 0.05 * other.norm() + 1e-3
