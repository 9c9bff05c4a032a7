"""Weights that change are never stale, however the change is made: there and back.

Some of these edits torch counts (`_version`), others it does not know of. Each is made
after a run there and back, so that weights are packed for both; the next run must be
that of the gated path, which packs nothing.
"""

import copy
import itertools

import pytest
import torch
from torch import Tensor

from tests.harness import assert_same, instruction_sets, needs_native, normal
from unrolled import nn
from unrolled.engine import forced
from unrolled.ragged import Ragged

pytestmark = needs_native

INPUTS, HIDDEN, LENGTHS = 16, 32, (3, 0, 5, 1)
LAYERS = {
    "rnn": lambda: nn.RNN(INPUTS, HIDDEN, bidirectional=True),
    "gru": lambda: nn.GRU(INPUTS, HIDDEN, num_layers=2),
    "before": lambda: nn.GRU(INPUTS, HIDDEN, reset="before"),
    "lstm": lambda: nn.LSTM(INPUTS, HIDDEN, bidirectional=True),
    "peepholes": lambda: nn.LSTM(INPUTS, HIDDEN, peepholes=True),
    "projected": lambda: nn.LSTM(INPUTS, HIDDEN, proj_size=24),
}
BY_LAYER = pytest.mark.parametrize("name", LAYERS)


def answers(layer: torch.nn.Module, path: str) -> dict[str, Tensor]:
    """Outputs, last states and every gradient, from a run on that path."""
    dtype = next(layer.parameters()).dtype
    values = normal(sum(LENGTHS), INPUTS, seed=3).to(dtype).requires_grad_()
    with forced(path=path):
        output, states = layer(Ragged(values, torch.tensor(LENGTHS)))
        states = states if isinstance(states, tuple) else (states,)
        loss = sum(t.sin().sum() for t in (output.values, *states))
        leaves = {"x": values, **dict(layer.named_parameters())}
        d = torch.autograd.grad(loss, list(leaves.values()))
    outputs = {"output": output.values, **{f"s{k}": s for k, s in enumerate(states)}}
    gradients = {f"d {n}": g for n, g in zip(leaves, d, strict=True)}
    return {**{n: t.detach() for n, t in outputs.items()}, **gradients}


def is_fresh(layer: torch.nn.Module) -> dict[str, Tensor]:
    """Compares with the gated path; gives back what was found.

    A run for answers alone keeps what it has packed for the next one, a run with a way
    back does not: both are asked.
    """
    found = answers(layer, "native")
    x = normal(sum(LENGTHS), INPUTS, seed=3).to(next(layer.parameters()).dtype)
    with torch.no_grad(), forced(path="native"):
        alone = layer(Ragged(x, torch.tensor(LENGTHS)))[0].values
    assert torch.equal(alone, found["output"])
    wide = next(layer.parameters()).dtype == torch.float64
    assert_same(found, answers(layer, "gated"), tolerance=1e-11 if wide else 2e-5)
    return found


def made(name: str) -> torch.nn.Module:
    torch.manual_seed(0)
    layer = LAYERS[name]()
    is_fresh(layer)
    return layer


def edited(layer: torch.nn.Module, edit) -> None:
    """Applies the edit to each weight by itself, and asks for a change each time."""
    for name, weight in layer.named_parameters():
        before = is_fresh(layer)["output"]
        edit(weight)
        assert not torch.equal(is_fresh(layer)["output"], before), name


def no_grad(edit):
    def inside(weight: Tensor) -> None:
        with torch.no_grad():
            edit(weight)

    return inside


def by_numpy(weight: Tensor) -> None:
    weight.detach().numpy()[:] *= 3


def by_storage(weight: Tensor) -> None:
    other = torch.empty(0, dtype=weight.dtype).set_(weight.untyped_storage())
    other.mul_(3)


EDITS = {
    "under no_grad": no_grad(lambda w: w.mul_(3)),
    "one number under no_grad": no_grad(lambda w: w.view(-1)[:1].add_(2)),
    "data": lambda w: w.data.mul_(3),
    "data doubled": lambda w: w.data.mul_(2),
    "data negated": lambda w: w.data.neg_(),
    "data reversed": lambda w: w.data.copy_(w.data.flip(0).clone()),
    "one number of data": lambda w: w.data.view(-1)[-1:].add_(2),
    "data replaced": lambda w: setattr(w, "data", w.data.clone() * 3),
    "detached": lambda w: w.detach().mul_(3),
    "numpy": by_numpy,
    "storage": by_storage,
    "init": torch.nn.init.uniform_,
}


@BY_LAYER
@pytest.mark.parametrize("how", EDITS)
def test_an_edit_of_any_weight_is_seen(name, how):
    edited(made(name), EDITS[how])


@pytest.mark.parametrize("instructions", instruction_sets())
@pytest.mark.parametrize("threads", [1, 2, 3])
def test_edits_are_seen_on_each_instruction_set_and_number_of_threads(
    instructions, threads
):
    with forced(instructions=instructions, threads=threads):
        layer = nn.LSTM(70, 96, bidirectional=True)
        x = Ragged(normal(60, 70, seed=0).float(), torch.tensor([25, 35]))

        def output(path: str) -> Tensor:
            with forced(path=path), torch.no_grad():
                return layer(x)[0].values

        for weight in layer.parameters():
            for edit in (EDITS["data negated"], EDITS["one number of data"]):
                before = output("native")
                edit(weight)
                torch.testing.assert_close(output("native"), output("gated"))
                assert not torch.equal(output("native"), before)


def test_two_edits_that_could_cancel_do_not():
    """Pairs of numbers in every distance get other signs, exponents, or each other."""
    layer = nn.RNN(64, 4)
    x = normal(3, 1, 64, seed=0).float()

    def output(path: str = "native") -> Tensor:
        with forced(path=path), torch.no_grad():
            return layer(x)[0]

    numbers = layer.weight_ih_l0.data.view(-1)
    edits = {
        "signs": lambda pair: -numbers[pair],
        "exponents": lambda pair: 2 * numbers[pair],
        "half exponents": lambda pair: 0.5 * numbers[pair],
        "swapped": lambda pair: numbers[pair].flip(0),
    }
    for apart, edit in itertools.product(range(1, 200), edits.values()):
        pair = torch.tensor([7, 7 + apart])
        before = output()
        numbers[pair] = edit(pair)
        after = output()
        assert not torch.equal(after, before)
        torch.testing.assert_close(after, output("gated"))


@BY_LAYER
@pytest.mark.parametrize(
    "make",
    [
        lambda w: torch.optim.SGD(w, lr=0.1, momentum=0.9),
        lambda w: torch.optim.SGD(w, lr=0.1, foreach=True),
        lambda w: torch.optim.AdamW(w, lr=0.1, foreach=False),
        lambda w: torch.optim.AdamW(w, lr=0.1, fused=True),
    ],
    ids=["sgd", "foreach", "adamw", "fused"],
)
def test_a_step_of_an_optimizer_is_seen(name, make):
    layer = made(name)
    optimizer = make(list(layer.parameters()))
    for step in range(3):
        before = is_fresh(layer)["output"]
        optimizer.zero_grad(set_to_none=bool(step % 2))
        values = normal(sum(LENGTHS), INPUTS, seed=step).float()
        layer(Ragged(values, torch.tensor(LENGTHS)))[0].values.square().sum().backward()
        optimizer.step()
        assert not torch.equal(is_fresh(layer)["output"], before)


@BY_LAYER
def test_weights_that_are_loaded_swapped_or_cast_are_seen(name):
    layer = made(name)
    other = {n: torch.randn_like(w) * 0.3 for n, w in layer.state_dict().items()}
    layer.load_state_dict(other)
    is_fresh(layer)
    layer.load_state_dict({n: w + 0.1 for n, w in other.items()}, assign=True)
    is_fresh(layer)
    for n, weight in list(layer.named_parameters()):
        setattr(layer, n, torch.nn.Parameter(weight.detach().clone() * 0.5))
        is_fresh(layer)
    single = is_fresh(layer)["output"]
    double = is_fresh(layer.double())["output"]
    assert double.dtype == torch.float64
    torch.testing.assert_close(single.double(), double, rtol=0, atol=1e-5)
    for weight in layer.parameters():
        weight.data.neg_()
    is_fresh(layer)
    is_fresh(layer.float())
    torch.nn.utils.vector_to_parameters(
        torch.nn.utils.parameters_to_vector(layer.parameters()) * 0.5,
        layer.parameters(),
    )
    is_fresh(layer)


def test_a_projection_that_gets_another_width_is_seen():
    layer = made("projected")
    layer.weight_hh_l0.data = torch.randn(4 * HIDDEN, 7)
    layer.weight_hr_l0.data = torch.randn(7, HIDDEN)
    layer.proj_size = 7
    is_fresh(layer)


def test_an_edit_that_torch_counts_between_run_and_way_back_is_refused():
    layer = made("lstm")
    output = layer(normal(3, 2, INPUTS, seed=0).float())[0]
    with torch.no_grad():
        layer.weight_hh_l0.mul_(2)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        output.sum().backward()


def test_weights_shared_by_layers_that_differ_in_the_rest_are_told_apart():
    """R is one tensor for two layers of unequal W: what is packed hangs on both."""
    one, two = nn.GRU(INPUTS, HIDDEN), nn.GRU(INPUTS, HIDDEN)
    two.weight_hh_l0 = one.weight_hh_l0
    for _ in range(2):
        assert not torch.equal(is_fresh(one)["output"], is_fresh(two)["output"])


def test_a_copy_that_is_edited_leaves_its_original_alone():
    layer = made("gru")
    before = is_fresh(layer)["output"]
    twin = copy.deepcopy(layer)
    twin.weight_ih_l0.data.neg_()
    is_fresh(twin)
    assert torch.equal(is_fresh(layer)["output"], before)


def test_a_parametrized_weight_is_followed():
    layer = made("gru")
    torch.nn.utils.parametrizations.weight_norm(layer, "weight_hh_l0")
    scale = layer.parametrizations.weight_hh_l0.original0
    x = normal(4, 2, INPUTS, seed=0).float()
    for _ in range(3):
        scale.data.mul_(0.5)
        found = layer(x)[0]
        with forced(path="gated"):
            torch.testing.assert_close(found, layer(x)[0])
