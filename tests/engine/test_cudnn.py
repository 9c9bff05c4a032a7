"""The cuDNN path: on a GPU by itself, and through the same call on a CPU."""

import warnings

import pytest
import torch

from tests.harness import Example, assert_same, every_cell, example, measured
from unrolled.cells.gru import GRU
from unrolled.cells.lstm import LSTM
from unrolled.engine import Weights, cudnn, path_for, run

needs_gpu = pytest.mark.skipif(
    not torch.cuda.is_available(), reason="there is no CUDA device here"
)


def test_it_serves_the_four_classic_cells():
    served = [str(cell) for cell in every_cell() if cudnn.serves(cell)]
    assert served == [
        "Elman(nonlinearity='tanh')",
        "Elman(nonlinearity='relu')",
        "GRU(reset='after')",
        "LSTM(peepholes=False)",
    ]


def test_it_is_torchs_own_kernel_bit_for_bit():
    made = example(LSTM(), [6, 4, 1])
    layer = torch.nn.LSTM(3, 4, dtype=torch.float64)
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    lent = dict(zip(names, made.weights[:4], strict=True))
    states = tuple(state[None] for state in made.state)
    packed, last = torch.func.functional_call(layer, lent, (made.x.to_packed(), states))
    ours = run(LSTM(), made.weights, made.x, made.state, path="cudnn")
    assert torch.equal(ours.output.to_packed().data, packed.data)
    assert torch.equal(ours.state[0], last[0][0])
    assert torch.equal(ours.state[1], last[1][0])


def on_gpu(made: Example) -> Example:
    """The same example on the GPU, with leaves of its own."""

    def moved(tensor: torch.Tensor | None) -> torch.Tensor | None:
        return None if tensor is None else tensor.detach().cuda().requires_grad_()

    return Example(
        made.cell,
        Weights(*map(moved, made.weights)),
        made.x.map(moved),
        tuple(map(moved, made.state)),
    )


@needs_gpu
@pytest.mark.parametrize("cell", every_cell(), ids=str)
@pytest.mark.parametrize("lengths", [[1], [4, 1, 6], [0, 3], []], ids=str)
@pytest.mark.parametrize("reverse", [False, True])
def test_on_a_gpu_every_cell_keeps_to_the_law_by_its_own_path(cell, lengths, reverse):
    here = example(cell, lengths)
    law = measured(here.on(path="reference", reverse=reverse), here.leaves)
    there = on_gpu(here)
    ran = run(cell, there.weights, there.x, there.state, reverse=reverse)
    assert ran.path == path_for(cell, "cuda")
    found = measured(there.on(reverse=reverse), there.leaves)
    assert_same({n: t.cpu() for n, t in found.items()}, law, tolerance=1e-9)


@needs_gpu
def test_on_a_gpu_a_projected_lstm_keeps_to_the_law():
    here = example(LSTM(), [4, 1, 6], projected=True)
    law = measured(here.on(path="reference"), here.leaves)
    there = on_gpu(here)
    found = measured(there.on(), there.leaves)
    assert_same({n: t.cpu() for n, t in found.items()}, law, tolerance=1e-9)


@needs_gpu
def test_on_a_gpu_a_second_derivative_of_cudnn_is_refused_and_of_gated_is_not():
    there = on_gpu(example(GRU(), [4, 1, 6]))
    (first,) = torch.autograd.grad(
        there.on()["output"].sum(), [there.weights.R], create_graph=True
    )
    with pytest.raises(NotImplementedError, match="Double backwards is not supported"):
        first.sum().backward()
    (first,) = torch.autograd.grad(
        there.on(path="gated")["output"].sum(), [there.weights.R], create_graph=True
    )
    first.sum().backward()
    assert there.weights.R.grad.isfinite().all()


def test_other_warnings_are_not_hidden(monkeypatch):
    def warns(*_: object) -> tuple[torch.Tensor, ...]:
        warnings.warn("something else", stacklevel=1)
        return torch.zeros(1, 4), torch.zeros(1, 1, 4)

    monkeypatch.setitem(cudnn.KERNELS, GRU(), warns)
    with pytest.warns(UserWarning, match="something else"):
        example(GRU(), [1]).on(path="cudnn")
