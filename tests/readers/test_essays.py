"""Essays with corrections: paragraphs, annotators, and what is broken."""

import json
from pathlib import Path

import pytest

from unrolled.errors import UnreadableDataError
from unrolled.readers import Table, read


def essay(text: str, *annotators: list, **more: object) -> str:
    edits = list(enumerate(annotators))
    return json.dumps({**more, "text": text, "edits": edits}, ensure_ascii=False) + "\n"


def written(rows: list[tuple[str, str]]) -> dict[str, dict[str, str]]:
    """For tests/every/test_every_reader.py: what is read, and the files it is of."""
    lines = [essay(label, [[0, len(label), text]]) for label, text in rows]
    return {name: {name: "".join(lines)} for name in ("a.json", "a.jsonl", "a.ndjson")}


def expected(path: str, rows: list[tuple[str, str]]) -> tuple[tuple[str, ...], list]:
    """The columns and rows that come back from the file of that name."""
    assert path.startswith("a.")
    return ("source", "target"), rows


def read_lines(*lines: str) -> Table:
    Path("a.json").write_text("".join(lines), encoding="utf-8")
    return read("a.json")


def test_a_row_is_a_paragraph_with_the_right_text_of_each_annotator():
    found = read_lines(
        essay("He go home.\n\nBye ", [[3, 5, "goes"]], [[6, 10, "away"]], cefr="A1"),
        essay("All is well.", []),
        essay("No one looked."),
    )
    assert found == Table(
        ("source", "target", "target 2"),
        [
            ("He go home.", "He goes home.", "He go away."),
            ("Bye", "Bye", "Bye"),
            ("All is well.", "All is well.", ""),
            ("No one looked.", "No one looked.", ""),
        ],
        [
            "a.json, line 1 (paragraph 1)",
            "a.json, line 1 (paragraph 2)",
            "a.json, line 2 (paragraph 1)",
            "a.json, line 3 (paragraph 1)",
        ],
        "a.json",
        ["encoding: UTF-8", "texts: 3, of 4 paragraphs"],
    )


@pytest.mark.parametrize(
    ("edits", "rows"),
    [
        ([[0, 2, ""]], [("ab cd", "cd"), ("ef", "ef")]),
        ([[0, 2, None]], [("ab cd", "ab cd"), ("ef", "ef")]),  # marked, not put right
        ([[5, 5, "!"]], [("ab cd", "ab cd!"), ("ef", "ef")]),
        ([[6, 6, "I "]], [("ab cd", "ab cd"), ("ef", "I ef")]),
        ([[8, 8, "."], [0, 1, "A"]], [("ab cd", "Ab cd"), ("ef", "ef.")]),
        ([[5, 6, ", "]], [("ab cd ef", "ab cd, ef")]),  # over the end of a paragraph
        ([[3, 8, "x\ny"]], [("ab cd ef", "ab x y")]),
        ([[2, 2, ","], [2, 5, " CD"]], [("ab cd", "ab, CD"), ("ef", "ef")]),
    ],
)
def test_the_right_text_of_a_paragraph(edits, rows):
    assert read_lines(essay("ab cd\nef", edits)).rows == rows


def test_other_objects_are_left_to_other_readers():
    found = read_lines('{"text": "Hi", "label": "a"}\n')
    assert found.columns == ("text", "label")
    found = read_lines('{"text": "Hi", "edits": ["a"]}\n')
    assert found.columns == ("text", "edits")


OTHERWISE = '{"text": "He go.", "edits": [[0, [[3, 5, "goes"]]]]}'


@pytest.mark.parametrize(
    ("line", "found", "wanted"),
    [
        (
            "{",
            "not JSON (Expecting property name enclosed in double quotes)",
            OTHERWISE,
        ),
        ("[]", "no text with corrections", OTHERWISE),
        ('{"text": "a"}', "no text with corrections", OTHERWISE),
        ('{"text": 1, "edits": []}', "no text with corrections", OTHERWISE),
        ('{"text": "a", "edits": [[0]]}', "no text with corrections", OTHERWISE),
        ('{"text": "a", "edits": [[0, [[0, 1]]]]}', "no text with", OTHERWISE),
        ('{"text": "a", "edits": [[0, [[0, "1", "b"]]]]}', "no text with", OTHERWISE),
        ('{"text": "a", "edits": [[0, [[0, 1, 2]]]]}', "no text with", OTHERWISE),
        (
            '{"text": "a", "edits": [[0, [[0, 2, "b"]]]]}',
            "a correction from character 0 to 2.",
            "a place from 0 to 1, the length of its text",
        ),
        (
            '{"text": "abc", "edits": [[0, [[1, 3, "x"], [0, 2, "y"]]]]}',
            "corrections that overlap, at 0 and 1.",
            "corrections side by side",
        ),
        (
            '{"text": "a", "edits": [[0, [[0, 1, "\\ud800"]]]]}',
            "an escape that stands for no character.",
            "text",
        ),
    ],
)
def test_broken_lines_are_refused_or_left_out(line, found, wanted):
    good = essay("Hi", [[0, 2, "Hello"]])
    with pytest.raises(UnreadableDataError) as refusal:
        read_lines(good, line, "\n", good)
    told = str(refusal.value)
    assert told.startswith(f"a.json, line 2: {found}")
    assert told.endswith(
        f"\n  expected: {wanted}\n"
        "  to fix:   correct that line, or leave such rows out with --skip-bad-rows\n"
        "  code:     unreadable-data"
    )
    left = read("a.json", skip_bad_rows=True)
    assert left.rows == [("Hi", "Hello")] * 2
    assert len(left.bad_rows) == 1
