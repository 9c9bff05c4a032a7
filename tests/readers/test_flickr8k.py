"""Flickr8k's files of captions: what they give, and what is refused."""

from pathlib import Path

import pytest

from unrolled.errors import UnreadableDataError
from unrolled.readers import Table, read


def written(rows: list[tuple[str, str]]) -> dict[str, dict[str, str]]:
    """For tests/every/test_every_reader.py: what is read, and the files it is of."""
    pairs = [(f"{n}.jpg", text) for n, (_, text) in enumerate(rows)]
    numbered = "".join(f"{name}#0\t{text}\n" for name, text in pairs)
    kaggle = "".join(f"{name},{text}\n" for name, text in pairs)
    return {
        "a.txt": {"a.txt": numbered},
        "a.token": {"a.token": numbered},
        "captions.txt": {"captions.txt": f"image,caption\n{kaggle}"},
    }


def expected(path: str, rows: list[tuple[str, str]]) -> tuple[tuple[str, ...], list]:
    """The columns and rows that come back from the file of that name."""
    assert path in ("a.txt", "a.token", "captions.txt")
    found = [(f"{n}.jpg", [text]) for n, (_, text) in enumerate(rows)]
    return ("picture", "caption"), found


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path / "data")


def read_lines(*lines: str, name: str = "Flickr8k.token.txt", skip=False) -> Table:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read(name, skip_bad_rows=skip)


def refused(*lines: str, name: str = "Flickr8k.token.txt") -> str:
    with pytest.raises(UnreadableDataError) as refusal:
        read_lines(*lines, name=name)
    return str(refusal.value)


def test_all_captions_of_a_picture_are_one_row():
    found = read_lines(
        "a.jpg#0\tA dog .", "b.jpg#0\tA cat .", "", "a.jpg#1\tA brown dog ."
    )
    assert found == Table(
        ("picture", "caption"),
        [("a.jpg", ["A dog .", "A brown dog ."]), ("b.jpg", ["A cat ."])],
        ["Flickr8k.token.txt, line 1", "Flickr8k.token.txt, line 2"],
        "Flickr8k.token.txt",
        ["encoding: UTF-8", "pictures: 2, with 3 captions"],
    )


def test_a_name_with_two_endings_is_one_name():
    """Flickr8k has one such, of a picture that it does not have."""
    assert read_lines("a.jpg#0\tX", "a.jpg.1#0\tY").rows[1] == ("a.jpg.1", ["Y"])


def test_the_copy_of_kaggle_is_a_table():
    found = read_lines(
        "image,caption",
        "a.jpg,A dog .",
        'a.jpg,"A ""good"" dog , running ."',
        "b.jpg,A cat , asleep .",
        name="captions.txt",
    )
    assert found.rows == [
        ("a.jpg", ["A dog .", 'A "good" dog , running .']),
        ("b.jpg", ["A cat , asleep ."]),
    ]
    assert found.places == ["captions.txt, line 2", "captions.txt, line 4"]


def test_a_list_of_pictures_has_the_captions_of_the_file_beside_it():
    captions = ["a.jpg#0\tA dog .", "b.jpg#0\tA cat .", "a.jpg#1\tA brown dog ."]
    read_lines(*captions, name="text/Flickr8k.token.txt")
    Path("pictures").mkdir()
    for name in ("a.jpg", "b.jpg"):
        Path("pictures", name).touch()
    found = read_lines("b.jpg", "a.jpg", name="text/Flickr_8k.devImages.txt")
    assert found.columns == ("picture", "caption")
    assert found.rows == [
        ("../pictures/b.jpg", ["A cat ."]),
        ("../pictures/a.jpg", ["A dog .", "A brown dog ."]),
    ]
    assert found.places == [
        "text/Flickr_8k.devImages.txt, line 1",
        "text/Flickr_8k.devImages.txt, line 2",
    ]
    assert found.notes[1:] == [
        "captions are those in text/Flickr8k.token.txt",
        "pictures: 2, with 3 captions",
        "pictures are looked for in ../pictures/",
    ]


def test_a_folder_beside_that_has_some_of_the_pictures_is_another():
    Path("text").mkdir()
    Path("other").mkdir()
    Path("other/a.jpg").touch()
    found = read_lines("a.jpg#0\tX", "b.jpg#0\tY", name="text/a.txt")
    assert [row[0] for row in found.rows] == ["a.jpg", "b.jpg"]


def test_a_list_of_pictures_alone_is_plain_lines():
    assert read_lines("a.jpg", name="Flickr_8k.devImages.txt").columns == ("text",)


def test_a_listed_picture_without_captions_is_refused():
    read_lines("a.jpg#0\tA dog .")
    assert refused("a.jpg", "b.jpg", name="Flickr_8k.testImages.txt") == (
        'Flickr_8k.testImages.txt, line 2: "b.jpg" has no caption in'
        " Flickr8k.token.txt.\n"
        "  expected: the name of a picture that has captions\n"
        "  to fix:   correct that line, or leave such rows out with --skip-bad-rows\n"
        "  code:     unreadable-data"
    )


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("b.jpg#0\t ", "a picture without a caption"),
        ("b.jpg A dog .", "no caption"),
        ("b.jpg\tA dog .", "no caption"),
    ],
)
def test_a_line_without_a_caption_is_refused(line: str, problem: str):
    lines = ["a.jpg#0\tA dog .", line, "c.jpg#0\tX"]
    assert refused(*lines) == (
        f"Flickr8k.token.txt, line 2: {problem}.\n"
        "  expected: the name of a picture and a caption, as in the first line\n"
        "  to fix:   correct that line, or leave such rows out with --skip-bad-rows\n"
        "  code:     unreadable-data"
    )
    found = read_lines(*lines, skip=True)
    assert [row[0] for row in found.rows] == ["a.jpg", "c.jpg"]
    assert found.bad_rows == [f"Flickr8k.token.txt, line 2: {problem}."]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("b.jpg", "a picture without a caption"),
        (",A dog .", "no picture"),
        ('b.jpg,"A dog .', "a quote opens here and is never closed"),
    ],
)
def test_a_row_without_a_caption_is_refused(line: str, problem: str):
    words = refused("image,caption", "a.jpg,X", line, name="captions.txt")
    assert words.startswith(f"captions.txt, line 3: {problem}.\n")


def test_a_header_alone_holds_no_captions():
    assert refused("image,caption", name="captions.txt") == (
        "captions.txt holds no captions.\n"
        "  expected: the name of a picture and a caption on each line\n"
        "  to fix:   check that the right file was named\n"
        "  code:     unreadable-data"
    )


def test_other_lines_are_plain_text():
    assert read_lines("He said #1\tfine", name="a.txt").columns == ("text",)
