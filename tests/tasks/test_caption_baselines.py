"""Baselines of captions: the most frequent, and that of the nearest picture."""

import pytest
import torch

from unrolled.errors import BrokenModelError
from unrolled.ragged import Ragged
from unrolled.tasks._caption.baselines import AT_ONCE, Baselines, small

CAPTIONS = [["a red square", "red"], ["a blue square"], ["red"]]


def plain(*colors: tuple[int, int, int], size: int = 32) -> Ragged:
    """Pictures of one color each."""
    made = torch.tensor(colors, dtype=torch.uint8)[:, :, None, None]
    pictures = made.expand(-1, 3, size, size).contiguous()
    return Ragged(pictures, torch.ones(len(colors), dtype=torch.int64))


def regions(*rows: list[list[float]]) -> Ragged:
    return Ragged.from_list([torch.tensor(row) for row in rows])


@pytest.fixture
def known() -> Baselines:
    source = plain((250, 0, 0), (0, 0, 250), (200, 0, 0))
    return Baselines.learn(source, CAPTIONS)


def test_the_most_frequent_caption_is_counted_over_all_captions(known: Baselines):
    assert known.frequent == "red"


def test_the_nearest_picture_passes_its_first_caption_on(known: Baselines):
    asked = plain((255, 10, 10), (30, 0, 120), (210, 5, 5), (0, 0, 0))
    assert known.nearest(asked) == ["a red square", "a blue square", "red", "red"]


def test_pictures_are_compared_place_by_place(known: Baselines):
    """Half red and half blue, on one side and on the other: the mean is the same."""
    one = torch.zeros(3, 32, 32, dtype=torch.uint8)
    one[0, :, :16], one[2, :, 16:] = 250, 250
    source = Ragged(torch.stack([one, one.flip(2)]), torch.ones(2, dtype=torch.int64))
    learned = Baselines.learn(source, [["red left"], ["red right"]])
    assert learned.nearest(source) == ["red left", "red right"]


def test_of_pictures_as_near_the_first_is_taken():
    source = plain((10, 10, 10), (10, 10, 10), (30, 30, 30))
    learned = Baselines.learn(source, [["one"], ["two"], ["three"]])
    assert learned.nearest(plain((10, 10, 10), (20, 20, 20))) == ["one", "one"]


def test_a_picture_is_made_small_by_the_mean_of_each_area():
    picture = torch.zeros(1, 3, 32, 32, dtype=torch.uint8)
    picture[0, 1, :2, :2] = torch.tensor([[10, 20], [30, 41]], dtype=torch.uint8)
    found = small(Ragged(picture, torch.tensor([1]))).view(3, 16, 16)
    assert found.dtype == torch.uint8
    assert found[1, 0, 0] == 25  # of 25.25
    assert found.sum() == 25


def test_what_is_nearest_does_not_depend_on_the_pictures_asked_along():
    made = torch.Generator().manual_seed(1)
    shape = (2 * AT_ONCE + 3, 3, 20, 20)
    pictures = torch.randint(0, 256, shape, dtype=torch.uint8, generator=made)
    source = Ragged(pictures, torch.ones(len(pictures), dtype=torch.int64))
    learned = Baselines.learn(source, [[str(n)] for n in range(len(source))])
    together = learned.nearest(source)
    assert together == [str(n) for n in range(len(source))]
    alone = [learned.nearest(source.gather([n]))[0] for n in range(0, 500, 50)]
    assert alone == together[:500:50]


def test_features_are_compared_by_their_mean_region():
    source = regions([[0.0, 0.0], [2.0, 2.0]], [[5.0, 5.0]])
    learned = Baselines.learn(source, [["near one"], ["near five"]])
    assert learned.pictures.tolist() == [[1, 1], [5, 5]]
    asked = regions([[2.9, 2.9]], [[3.2, 3.2], [3.2, 3.2]])
    assert learned.nearest(asked) == ["near one", "near five"]


def test_without_pictures_there_is_nothing_to_say():
    learned = Baselines.learn(plain((0, 0, 0)).gather([]), [])
    assert learned.frequent == ""
    assert learned.nearest(plain((0, 0, 0))) == [""]


def test_what_a_folder_keeps_gives_the_same_answers(known: Baselines):
    said, tensors = known.state()
    again = Baselines.restore(said, tensors, features=0)
    assert again.frequent == known.frequent
    assert again.nearest(plain((30, 0, 120))) == ["a blue square"]
    learned = Baselines.learn(regions([[0.5, 1.0]]), [["one"]])
    kept = Baselines.restore(*learned.state(), features=2)
    assert kept.nearest(regions([[7.0, 7.0]])) == ["one"]


@pytest.mark.parametrize(
    ("said", "pictures", "features"),
    [
        (None, torch.zeros(1, 768, dtype=torch.uint8), 0),
        ({"frequent": "a"}, torch.zeros(1, 768, dtype=torch.uint8), 0),
        ({"frequent": 3, "captions": ["a"]}, torch.zeros(1, 768).byte(), 0),
        ({"frequent": "a", "captions": [3]}, torch.zeros(1, 768).byte(), 0),
        ({"frequent": "a", "captions": ["a", "b"]}, torch.zeros(1, 768).byte(), 0),
        ({"frequent": "a", "captions": ["a"]}, torch.zeros(1, 768), 0),
        ({"frequent": "a", "captions": ["a"]}, torch.zeros(1, 12).byte(), 0),
        ({"frequent": "a", "captions": ["a"]}, torch.zeros(768).byte(), 0),
        ({"frequent": "a", "captions": ["a"]}, torch.zeros(1, 5), 4),
        ({"frequent": "a", "captions": ["a"]}, torch.tensor([[float("nan")]]), 1),
        ({"frequent": "a", "captions": ["a"]}, None, 0),
    ],
)
def test_damaged_baselines_are_refused(said, pictures, features):
    tensors = {} if pictures is None else {"baselines.pictures": pictures}
    with pytest.raises(BrokenModelError) as refused:
        Baselines.restore(said, tensors, features=features)
    assert refused.value.found.startswith("the baselines of the model are damaged: ")


def test_the_words_for_baselines_of_another_shape():
    said = {"frequent": "a", "captions": ["a"]}
    with pytest.raises(BrokenModelError) as refused:
        Baselines.restore(said, {"baselines.pictures": torch.zeros(1, 5)}, features=4)
    assert str(refused.value) == (
        "the baselines of the model are damaged: pictures have the shape (1, 5).\n"
        "  expected: a picture, made small, for each caption\n"
        "  to fix:   copy the model folder again, or train again\n"
        "  code:     broken-model"
    )
