"""What a watched run shows: the same bits, every gate, and the gradient of each state.

The gradients are compared with torch's own: a plain loop, in float64, whose states each
keep their gradient.
"""

from itertools import pairwise

import pytest
import torch
from torch.testing import assert_close

from tests.engine.test_fed import CELLS as FED_CELLS
from tests.engine.test_fed import _case, _step
from tests.harness import UNEQUAL, every_cell, example, needs_native, normal
from unrolled.engine import forced, run, run_directions
from unrolled.engine.fed import say
from unrolled.engine.moment import step
from unrolled.engine.watch import seen, unwatched, watch_here, watching
from unrolled.ragged import Ragged

CELLS = every_cell()
LENGTHS = [lengths for lengths in UNEQUAL if sum(lengths)]


def _plain_gradients(made, *, reverse):
    """The random weights of a loss, and ∂L/∂ each state by autograd, (tokens, ·)."""
    cell, weights, x = made.cell, made.weights, made.x
    states = {name: {} for name in cell.states}
    total = 0.0
    pull = normal(sum(x.lengths.tolist()), weights.R.shape[1], seed=5)
    for row in range(len(x)):
        state = tuple(s[row : row + 1] for s in made.state)
        start, stop = int(x.offsets[row]), int(x.offsets[row + 1])
        order = range(start, stop)
        for token in reversed(order) if reverse else order:
            a = x.values[token][None] @ weights.W.T
            a = a if weights.b is None else a + weights.b
            state, _ = step(cell, weights, a, state)
            for name, one in zip(cell.states, state, strict=True):
                one.retain_grad()
                states[name][token] = one
            total = total + (state[0] * pull[token]).sum()
        total = total + sum((3 * one).sum() for one in state)  # and of the last ones
    total.backward()
    return pull, {
        name: torch.cat([by_token[token].grad for token in sorted(by_token)])
        for name, by_token in states.items()
    }


@pytest.mark.parametrize("lengths", LENGTHS, ids=str)
@pytest.mark.parametrize("cell", CELLS, ids=str)
@pytest.mark.parametrize("reverse", [False, True], ids=["forwards", "backwards"])
def test_the_gradient_of_every_state_is_that_of_autograd(cell, lengths, reverse):
    made = example(cell, lengths)
    pull, expected = _plain_gradients(made, reverse=reverse)
    with watching() as watch, forced(path="gated"):
        found = run(cell, made.weights, made.x, made.state, reverse=reverse)
    total = (found.output.values * pull).sum() + sum((3 * s).sum() for s in found.state)
    total.backward()
    [passage] = watch.passages
    assert passage.reverse is reverse
    assert passage.state_gradients.keys() == set(cell.states)
    direct = passage.state_gradients["h"] - passage.carried_gradients["h"]
    ended = made.x.offsets[1:] - 1 if not reverse else made.x.offsets[:-1]
    inner = torch.ones(len(direct), dtype=torch.bool)
    inner[ended[made.x.lengths > 0]] = False  # there the gradient of the last state is
    assert_close(direct[inner], pull[inner])
    for name, wanted in expected.items():
        assert_close(passage.state_gradients[name], wanted, msg=lambda w, n=name: n + w)


@pytest.mark.parametrize("cell", [c for c in CELLS if c.projects], ids=str)
def test_a_projected_state_has_the_gradient_of_its_projection(cell):
    made = example(cell, [4, 1, 6], projected=True)
    pull, expected = _plain_gradients(made, reverse=False)
    with watching() as watch, forced(path="gated"):
        found = run(cell, made.weights, made.x, made.state)
    total = (found.output.values * pull).sum() + sum((3 * s).sum() for s in found.state)
    total.backward()
    for name, wanted in expected.items():
        assert_close(watch.passages[0].state_gradients[name], wanted)


@needs_native
@pytest.mark.parametrize("lengths", UNEQUAL, ids=str)
@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_a_watched_layer_has_the_bits_of_one_that_nobody_watches(cell, lengths):
    first, second = (example(cell, lengths, seed=seed) for seed in (0, 50))
    x = first.x.map(lambda v: v.float().detach())
    directions = [
        type(one.weights)(*(None if w is None else w.float() for w in one.weights))
        for one in (first, second)
    ]
    states = [tuple(s.float() for s in one.state) for one in (first, second)]
    with torch.no_grad():
        plain = run_directions(cell, directions, x, states)
        with watching() as watch:
            watched = run_directions(cell, directions, x, states)
    assert torch.equal(plain.output.values, watched.output.values)
    for one, other in zip(plain.states, watched.states, strict=True):
        assert all(map(torch.equal, one, other))
    assert [one.reverse for one in watch.passages] == [False, True]
    assert {one.path for one in watch.passages} == {plain.path}
    for place, passage in enumerate(watch.passages):
        traced = run(
            cell,
            directions[place],
            x,
            states[place],
            reverse=place == 1,
            trace=True,
        )
        assert passage.gates.keys() == traced.trace.keys() >= set(cell.opens)
        for name, gate in passage.gates.items():
            assert torch.equal(gate.values, traced.trace[name].values), name


@pytest.mark.parametrize("cell", FED_CELLS, ids=str)
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("additive", [True, False], ids=["additive", "multiplicative"])
def test_a_decoder_tells_the_gradients_of_its_states(cell, layers, additive):
    """One row, so that the plain loop below stays short."""
    fed, x, source, state, masks = _case(
        cell, layers=layers, additive=additive, coverage=False, targets=[5]
    )
    keys, values = source.keys.values, source.values.values
    states = [tuple(layer) for layer in state]
    o, told, outputs = x.values.new_zeros(1, len(fed.Z)), [], []
    for token in x.values:
        below = torch.cat([token[None], o], 1)
        for height, w in enumerate(fed.layers):
            if height:
                below = states[height - 1][0] * masks[height - 1][0]
            states[height] = _step(cell, w, below, states[height])
            for one in states[height]:
                one.retain_grad()
        told.append(list(states))
        h = states[-1][0]
        query = h if fed.Q is None else h @ fed.Q.T
        if fed.v is None:
            scores = (keys * query).sum(1)
        else:
            scores = torch.tanh(keys + query) @ fed.v
        context = (scores.softmax(0)[:, None] * values).sum(0, keepdim=True)
        o = torch.tanh(torch.cat([h, context], 1) @ fed.Z.T + fed.k) * masks[-1][0]
        outputs.append(o)
    pull = normal(5, len(fed.Z), seed=9)
    (torch.cat(outputs) * pull).sum().backward()
    with watching() as watch, forced(path="gated"):
        said = say(cell, fed, x, source, state, masks)
    (said.outputs.values * pull).sum().backward()
    assert [one.weights for one in watch.passages] == fed.layers
    for (below, above), mask in zip(pairwise(watch.passages), masks, strict=False):
        assert_close(above.inputs.values, below.output.values * mask[0])
    for height, passage in enumerate(watch.passages):
        for place, name in enumerate(cell.states):
            wanted = torch.cat([moment[height][place].grad for moment in told])
            assert_close(passage.state_gradients[name], wanted)
            state_of = torch.cat([moment[height][place] for moment in told])
            shown = passage.output if not place else passage.gates[f"{name}_new"]
            assert_close(shown.values, state_of.detach())


@needs_native
@pytest.mark.parametrize("cell", FED_CELLS, ids=str)
@pytest.mark.parametrize("targets", [[4, 1, 6], [0, 3, 0, 2], [1], []], ids=str)
def test_a_watched_decoder_has_its_bits_and_the_gates_of_either_loop(cell, targets):
    case = _case(cell, layers=1, additive=True, coverage=True, targets=targets)
    plain = say(cell, *case)
    with watching() as watch:
        watched = say(cell, *case)
    assert torch.equal(plain.outputs.values, watched.outputs.values)
    assert torch.equal(plain.attention.values, watched.attention.values)
    assert torch.equal(plain.seen, watched.seen)
    with watching() as again, forced(path="gated"):
        say(cell, *case)
    [native], [gated] = watch.passages, again.passages
    assert_close(native.output.values, gated.output.values)
    for name, gate in gated.gates.items():
        assert_close(native.gates[name].values, gate.values)


@pytest.mark.parametrize("cell", FED_CELLS, ids=str)
def test_two_layers_of_a_decoder_show_what_their_kernels_kept(cell):
    case = _case(cell, layers=2, additive=True, coverage=False, targets=[3, 2])
    with watching() as watch, torch.no_grad():
        say(cell, *case)
    with watching() as again, forced(path="gated"):
        say(cell, *case)
    for one, other in zip(watch.passages, again.passages, strict=True):
        assert one.gates.keys() == other.gates.keys()
        for name, gate in one.gates.items():
            assert_close(gate.values, other.gates[name].values)


def test_a_point_is_recorded_and_may_be_changed_while_somebody_watches():
    x = Ragged(torch.ones(3, 2), torch.tensor([2, 1]))
    assert seen("inputs", x) is x
    with watching() as watch:
        assert seen("inputs", x) is x
        with unwatched():
            assert watch_here() is None
            seen("inputs", x)
    assert watch.points == {"inputs": [x]}
    double = {"inputs": lambda one: one.map(lambda v: 2 * v)}
    with watching(change=double) as watch:
        assert torch.equal(seen("inputs", x).values, 2 * x.values)
        assert seen("written", x) is x
    assert torch.equal(watch.points["inputs"][0].values, 2 * x.values)
    assert watch_here() is None


def test_an_inner_watch_sees_for_itself_alone():
    x = Ragged(torch.ones(1, 2), torch.tensor([1]))
    with watching() as outer:
        with watching() as inner:
            seen("inputs", x)
        seen("written", x)
    assert list(inner.points) == ["inputs"]
    assert list(outer.points) == ["written"]
