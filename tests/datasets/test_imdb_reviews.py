"""imdb_reviews on a made-up table; the real one is in tests/every."""

from tests.datasets.made_up import table
from unrolled.datasets.imdb_reviews import ImdbReviews


def test_duplicates_are_in_one_part_and_the_rest_is_train():
    rows = [
        (f"A review, {n}<br /><br />of {n} words", n % 2, "imdb") for n in range(3000)
    ]
    rows += rows[:100]
    rows += [("a sentence", 1, "rotten_tomatoes")]
    parts = ImdbReviews().convert(table(rows))
    assert {p: len(r) for p, r in parts.items()} == {"train": 600, "test": 2500}
    assert not set(parts["train"]) & set(parts["test"])
    every = parts["train"] + parts["test"]
    assert every.count(("A review, 5 of 5 words", "positive")) == 2
    assert every.count(("A review, 500 of 500 words", "negative")) == 1
