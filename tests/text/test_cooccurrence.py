"""Word vectors of the texts themselves: counts and weights by hand, and their use."""

import math

import pytest
import torch
from torch import Tensor

from unrolled.ragged import Ragged
from unrolled.text import cooccurrence
from unrolled.text.cooccurrence import cooccurrence_vectors


def texts(*rows: list[int]) -> Ragged:
    flat = torch.tensor([i for row in rows for i in row], dtype=torch.int64)
    return Ragged(flat, torch.tensor([len(row) for row in rows], dtype=torch.int64))


def counted(ids: Ragged, size: int, window: int) -> Tensor:
    """The plainest count: every pair of tokens of a row within the window."""
    found = torch.zeros(size, size, dtype=torch.float64)
    for row in ids.to_list():
        for i, first in enumerate(row.tolist()):
            for j, second in enumerate(row.tolist()):
                if 0 < abs(i - j) <= window:
                    found[first, second] += 1 / abs(i - j)
    return found


def weighed(counts: Tensor) -> Tensor:
    """Positive PMI with smoothed contexts, entry by entry."""
    total = counts.sum(1).tolist()
    context = [t**0.75 for t in total]
    found = torch.zeros_like(counts)
    for i, j in counts.nonzero().tolist():
        share = context[j] / sum(context)
        found[i, j] = max(0.0, math.log(counts[i, j].item() / (total[i] * share)))
    return found


def random_texts(size: int = 12) -> Ragged:
    generator = torch.Generator().manual_seed(0)
    lengths = [7, 0, 1, 15, 2, 9]
    ids = torch.randint(0, size, (sum(lengths),), generator=generator)
    return Ragged(ids, torch.tensor(lengths))


@pytest.mark.parametrize("window", [1, 2, 5])
def test_pairs_are_counted_within_a_row_and_a_window_near_ones_more(window):
    ids = random_texts()
    found = cooccurrence._count(ids, 12, window).to_dense()
    torch.testing.assert_close(found, counted(ids, 12, window))


def test_three_words_by_hand():
    found = cooccurrence._count(texts([0, 1, 2], [2, 2]), 3, 5).to_dense()
    assert found.tolist() == [[0, 1, 0.5], [1, 0, 1], [0.5, 1, 2]]


@pytest.mark.parametrize("block", [1, 4, 16])
def test_a_long_text_is_counted_in_blocks_without_a_seam(block, monkeypatch):
    ids = random_texts()
    monkeypatch.setattr(cooccurrence, "BLOCK", block)
    found = cooccurrence._count(ids, 12, 5).to_dense()
    torch.testing.assert_close(found, counted(ids, 12, 5))


def test_the_vectors_are_the_largest_directions_of_positive_pmi():
    ids = random_texts()
    matrix = weighed(counted(ids, 12, 5))
    left, values, _ = torch.linalg.svd(matrix)
    torch.manual_seed(0)
    found = cooccurrence_vectors(ids, 12, 4).double()
    expected = left[:, :4] * values[:4].sqrt()
    expected = 0.1 / expected.std() * expected
    # Each direction may point either way, so their products are compared.
    torch.testing.assert_close(
        found @ found.T, expected @ expected.T, rtol=1e-3, atol=1e-6
    )


def test_even_vectors_are_of_one_length():
    torch.manual_seed(0)
    ids = random_texts()
    found = cooccurrence_vectors(ids, 13, 4, even=True)
    seen = torch.bincount(ids.values, minlength=13) > 0
    lengths = found[seen].norm(dim=1)
    torch.testing.assert_close(lengths, lengths.mean().expand(len(lengths)))
    assert not seen.all()
    assert not found[~seen].any()
    assert float(found.std()) == pytest.approx(0.1, rel=1e-4)


def test_words_that_keep_the_same_company_get_like_vectors():
    cat, dog, runs, eats, red, blue, sky, sea = range(1, 9)
    pairs = [[cat, runs], [dog, runs], [cat, eats], [dog, eats]]
    pairs += [[red, sky], [blue, sky], [red, sea], [blue, sea]]
    found = cooccurrence_vectors(texts(*pairs * 3), 9, 4)

    def likeness(one: int, other: int) -> float:
        return torch.cosine_similarity(found[one], found[other], dim=0).item()

    assert likeness(cat, dog) > 0.99
    assert likeness(red, blue) > 0.99
    assert abs(likeness(cat, red)) < 0.01


def test_a_token_without_company_gets_zeros():
    found = cooccurrence_vectors(texts([1, 2, 1, 2], [3], []), 5, 3)
    assert found[[0, 3, 4]].abs().max() < 1e-6
    assert found[[1, 2]].abs().sum() > 0


@pytest.mark.parametrize(
    "ids", [texts(), texts([]), texts([1], [2]), texts([1], [])], ids=str
)
def test_texts_in_which_no_two_words_meet_give_zeros(ids):
    found = cooccurrence_vectors(ids, 4, 3)
    assert torch.equal(found, torch.zeros(4, 3))


def test_dimensions_beyond_the_number_of_tokens_are_zero():
    found = cooccurrence_vectors(texts([0, 1, 2, 0, 1]), 3, 10)
    assert found.shape == (3, 10)
    assert not found[:, 3:].any()
    assert found[:, :3].any()


def test_a_seed_gives_the_same_vectors_on_any_number_of_threads():
    ids, threads = random_texts(), torch.get_num_threads()
    found = []
    for wanted in (1, 2, 2):
        torch.set_num_threads(wanted)
        torch.manual_seed(5)
        found.append(cooccurrence_vectors(ids, 12, 6))
        assert torch.get_num_threads() == wanted
    torch.set_num_threads(threads)
    assert torch.equal(found[0], found[1])
    assert torch.equal(found[1], found[2])
