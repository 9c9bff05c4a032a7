"""The engine's entry: which path runs, what it refuses, and what comes back."""

import pytest
import torch

from tests.harness import (
    Example,
    assert_same,
    example,
    measured,
    needs_native,
    path_on_cpu,
)
from unrolled.cells._base import AbstractGatedCell
from unrolled.cells.elman import Elman
from unrolled.cells.gru import GRU
from unrolled.cells.lstm import LSTM
from unrolled.engine import PATHS, forced, kernels, native, path_for, run
from unrolled.errors import SettingError

GATED_ON_GPU = [GRU(reset="before"), LSTM(peepholes=True)]
CLASSIC = [Elman(), Elman(nonlinearity="relu"), GRU(), LSTM()]
THERE = [path for path in PATHS if path != "native" or native.is_built()]


def words(cell: AbstractGatedCell, **how: object) -> str:
    made = example(cell, [2])
    with pytest.raises(SettingError) as refusal:
        run(cell, made.weights, made.x, **how)
    return str(refusal.value)


def test_the_paths_are_these():
    assert PATHS == ("reference", "gated", "native", "cudnn")


@pytest.mark.parametrize("cell", CLASSIC, ids=str)
def test_the_classic_cells_go_through_cudnn_on_a_gpu(cell):
    assert path_for(cell, "cuda") == path_for(cell, torch.device("cuda:1")) == "cudnn"
    assert path_for(cell, "meta") == path_for(cell, "cuda", trace=True) == "gated"


@pytest.mark.parametrize("cell", GATED_ON_GPU, ids=str)
def test_what_cudnn_does_not_know_goes_through_the_gated_path(cell):
    assert path_for(cell, "cuda") == "gated"


@pytest.mark.parametrize("cell", CLASSIC + GATED_ON_GPU, ids=str)
@pytest.mark.parametrize("trace", [False, True])
def test_on_a_cpu_the_classic_cells_go_through_the_native_path(cell, trace):
    for dtype in (torch.float32, torch.float64):
        chosen = path_for(cell, "cpu", dtype=dtype, trace=trace)
        assert chosen == path_on_cpu(cell, dtype)
        assert chosen == ("native" if native.is_built() else "gated")
    for dtype in (torch.float16, torch.complex64):
        assert path_for(cell, "cpu", dtype=dtype, trace=trace) == "gated"


@pytest.mark.parametrize("cell", CLASSIC + GATED_ON_GPU, ids=str)
def test_without_the_compiled_module_everything_goes_through_the_gated_path(
    cell, monkeypatch
):
    monkeypatch.setattr(kernels, "_native", None)
    made = example(cell, [4, 1, 6])
    law = measured(made.on(path="reference"), made.leaves)
    assert run(cell, made.weights, made.x, made.state).path == "gated"
    assert path_for(cell, "cpu") == "gated"
    assert_same(measured(made.on(), made.leaves), law)
    assert not native.is_built()
    assert not native.serves(cell, torch.float32)
    with pytest.raises(SettingError, match='the path "native" for'):
        made.on(path="native")
    with forced(path="native"), pytest.raises(SettingError, match='"native" for'):
        made.on()


@needs_native
@pytest.mark.parametrize("cell", CLASSIC, ids=str)
def test_tensors_of_two_precisions_are_not_given_to_the_native_path(cell):
    made = example(cell, [4, 1])
    with pytest.raises(RuntimeError, match="dtype"):
        run(cell, made.weights, made.x.map(torch.Tensor.float), made.state)
    with pytest.raises(RuntimeError, match="dtype"):
        run(cell, made.weights._replace(R=made.weights.R.float()), made.x, made.state)


def test_cudnn_projects_the_lstm_and_nothing_else():
    assert path_for(LSTM(), "cuda", projected=True) == "cudnn"
    assert path_for(Elman(), "cuda", projected=True) == "gated"
    projected = example(Elman(), [2], projected=True)
    with pytest.raises(SettingError, match='the path "cudnn" for Elman'):
        projected.on(path="cudnn")


def test_an_unknown_path_is_refused():
    assert words(GRU(), path="fast") == (
        "the path \"fast\" for GRU(reset='after').\n"
        "  expected: one of reference, gated, native, cudnn that serves this cell\n"
        '  to fix:   leave the path out, or take "gated", which runs every cell\n'
        "  code:     setting"
    )


def test_a_path_that_does_not_serve_the_cell_or_the_trace_is_refused():
    assert words(GRU(reset="before"), path="cudnn").startswith(
        "the path \"cudnn\" for GRU(reset='before').\n"
    )
    assert words(GRU(), path="cudnn", trace=True).startswith(
        "the path \"cudnn\" for GRU(reset='after') with a trace.\n"
    )


@pytest.mark.parametrize("path", THERE)
def test_outputs_stay_beside_their_tokens_when_rows_are_read_backwards(path):
    made = example(GRU(), [4, 1, 6])
    back = run(GRU(), made.weights, made.x, made.state, reverse=True, path=path)
    turned = run(GRU(), made.weights, made.x.reverse(), made.state, path=path)
    expected = turned.output.reverse().values
    torch.testing.assert_close(back.output.values, expected, rtol=0, atol=1e-14)
    # Read from its end, a row's last state is the output beside its first token.
    firsts = back.output.values[back.output.offsets[:-1]]
    assert torch.equal(back.state[0], firsts)
    assert back.output.lengths.tolist() == [4, 1, 6]


@pytest.mark.parametrize("path", THERE)
def test_a_row_of_length_0_hands_its_state_through(path):
    made = example(LSTM(), [0, 3, 0])
    result = run(LSTM(), made.weights, made.x, made.state, path=path)
    for after, before in zip(result.state, made.state, strict=True):
        assert torch.equal(after[[0, 2]], before[[0, 2]])
        assert not torch.allclose(after[1], before[1])
    (d_h,) = torch.autograd.grad(result.state[0].sum(), [made.state[0]])
    assert torch.equal(d_h[[0, 2]], torch.ones(2, 4).double())


@pytest.mark.parametrize("path", THERE)
def test_a_batch_without_rows_is_a_batch(path):
    made = example(LSTM(), [])
    result = run(LSTM(), made.weights, made.x, made.state, path=path)
    assert result.output.values.shape == (0, 4)
    assert [tuple(state.shape) for state in result.state] == [(0, 4), (0, 4)]


@pytest.mark.parametrize("path", THERE)
def test_without_a_state_a_row_begins_from_zero(path):
    made = example(LSTM(), [4, 1, 6])
    zero = tuple(torch.zeros_like(state) for state in made.state)
    given = (LSTM(), made.weights, made.x)
    assert torch.equal(
        run(*given, path=path).output.values, run(*given, zero, path=path).output.values
    )


def test_the_trace_of_a_step_can_be_put_together_again():
    made = example(LSTM(), [4, 1, 6])
    result = run(LSTM(), made.weights, made.x, made.state, trace=True)
    i, f, g, o, c, after = (
        result.trace[name].values for name in ("i", "f", "g", "o", "c", "c_new")
    )
    torch.testing.assert_close(f * c + i * g, after)
    torch.testing.assert_close(o * after.tanh(), result.output.values.detach())
    assert run(LSTM(), made.weights, made.x).trace == {}


def test_float32_agrees_with_float64_within_rounding():
    made = example(GRU(), [4, 1, 6])
    half = example(GRU(), [4, 1, 6])
    narrow = Example(
        GRU(),
        type(half.weights)(*(t if t is None else t.float() for t in half.weights)),
        half.x.map(torch.Tensor.float),
        tuple(state.float() for state in half.state),
    )
    for path in THERE:
        found = {n: t.double() for n, t in narrow.on(path=path).items()}
        assert_same(found, made.on(), tolerance=2e-6)


@pytest.mark.parametrize("path", THERE)
def test_two_threads_give_what_one_gives(path):
    made = example(LSTM(), [40, 10, 60], inputs=64, hidden=64)
    before = torch.get_num_threads()
    found = []
    for threads in (1, 2):
        torch.set_num_threads(threads)
        found.append(measured(made.on(path=path), made.leaves))
    torch.set_num_threads(before)
    assert_same(*found, tolerance=1e-10)


def test_rows_beyond_any_cache_still_gather_their_gradients():
    """A wide batch: 300 rows, of which most have length 1 and one is long."""
    made = example(GRU(), [1] * 150 + [70] + [1] * 149)
    law = measured(made.on(path="reference"), made.leaves)
    assert_same(measured(made.on(path="gated"), made.leaves), law, tolerance=1e-10)
