"""Recordings of the UEA archive: dimensions across become moments down."""

from unrolled.datasets._recordings import kept_aside, recordings
from unrolled.datasets.basic_motions import FOLDER, BasicMotions


def _file(lines):
    return "\n".join(["#comment", "@dimensions 2", "@data", *lines, ""]).encode()


def test_a_line_becomes_one_vector_a_moment():
    assert recordings(_file(["1.5,2:3,4e-1:Running", "0:-1: Standing\r"])) == [
        ([[1.5, 3.0], [2.0, 0.4]], "Running"),
        ([[0.0, -1.0]], "Standing"),
    ]


def test_so_many_of_each_label_are_kept_aside_whatever_their_order():
    rows = [([[float(n)]], label) for n in range(5) for label in "ab"]
    parts = kept_aside(rows, 2)
    assert sorted(row[1] for row in parts["valid"]) == ["a", "a", "b", "b"]
    assert len(parts["train"]) == 6
    assert sorted(map(str, parts["train"] + parts["valid"])) == sorted(map(str, rows))
    again = kept_aside(rows[::-1], 2)
    assert sorted(map(str, again["valid"])) == sorted(map(str, parts["valid"]))


def test_basic_motions_keep_two_of_each_activity_aside():
    train = [f"{n},1:{n},2:{name}" for name in ("Running", "Walking") for n in range(4)]
    files = {
        f"{FOLDER}/BasicMotions_TRAIN.ts": _file(train),
        f"{FOLDER}/BasicMotions_TEST.ts": _file(["9,9:9,9:Walking"]),
    }
    parts = BasicMotions().convert(files)
    assert {part: len(rows) for part, rows in parts.items()} == {
        **{"train": 4, "valid": 4, "test": 1},
    }
    assert parts["test"] == [([[9.0, 9.0], [9.0, 9.0]], "Walking")]
