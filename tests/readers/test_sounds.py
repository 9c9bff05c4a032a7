"""Sounds with their texts beside them."""

from pathlib import Path

import pytest

from unrolled.errors import UnreadableDataError
from unrolled.readers import Table, read
from unrolled.readers._sounds import ENDINGS, without_times
from unrolled.signals.sound import ENDINGS as READABLE


def written(rows: list[tuple[str, str]]) -> dict[str, dict[str, str | bytes]]:
    """For tests/every/test_every_reader.py: what is read, and the files it is of."""
    files: dict[str, str | bytes] = {}
    for number, (_, text) in enumerate(rows):
        files[f"r/{number}.txt"] = text + "\n"
        files[f"r/{number}.wav"] = b"RIFF"
    return {"r": files}


def expected(path: str, rows: list[tuple[str, str]]) -> tuple[tuple[str, ...], list]:
    """The columns and rows that come back from the folder."""
    assert path == "r"
    return ("sound", "text"), [(f"{n}.wav", text) for n, (_, text) in enumerate(rows)]


def make(files: dict[str, str]) -> None:
    for name, text in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")


def refusal(path: str) -> str:
    with pytest.raises(UnreadableDataError) as refused:
        read(path)
    return str(refused.value)


def test_the_endings_are_those_of_files_that_can_be_read():
    assert ENDINGS == READABLE


def test_a_text_lies_beside_its_sound():
    make(
        {
            "r/b.wav": "",
            "r/b.lab": "two\nlines\n",
            "r/a.FLAC": "",
            "r/a.TXT": "one",
            "r/readme.md": "",
            "r/old.txt": "no sound of this",
        }
    )
    assert read("r") == Table(
        ("sound", "text"),
        [("a.FLAC", "one"), ("b.wav", "two lines")],
        ["r/a.TXT", "r/b.lab"],
        "r",
        ["encoding: UTF-8", "sounds: 2", "other files: 2, passed over"],
    )


def test_speakers_may_have_a_folder_each():
    make(
        {
            "r/ann/1.wav": "",
            "r/ann/1.txt": "hi",
            "r/bob/1.wav": "",
            "r/bob/1.txt": "bye",
            "r/bob/.hidden.wav": "",
        }
    )
    assert read("r").rows == [("ann/1.wav", "hi"), ("bob/1.wav", "bye")]


def test_times_of_timit_are_left_out():
    make(
        {
            "t/DR1/FCJF0/SA1.WAV": "",
            "t/DR1/FCJF0/SA1.TXT": "0 46797 She had your dark suit.\n",
            "t/DR1/FCJF0/SA1.PHN": "0 3050 h#\n",
            "t/DR1/FCJF0/SI2.WAV": "",
            "t/DR1/FCJF0/SI2.WRD": "3050 5723 she\n5723 10337 had\n",
        }
    )
    found = read("t")
    assert found.rows == [
        ("DR1/FCJF0/SA1.WAV", "She had your dark suit."),
        ("DR1/FCJF0/SI2.WAV", "she had"),
    ]
    assert found.notes[1:] == [
        "sounds: 2",
        "texts with times: 2; the times are left out",
        "other files: 1, passed over",
    ]


@pytest.mark.parametrize(
    "text", ["1 2 buckle my shoe", "0 1 1 0", "9 4000 5", "0 2000\n3000 1000 down", "a"]
)
def test_numbers_that_are_said_stay(text):
    one_line = " ".join(text.split())
    assert without_times(text, words=False) == (one_line, False)


def test_a_sound_without_a_text_is_refused_or_left_out():
    make({"r/a.wav": "", "r/a.txt": "one", "r/b.wav": ""})
    assert refusal("r") == (
        "r/b.wav: no text beside it, such as b.txt.\n"
        "  expected: a text for each sound\n"
        "  to fix:   write down what is said, or leave such rows out with"
        " --skip-bad-rows\n"
        "  code:     unreadable-data"
    )
    found = read("r", skip_bad_rows=True)
    assert found.rows == [("a.wav", "one")]
    assert found.bad_rows == ["r/b.wav: no text beside it, such as b.txt."]


def test_an_empty_text_is_refused_or_left_out():
    make({"r/a.wav": "", "r/a.txt": "one", "r/b.wav": "", "r/b.txt": ""})
    assert refusal("r").startswith("r/b.txt is empty.\n")
    assert read("r", skip_bad_rows=True).bad_rows == ["r/b.txt is empty."]


def test_sounds_alone_are_no_classes():
    make({"r/a.wav": "", "r/b.wav": ""})
    assert refusal("r").startswith("r/a.wav: no text beside it, such as a.txt.")


def test_class_folders_of_sounds_are_read_as_classes():
    make({"r/yes/1.wav": "", "r/no/1.wav": "", "r/LICENSE.txt": "free"})
    assert read("r").columns == ("label", "sound")


def test_a_folder_that_leads_in_a_circle_is_read_once():
    make({"r/a/1.wav": "", "r/a/1.txt": "one"})
    Path("r/a/again").symlink_to(Path("r").resolve())
    assert read("r").rows == [("a/1.wav", "one")]
