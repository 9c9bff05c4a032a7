"""Plain text: a line is a row, even an empty one."""

from pathlib import Path

from unrolled.readers import read


def written(rows: list[tuple[str, str]]) -> dict[str, dict[str, str]]:
    """For tests/every/test_every_reader.py: what is read, and the files it is of."""
    return {"a.txt": {"a.txt": "".join(f"{text}\n" for _, text in rows)}}


def test_each_line_is_a_row():
    Path("a.txt").write_text(' He is great \n\nfine, "yes"\n', encoding="utf-8")
    found = read("a.txt")
    assert found.columns == ("text",)
    assert found.rows == [(" He is great ",), ("",), ('fine, "yes"',)]
    assert found.places == ["a.txt, line 1", "a.txt, line 2", "a.txt, line 3"]
    assert found.notes == ["encoding: UTF-8", "rows: one for each line"]


def test_only_line_ends_end_a_line():
    Path("a.txt").write_bytes("a\x0bb\x0cc\u2028d\x85e\r\nf".encode())
    assert read("a.txt").rows == [("a\x0bb\x0cc\u2028d\x85e",), ("f",)]
