"""The decoder's compiled kernels against its loop in Python, tensor by tensor."""

import gc
import weakref

import pytest
import torch
from torch.testing import assert_close

from tests.engine.test_fed import OUTPUTS, _case, _leaves
from unrolled.cells.elman import Elman
from unrolled.cells.gru import GRU
from unrolled.cells.lstm import LSTM
from unrolled.engine import fed_native, forced
from unrolled.engine.fed import say
from unrolled.engine.kernels import instruction_sets, is_built
from unrolled.randomness import computing_on

pytestmark = pytest.mark.skipif(
    not is_built(), reason="the native engine is not built here"
)
CELLS = [Elman(), Elman(nonlinearity="relu"), LSTM(), GRU(reset="after")]
LENGTHS = [[4, 1, 6], [0, 3, 0, 2], [1], [0], list(range(40))]
EXACT = 1e-11  # float64; sums of some hundred products are formed in other orders


def measured(cell, case, *, path, mask=True):
    """All that comes out, and the gradients of all that goes in."""
    fed, x, source, state, masks = case
    with forced(path=path):
        said = say(cell, fed, x, source, state, masks if mask else [None])
    parts = [said.outputs.values, said.attention.values, said.seen]
    torch.manual_seed(1)
    loss = sum((part * torch.randn_like(part)).sum() for part in parts)
    named = _leaves(fed, x, source, state)
    grads = torch.autograd.grad(
        loss, list(named.values()), allow_unused=True, materialize_grads=True
    )
    return {"o": parts[0], "p": parts[1], "s": parts[2]} | {
        f"d {name}": grad for name, grad in zip(named, grads, strict=True)
    }


def assert_alike(found, expected):
    for name, one in expected.items():
        assert_close(
            found[name],
            one,
            rtol=EXACT,
            atol=EXACT,
            msg=lambda why, name=name: f"{name}: {why}",
        )


@pytest.fixture
def runs(monkeypatch):
    """How often the kernels ran."""
    counted = []
    real = fed_native._run

    def counting(*given):
        counted.append(given)
        return real(*given)

    monkeypatch.setattr(fed_native, "_run", counting)
    return counted


@pytest.mark.parametrize("cell", CELLS, ids=str)
@pytest.mark.parametrize("additive", [True, False], ids=["additive", "multiplicative"])
@pytest.mark.parametrize("coverage", [True, False], ids=["covered", "plain"])
def test_the_kernels_give_what_the_loop_gives(cell, additive, coverage, runs):
    for lengths in LENGTHS:
        case = _case(
            cell, layers=1, additive=additive, coverage=coverage, targets=lengths
        )
        for mask in (True, False):
            expected = measured(cell, case, path="gated", mask=mask)
            assert not runs
            found = measured(cell, case, path=None, mask=mask)
            assert len(runs) == 2  # there and back
            assert_alike(found, expected)
            runs.clear()


@pytest.mark.parametrize("instructions", instruction_sets())
def test_on_every_instruction_set(instructions):
    for additive in (True, False):
        case = _case(
            LSTM(), layers=1, additive=additive, coverage=True, targets=[9, 2, 5]
        )
        expected = measured(LSTM(), case, path="gated")
        with forced(instructions=instructions):
            assert_alike(measured(LSTM(), case, path="native"), expected)


def test_the_bits_depend_neither_on_threads_nor_on_the_rows_beside():
    lengths = list(range(1, 70))
    case = _case(LSTM(), layers=1, additive=True, coverage=True, targets=lengths)
    found = []
    for threads in (1, 2, 3):
        with computing_on(threads):
            found.append(measured(LSTM(), case, path="native"))
    for name, one in found[0].items():
        assert torch.equal(one, found[1][name]), name
        assert torch.equal(one, found[2][name]), name
    fed, x, source, state, masks = case
    some = [3, 50, 17]
    fewer = tuple(s[some] for s in state[0])
    sources = type(source)(*(part.gather(some) for part in source))
    said = say(LSTM(), fed, x.gather(some), sources, [fewer], [masks[0][some]])
    whole = x.with_values(found[0]["o"]).gather(some)
    assert torch.equal(said.outputs.values, whole.values)


def test_what_the_kernels_do_not_know_is_left_to_the_loop(runs):
    for cell, layers in (
        (LSTM(), 2),
        (LSTM(peepholes=True), 1),
        (GRU(reset="before"), 1),
    ):
        case = _case(cell, layers=layers, additive=True, coverage=True, targets=[3, 1])
        measured(cell, case, path=None)
    assert not runs


def test_tensors_in_pieces_are_read_as_they_are():
    case = _case(GRU(), layers=1, additive=True, coverage=True, targets=[4, 2])
    expected = measured(GRU(), case, path="native")
    fed, x, source, state, masks = case
    strided = [tuple(s.T.contiguous().T for s in layer) for layer in state]
    scattered = x.map(lambda v: v.T.contiguous().T)
    said = say(GRU(), fed, scattered, source, strided, [masks[0].T.contiguous().T])
    assert torch.equal(said.outputs.values, expected["o"])


def test_nothing_is_kept_alive_by_itself():
    case = _case(LSTM(), layers=1, additive=True, coverage=True, targets=[4, 2])
    gc.disable()
    try:
        said = say(LSTM(), *case)
        held = weakref.ref(said.outputs.values)
        del said
        assert held() is None
    finally:
        gc.enable()


def test_lengths_that_were_edited_are_refused():
    case = _case(LSTM(), layers=1, additive=True, coverage=True, targets=[4, 2])
    case[1].lengths[0] = 5
    with pytest.raises(ValueError, match="lengths were edited"):
        say(LSTM(), *case)


def test_no_token_at_all_leaves_zero_gradients():
    case = _case(LSTM(), layers=1, additive=True, coverage=True, targets=[0, 0])
    found = measured(LSTM(), case, path="native")
    assert found["o"].shape == (0, OUTPUTS)
    grads = [one for name, one in found.items() if name.startswith("d ")]
    assert all(not one.any() for one in grads)
