"""Plain texts side by side."""

from pathlib import Path

import pytest

from unrolled.errors import UnreadableDataError
from unrolled.readers import ReadOptions, Table, is_plain, read_aligned


def texts(**files: str) -> list[Path]:
    """a.en, a.fr, ... with these contents."""
    paths = [Path(f"a.{ending}") for ending in files]
    for path, text in zip(paths, files.values(), strict=True):
        path.write_bytes(text.encode())
    return paths


def refused(paths: list[Path]) -> str:
    with pytest.raises(UnreadableDataError) as refusal:
        read_aligned(paths)
    return str(refusal.value)


def test_lines_of_one_number_are_a_row():
    assert read_aligned(texts(en="Hi\nThanks.\n", fr="Salut\nMerci.")) == Table(
        ("1", "2"),
        [("Hi", "Salut"), ("Thanks.", "Merci.")],
        ["a.en, line 1", "a.en, line 2"],
        "a.en",
    )


def test_a_further_text_may_have_empty_lines():
    paths = texts(en="Hi\nThanks.\n", fr="Salut\nMerci.\n", fr2="\nMerci bien.\n")
    assert read_aligned(paths).rows == [
        ("Hi", "Salut", ""),
        ("Thanks.", "Merci.", "Merci bien."),
    ]


def test_texts_of_unequal_length_are_refused_with_both_counts():
    assert refused(texts(en="Hi\nThanks.\nBye\n", fr="Salut\nMerci.\n")) == (
        "a.en has 3 lines and a.fr has 2.\n"
        "  expected: files whose lines belong together one by one\n"
        "  to fix:   find the line where they part, and correct it; a line end inside a"
        " text is often the cause\n"
        "  code:     unreadable-data"
    )
    assert "a.en has 1 lines and a.r2 has 2." in refused(
        texts(en="Hi\n", fr="Salut\n", r2="Bonjour\nSalut\n")
    )


@pytest.mark.parametrize(
    ("en", "fr", "found"),
    [
        ("Hi\n \nBye", "Salut\nMerci\nCiao", "a.en, line 2: empty, and line 2 of a.fr"),
        ("Hi\nThanks\nBye", "Salut\n\nCiao", "a.fr, line 2: empty, and line 2 of a.en"),
    ],
)
def test_a_line_that_is_empty_on_one_side_is_a_bad_row(en, fr, found):
    paths = texts(en=en, fr=fr)
    assert refused(paths) == (
        f"{found} is not.\n"
        "  expected: a text on both sides, or on neither\n"
        "  to fix:   correct that line, or leave such rows out with --skip-bad-rows\n"
        "  code:     unreadable-data"
    )
    left = read_aligned(paths, ReadOptions(skip_bad_rows=True))
    assert left.places == ["a.en, line 1", "a.en, line 3"]
    assert left.bad_rows == [f"{found} is not."]


def test_lines_that_are_empty_on_both_sides_are_passed_over_and_counted():
    found = read_aligned(texts(en="Hi\n\nBye", fr="Salut\n\nCiao"))
    assert found.places == ["a.en, line 1", "a.en, line 3"]
    assert found.notes == ["empty lines: 1, passed over"]


def test_an_encoding_that_is_not_the_usual_one_is_told():
    paths = texts(en="Hi", fr="Salut")
    paths[1].write_bytes("Ça va".encode("utf-16"))
    assert read_aligned(paths).notes == ["a.fr: encoding: UTF-16"]
    paths[1].write_bytes("Ça va".encode("cp1252"))
    options = ReadOptions(encoding="cp1252")
    assert read_aligned(paths, options).rows == [("Hi", "Ça va")]


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("a.en", True),
        ("a.en.gz", True),
        ("a.txt", True),
        ("a", True),
        ("dev.ref0", True),
        ("a.tsv", False),
        ("a.jsonl.gz", False),
        ("a.conll", False),
    ],
)
def test_a_text_is_plain_if_no_other_format_claims_it(name, plain):
    Path(name).write_text("Hi\n", encoding="utf-8")
    assert is_plain(name) is plain


def test_a_text_with_the_marks_of_a_format_is_not_plain(tmp_path):
    Path("a.txt").write_text("__label__good Fine\n", encoding="utf-8")
    assert not is_plain("a.txt")
    assert not is_plain(tmp_path)
    with pytest.raises(UnreadableDataError, match=r"b\.txt does not exist"):
        is_plain("b.txt")
