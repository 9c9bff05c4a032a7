"""Marginals with a gradient: the sums over all paths, written out."""

from itertools import pairwise, product

import pytest
import torch
from torch.autograd import gradcheck
from torch.testing import assert_close

from tests.harness import normal
from unrolled.nn.chain import FORBIDDEN, Chain
from unrolled.nn.crf import marginals
from unrolled.nn.log_marginals import log_marginals
from unrolled.ragged import Ragged


def chain_of(tags: int) -> Chain:
    return Chain(normal(tags, tags, seed=1), normal(tags, seed=2), normal(tags, seed=3))


def one_row(scores: torch.Tensor) -> Ragged:
    return Ragged(scores, torch.tensor([len(scores)]))


@pytest.mark.parametrize("tokens", [1, 2, 4])
def test_they_are_the_sums_over_all_paths(tokens):
    scores, chain = normal(tokens, 3, seed=4), chain_of(3)
    found = torch.zeros(tokens, 3, dtype=torch.float64)
    for path in product(range(3), repeat=tokens):
        worth = chain.start[path[0]] + chain.stop[path[-1]]
        worth = worth + sum(scores[t, tag] for t, tag in enumerate(path))
        worth = worth + sum(chain.transitions[i, j] for i, j in pairwise(path))
        for t, tag in enumerate(path):
            found[t, tag] += worth.exp()
    expected = (found / found[0].sum()).log()
    assert_close(log_marginals(scores, chain), expected, rtol=0, atol=1e-12)


def test_they_agree_with_the_faster_ones():
    scores, chain = normal(30, 5, seed=5).float(), chain_of(5)
    expected = marginals(one_row(scores), chain).values
    assert_close(log_marginals(scores, chain).exp(), expected, rtol=1e-5, atol=1e-6)


def test_a_forbidden_tag_is_finite_and_has_no_chance():
    chain = chain_of(3)
    chain.start[1] = FORBIDDEN
    found = log_marginals(normal(2, 3, seed=6), chain)
    assert found.isfinite().all()
    assert found[0, 1] < -9_000
    assert_close(found.exp().sum(1), torch.ones(2, dtype=torch.float64))


def test_the_gradient_is_that_of_finite_differences():
    scores = normal(4, 3, seed=7).requires_grad_()
    chain = chain_of(3)
    assert gradcheck(lambda e: log_marginals(e, chain), scores)


def test_no_tokens_have_no_marginals():
    assert log_marginals(torch.zeros(0, 3), chain_of(3)).shape == (0, 3)
