"""A folder for each class."""

import gzip
from pathlib import Path

import pytest

from unrolled.errors import UnreadableDataError
from unrolled.readers import read


def written(rows: list[tuple[str, str]]) -> dict[str, dict[str, str]]:
    """For tests/every/test_every_reader.py: what is read, and the files it is of."""
    files = {f"r/{row[0]}/{n}.txt": f"{row[1]}\n" for n, row in enumerate(rows)}
    return {"r": files}


def make(files: dict[str, str]) -> None:
    for name, text in files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        data = text.encode()
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)


GOOD = {"r/pos/2.txt": "He is\ngreat\n", "r/pos/1.txt": "fine", "r/neg/1.TXT": "bad"}


def refusal(path: str) -> str:
    with pytest.raises(UnreadableDataError) as refused:
        read(path)
    return str(refused.value)


def test_labels_texts_and_places():
    make({**GOOD, "r/neg/2.txt.gz": "worse", "r/.DS_Store": "x", "r/pos/.hidden": "x"})
    found = read("r")
    assert found.columns == ("label", "text")
    assert found.rows == [
        ("neg", "bad"),
        ("neg", "worse"),
        ("pos", "fine"),
        ("pos", "He is\ngreat"),
    ]
    assert found.places == [
        "r/neg/1.TXT",
        "r/neg/2.txt.gz",
        "r/pos/1.txt",
        "r/pos/2.txt",
    ]
    assert found.notes == ["classes: 2 folders (neg, pos)"]


def test_what_is_passed_over_is_told():
    make({**GOOD, "r/vocab.txt": "x", "r/README": "x", "r/pos/readme.md": "x"})
    assert read("r").notes == [
        "classes: 2 folders (neg, pos)",
        "files beside the class folders: 2, passed over",
        "other files in pos: 1, passed over",
    ]


def test_many_classes_are_cut_in_the_notes():
    make({f"r/{n:02}/a.txt": "x" for n in range(12)})
    assert read("r").notes == [
        "classes: 12 folders (00, 01, 02, 03, 04, 05, 06, 07, 08, 09, ...)"
    ]


def test_a_folder_without_class_folders():
    make({"r/a.txt": "x"})
    assert refusal("r") == (
        "r is a folder without class folders.\n"
        "  expected: a file, or a folder with one folder for each class, two or more,"
        " and .txt files or sounds in them\n"
        "  to fix:   name a file in it, or the folder that holds the class folders\n"
        "  code:     unreadable-data"
    )


def test_only_one_class_folder():
    make({"r/pos/a.txt": "x"})
    assert refusal("r") == (
        "r holds only one class folder, pos.\n"
        "  expected: a file, or a folder with one folder for each class, two or more,"
        " and .txt files or sounds in them\n"
        "  to fix:   name the folder above, or a file\n"
        "  code:     unreadable-data"
    )


def test_an_empty_class_folder():
    make(GOOD)
    Path("r/neutral").mkdir()
    assert refusal("r") == (
        "r/neutral holds no .txt files.\n"
        "  expected: a class folder with .txt files in it and no further folders\n"
        "  to fix:   take that folder away, or put its texts into .txt files\n"
        "  code:     unreadable-data"
    )


def test_folders_one_floor_too_deep():
    make({f"r/{part}/{name}/1.txt": "x" for part in ("train", "test") for name in "ab"})
    assert refusal("r") == (
        "r/test holds the folder a.\n"
        "  expected: a class folder with .txt files in it and no further folders\n"
        "  to fix:   name r/test if its folders are the classes\n"
        "  code:     unreadable-data"
    )


def test_sounds_in_class_folders():
    make(
        {
            "r/yes/b.wav": "",
            "r/yes/a.FLAC": "",
            "r/no/c.wav": "",
            "r/no/readme.md": "",
            "r/_background_noise_/x.wav": "",
            "r/testing_list.txt": "yes/b.wav",
        }
    )
    found = read("r")
    assert found.columns == ("label", "sound")
    assert found.rows == [
        ("no", "no/c.wav"),
        ("yes", "yes/a.FLAC"),
        ("yes", "yes/b.wav"),
    ]
    assert found.places == ["r/no/c.wav", "r/yes/a.FLAC", "r/yes/b.wav"]
    assert found.notes == [
        "classes: 2 folders (no, yes)",
        "files and folders beside the class folders: 2, passed over",
        "other files in no: 1, passed over",
    ]


def test_a_class_folder_without_sounds_among_others_with_them():
    make({"r/yes/b.wav": "", "r/no/readme.txt": "x"})
    assert refusal("r") == (
        "r/no holds no sounds.\n"
        "  expected: a class folder with sounds in it and no further folders\n"
        "  to fix:   take that folder away, or put its sounds there\n"
        "  code:     unreadable-data"
    )


def test_an_unreadable_file_is_refused_or_left_out():
    make({**GOOD, "r/pos/3.txt": ""})
    Path("r/pos/4.txt").write_bytes(b"\xff\x00")
    assert refusal("r").startswith("r/pos/3.txt is empty.\n")
    found = read("r", skip_bad_rows=True)
    assert len(found.rows) == 3
    assert found.bad_rows == [
        "r/pos/3.txt is empty.",
        "r/pos/4.txt, line 1, column 1: byte 0xff is not UTF-8 text.",
    ]


def test_a_file_without_permission(monkeypatch: pytest.MonkeyPatch):
    from unrolled.readers import _bytes

    opened = _bytes._open

    def deny(path: Path):
        if path.name == "2.txt":
            raise PermissionError(13, "Permission denied")
        return opened(path)

    make(GOOD)
    monkeypatch.setattr(_bytes, "_open", deny)
    assert refusal("r").startswith("r/pos/2.txt cannot be opened: no permission.\n")
    assert len(read("r", skip_bad_rows=True).rows) == 2


def test_a_folder_without_permission(monkeypatch: pytest.MonkeyPatch):
    def deny(_: Path):
        raise PermissionError(13, "Permission denied")

    make(GOOD)
    monkeypatch.setattr(Path, "iterdir", deny)
    assert refusal("r") == (
        "r cannot be listed: Permission denied.\n"
        "  expected: a folder that may be read\n"
        "  to fix:   chmod u+rx r, or ask its owner\n"
        "  code:     unreadable-data"
    )
