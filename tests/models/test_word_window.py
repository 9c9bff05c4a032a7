"""The windowed linear tagger: what it sees, and that it learns from both sides."""

import torch

from unrolled.models.word_window import fit_window, window_features

# "x" is tagged by the word before it, "y" by the word two behind it.
ROWS = [["a", "x", "c", "d"], ["b", "x", "c", "d"], ["y", "q", "a"], ["y", "q", "b"]]
TRUTH = [[0, 1, 0, 0], [0, 2, 0, 0], [1, 0, 0], [2, 0, 0]]


def flat() -> torch.Tensor:
    return torch.tensor([tag for row in TRUTH for tag in row])


def test_it_learns_from_words_on_both_sides_of_one():
    model = fit_window(ROWS, flat(), 3, torch.Generator().manual_seed(0))
    assert torch.equal(model.tags(ROWS), flat())
    assert model.weights.dtype == torch.half


def test_it_sees_two_words_to_each_side_and_no_further_and_no_other_row():
    middle = window_features([["a", "b", "c", "d", "e"]])[2]
    assert torch.equal(window_features([["z", *"abcde", "z"]])[3], middle)
    assert not torch.equal(window_features([["z", *"bcde"]])[2], middle)
    assert not torch.equal(window_features([[*"abcd", "z"]])[2], middle)
    together = window_features([["a"], ["b", "c"]])
    alone = torch.cat([window_features([["a"]]), window_features([["b", "c"]])])
    assert torch.equal(together, alone)


def test_no_two_features_of_a_word_are_the_same():
    one = window_features([["ab", "ab", "ab", "ab", "ab"]])[2]
    assert len(one.unique()) == len(one)


def test_no_rows_and_words_never_seen_have_tags_too():
    model = fit_window(ROWS, flat(), 3, torch.Generator().manual_seed(0))
    assert model.tags([]).shape == (0,)
    assert model.tags([[], ["never", "seen"]]).tolist() == [0, 0]
