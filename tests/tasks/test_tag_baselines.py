"""The baselines of `tag`: what they answer, and that a folder brings them back."""

import pytest
import torch

from unrolled.errors import BrokenModelError
from unrolled.ragged import Ragged
from unrolled.tasks._tag.baselines import FREQUENT, LINEAR, TagBaselines

ROWS = [["a", "x"], ["b", "x"], ["a", "x"], ["c"]]
IDS = Ragged(torch.tensor([1, 2, 3, 2, 1, 2, 0]), torch.tensor([2, 2, 2, 1]))
TRUTH = IDS.with_values(torch.tensor([0, 1, 0, 2, 0, 1, 0]))


def fitted() -> TagBaselines:
    return TagBaselines.fit(ROWS, IDS, TRUTH, words=5, tags=3)


def test_a_word_gets_its_most_frequent_tag_and_an_unknown_one_that_of_all():
    asked = Ragged(torch.tensor([2, 0, 4]), torch.tensor([3]))
    found = fitted().answers([["x", "c", "d"]], asked)
    assert found[FREQUENT].values.tolist() == [1, 0, 0]


def test_the_linear_one_sees_the_words_around():
    found = fitted().answers(ROWS, IDS)
    assert found[LINEAR].values.tolist() == TRUTH.values.tolist()
    assert found[FREQUENT].values.tolist() == [0, 1, 0, 1, 0, 1, 0]


def test_a_folder_brings_the_same_bits_back():
    mine = fitted()
    back = TagBaselines.restore(mine.tensors(), words=5, tags=3)
    assert back is not None
    assert torch.equal(back.window.weights, mine.window.weights)
    assert torch.equal(back.frequent, mine.frequent)
    assert TagBaselines.restore({"other": torch.zeros(1)}, words=5, tags=3) is None


def test_damaged_tensors_are_refused():
    whole = fitted().tensors()
    damaged = [
        {k: t for k, t in whole.items() if k != "baseline.bias"},
        whole | {"baseline.bias": torch.zeros(4)},
        whole | {"baseline.frequent": torch.full((5,), 3)},
        whole | {"baseline.frequent": torch.zeros(5)},
        whole | {"baseline.features": torch.tensor(3)},
        whole | {"baseline.weights": whole["baseline.weights"].float()},
        whole | {"baseline.weights": whole["baseline.weights"][1:]},
    ]
    for tensors in damaged:
        with pytest.raises(
            BrokenModelError, match="baselines of the model are damaged"
        ):
            TagBaselines.restore(tensors, words=5, tags=3)
