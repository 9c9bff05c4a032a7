"""Cells that name files: beside the table, in a folder beside it, or nowhere."""

import pytest

from unrolled.tasks._base import Example
from unrolled.training.named_files import located

SOUNDS = (".wav", ".flac")


def rows(*names):
    return [Example(name, None, f"row {n}") for n, name in enumerate(names, 1)]


@pytest.fixture
def table(tmp_path):
    for name in ("a.wav", "wavs/b.wav", "wavs/c.FLAC", "other/b.wav"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "train.tsv").touch()
    return tmp_path / "train.tsv"


def found(table, *names, endings=SOUNDS):
    return [row.input for row in located(rows(*names), table, endings)]


def test_a_name_is_looked_for_beside_the_table(table):
    folder = table.parent
    expected = [str(folder / "a.wav"), str(folder / "wavs/b.wav")]
    assert found(table, "a.wav", "wavs/b.wav") == expected


def test_then_in_the_folders_beside_it_the_first_by_name(table):
    folder = table.parent
    expected = [str(folder / "other/b.wav"), str(folder / "wavs/c.FLAC")]
    assert found(table, "b.wav", "c.FLAC") == expected


def test_a_folder_is_a_table_of_what_lies_in_it(table):
    assert found(table.parent, "a.wav") == [str(table.parent / "a.wav")]


def test_a_whole_path_stays(table):
    whole = str(table.parent / "wavs/b.wav")
    assert found(table, whole) == [whole]


def test_what_is_nowhere_and_what_names_no_file_stay_as_they_are(table):
    texts = ["lost.wav", "I heard a.wav\nand went", "a.txt", "", "x" * 5000 + ".wav"]
    assert found(table, *texts) == texts
    assert found(table, "a.wav", endings=()) == ["a.wav"]


def test_lists_and_places_stay(table):
    row = Example([0.1, 0.2], "yes", "train.tsv, line 2", ("given",))
    assert located([row], table, SOUNDS) == [row]
