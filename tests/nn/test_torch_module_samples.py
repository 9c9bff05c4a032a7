"""The samples by which torch tests its own recurrent layers, run through ours.

They lie in the torch wheel. Each is given to torch's layer and to ours with the same
seed: weights, outputs and all gradients must agree, and what torch refuses ours must
refuse with an error of the same type and in the same words.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence

from tests.harness import assert_same, weighed
from unrolled import nn

common_modules = pytest.importorskip(
    "torch.testing._internal.common_modules", reason="torch's samples need expecttest"
)

OURS = {
    torch.nn.RNN: nn.RNN,
    torch.nn.GRU: nn.GRU,
    torch.nn.LSTM: nn.LSTM,
    torch.nn.RNNCell: nn.RNNCell,
    torch.nn.GRUCell: nn.GRUCell,
    torch.nn.LSTMCell: nn.LSTMCell,
}
INFOS = [info for info in common_modules.module_db if info.module_cls in OURS]


@cache
def samples(dtype: torch.dtype) -> list[Any]:
    """Every input of every layer, as (torch's class, sample)."""
    torch.manual_seed(0)
    how = {"device": "cpu", "dtype": dtype, "requires_grad": True, "training": True}
    return [
        (info.module_cls, sample)
        for info in INFOS
        for sample in info.module_inputs_func(info, with_packed_sequence=True, **how)
    ]


@cache
def mistakes() -> list[Any]:
    """Every input that must be refused, as (torch's class, sample)."""
    torch.manual_seed(0)
    how = {"dtype": torch.float64, "requires_grad": False, "training": True}
    return [
        (info.module_cls, sample)
        for info in INFOS
        for sample in info.module_error_inputs_func(info, device="cpu", **how)
    ]


def test_all_of_torchs_samples_are_here():
    assert len(INFOS) == 6
    counts = {kind: 0 for kind in OURS}
    for kind, _ in samples(torch.float64):
        counts[kind] += 1
    assert list(counts.values()) == [64, 32, 32, 3, 2, 2]
    assert sum(counts.values()) == 135
    assert len(mistakes()) == 58


# What torch says of its own fast path, at its first projection in float32:
@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")
@pytest.mark.parametrize("number", range(135))
@pytest.mark.parametrize(
    ("dtype", "tolerance"),
    # Our tanh may be 3 units in the last place off, torch's 1; and where a state is
    # saturated its slope, 1 − n², is as small as a hundred of them.
    [(torch.float64, 1e-12), (torch.float32, 2e-6)],
    ids=["float64", "float32"],
)
def test_a_sample_gives_what_it_gives_in_torch(number, dtype, tolerance):
    kind, sample = samples(dtype)[number]
    theirs, ours = both(kind, sample, dtype)
    assert_same(ours.state_dict(), theirs.state_dict(), tolerance=0)
    assert repr(ours) == repr(theirs)
    expected = answers(theirs, sample)
    assert_same(answers(ours, sample), expected, tolerance=tolerance)


@pytest.mark.parametrize("number", range(58))
def test_a_mistake_meets_the_error_it_meets_in_torch(number):
    kind, error = mistakes()[number]
    sample, dtype = error.module_error_input, torch.float64
    if error.error_on is common_modules.ModuleErrorEnum.CONSTRUCTION_ERROR:

        def call(chosen: type) -> object:
            given = sample.constructor_input
            return chosen(*given.args, **given.kwargs)

        found = [refusal(call, chosen) for chosen in (kind, OURS[kind])]
    else:
        layers = both(kind, sample, dtype)
        given = sample.forward_input
        found = [
            refusal(lambda one: one(*given.args, **given.kwargs), layer)
            for layer in layers
        ]
    theirs, ours = found
    assert type(ours) is type(theirs) is error.error_type
    assert str(ours) == str(theirs)


def both(kind: type, sample: Any, dtype: torch.dtype) -> list[torch.nn.Module]:
    """Torch's layer and ours, made from one seed."""
    given, made = sample.constructor_input, []
    for chosen in (kind, OURS[kind]):
        torch.manual_seed(7)
        made.append(chosen(*given.args, **given.kwargs).to(dtype))
    return made


def answers(layer: torch.nn.Module, sample: Any) -> dict[str, Tensor]:
    """Outputs, and gradients of inputs and parameters, by name."""
    given = sample.forward_input
    outputs = dict(named("output", layer(*given.args, **given.kwargs)))
    numbers = {n: t for n, t in outputs.items() if t.is_floating_point()}
    inputs = dict(named("input", given.args))
    leaves = {n: t for n, t in inputs.items() if t.is_floating_point()}
    leaves |= dict(layer.named_parameters())
    grads = torch.autograd.grad(weighed(numbers), list(leaves.values()))
    gradients = {f"d {n}": g for n, g in zip(leaves, grads, strict=True)}
    return {**{n: t.detach() for n, t in outputs.items()}, **gradients}


def named(name: str, value: Any) -> Iterator[tuple[str, Tensor]]:
    """The tensors of nested tuples, under the names of their places."""
    if isinstance(value, Tensor):
        yield name, value
    elif isinstance(value, PackedSequence):
        yield from named(name, tuple(value))
    elif value is not None:
        for place, part in enumerate(value):
            yield from named(f"{name}.{place}", part)


def refusal(call: Any, argument: Any) -> Exception:
    """The error that the call raises, whichever it is."""
    try:
        call(argument)
    except Exception as why:
        return why
    raise AssertionError("nothing was refused")
