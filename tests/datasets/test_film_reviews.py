"""film_reviews on a made-up table; the real one is in tests/every."""

from tests.datasets.made_up import table
from unrolled.datasets.film_reviews import FilmReviews


def _convert():
    rows = [(f"film {n} has a word {n} of its own", n % 2) for n in range(2000)]
    rows += [("Not one of ours, but of the others", 1, "imdb")]
    rows += [(f"the same eight words stand in both reviews {n} .", 1) for n in range(9)]
    return FilmReviews().convert(table(rows))


def test_takes_the_sentences_only_and_keeps_every_one():
    parts = _convert()
    assert {p: len(rows) for p, rows in parts.items()} == {
        "train": 2009 - 853 - 853,
        "valid": 853,
        "test": 853,
    }
    every = [row for rows in parts.values() for row in rows]
    assert ("film 7 has a word 7 of its own", "positive") in every
    assert ("film 8 has a word 8 of its own", "negative") in every
    assert not [text for text, _ in every if "others" in text]


def test_sentences_that_share_eight_words_are_in_one_part():
    holding = [
        part
        for part, rows in _convert().items()
        if any("eight words" in text for text, _ in rows)
    ]
    assert len(holding) == 1


def test_punctuation_of_windows_and_breaks_of_html_are_mended():
    parts = FilmReviews().convert(
        table([("it\x92s a film<br /><br />and more\x85", 1)])
    )
    assert parts["valid"] == [("it’s a film and more…", "positive")]  # noqa: RUF001
