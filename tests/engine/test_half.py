"""bfloat16 under autocast: near the law, where asked for, and only what is wanted."""

import pytest
import torch

from tests.harness import Example, example, measured, needs_native
from unrolled.cells.elman import Elman
from unrolled.cells.gru import GRU
from unrolled.cells.lstm import LSTM
from unrolled.engine import Weights, forced, half, kernels, run, run_directions
from unrolled.randomness import computing_on

pytestmark = [
    needs_native,
    pytest.mark.skipif(
        not half.is_quick(), reason="this processor has no instructions for bfloat16"
    ),
]

CELLS = [cell for cell in kernels.KERNELS]
NEAR = 0.03  # of the largest entry; products of 8-bit numbers are within 0.4 % each


def narrow(made: Example) -> Example:
    """The same example in float32, with leaves of its own."""

    def leaf(tensor):
        return None if tensor is None else tensor.detach().float().requires_grad_()

    weights = Weights(*map(leaf, made.weights))
    return Example(made.cell, weights, made.x.map(leaf), tuple(map(leaf, made.state)))


def small(cell, lengths, **how) -> Example:
    """Weights small enough for states in the midst of their range."""
    made = example(cell, lengths, **how)
    with torch.no_grad():
        for weight in made.weights:
            if weight is not None:
                weight.mul_(weight.shape[-1] ** -0.5 / 2)
    return made


def assert_near(found, law) -> None:
    for name, wanted in law.items():
        largest = float(wanted.abs().max()) if wanted.numel() else 0.0
        gap = (found[name].double() - wanted).abs()
        assert gap.numel() == 0 or float(gap.max()) <= NEAR * max(largest, 1e-3), name


@pytest.fixture
def poisoned(monkeypatch):
    """Memory asked for without a value comes full of NaN, as it sometimes does."""
    new_empty, empty_like = torch.Tensor.new_empty, torch.empty_like

    def filled(tensor: torch.Tensor) -> torch.Tensor:
        return tensor.fill_(float("nan")) if tensor.is_floating_point() else tensor

    monkeypatch.setattr(
        torch.Tensor, "new_empty", lambda *a, **k: filled(new_empty(*a, **k))
    )
    monkeypatch.setattr(
        torch, "empty_like", lambda *a, **k: filled(empty_like(*a, **k))
    )


@pytest.mark.usefixtures("poisoned")
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("cell", CELLS, ids=str)
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("hidden", [5, 48])
def test_values_and_every_gradient_are_near_the_law(cell, reverse, hidden, threads):
    made = small(cell, [7, 1, 0, 12, 3], inputs=19, hidden=hidden)
    law = measured(made.on(path="reference", reverse=reverse), made.leaves)
    ours = narrow(made)
    with torch.autocast("cpu", dtype=torch.bfloat16), computing_on(threads):
        found = ours.on(path="native", reverse=reverse)
        assert found["output"].dtype == torch.float32
        assert_near(measured(found, ours.leaves), law)


@pytest.mark.parametrize("cell", [LSTM(), GRU()], ids=str)
def test_the_number_of_threads_changes_no_bit(cell):
    # Sums over so many tokens are cut among threads where the library cuts them.
    made = narrow(small(cell, [64] * 128, inputs=64, hidden=64))
    found = []
    for threads in (1, 2, 3):
        with torch.autocast("cpu", dtype=torch.bfloat16), computing_on(threads):
            found.append(measured(made.on(path="native"), made.leaves))
    for other in found[1:]:
        for name, tensor in found[0].items():
            assert torch.equal(other[name], tensor), name


@pytest.mark.parametrize("cell", [Elman(), LSTM()], ids=str)
def test_a_projection_is_near_the_law(cell):
    made = small(cell, [7, 1, 0, 12, 3], inputs=19, hidden=40, projected=True)
    law = measured(made.on(path="reference"), made.leaves)
    ours = narrow(made)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = measured(ours.on(path="native"), ours.leaves)
    assert_near(found, law)


@pytest.mark.parametrize("cell", [GRU(), LSTM()], ids=str)
def test_both_directions_at_once_are_each_direction_alone(cell):
    there, back = (narrow(small(cell, [6, 2, 9], hidden=32, seed=s)) for s in (0, 50))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        both = run_directions(
            cell, [there.weights, back.weights], there.x, [there.state, back.state]
        )
        first = run(cell, there.weights, there.x, there.state)
        last = run(cell, back.weights, there.x, back.state, reverse=True)
    alone = torch.cat([first.output.values, last.output.values], dim=-1)
    torch.testing.assert_close(both.output.values, alone, rtol=0, atol=1e-6)
    wanted = [there.x.values, *there.weights[:4], *back.weights[:4]]
    together = torch.autograd.grad(both.output.values.sin().sum(), wanted)
    each = torch.autograd.grad(alone.sin().sum(), wanted)
    for ours, theirs in zip(together, each, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=2e-2, atol=2e-2)


def test_it_happens_only_where_it_is_asked_for():
    made = narrow(small(LSTM(), [6, 2], hidden=32))
    exact = made.on()["output"]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        rounded = made.on()["output"]
        assert not torch.equal(rounded, exact)
        with torch.autocast("cpu", enabled=False):
            assert torch.equal(made.on()["output"], exact)
    with torch.autocast("cpu", dtype=torch.float16):
        assert torch.equal(made.on()["output"], exact)


def test_gradients_that_nobody_wants_are_not_formed(monkeypatch):
    made = narrow(small(GRU(), [6, 2], hidden=32))
    formed = []
    for name in ("input_gradient", "weight_gradient"):
        true = getattr(half, name)

        def noted(*given, true=true, name=name):
            formed.append(name)
            return true(*given)

        monkeypatch.setattr(half, name, noted)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        output = made.on()["output"]
    torch.autograd.grad(output.sum(), [made.weights.b], retain_graph=True)
    everything = list(formed)
    formed.clear()
    for leaf in made.leaves.values():
        leaf.requires_grad_(leaf is made.weights.W)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        made.on()["output"].sum().backward()
    assert everything.count("input_gradient") == 1
    assert formed == ["weight_gradient"]


def test_sets_without_the_instruction_keep_the_recurrent_product_in_float32():
    made = narrow(small(LSTM(), [6, 2, 9], hidden=32))
    law = made.on(path="reference")["output"]
    for instructions in kernels.instruction_sets():
        with (
            torch.autocast("cpu", dtype=torch.bfloat16),
            forced(instructions=instructions),
        ):
            found = made.on(path="native")["output"]
        assert_near({"output": found.detach()}, {"output": law.detach().double()})
