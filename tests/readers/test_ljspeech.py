"""LJSpeech: a file with bars, and its folder of sounds."""

from pathlib import Path

import pytest

from unrolled.errors import UnreadableDataError
from unrolled.readers import Table, read


def _texts(rows: list[tuple[str, str]]) -> list[str]:
    return [text.replace("|", "/") for _, text in rows]  # a bar can be no letter here


def written(rows: list[tuple[str, str]]) -> dict[str, dict[str, str | bytes]]:
    """For tests/every/test_every_reader.py: what is read, and the files it is of."""
    texts = _texts(rows)
    lines = [f"LJ-{n}|raw|{text}\n" for n, text in enumerate(texts)]
    short = [f"LJ-{n}|{text}\n" for n, text in enumerate(texts)]
    sounds: dict[str, str | bytes] = {f"wavs/LJ-{n}.wav": b"" for n in range(len(rows))}
    return {
        "r": {
            "r/metadata.csv": "".join(lines),
            **{f"r/{name}": data for name, data in sounds.items()},
        },
        "metadata.csv": {"metadata.csv": "".join(short), **sounds},
    }


def expected(path: str, rows: list[tuple[str, str]]) -> tuple[tuple[str, ...], list]:
    """The columns and rows that come back."""
    assert path in ("r", "metadata.csv")
    found = [(f"wavs/LJ-{n}.wav", text) for n, text in enumerate(_texts(rows))]
    return ("sound", "text"), found


def make(metadata: str) -> None:
    Path("r/wavs").mkdir(parents=True)
    Path("r/metadata.csv").write_text(metadata, encoding="utf-8")


def test_the_text_is_the_one_with_numbers_written_out():
    make('a|Dr. 5|Doctor five\n\nb.wav|He said "no|\nc|Only, this\n')
    assert read("r") == Table(
        ("sound", "text"),
        [
            ("wavs/a.wav", "Doctor five"),
            ("wavs/b.wav", 'He said "no'),
            ("wavs/c.wav", "Only, this"),
        ],
        [f"r/metadata.csv, line {n}" for n in (1, 3, 4)],
        "r",
        ["encoding: UTF-8", "empty lines: 1, passed over", "sounds are those in wavs/"],
    )
    assert read("r/metadata.csv").rows == read("r").rows


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("a||", "no name or no text."),
        ("|text|text", "no name or no text."),
        ("alone", "no name or no text."),
        ("a|b|c|d", "4 cells."),
    ],
)
def test_what_is_no_row_is_refused_or_left_out(line, problem):
    make(f"a|one|one\n{line}\n")
    with pytest.raises(UnreadableDataError) as refused:
        read("r")
    assert str(refused.value) == (
        f"r/metadata.csv, line 2: {problem}\n"
        "  expected: the name of a sound, what is said, and perhaps the same with its"
        " numbers written out, with | between them\n"
        "  to fix:   correct that line, or leave such rows out with --skip-bad-rows\n"
        "  code:     unreadable-data"
    )
    found = read("r", skip_bad_rows=True)
    assert found.rows == [("wavs/a.wav", "one")]
    assert found.bad_rows == [f"r/metadata.csv, line 2: {problem}"]


def test_a_table_with_commas_beside_wavs_stays_a_table():
    make("file_name,text\na.wav,one\nb.wav,two\n")
    assert read("r/metadata.csv").columns == ("file_name", "text")


def test_a_table_with_bars_and_no_wavs_beside_it_stays_a_table():
    Path("metadata.csv").write_text("text|label\ngood one|1\nbad one|0\n")
    assert read("metadata.csv").columns == ("text", "label")
