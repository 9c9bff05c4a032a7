"""CTC's loss against every path by brute force, and rows that have none."""

from itertools import product

import pytest
import torch
from torch import Tensor

from unrolled.models.ctc_loss import ctc_loss, frames_needed
from unrolled.ragged import Ragged

TEXTS = ([1, 2], [], [1, 1], [2])
FRAMES = (3, 2, 3, 1)


def texts(rows: tuple[list[int], ...] = TEXTS) -> Ragged:
    return Ragged.from_list([torch.tensor(row, dtype=torch.int64) for row in rows])


def scores(lengths: tuple[int, ...] = FRAMES, symbols: int = 3) -> Ragged:
    generator = torch.Generator().manual_seed(1)
    size = (sum(lengths), symbols)
    values = torch.randn(size, generator=generator, dtype=torch.float64)
    return Ragged(values.requires_grad_(), torch.tensor(lengths))


def heard_as(path: tuple[int, ...]) -> list[int]:
    kept = [s for at, s in enumerate(path) if not at or s != path[at - 1]]
    return [symbol for symbol in kept if symbol]


def brute_force(frames: Tensor, text: list[int]) -> Tensor:
    """−log of the sum over every path of symbols that is heard as the text."""
    probabilities = frames.softmax(-1)
    total = frames.new_zeros(())
    for path in product(range(frames.shape[1]), repeat=len(frames)):
        if heard_as(path) == text:
            chances = [probabilities[at, symbol] for at, symbol in enumerate(path)]
            total = total + torch.stack([total.new_ones(()), *chances]).prod()
    return -total.log()


def test_it_is_the_sum_over_all_paths_and_so_is_its_gradient():
    mine, theirs = scores(), scores()
    found = ctc_loss(mine.map(lambda v: v.log_softmax(-1)), texts())
    rows = zip(theirs.to_list(), TEXTS, strict=True)
    wanted = torch.stack([brute_force(row, text) for row, text in rows])
    assert torch.allclose(found, wanted, rtol=1e-12, atol=1e-12)
    weights = torch.tensor([1.0, -2.0, 3.0, 0.5], dtype=torch.float64)
    (found * weights).sum().backward()
    (wanted * weights).sum().backward()
    assert mine.values.grad is not None
    assert theirs.values.grad is not None
    assert torch.allclose(mine.values.grad, theirs.values.grad, atol=1e-12)


def test_a_row_that_is_too_short_for_its_text_counts_nothing():
    frames, said = scores((2, 0, 0, 1)), texts(([1, 1], [], [1], [1, 2]))
    found = ctc_loss(frames.map(lambda v: v.log_softmax(-1)), said)
    assert found.tolist() == [0, 0, 0, 0]
    found.sum().backward()
    assert frames.values.grad is not None
    assert not frames.values.grad.any()


def test_no_rows_have_no_loss():
    none = Ragged(torch.zeros(0, 3), torch.zeros(0, dtype=torch.int64))
    assert ctc_loss(none, texts(([],)).gather([])).shape == (0,)


@pytest.mark.parametrize(
    ("text", "needed"),
    [([], 0), ([3], 1), ([1, 2, 1], 3), ([1, 1, 2, 2, 2], 8)],
)
def test_a_symbol_needs_a_frame_and_its_like_another(text, needed):
    neighbors = [[2], text, text[-1:]]  # what a row ends with is not beside the next
    assert frames_needed(texts(tuple(neighbors))).tolist()[1] == needed


def test_the_company_of_a_row_changes_no_bit_of_it():
    frames = scores().map(lambda v: v.detach().log_softmax(-1))
    together = ctc_loss(frames, texts())
    for row in range(4):
        alone = ctc_loss(frames.gather([row]), texts().gather([row]))
        assert torch.equal(alone[0], together[row])
