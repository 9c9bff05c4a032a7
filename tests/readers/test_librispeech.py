"""LibriSpeech: chapters of sounds, a file of texts in each."""

from pathlib import Path

import pytest

from unrolled.errors import UnreadableDataError
from unrolled.readers import Table, read


def written(rows: list[tuple[str, str]]) -> dict[str, dict[str, str | bytes]]:
    """For tests/every/test_every_reader.py: what is read, and the files it is of."""
    files: dict[str, str | bytes] = {}
    for chapter, first in (("r/84/1/84-1", 0), ("r/84/2/84-2", 3)):
        part = list(enumerate(rows))[first : first + 3]
        lines = [f"{Path(chapter).name}-{n} {text}\n" for n, (_, text) in part]
        files[f"{chapter}.trans.txt"] = "".join(lines)
        files |= {f"{chapter}-{n}.flac": b"fLaC" for n, _ in part}
    lines = [f"84-{n} {text}\n" for n, (_, text) in enumerate(rows)]
    alone: dict[str, str | bytes] = {f"84-{n}.flac": b"" for n in range(len(rows))}
    return {
        "r": files,
        "84.trans.txt": {"84.trans.txt": "".join(lines), **alone},
    }


def expected(path: str, rows: list[tuple[str, str]]) -> tuple[tuple[str, ...], list]:
    """The columns and rows that come back."""
    names = [f"84/{1 + n // 3}/84-{1 + n // 3}-{n}" for n in range(len(rows))]
    if path != "r":
        names = [f"84-{n}" for n in range(len(rows))]
    found = [
        (f"{name}.flac", text) for name, (_, text) in zip(names, rows, strict=True)
    ]
    return ("sound", "text"), found


def make(texts: str, *sounds: str) -> None:
    Path("r/84/1").mkdir(parents=True)
    Path("r/84/1/84-1.trans.txt").write_text(texts, encoding="utf-8")
    for name in sounds:
        Path(f"r/84/1/{name}").write_bytes(b"")


def refusal() -> str:
    with pytest.raises(UnreadableDataError) as refused:
        read("r")
    return str(refused.value)


def test_names_places_and_notes():
    make("84-1-0001 GO  ON\n\n84-1-0000 GO\n", "84-1-0000.flac", "84-1-0001.flac")
    assert read("r") == Table(
        ("sound", "text"),
        [("84/1/84-1-0001.flac", "GO  ON"), ("84/1/84-1-0000.flac", "GO")],
        ["r/84/1/84-1.trans.txt, line 1", "r/84/1/84-1.trans.txt, line 3"],
        "r",
        ["encoding: UTF-8", "texts: 1 files"],
    )


def test_a_line_without_a_sound_or_a_text_is_refused_or_left_out():
    make("84-1-0000 GO\n84-1-0001 ON\n84-1-0002\n", "84-1-0000.flac", "84-1-0002.flac")
    assert refusal() == (
        "r/84/1/84-1.trans.txt, line 2: no sound 84-1-0001 is beside it.\n"
        "  expected: the name of a sound in that folder, and what is said\n"
        "  to fix:   correct that line, or leave such rows out with --skip-bad-rows\n"
        "  code:     unreadable-data"
    )
    found = read("r", skip_bad_rows=True)
    assert found.rows == [("84/1/84-1-0000.flac", "GO")]
    assert [why.partition(": ")[2] for why in found.bad_rows] == [
        "no sound 84-1-0001 is beside it.",
        "84-1-0002 has no text.",
    ]


def test_a_sound_without_a_line_is_refused_or_left_out():
    make("84-1-0000 GO\n", "84-1-0000.flac", "84-1-0001.flac", "cover.jpg")
    assert refusal() == (
        "r/84/1/84-1-0001.flac: no text.\n"
        "  expected: a line for each sound in the .trans.txt beside it\n"
        "  to fix:   add that line, or leave such rows out with --skip-bad-rows\n"
        "  code:     unreadable-data"
    )
    found = read("r", skip_bad_rows=True)
    assert len(found.rows) == 1
    assert found.bad_rows == ["r/84/1/84-1-0001.flac: no text."]


def test_a_chapter_that_cannot_be_read_is_left_out():
    make("84-1-0000 GO\n", "84-1-0000.flac")
    Path("r/85.trans.txt").write_bytes(b"85-1 caf\xe9\n")
    assert refusal().startswith("r/85.trans.txt, line 1, column 9: byte 0xe9")
    assert len(read("r", skip_bad_rows=True).bad_rows) == 1
