"""Kaldi's data folders."""

from pathlib import Path

import pytest

from unrolled.errors import UnreadableDataError
from unrolled.readers import Table, read


def written(rows: list[tuple[str, str]]) -> dict[str, dict[str, str | bytes]]:
    """For tests/every/test_every_reader.py: what is read, and the files it is of."""
    texts = [f"utt{n} {text}\n" for n, (_, text) in enumerate(rows)]
    sounds = [f"utt{n} audio/{n}.wav\n" for n in range(len(rows))]
    return {"r": {"r/wav.scp": "".join(sounds), "r/text": "".join(texts)}}


def expected(path: str, rows: list[tuple[str, str]]) -> tuple[tuple[str, ...], list]:
    """The columns and rows that come back."""
    assert path == "r"
    found = [(f"audio/{n}.wav", text) for n, (_, text) in enumerate(rows)]
    return ("sound", "text"), found


def make(sounds: str, texts: str) -> None:
    Path("r").mkdir()
    Path("r/wav.scp").write_text(sounds, encoding="utf-8")
    Path("r/text").write_text(texts, encoding="utf-8")


def refusal() -> str:
    with pytest.raises(UnreadableDataError) as refused:
        read("r")
    return str(refused.value)


def test_rows_are_those_of_wav_scp():
    make("b\tb c.wav\n\na  /far/a.wav\n", "a  hi  um\nc left over\nb\tyeah\n")
    assert read("r") == Table(
        ("sound", "text"),
        [("b c.wav", "yeah"), ("/far/a.wav", "hi  um")],
        ["r/wav.scp, line 1", "r/wav.scp, line 3"],
        "r",
        ["encoding: UTF-8", "texts without a sound: 1, passed over"],
    )


def test_a_path_from_where_the_command_runs_is_told_in_full(tmp_path):
    make("a data/a.wav\nb b.wav\n", "a hi\nb yeah\n")
    Path("data").mkdir()
    for name in ("data/a.wav", "r/b.wav", "b.wav"):
        Path(name).write_bytes(b"")
    assert read("r").rows == [
        (str(tmp_path.resolve() / "data/a.wav"), "hi"),
        ("b.wav", "yeah"),
    ]


@pytest.mark.parametrize(
    ("sounds", "texts", "where", "problem"),
    [
        ("a a.wav\nb\n", "a hi\nb yeah\n", "wav.scp", "b has no path."),
        ("a a.wav\nb b.wav\n", "a hi\n", "wav.scp", "b has no line in text."),
        ("a a.wav\nb b.wav\n", "a hi\nb\n", "wav.scp", "b has no line in text."),
        ("a a.wav\na b.wav\n", "a hi\n", "wav.scp", "a stands there twice."),
        ("a a.wav\n", "a hi\na ho\n", "text", "a stands there twice."),
    ],
)
def test_what_is_no_row_is_refused_or_left_out(sounds, texts, where, problem):
    make(sounds, texts)
    assert refusal() == (
        f"r/{where}, line 2: {problem}\n"
        "  expected: a line for each sound in wav.scp, with its path, and in text\n"
        "  to fix:   correct that line, or leave such rows out with --skip-bad-rows\n"
        "  code:     unreadable-data"
    )
    found = read("r", skip_bad_rows=True)
    assert found.rows == [("a.wav", "hi")]
    assert found.bad_rows == [f"r/{where}, line 2: {problem}"]


def test_a_command_is_never_run():
    make("a touch made.txt |\n", "a hi\n")
    assert refusal() == (
        "r/wav.scp, line 1: a is made by a command, which is not run.\n"
        "  expected: a path of a sound\n"
        "  to fix:   run the command, and write the path of what it made, or leave"
        " such rows out with --skip-bad-rows\n"
        "  code:     unreadable-data"
    )
    assert not Path("made.txt").exists()


def test_parts_of_sounds_are_refused():
    make("a a.wav\n", "a-1 hi\n")
    Path("r/segments").write_text("a-1 a 0.0 1.5\n")
    assert refusal() == (
        "r has segments: its rows are parts of sounds.\n"
        "  expected: a folder of wav.scp and text, a sound for each text\n"
        "  to fix:   cut the sounds by extract-segments of Kaldi, and name the folder"
        " of the pieces\n"
        "  code:     unreadable-data"
    )
