"""What must not reach the kernels as it is: other places, precisions, signs."""

import pytest
import torch
from torch import Tensor

from tests.harness import example, native_cells, needs_native, normal
from unrolled import nn
from unrolled.cells.gru import GRU
from unrolled.cells.lstm import LSTM
from unrolled.engine import Stream, Weights, forced, path_for, run, run_directions
from unrolled.errors import SettingError
from unrolled.ragged import Ragged

pytestmark = needs_native

BY_CELL = pytest.mark.parametrize("cell", native_cells(), ids=str)


def small(cell=LSTM(), size: int = 1) -> tuple[Weights, Ragged]:  # noqa: B008
    made = example(cell, [1], inputs=size, hidden=size)
    return Weights(*(w if w is None else w.detach() for w in made.weights)), made.x


def unturned(tensor: Tensor) -> Tensor:
    """The same numbers as a view whose sign is still to be turned."""
    view = torch.complex(torch.zeros_like(tensor), -tensor).conj().imag
    assert view.is_neg()
    return view


@BY_CELL
@pytest.mark.parametrize("where", ["x", "h0", "W", "R", "b", "c", "v"])
@pytest.mark.parametrize("size", [1, 3])
def test_a_sign_that_is_still_to_be_turned_is_turned(cell, where, size):
    """A view of one number counts as contiguous, sign or no sign."""
    weights, x = small(cell, size)
    x = x.map(Tensor.detach)
    state = tuple(normal(1, size, seed=k) for k in range(len(cell.states)))
    expected = run(cell, weights, x, state, path="native").output.values
    if where == "x":
        x = x.map(unturned)
    elif where == "h0":
        state = tuple(map(unturned, state))
    elif getattr(weights, where) is None:
        return
    else:
        weights = weights._replace(**{where: unturned(getattr(weights, where))})
    made = run(cell, weights, x, state)
    assert made.path == "native"
    assert torch.equal(made.output.values, expected)
    held = Stream(cell, weights, state=state)
    assert torch.equal(held.step(x.values), expected)


def test_a_gradient_whose_sign_is_still_to_be_turned_is_turned():
    weights, x = small()
    (d,) = torch.autograd.grad(
        run(LSTM(), weights, x).output.values, [x.values], normal(1, 1, seed=3)
    )
    (found,) = torch.autograd.grad(
        run(LSTM(), weights, x).output.values,
        [x.values],
        unturned(normal(1, 1, seed=3)),
    )
    assert torch.equal(found, d)


@pytest.mark.parametrize("part", ["x", "R"])
def test_told_to_be_native_it_refuses_what_is_not_on_the_cpu(part):
    made = example(GRU(), [2])
    x, weights = made.x, made.weights
    if part == "x":
        x = x.map(lambda values: values.to("meta"))
    else:
        weights = weights._replace(R=weights.R.to("meta"))
    for path in ("native", None):
        with forced(path=None if path else "native"):
            with pytest.raises(SettingError) as told:
                run(GRU(), weights, x, path=path)
            assert str(told.value) == (
                'a torch.strided tensor on meta for the path "native".\n'
                "  expected: dense tensors on the CPU\n"
                "  to fix:   leave the path out, and one that serves the tensors is"
                " taken\n"
                "  code:     setting"
            )
    assert path_for(GRU(), "meta") == "gated"


def test_what_is_not_dense_is_refused_too():
    made = example(GRU(), [2])
    sparse = made.x.map(lambda values: values.detach().to_sparse())
    with pytest.raises((SettingError, RuntimeError)):
        run(GRU(), made.weights, sparse, path="native")


@pytest.mark.parametrize("dtype", [torch.bool, torch.int64, torch.float16])
def test_told_to_be_native_it_refuses_weights_that_it_has_no_kernel_for(dtype):
    made = example(GRU(), [2, 3])
    weights = Weights(*(w if w is None else w.to(dtype) for w in made.weights))
    with forced(path="native"):
        for call in (
            lambda: run(GRU(), weights, made.x),
            lambda: run_directions(GRU(), [weights], made.x, [None]),
            lambda: run_directions(GRU(), [weights] * 2, made.x, [None, None]),
        ):
            with pytest.raises(SettingError, match='the path "native" for GRU'):
                call()


def test_a_layer_in_half_precision_runs_on_torchs_operations():
    layer = nn.LSTM(3, 4).bfloat16()
    output, _ = layer(torch.randn(5, 2, 3).bfloat16())
    assert output.dtype == torch.bfloat16


@pytest.mark.parametrize("dtype", [torch.float16, torch.float32])
def test_a_stream_takes_a_first_state_of_another_precision(dtype):
    """It would write numbers of 8 bytes into places of 2 or 4."""
    made = example(LSTM(), [1, 1, 1])
    state = tuple(s.detach().to(dtype) for s in made.state)
    held = Stream(LSTM(), made.weights, rows=3, state=state)
    wide = tuple(s.double() for s in state)
    expected = run(LSTM(), made.weights, made.x, wide)
    assert torch.equal(held.step(made.x.values), expected.output.values)
    assert [s.dtype for s in held.state] == [torch.float64] * 2


def test_a_stream_survives_that_its_layer_gets_other_memory():
    layer = nn.LSTM(64, 64, peepholes=True)
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    given = [getattr(layer, name) for name in names]
    held = Stream(LSTM(peepholes=True), Weights(*given, v=layer.weight_cell_l0))
    twin = Stream(LSTM(peepholes=True), Weights(*given, v=layer.weight_cell_l0.clone()))
    x = torch.randn(1, 64)
    held.step(x), twin.step(x)
    for weight in layer.parameters():
        weight.data = torch.full_like(weight, float("nan"))
    waste = [torch.full((64 * 256,), float("nan")) for _ in range(50)]
    assert held.step(x).isfinite().all()
    assert len(waste) == 50


@pytest.mark.parametrize("grad", [False, True])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning")
def test_a_traced_module_computes_and_does_not_remember(grad):
    layer = nn.LSTM(3, 4, bidirectional=True)
    x = [torch.randn(5, 2, 3) for _ in range(2)]
    with torch.set_grad_enabled(grad):
        traced = torch.jit.trace(layer, (x[0],), check_trace=False)
        for one in x:
            torch.testing.assert_close(traced(one)[0], layer(one)[0])


def test_lengths_that_are_edited_after_they_were_checked_are_refused():
    weights, _ = small(GRU(), 3)
    for edit in (10**6, -1, 0, 3, 2**62):
        lengths = torch.tensor([2, 1])
        x = Ragged(normal(3, 3, seed=0), lengths)
        x.lengths[0] = edit
        if edit == 2:
            continue
        with pytest.raises((ValueError, RuntimeError)):
            run(GRU(), weights, x)


def test_lengths_whose_sum_wraps_around_are_refused():
    """4 · 2⁶² + 3 is 3 in 64 bits."""
    weights, _ = small(GRU(), 3)
    with pytest.raises((ValueError, RuntimeError)):
        x = Ragged(normal(3, 3, seed=0), torch.tensor([2**62] * 4 + [3]))
        run(GRU(), weights, x)
