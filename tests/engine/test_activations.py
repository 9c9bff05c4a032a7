"""The kernels' own σ and tanh, in units in the last place, on each instruction set.

The bound that native/activations.h states is 3 units over the whole range. float32 is
held against float64; float64 against mpmath, with 40 digits.
"""

import itertools
import math

import mpmath
import pytest
import torch
from torch import Tensor

from tests.harness import instruction_sets, needs_native
from unrolled.engine import native
from unrolled.errors import SettingError

pytestmark = needs_native

BY_SET = pytest.mark.parametrize("instructions", instruction_sets())
BY_FUNCTION = pytest.mark.parametrize("name", ["tanh", "sigmoid"])
BY_DTYPE = pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
OURS = {"tanh": native.tanh, "sigmoid": native.sigmoid}
TORCHS = {"tanh": torch.tanh, "sigmoid": torch.sigmoid}
BOUND = 3.0
FADES = 1.01
"""σ may be 0 below the smallest normal number, and within a hundredth above it."""
UNFUSED = ("portable",)
"""Sets without a fused multiply-add: what is smaller than a normal number on the way is
lost, so an answer may be off by as much, too."""
BITS = {torch.float32: torch.int32, torch.float64: torch.int64}

# Where the code changes its ways: exponents of 2, half steps of ln 2, saturation (tanh
# beyond 10 and 20, σ below what a normal number can hold), and where 1 is reached.
TURNS = [0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 8.3, 9.0, 9.01, 10.0, 16.6, 17.3, 18.7]
TURNS += [
    19.06,
    20.0,
    36.7,
    40.0,
    87.3,
    87.33,
    87.34,
    88.7,
    103.9,
    708.3,
    708.39,
    709.7,
]
TURNS += [k * math.log(2) / 4 for k in range(1, 120)]


def floats(stride: int = 1499) -> Tensor:
    """All of float32 in steps, all its exponents, and all around the turns: float32."""
    steps = torch.arange(0, 0x7F800000, stride, dtype=torch.int64).to(torch.int32)
    exponents = torch.arange(0, 255, dtype=torch.int32) << 23
    around = exponents[:, None] + torch.arange(-3, 4, dtype=torch.int32)
    bits = torch.cat([steps, around.flatten().clamp(min=0)])
    positive = torch.cat([bits.view(torch.float32), near(TURNS, torch.float32)])
    return torch.cat([positive, -positive])


def near(centers: list[float], dtype: torch.dtype, *, reach: int = 200) -> Tensor:
    """Each of the numbers nearest to each center, `reach` to each side."""
    bits = torch.tensor(centers, dtype=dtype).view(BITS[dtype])
    steps = torch.arange(-reach, reach + 1, dtype=BITS[dtype])
    return (bits[:, None] + steps).flatten().clamp(min=0).view(dtype)


def spacing(exact: Tensor) -> Tensor:
    """The unit in the last place of float32 at each of these numbers, float64."""
    _, exponent = torch.frexp(exact)
    return torch.exp2((exponent - 24).clamp(min=-149).double())


@BY_FUNCTION
@BY_SET
def test_float32_is_within_its_bound_over_the_whole_range(name, instructions):
    x = floats()
    found = OURS[name](x, instructions)
    wide = x.double()
    exact = wide.tanh() if name == "tanh" else wide.sigmoid()
    tiny = torch.finfo(torch.float32).tiny
    normal = exact.abs() >= tiny * FADES
    error = (found.double() - exact).abs() - tiny * (instructions in UNFUSED)
    worst = (error / spacing(exact)).masked_fill(~normal, 0.0)
    assert worst.max() <= BOUND, float(x[worst.argmax()])
    # Below the normal numbers: σ is 0, tanh(x) is x or, flushed, 0.
    small = found[~normal].double()
    assert bool(((small == 0) | (small - exact[~normal]).abs().le(tiny)).all())
    if name == "sigmoid":
        assert not found[exact < tiny * (1 - 1e-4)].any()


@BY_FUNCTION
@BY_SET
def test_float64_is_within_its_bound_wherever_it_is_asked(name, instructions):
    x, tiny = sample(), torch.finfo(torch.float64).tiny
    found = OURS[name](x, instructions)
    for given, answer, exact in zip(x.tolist(), found.tolist(), law(name), strict=True):
        if abs(exact) < FADES * tiny:
            assert abs(answer) <= FADES * tiny
            continue
        allowed = BOUND * math.ulp(float(exact)) + tiny * (instructions in UNFUSED)
        assert abs(mpmath.mpf(answer) - exact) <= allowed, given


def sample() -> Tensor:
    """Numbers of every size, and around the turns: float64."""
    chance = torch.Generator().manual_seed(0)
    usual = 6 * torch.randn(1500, generator=chance, dtype=torch.float64)
    sizes = torch.empty(1500, dtype=torch.float64).uniform_(-30, 7, generator=chance)
    tails = torch.empty(300, dtype=torch.float64).uniform_(-712, 712, generator=chance)
    around = near(TURNS, torch.float64, reach=1)
    return torch.cat([usual, sizes.exp(), -sizes.exp(), tails, around, -around])


_laws: dict[str, list] = {}


def law(name: str) -> list:
    """What mpmath makes of the sample, once."""
    if name not in _laws:
        with mpmath.workdps(40):
            numbers = [mpmath.mpf(x) for x in sample().tolist()]
            one = mpmath.mpf(1)
            _laws[name] = [
                mpmath.tanh(x) if name == "tanh" else one / (one + mpmath.exp(-x))
                for x in numbers
            ]
    return _laws[name]


@BY_DTYPE
@BY_SET
def test_what_has_an_exact_answer_has_it(dtype, instructions):
    infinity, tiny = float("inf"), torch.finfo(dtype).tiny
    given = torch.tensor([0.0, -0.0, infinity, -infinity, 1e30, -1e30], dtype=dtype)
    tanh, sigmoid = (OURS[n](given, instructions) for n in ("tanh", "sigmoid"))
    assert tanh.tolist() == [0, 0, 1, -1, 1, -1]
    assert torch.signbit(tanh).tolist() == [False, True, False, True, False, True]
    assert sigmoid.tolist() == [0.5, 0.5, 1, 0, 1, 0]
    assert not torch.signbit(sigmoid).any()
    small = torch.tensor([tiny, -tiny, 8 * tiny, -tiny / 4, tiny / 4], dtype=dtype)
    assert OURS["sigmoid"](small, instructions).tolist() == [0.5] * 5
    answer = OURS["tanh"](small, instructions)
    assert torch.equal(answer[:3], small[:3])
    assert answer[3:].abs().max() <= tiny  # numbers below the normal ones count as 0


@BY_FUNCTION
@BY_DTYPE
@BY_SET
def test_no_number_stays_no_number_and_touches_no_other(name, dtype, instructions):
    x = torch.linspace(-5, 5, 37, dtype=dtype)
    clean = OURS[name](x, instructions)
    x[[3, 36]] = float("nan")
    found = OURS[name](x, instructions)
    assert found.isnan().nonzero().flatten().tolist() == [3, 36]
    rest = torch.arange(37)[~found.isnan()]
    assert torch.equal(found[rest], clean[rest])


@BY_FUNCTION
@BY_DTYPE
@BY_SET
def test_answers_stay_within_their_range_and_rise_as_they_should(
    name, dtype, instructions
):
    """Over steps larger than the error, an answer never falls."""
    x = torch.linspace(-30, 30, 400_001, dtype=torch.float64).to(dtype)
    found = OURS[name](x, instructions)
    low, high = (-1, 1) if name == "tanh" else (0, 1)
    assert found.min() >= low
    assert found.max() <= high
    allowed = 3 * torch.finfo(dtype).eps * found.abs().maximum(found[:1].abs())
    assert bool((found.diff() >= -allowed[1:]).all())


@BY_DTYPE
@BY_SET
def test_tanh_is_odd_and_sigmoids_of_both_signs_make_one(dtype, instructions):
    x = torch.linspace(0, 100, 30_001, dtype=torch.float64).to(dtype)
    tanh, sigmoid = (OURS[n] for n in ("tanh", "sigmoid"))
    assert torch.equal(tanh(-x, instructions), -tanh(x, instructions))
    total = sigmoid(-x, instructions) + sigmoid(x, instructions)
    assert (total - 1).abs().max() <= 3 * torch.finfo(dtype).eps


@BY_FUNCTION
@BY_DTYPE
@BY_SET
def test_an_answer_does_not_depend_on_where_a_number_stands(name, dtype, instructions):
    x = torch.linspace(-12, 12, 67, dtype=dtype)
    whole = OURS[name](x, instructions)
    for start, length in itertools.product(range(9), (1, 2, 3, 5, 8, 15, 16, 17, 33)):
        part = x[start : start + length]
        expected = whole[start : start + length]
        assert torch.equal(OURS[name](part.clone(), instructions), expected)
    assert OURS[name](x[:0], instructions).shape == (0,)
    table = x[:66].view(6, 11).T
    assert torch.equal(OURS[name](table, instructions), whole[:66].view(6, 11).T)


@BY_FUNCTION
def test_without_a_set_the_quickest_is_taken_and_an_unknown_one_is_refused(name):
    x = torch.linspace(-3, 3, 40)
    first = native.instruction_sets()[0]
    assert torch.equal(OURS[name](x), OURS[name](x, first))
    with pytest.raises((SettingError, ValueError), match='"mmx"'):
        OURS[name](x, "mmx")
