"""One-hot codes: one 1 in each row, and no id that is not there."""

import pytest
import torch

from unrolled.errors import ShapeError
from unrolled.text.one_hot import one_hot


@pytest.mark.parametrize("dtype", [torch.int64, torch.int32, torch.uint8])
def test_each_row_has_a_1_at_its_id(dtype: torch.dtype):
    found = one_hot(torch.tensor([2, 0, 3, 2], dtype=dtype), 4)
    assert found.dtype == torch.float32
    assert found.tolist() == [[0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]]


def test_no_tokens():
    assert one_hot(torch.zeros(0, dtype=torch.int64), 3).shape == (0, 3)


def test_a_product_with_a_matrix_looks_a_row_up():
    table = torch.randn(5, 3, generator=torch.Generator().manual_seed(0))
    ids = torch.tensor([4, 0, 2])
    assert torch.equal(one_hot(ids, 5) @ table, table[ids])


@pytest.mark.parametrize(("ids", "wrong", "at"), [([0, 3, 9], 3, 1), ([-1, 0], -1, 0)])
def test_an_id_out_of_range(ids: list[int], wrong: int, at: int):
    with pytest.raises(ShapeError) as refused:
        one_hot(torch.tensor(ids), 3)
    assert str(refused.value) == (
        f"id {wrong} at token {at}, for a vocabulary of 3.\n"
        "  expected: ids from 0 to 2\n"
        "  to fix:   number the tokens with the vocabulary that the model was made"
        " for\n"
        "  code:     shape"
    )


@pytest.mark.parametrize(
    ("ids", "told"),
    [
        (torch.zeros(2, 2, dtype=torch.int64), "(2, 2) and type torch.int64"),
        (torch.tensor(1), "() and type torch.int64"),
        (torch.tensor([1.0]), "(1,) and type torch.float32"),
        (torch.tensor([True]), "(1,) and type torch.bool"),
    ],
)
def test_ids_of_another_shape_or_type(ids: torch.Tensor, told: str):
    with pytest.raises(ShapeError) as refused:
        one_hot(ids, 3)
    assert str(refused.value) == (
        f"ids of shape {told}.\n"
        "  expected: whole numbers of shape (tokens,)\n"
        "  to fix:   give the values of a Ragged batch of token ids\n"
        "  code:     shape"
    )
