"""Ragged: made, chosen from, joined, and turned into every other form and back."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.nn.utils.rnn import (
    PackedSequence,
    pack_padded_sequence,
    pack_sequence,
    pad_packed_sequence,
    pad_sequence,
)

from tests.harness import normal
from unrolled.errors import ShapeError
from unrolled.ragged import Ragged

LENGTHS = st.lists(st.integers(0, 5), max_size=6)
FULL_LENGTHS = st.lists(st.integers(1, 5), min_size=1, max_size=6)
FEATURES = st.sampled_from([(), (2,), (2, 3)])


def batch(lengths: list[int], *features: int, seed: int = 0) -> Ragged:
    """Rows of these lengths, every number another one."""
    return Ragged(normal(sum(lengths), *features, seed=seed), torch.tensor(lengths))


def same(found: Ragged, expected: Ragged) -> bool:
    """Equal bit for bit, and of one dtype and shape."""
    return (
        found.lengths.tolist() == expected.lengths.tolist()
        and found.values.dtype == expected.values.dtype
        and found.values.shape == expected.values.shape
        and torch.equal(found.values, expected.values)
    )


def words(call, *arguments, **named) -> str:
    with pytest.raises(ShapeError) as refusal:
        call(*arguments, **named)
    return str(refusal.value)


# -- made ----------------------------------------------------------------------------


def test_rows_lie_end_to_end():
    rows = Ragged(torch.tensor([[1.0], [2.0], [3.0], [4.0]]), torch.tensor([3, 0, 1]))
    assert len(rows) == 3
    assert rows.offsets.tolist() == [0, 3, 3, 4]
    assert rows.row_of_token.tolist() == [0, 0, 0, 2]
    assert rows[0].tolist() == [[1.0], [2.0], [3.0]]
    assert rows[1].shape == (0, 1)
    assert rows[-1].tolist() == [[4.0]]
    assert [row.tolist() for row in rows.to_list()] == [
        [[1.0], [2.0], [3.0]],
        [],
        [[4.0]],
    ]


def test_lengths_may_be_a_list_an_array_or_of_any_integer_type():
    for lengths in ([3, 1], np.array([3, 1]), torch.tensor([3, 1], dtype=torch.int32)):
        assert Ragged(torch.zeros(4), lengths).lengths.dtype == torch.int64


def test_lengths_lie_one_beside_the_other_whatever_they_are_a_view_of():
    """The native engine reads them by their address."""
    every_other = torch.tensor([3, 9, 1, 9])[::2]
    rows = Ragged(torch.zeros(4), every_other)
    assert rows.lengths.is_contiguous()
    assert rows.lengths.tolist() == [3, 1]


@pytest.mark.parametrize("row", [2, -3])
def test_a_row_beyond_the_last_is_an_index_error(row):
    with pytest.raises(IndexError, match=f"row {row} of 2"):
        batch([1, 2])[row]


def test_a_loop_over_rows_ends():
    assert [len(row) for row in batch([2, 0, 1])] == [2, 0, 1]


def test_lengths_that_do_not_add_up_are_refused():
    assert words(Ragged, torch.zeros(5, 2), torch.tensor([3, 1])) == (
        "lengths that sum to 4 for 5 tokens.\n"
        "  expected: as many tokens as the lengths add up to\n"
        "  to fix:   lay the rows end to end, or convert with Ragged.from_padded\n"
        "  code:     shape"
    )


@pytest.mark.parametrize("lengths", [[5, -1], [[4]]])
def test_lengths_that_are_none_are_refused(lengths):
    assert words(Ragged, torch.zeros(4, 2), torch.tensor(lengths)) == (
        f"lengths {lengths} for values of shape (4, 2).\n"
        "  expected: one length for each row, none of them negative\n"
        "  to fix:   give a one-dimensional tensor of sequence lengths\n"
        "  code:     shape"
    )


def test_a_number_alone_is_no_values():
    assert "values of shape ()" in words(Ragged, torch.tensor(1.0), torch.tensor([1]))


def test_lengths_that_are_no_whole_numbers_are_refused():
    told = words(Ragged, torch.zeros(3), torch.tensor([1.5, 1.5]))
    assert told.startswith("lengths [1.5, 1.5] for values of shape (3,).\n")


def test_it_cannot_be_changed_afterwards():
    with pytest.raises(AttributeError):
        batch([1]).lengths = torch.tensor([2])


def test_other_values_for_the_same_rows():
    rows = batch([2, 0, 1], 2)
    doubled = rows.map(lambda values: values * 2)
    assert torch.equal(doubled.values, rows.values * 2)
    assert doubled.lengths.tolist() == [2, 0, 1]
    assert words(rows.with_values, torch.zeros(4, 2)).startswith(
        "lengths that sum to 3 for 4 tokens."
    )


def test_the_order_along_time_is_worked_out_once():
    rows = batch([2, 0, 1], 2)
    order = rows.forwards
    assert rows.with_values(rows.values * 2).forwards is order
    assert rows.forwards is order
    assert rows.gather([0]).forwards is not order


def test_what_follows_from_the_lengths_is_worked_out_once_for_all_values():
    rows = batch([2, 0, 1], 2)
    known = (rows.offsets, rows.row_of_token, rows.forwards, rows.backwards)
    other = rows.with_values(rows.values[:, :1])
    found = (other.offsets, other.row_of_token, other.forwards, other.backwards)
    assert list(map(id, found)) == list(map(id, known))
    assert other.values.shape == (3, 1)
    assert rows.values.shape == (3, 2)
    elsewhere = rows.with_values(rows.values.to("meta"))
    assert elsewhere.row_of_token.device.type == "meta"
    assert elsewhere.lengths.device.type == "cpu"


def test_other_values_have_to_be_tokens_too():
    told = words(batch([1]).with_values, torch.tensor(1.0))
    assert told.startswith("lengths [1] for values of shape ().")


# -- chosen, split, joined, reversed -------------------------------------------------


def test_rows_can_be_chosen_in_any_order_and_twice():
    rows = batch([3, 0, 2], 2)
    chosen = rows.gather([2, 0, 2, 1])
    assert chosen.lengths.tolist() == [2, 3, 2, 0]
    assert torch.equal(chosen[0], rows[2])
    assert torch.equal(chosen[1], rows[0])
    assert torch.equal(chosen[2], rows[2])
    assert same(rows.gather(torch.tensor([2, 0, 2, 1])), chosen)
    assert same(rows.gather([-1]), rows.gather([2]))
    assert len(rows.gather([])) == 0


def test_rows_can_be_chosen_by_a_mask():
    rows = batch([3, 0, 2], 2)
    mask = torch.tensor([True, False, True])
    assert same(rows.gather(mask), rows.gather([0, 2]))
    assert same(rows.gather([False, True, True]), rows.gather([1, 2]))


def test_a_row_that_is_not_there_cannot_be_chosen():
    with pytest.raises(IndexError):
        batch([1, 2]).gather([2])


def test_a_row_chosen_twice_gathers_both_gradients():
    values = normal(3, seed=0).requires_grad_()
    Ragged(values, torch.tensor([1, 2])).gather([1, 1, 0]).values.sum().backward()
    assert values.grad.tolist() == [1.0, 2.0, 2.0]


@given(lengths=LENGTHS, features=FEATURES, data=st.data())
def test_split_and_concatenate_are_inverse(lengths, features, data):
    rows = batch(lengths, *features)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(lengths)), max_size=3)))
    edges = [0, *cuts, len(lengths)]
    sizes = [stop - start for start, stop in pairwise(edges)]
    parts = rows.split(sizes)
    assert [len(part) for part in parts] == sizes
    assert same(Ragged.concatenate(parts), rows)


@pytest.mark.parametrize("sizes", [[1, 1], [3, 1], [4, -1], []])
def test_a_split_that_does_not_add_up_is_refused(sizes):
    assert words(batch([1, 2, 3]).split, sizes) == (
        f"a split of 3 rows into {sizes}.\n"
        "  expected: sizes that add up to the number of rows\n"
        "  to fix:   change the sizes\n"
        "  code:     shape"
    )


@given(lengths=LENGTHS, features=FEATURES)
def test_reversing_turns_each_row_and_twice_is_nothing(lengths, features):
    rows = batch(lengths, *features)
    turned = rows.reverse()
    for row in range(len(rows)):
        assert torch.equal(turned[row], rows[row].flip(0))
    assert same(turned.reverse(), rows)


# -- other forms and back ------------------------------------------------------------


@given(lengths=LENGTHS, features=FEATURES)
def test_to_a_list_and_back(lengths, features):
    rows = batch(lengths, *features)
    listed = rows.to_list()
    assert [len(row) for row in listed] == lengths
    if lengths:
        assert same(Ragged.from_list(listed), rows)


def test_a_list_without_rows_is_an_empty_batch():
    assert len(Ragged.from_list([])) == 0
    assert Ragged.from_list([]).values.shape == (0,)


def test_a_list_of_rows_that_do_not_agree_is_refused():
    rows = [torch.zeros(2, 3), torch.zeros(1, 4)]
    assert words(Ragged.from_list, rows) == (
        "rows of shapes [(2, 3), (1, 4)].\n"
        "  expected: rows that agree in everything but the length\n"
        "  to fix:   give each token the same features\n"
        "  code:     shape"
    )


@given(lengths=LENGTHS, features=FEATURES, batch_first=st.booleans())
def test_to_padded_and_back(lengths, features, batch_first):
    rows = batch(lengths, *features)
    padded = rows.to_padded(fill=-7.0, batch_first=batch_first)
    places = (len(lengths), max(lengths, default=0))
    assert padded.shape == (*(places if batch_first else places[::-1]), *features)
    assert same(Ragged.from_padded(padded, lengths, batch_first=batch_first), rows)
    assert (padded == -7.0).sum() == padded.numel() - rows.values.numel()
    if lengths:
        theirs = pad_sequence(rows.to_list(), batch_first, padding_value=-7.0)
        assert torch.equal(padded, theirs)


@pytest.mark.parametrize("batch_first", [False, True])
def test_padding_takes_no_part_in_value_or_gradient(batch_first):
    padded = torch.full((3, 4), float("nan"), requires_grad=True)
    with torch.no_grad():
        padded[0, :2], padded[2, :4] = 1.0, 2.0
    given_padded = padded if batch_first else padded.T
    rows = Ragged.from_padded(given_padded, [2, 0, 4], batch_first=batch_first)
    assert rows.values.tolist() == [1.0, 1.0, 2.0, 2.0, 2.0, 2.0]
    rows.values.square().sum().backward()
    expected = [[2.0, 2.0, 0.0, 0.0], [0.0] * 4, [4.0] * 4]
    assert padded.grad.tolist() == expected


def test_rows_shorter_than_all_their_places_are_cut():
    padded = torch.arange(12).reshape(3, 4)
    rows = Ragged.from_padded(padded, [1, 2, 0], batch_first=True)
    assert rows.values.tolist() == [0, 4, 5]


@pytest.mark.parametrize("lengths", [[2], [2, 5], [1, 1, 1]])
def test_lengths_that_do_not_fit_the_padding_are_refused(lengths):
    assert words(Ragged.from_padded, torch.zeros(4, 2, 3), lengths) == (
        f"lengths {lengths} for 2 padded rows of 4 places.\n"
        "  expected: one length for each row, none beyond the padded places\n"
        "  to fix:   check the lengths, and batch_first\n"
        "  code:     shape"
    )


def test_a_negative_length_of_a_padded_row_is_refused():
    told = words(Ragged.from_padded, torch.zeros(4, 2, 3), [4, -1])
    assert "none of them negative" in told


@given(lengths=FULL_LENGTHS, features=FEATURES)
def test_to_packed_and_back(lengths, features):
    rows = batch(lengths, *features)
    packed = rows.to_packed()
    assert same(Ragged.from_packed(packed), rows)
    theirs = pack_sequence(rows.to_list(), enforce_sorted=False)
    assert torch.equal(packed.batch_sizes, theirs.batch_sizes)
    padded, found = pad_packed_sequence(packed)
    assert found.tolist() == lengths
    assert torch.equal(padded, rows.to_padded())
    assert same(Ragged.from_packed(theirs), rows)


def test_a_packed_batch_that_came_sorted_needs_no_order():
    rows = [normal(n, 2, seed=n) for n in (4, 2, 2)]
    packed = pack_sequence(rows)
    assert packed.sorted_indices is None
    assert same(Ragged.from_packed(packed), Ragged.from_list(rows))


def test_a_packed_batch_keeps_its_own_order_among_rows_of_one_length():
    padded = normal(3, 4, 2, seed=0)
    packed = pack_padded_sequence(padded, [2, 3, 2, 3], enforce_sorted=False)
    swapped = PackedSequence(
        packed.data, packed.batch_sizes, *_orders(packed, [3, 1, 2, 0])
    )
    rows = Ragged.from_packed(swapped)
    assert rows.lengths.tolist() == [2, 3, 2, 3]
    assert rows.forwards.order.tolist() == [3, 1, 2, 0]
    assert torch.equal(rows.forwards.to_time(rows.values), packed.data)


def _orders(packed: PackedSequence, order: list[int]) -> tuple[Tensor, Tensor]:
    indices = torch.tensor(order)
    assert len(indices) == int(packed.batch_sizes[0])
    return indices, indices.argsort()


def test_a_packed_batch_without_rows_is_an_empty_batch():
    nothing = PackedSequence(torch.zeros(0, 2), torch.tensor([], dtype=torch.int64))
    assert len(Ragged.from_packed(nothing)) == 0


@pytest.mark.parametrize(
    ("lengths", "found"),
    [([2, 0, 1, 0], "rows of length 0 ([1, 3])."), ([], "a batch of no rows.")],
)
def test_a_row_of_length_0_cannot_be_packed(lengths, found):
    assert words(batch(lengths, 2).to_packed) == (
        f"{found}\n"
        "  expected: at least one token in every row: a PackedSequence has no way"
        " to write an empty one\n"
        "  to fix:   keep the batch Ragged, or gather the rows that are not empty\n"
        "  code:     shape"
    )


@given(lengths=FULL_LENGTHS)
def test_to_nested_and_back(lengths):
    rows = batch(lengths, 2)
    assert same(Ragged.from_nested(rows.to_nested()), rows)


def test_a_nested_tensor_may_have_rows_of_length_0_and_shares_its_values():
    rows = batch([2, 0, 1], 2)
    nested = rows.to_nested()
    assert [len(row) for row in nested.unbind()] == [2, 0, 1]
    assert nested.values().data_ptr() == rows.values.data_ptr()
    assert same(Ragged.from_nested(nested), rows)


def test_a_nested_tensor_with_holes_is_read_row_by_row():
    padded = normal(3, 5, 2, seed=0)
    starts, lengths = torch.tensor([0, 1, 2]), torch.tensor([2, 1, 3])
    nested = torch.nested.narrow(padded, 1, starts, lengths, layout=torch.jagged)
    expected = [padded[0, :2], padded[1, 1:2], padded[2, 2:5]]
    assert same(Ragged.from_nested(nested), Ragged.from_list(expected))


@pytest.mark.filterwarnings("ignore:The PyTorch API of nested tensors")
def test_a_nested_tensor_of_the_older_layout_is_read_too():
    rows = [normal(2, 3, seed=0), normal(1, 3, seed=1)]
    assert same(
        Ragged.from_nested(torch.nested.nested_tensor(rows)), Ragged.from_list(rows)
    )


@pytest.mark.parametrize("form", ["list", "padded", "packed", "nested", "reverse"])
def test_gradients_come_back_through_every_form(form):
    rows = batch([3, 1, 2], 2)
    values = rows.values.requires_grad_()
    if form == "list":
        out = Ragged.from_list(rows.to_list())
    elif form == "padded":
        out = Ragged.from_padded(rows.to_padded(), rows.lengths)
    elif form == "packed":
        out = Ragged.from_packed(rows.to_packed())
    elif form == "nested":
        out = Ragged.from_nested(rows.to_nested())
    else:
        out = rows.reverse().reverse()
    weighing = normal(6, 2, seed=9)
    (out.values * weighing).sum().backward()
    assert torch.equal(values.grad, weighing)
