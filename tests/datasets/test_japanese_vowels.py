"""japanese_vowels: dimensions across become moments down."""

from unrolled.datasets.japanese_vowels import FOLDER, JapaneseVowels


def _file(lines):
    return "\n".join(["#comment", "@dimensions 2", "@data", *lines, ""]).encode()


def test_a_line_becomes_one_vector_a_moment():
    files = {
        f"{FOLDER}/JapaneseVowels_TRAIN.ts": _file(
            f"{n},1,2:-1,-2,-3:{speaker}" for speaker in "12" for n in range(5)
        ),
        f"{FOLDER}/JapaneseVowels_TEST.ts": _file(["1.5,2:3,4e-1:2"]),
    }
    parts = JapaneseVowels().convert(files)
    assert parts["test"] == [([[1.5, 3.0], [2.0, 0.4]], "2")]
    assert {p: [s for _, s in rows] for p, rows in parts.items()} == {
        "train": ["1", "1", "2", "2"],
        "valid": ["1", "1", "1", "2", "2", "2"],
        "test": ["2"],
    }
    every = sorted(parts["train"] + parts["valid"], key=lambda row: (row[1], row[0]))
    expected = [
        ([[float(n), -1.0], [1.0, -2.0], [2.0, -3.0]], speaker)
        for speaker in "12"
        for n in range(5)
    ]
    assert every == expected
