"""The judge of drawn texts: it knows the categories it was shown, and only those."""

import pytest
import torch

from unrolled.errors import BrokenModelError
from unrolled.tasks._generate.classifier import Judge

TEXTS = [name + end for end in "ao" for name in ("Mari", "Ann", "Juli", "Robert")]
SEX = torch.tensor([[0.0, 1.5]] * 4 + [[1.0, 2.5]] * 4)


def test_it_names_the_category_of_texts_it_never_read():
    judge = Judge.fit(TEXTS, SEX, [2, 0])
    new = ["Petra", "Petro", "Carla", "Carlo"]
    given = torch.tensor([[0.0, 9.0], [1.0, 9.0], [1.0, 9.0], [0.0, 9.0]])
    assert judge.agrees(new, given).tolist() == [True, True, False, False]


def test_of_several_columns_all_must_agree_and_one_of_one_category_is_left_out():
    first = torch.tensor([[float(text[0] in "MA")] for text in TEXTS])
    given = torch.cat([SEX[:, :1], torch.zeros(8, 1), first], dim=1)
    judge = Judge.fit(TEXTS, given, [2, 1, 2])
    assert list(judge.bags) == [0, 2]
    assert judge.agrees(TEXTS, given).all()
    wrong = given.clone()
    wrong[:4, 0] = 1
    wrong[6:, 2] = 1
    assert judge.agrees(TEXTS, wrong).tolist() == [False] * 4 + [True] * 2 + [False] * 2


def test_a_folder_brings_it_back_and_damage_is_a_broken_model():
    judge = Judge.fit(TEXTS, SEX, [2, 0])
    kept = judge.tensors()
    back = Judge.restore(kept, [2, 0])
    for name, part in back.tensors().items():
        assert torch.equal(part, kept[name])
    for sizes, name, part in (
        ([3, 0], "0.bias", kept["0.bias"]),
        ([], "0.bias", kept["0.bias"]),
        ([2, 0], "0.bias", torch.zeros(3)),
        ([2, 0], "0.weights", torch.zeros(1, 2)),
        ([2, 0], "0.weights", kept["0.weights"].double()),
        ([2, 0], "0.features", kept["0.features"].double()),
    ):
        with pytest.raises(BrokenModelError, match="classifier"):
            Judge.restore(kept | {name: part}, sizes)
