"""What suits which texts: names, long texts, few rows and many."""

from unrolled.settings import make
from unrolled.tasks._base import Example
from unrolled.tasks._generate.suggestions import suggestions
from unrolled.tasks.generate import Generate


def suggested(text: str, rows: int, tokens: str = "auto") -> dict:
    examples = [Example(text, None, f"row {n}") for n in range(rows)]
    settings = make(Generate.sections, {"text.tokens": tokens})
    return suggestions(examples, settings["text"])


def test_names_are_written_by_letter_and_longer_texts_by_word():
    names, titles = suggested("Mary Ann Lee", 10), suggested("one two three four", 10)
    assert names["model.tied"] is False
    assert "model.tied" not in titles
    assert suggested("one two three four", 10, "byte")["model.tied"] is False
    assert "model.tied" not in suggested("Mary", 10, "word")


def test_few_rows_are_passed_over_more_often_in_smaller_batches():
    found = [suggested("Maryann", rows) for rows in (100, 4_000, 41_550)]
    assert [one["training.epochs"] for one in found] == [40, 40, 12]
    assert [one["training.batch_rows"] for one in found] == [32, 64, 128]
    assert suggested("a " * 200, 30_000)["training.epochs"] == 4


def test_the_settings_are_there_to_be_made():
    assert make(Generate.sections, {})["model"]
    for text in ("Mary", "one two three four"):
        known = {
            key: value
            for key, value in suggested(text, 10).items()
            if not key.startswith("training.")
        }
        make(Generate.sections, known)
