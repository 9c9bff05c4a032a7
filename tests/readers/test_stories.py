"""Stories with highlights: one file, or a folder of them."""

import gzip
from pathlib import Path

import pytest

from unrolled.errors import UnreadableDataError
from unrolled.readers import Table, read


def story(text: str, *highlights: str) -> str:
    return "\n\n".join([text, *(f"@highlight\n\n{one}" for one in highlights)]) + "\n"


def written(rows: list[tuple[str, str]]) -> dict[str, dict[str, str]]:
    """For tests/every/test_every_reader.py: what is read, and the files it is of."""
    texts = [story(text, f"{label}.") for label, text in rows]
    return {
        folder: {f"{folder}/{n}.story": text for n, text in enumerate(texts)}
        for folder in ("r", "r.story")
    }


def expected(path: str, rows: list[tuple[str, str]]) -> tuple[tuple[str, ...], list]:
    """The columns and rows that come back from the folder."""
    assert path in ("r", "r.story")
    return ("summary", "text"), [(f"{label}.", text) for label, text in rows]


def refused(path: str) -> str:
    with pytest.raises(UnreadableDataError) as refusal:
        read(path)
    return str(refusal.value)


def test_a_file_is_a_row():
    lines = "The harbour was closed.\n\n  No ship left. "
    text = story(lines, "Storm closes it", "Ah!")
    Path("a.story").write_text(text, encoding="utf-8")
    assert read("a.story") == Table(
        ("text", "summary"),
        [("The harbour was closed. No ship left.", "Storm closes it. Ah!")],
        ["a.story"],
        "a.story",
        ["encoding: UTF-8", "stories: 1"],
    )


def test_a_folder_is_read_in_the_order_of_its_names():
    Path("r").mkdir()
    Path("r/b.story").write_text(story("B.", "b"), encoding="utf-8")
    Path("r/a.story.gz").write_bytes(gzip.compress(story("A.", "a").encode()))
    Path("r/.hidden.story").write_text("x", encoding="utf-8")
    Path("r/readme.txt").write_text("x", encoding="utf-8")
    found = read("r")
    assert found.rows == [("A.", "a."), ("B.", "b.")]
    assert found.places == ["r/a.story.gz", "r/b.story"]
    assert found.notes == ["encoding: UTF-8", "stories: 2"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Only a text.\n", "no highlights."),
        ("A text.\n\n@highlight\n", "no highlights."),
        ("@highlight\n\nOnly a highlight\n", "highlights without a text."),
    ],
)
def test_what_is_no_story_is_refused_or_left_out(text, problem):
    Path("r").mkdir()
    Path("r/a.story").write_text(text, encoding="utf-8")
    Path("r/b.story").write_text(story("B.", "b"), encoding="utf-8")
    assert refused("r") == (
        f"r/a.story: {problem}\n"
        "  expected: a text, then a line @highlight and a highlight\n"
        "  to fix:   correct that file, or leave such rows out with --skip-bad-rows\n"
        "  code:     unreadable-data"
    )
    found = read("r", skip_bad_rows=True)
    assert found.rows == [("B.", "b.")]
    assert found.bad_rows == [f"r/a.story: {problem}"]


def test_a_file_that_cannot_be_read_is_refused_or_left_out():
    Path("r").mkdir()
    Path("r/a.story").write_bytes(b"caf\xe9\n")
    Path("r/b.story").write_text(story("B.", "b"), encoding="utf-8")
    assert refused("r").startswith("r/a.story, line 1, column 4: byte 0xe9")
    assert len(read("r", skip_bad_rows=True).bad_rows) == 1


def test_a_folder_without_stories_is_one_of_classes():
    Path("r").mkdir()
    assert refused("r").startswith("r is a folder without class folders.")
