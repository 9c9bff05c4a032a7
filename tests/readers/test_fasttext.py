"""fastText's format: labels in front of a text."""

from pathlib import Path

import pytest

from unrolled.readers import read


def written(rows: list[tuple[str, str]]) -> dict[str, dict[str, str]]:
    """For tests/every/test_every_reader.py: what is read, and the files it is of."""
    text = "".join(f"__label__{label} {text}\n" for label, text in rows)
    return {name: {name: text} for name in ("a.ft", "a.fasttext", "b.txt", "a.test")}


TEXT = "__label__a __label__b  What is it ?\n\n  __label__c\tfine __label\n"


@pytest.mark.parametrize("name", ["a.txt", "a.ft", "a.fasttext", "a.train", "a.valid"])
def test_labels_and_text(name: str):
    Path(name).write_text(TEXT)
    found = read(name)
    assert found.columns == ("label", "text")
    assert found.rows == [("a|b", "What is it ?"), ("c", "fine __label")]
    assert found.places == [f"{name}, line 1", f"{name}, line 3"]
    assert found.notes == [
        "encoding: UTF-8",
        "labels: the words behind __label__ in front of a text",
        "empty lines: 1, passed over",
    ]


def test_bad_rows_are_left_out():
    Path("a.ft").write_text("__label__a\n__label__b text\ntext\n")
    found = read("a.ft", skip_bad_rows=True)
    assert found.rows == [("b", "text")]
    assert found.bad_rows == [
        "a.ft, line 1: a label without a text.",
        "a.ft, line 3: no label in front of the text.",
    ]
