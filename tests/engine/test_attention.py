"""Attention at one moment: against autograd of the plain formula, and bit for bit."""

from collections.abc import Sequence
from itertools import product
from typing import Any, NamedTuple

import pytest
import torch
from torch import Tensor
from torch.testing import assert_close

from tests.harness import instruction_sets, needs_native, normal
from unrolled.engine import forced, kernels
from unrolled.engine.attention import Memory, Scoring, Sums, attend, attend_back

LENGTHS = ([3, 0, 1, 5], [0, 0], [2], [1, 1], [40, 7], [])
EXACT: Any = {"rtol": 1e-11, "atol": 1e-11}
PATHS = pytest.mark.parametrize(
    "path", ["gated", pytest.param("native", marks=needs_native)]
)
BY_SET = pytest.mark.parametrize("instructions", instruction_sets())
BY_DTYPE = pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
SCORINGS = list(product((True, False), (True, False)))  # additive, covered


class Case(NamedTuple):
    """All that a moment is given, and the gradients that come back to it."""

    query: Tensor
    memory: Memory
    scoring: Scoring
    seen: Tensor | None
    d_context: Tensor
    d_weights: Tensor | None


def case(
    lengths: Sequence[int],
    live: int,
    scoring: tuple[bool, bool] = (True, True),
    widths: tuple[int, int] = (5, 4),
    dtype: torch.dtype = torch.float64,
) -> Case:
    """Random numbers; the gradient of the weights is given where there is coverage."""
    additive, covered = scoring
    (size, width), tokens, some = widths, sum(lengths), sum(lengths[:live])

    def made(*shape: int, seed: int) -> Tensor:
        return normal(*shape, seed=seed).to(dtype)

    keys, values = made(tokens, size, seed=1), made(tokens, width, seed=2)
    return Case(
        made(live, size, seed=3),
        Memory(keys, values, torch.tensor(lengths, dtype=torch.int64)),
        Scoring(
            made(size, seed=4) if additive else None,
            made(size, seed=5) if covered else None,
        ),
        made(some, seed=6).abs() if covered else None,
        made(live, width, seed=7),
        made(some, seed=8) if covered else None,
    )


def answers(given: Case, start: float = 0.0) -> dict[str, Tensor]:
    """Everything that a moment gives, there and back, by name."""
    memory, scoring = given.memory, given.scoring
    weights, context = attend(given.query, memory, scoring, given.seen)
    sums = Sums(
        *(
            None if one is None else torch.full_like(one, start)
            for one in (memory.keys, memory.values, *scoring)
        )
    )
    grad = (given.d_context, given.d_weights)
    d_query, d_seen = attend_back(
        given.query, memory, scoring, given.seen, weights, grad, sums
    )
    found = {"weights": weights, "context": context, "query": d_query, "seen": d_seen}
    found |= sums._asdict()
    return {name: one for name, one in found.items() if one is not None}


def plainly(given: Case) -> dict[str, Tensor]:
    """The same by the formula, row by row, with autograd's gradients."""
    names = {"query": given.query, "keys": given.memory.keys}
    names |= {"values": given.memory.values, "seen": given.seen}
    names |= given.scoring._asdict()
    leaves = {
        name: one.clone().requires_grad_()
        for name, one in names.items()
        if one is not None
    }
    weights, context = formula(leaves, given.memory.lengths.tolist())
    d_weights = 0 if given.d_weights is None else given.d_weights
    loss = (context * given.d_context).sum() + (weights * d_weights).sum()
    found = {"weights": weights.detach(), "context": context.detach()}
    grads = [torch.zeros_like(one) for one in leaves.values()]
    if loss.requires_grad:
        inputs = list(leaves.values())
        grads = torch.autograd.grad(loss, inputs, allow_unused=True)
    for (name, leaf), grad in zip(leaves.items(), grads, strict=True):
        found[name] = torch.zeros_like(leaf) if grad is None else grad
    return found


def formula(leaves: dict[str, Tensor], lengths: list[int]) -> tuple[Tensor, Tensor]:
    weights, contexts, first = [leaves["keys"][:0, 0]], [], 0
    for query, length in zip(leaves["query"], lengths, strict=False):
        mine = slice(first, first + length)
        first += length
        keys = leaves["keys"][mine]
        if "coverage" in leaves:
            keys = keys + leaves["seen"][mine, None] * leaves["coverage"]
        scores = keys @ query
        if "v" in leaves:
            scores = torch.tanh(keys + query) @ leaves["v"]
        weights.append(scores.softmax(0))
        contexts.append(weights[-1] @ leaves["values"][mine])
    none = leaves["values"].new_zeros(0, leaves["values"].shape[1])
    return torch.cat(weights), torch.stack(contexts) if contexts else none


def bits(found: dict[str, Tensor]) -> dict[str, bytes]:
    return {name: one.numpy().tobytes() for name, one in found.items()}


# -- the numbers ---------------------------------------------------------------------


def test_two_tokens_by_hand():
    """Scores 0 and ln 3, so the weights are 1/4 and 3/4."""
    ln_3 = torch.tensor(3.0).log().item()
    memory = Memory(
        torch.tensor([[0.0], [ln_3]]), torch.tensor([[8.0], [4.0]]), torch.tensor([2])
    )
    scoring, query = Scoring(None, None), torch.ones(1, 1)
    weights, context = attend(query, memory, scoring, None)
    assert_close(weights, torch.tensor([0.25, 0.75]))
    assert_close(context, torch.tensor([[5.0]]))
    sums = Sums(torch.zeros(2, 1), torch.zeros(2, 1), None, None)
    grad = (torch.ones(1, 1), None)
    d_query, d_seen = attend_back(query, memory, scoring, None, weights, grad, sums)
    # d_s = a (value - context): 1/4 · 3 and 3/4 · (-1)
    assert_close(sums.keys, torch.tensor([[0.75], [-0.75]]))
    assert_close(sums.values, torch.tensor([[0.25], [0.75]]))
    assert_close(d_query, torch.tensor([[-0.75 * ln_3]]))
    assert d_seen is None


@PATHS
@pytest.mark.parametrize("scoring", SCORINGS)
@pytest.mark.parametrize("lengths", LENGTHS)
def test_every_number_and_gradient_is_that_of_the_formula(path, scoring, lengths):
    for live in range(len(lengths) + 1):
        given = case(lengths, live, scoring)
        with forced(path=path):
            assert_close(answers(given), plainly(given), **EXACT)


@BY_SET
@pytest.mark.parametrize("scoring", SCORINGS)
@pytest.mark.parametrize("size, width", [(1, 1), (16, 64), (17, 71), (33, 130)])
@needs_native
def test_widths_around_those_of_the_registers(instructions, scoring, size, width):
    given = case([3, 0, 18], 3, scoring, (size, width))
    with forced(instructions=instructions):
        assert_close(answers(given), plainly(given), **EXACT)


@PATHS
@pytest.mark.parametrize("additive", [True, False])
def test_the_gradient_of_the_weights_may_come_without_coverage(path, additive):
    given = case([3, 2], 2, (additive, False))
    given = given._replace(d_weights=normal(5, seed=9))
    with forced(path=path):
        assert_close(answers(given), plainly(given), **EXACT)


@PATHS
@pytest.mark.parametrize("additive", [True, False])
def test_the_gradient_of_the_weights_may_be_missing_with_coverage(path, additive):
    given = case([3, 2], 2, (additive, True))._replace(d_weights=None)
    with forced(path=path):
        assert_close(answers(given), plainly(given), **EXACT)


@PATHS
def test_before_anything_was_seen_coverage_changes_nothing(path):
    given = case([3, 2], 2)._replace(seen=None)
    without = given._replace(scoring=Scoring(given.scoring.v, None))
    with forced(path=path):
        found, expected = answers(given), answers(without)
    assert not found.pop("coverage").any()
    assert bits(found) == bits(expected)


@PATHS
@pytest.mark.parametrize("scoring", SCORINGS)
def test_gradients_are_added_to_what_stands_there(path, scoring):
    given = case([3, 0, 4], 2, scoring)
    with forced(path=path):
        found, fresh = answers(given, start=2.0), answers(given)
    for name in ("keys", "values", "v", "coverage"):
        if name in fresh:
            assert_close(found[name], fresh[name] + 2, **EXACT)
    assert (found["keys"][3:] == 2).all()  # of the row that is not live
    assert (found["values"][3:] == 2).all()


@PATHS
def test_a_gradient_that_nobody_wants_is_left_out(path):
    given = case([3, 2], 2)
    expected = answers(given)
    sums = Sums(torch.zeros(5, 5).double(), torch.zeros(5, 4).double(), None, None)
    weights, grad = expected["weights"], (given.d_context, given.d_weights)
    with forced(path=path):
        d_query, d_seen = attend_back(*given[:4], weights, grad, sums)
    assert d_seen is not None
    assert_close(d_query, expected["query"], **EXACT)
    assert_close(d_seen, expected["seen"], **EXACT)
    assert_close(sums.keys, expected["keys"], **EXACT)


@PATHS
def test_a_view_is_as_good_as_its_numbers(path):
    given = case([3, 2], 2)
    assert given.d_weights is not None
    parts = (given.query, given.d_context, given.d_weights)
    wide = [one.unsqueeze(-1).repeat_interleave(2, -1)[..., 0] for one in parts]
    assert not any(one.is_contiguous() for one in wide)
    seen = given._replace(query=wide[0], d_context=wide[1], d_weights=wide[2])
    with forced(path=path):
        assert bits(answers(seen)) == bits(answers(given))


@PATHS
@BY_DTYPE
@pytest.mark.parametrize("size", [1e3, 1e30])
def test_large_scores_do_not_overflow(path, dtype, size):
    given = case([3, 4], 2, (False, False), dtype=dtype)
    given.memory.keys.mul_(size)
    with forced(path=path):
        found = answers(given)
    assert all(one.isfinite().all() for one in found.values())
    assert_close(found["weights"][:3].sum().item(), 1.0, rtol=1e-6, atol=0)
    assert found["weights"].max() == 1


@PATHS
def test_what_is_not_finite_stays_in_its_row(path):
    given = case([3, 4, 2], 3)
    with forced(path=path):
        expected = answers(given)
        given.query[1, 2] = torch.nan
        found = answers(given)
    for name in ("weights", "seen", "keys", "values"):
        assert torch.equal(found[name][:3], expected[name][:3])
        assert torch.equal(found[name][7:], expected[name][7:])
    for name in ("context", "query"):
        assert torch.equal(found[name][[0, 2]], expected[name][[0, 2]])
    assert found["weights"][3:7].isnan().all()
    assert found["context"][1].isnan().all()


# -- the same bits -------------------------------------------------------------------


@BY_SET
@BY_DTYPE
@pytest.mark.parametrize("scoring", SCORINGS)
@needs_native
def test_a_row_has_the_same_bits_alone_and_beside_others(instructions, dtype, scoring):
    lengths = [7, 0, 30, 1]
    given = case(lengths, 4, scoring, (37, 70), dtype)
    with forced(instructions=instructions):
        together = answers(given)
        for row, length in enumerate(lengths):
            first = sum(lengths[:row])
            alone = answers(one_row(given, row, slice(first, first + length)))
            for name in ("weights", "seen", "keys", "values"):
                if name in together:
                    part = together[name][first : first + length]
                    assert torch.equal(part, alone[name]), name
            for name in ("context", "query"):
                assert torch.equal(together[name][row], alone[name][0]), name


def one_row(given: Case, row: int, tokens: slice) -> Case:
    keys, values = given.memory.keys[tokens], given.memory.values[tokens]
    memory = Memory(keys, values, given.memory.lengths[row : row + 1])
    of_tokens = (given.seen, given.d_weights)
    here = [None if one is None else one[tokens] for one in of_tokens]
    query, d_context = given.query[row : row + 1], given.d_context[row : row + 1]
    return Case(query, memory, given.scoring, here[0], d_context, here[1])


@BY_SET
@BY_DTYPE
@pytest.mark.parametrize("scoring", SCORINGS)
@needs_native
def test_no_number_of_threads_changes_a_bit(instructions, dtype, scoring):
    """Large enough for more than one thread: 230 tokens of 64 + 96 numbers."""
    lengths = [70, 3, 0, 60, 51, 1, 45]
    given = case(lengths, 7, scoring, (64, 96), dtype)
    found = []
    for threads in (1, 2, 3):
        with forced(instructions=instructions, threads=threads):
            found.append(bits(answers(given)))
    assert found[0] == found[1] == found[2]


# -- which path it takes -------------------------------------------------------------


class Asked:
    """Stands in for the compiled module, and counts."""

    def __init__(self, module: Any) -> None:
        self.module, self.calls = module, []

    def __getattr__(self, name: str) -> Any:
        self.calls.append(name)
        return getattr(self.module, name)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    made = Asked(kernels._native)
    monkeypatch.setattr(kernels, "_native", made)
    return made


@needs_native
@pytest.mark.parametrize("path", [None, "native"])
@BY_DTYPE
def test_it_asks_the_kernels(asked, path, dtype):
    with forced(path=path):
        answers(case([3, 2], 1, dtype=dtype))
    assert asked.calls == ["attend", "attend_back"]


@needs_native
@pytest.mark.parametrize("path", ["gated", "reference"])
def test_told_to_leave_the_kernels_alone_it_asks_torch(asked, path):
    with forced(path=path):
        answers(case([3, 2], 1))
    assert not asked.calls


@needs_native
def test_a_precision_without_a_kernel_is_for_torch(asked):
    given = case([3, 2], 2, (False, False), dtype=torch.bfloat16)
    found = answers(given)["context"]
    assert not asked.calls
    expected = plainly(case([3, 2], 2, (False, False)))["context"]
    assert found.dtype == torch.bfloat16
    assert_close(found.double(), expected, rtol=0.05, atol=0.05)


@needs_native
@pytest.mark.parametrize("name", ["v", "coverage", "seen", "query"])
def test_what_does_not_fit_never_reaches_the_kernels(asked, name):
    given = case([3, 2], 2)
    spoiled = given._replace(query=given.query[:, :4])
    if name == "seen":
        assert given.seen is not None
        spoiled = given._replace(seen=given.seen[:4])
    if name in ("v", "coverage"):
        short = {name: getattr(given.scoring, name)[:4]}
        spoiled = given._replace(scoring=given.scoring._replace(**short))
    with pytest.raises(RuntimeError):
        attend(*spoiled[:4])
    assert not asked.calls


@needs_native
@pytest.mark.parametrize("place", range(4))
def test_sums_that_do_not_fit_never_reach_the_kernels(asked, place):
    given = case([3, 2], 2)
    weights, _ = attend(*given[:4])
    sums = [torch.zeros(*shape).double() for shape in ((5, 5), (5, 4), (5,), (5,))]
    sums[place] = sums[place][..., :3]
    asked.calls.clear()
    with pytest.raises(RuntimeError):
        attend_back(*given[:4], weights, (given.d_context, None), Sums(*sums))
    assert not asked.calls


@needs_native
def test_lengths_that_were_edited_are_refused_by_the_kernels():
    given = case([3, 2], 2)
    attend(*given[:4])
    given.memory.lengths[0] = 4
    with pytest.raises(ValueError, match="lengths were edited"):
        attend(*given[:4])


def test_where_nothing_was_built_it_asks_torch(monkeypatch):
    monkeypatch.setattr(kernels, "is_built", lambda: False)
    given = case([3, 2], 2)
    assert_close(answers(given), plainly(given), **EXACT)
