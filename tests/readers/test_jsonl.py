"""JSON lines: keys, kinds and what is left out."""

import json
from pathlib import Path

from unrolled.readers import read


def written(rows: list[tuple[str, str]]) -> dict[str, dict[str, str]]:
    """For tests/every/test_every_reader.py: what is read, and the files it is of."""
    objects = [json.dumps({"label": label, "text": text}) for label, text in rows]
    text = "".join(f"{one}\n" for one in objects)
    return {name: {name: text} for name in ("a.jsonl", "a.ndjson", "a.json")}


def table_of(text: str, **said):
    Path("a.jsonl").write_text(text, encoding="utf-8")
    return read("a.jsonl", **said)


def test_each_kind_of_value():
    found = table_of(
        '{"t": "né \\ud83d\\ude42", "i": 1, "f": 1.5, "b": true, "n": [1, 2.5],'
        ' "v": [[1, 2], [3, 4]], "w": ["a", "b"], "e": []}\n'
    )
    assert found.columns == ("t", "i", "f", "b", "n", "v", "w", "e")
    assert found.rows == [
        ("né 🙂", 1, 1.5, "true", [1, 2.5], [[1, 2], [3, 4]], ["a", "b"], [])
    ]
    assert found.places == ["a.jsonl, line 1"]
    assert found.notes == [
        "encoding: UTF-8",
        "columns: t, i, f, b, n, v, w, e (keys of the objects)",
    ]


def test_the_first_row_sets_the_order_of_the_columns():
    found = table_of('{"b": "1", "a": "2"}\n\n{"a": "4", "b": "3"}')
    assert found.columns == ("b", "a")
    assert found.rows == [("1", "2"), ("3", "4")]
    assert found.places == ["a.jsonl, line 1", "a.jsonl, line 3"]
    assert "empty lines: 1, passed over" in found.notes


def test_whole_and_broken_numbers_are_one_kind():
    assert table_of('{"x": 1}\n{"x": 1.5}\n').rows == [(1,), (1.5,)]


def test_an_empty_list_fits_any_list_and_no_text():
    rows = table_of('{"x": []}\n{"x": [1]}\n{"x": []}\n{"x": [2]}\n').rows
    assert rows == [([],), ([1],), ([],), ([2],)]
    found = table_of(
        '{"x": []}\n{"x": "a"}\n{"x": ["a"]}\n{"x": [1]}', skip_bad_rows=True
    )
    assert found.bad_rows == [
        'a.jsonl, line 2: the key "x" holds a text.',
        'a.jsonl, line 4: the key "x" holds a list of numbers.',
    ]


def test_a_text_with_other_line_separators_is_one_line():
    assert table_of('{"x": "a\u2028b\x85c"}\n').rows == [("a\u2028b\x85c",)]


def test_bad_rows_are_left_out_and_the_first_good_one_sets_the_keys():
    found = table_of(
        '{"x": null}\n{"x": "a", "y": "b"}\n{"x": "c"}\nnonsense\n{"x": "d", "y": "e"}',
        skip_bad_rows=True,
    )
    assert found.rows == [("a", "b"), ("d", "e")]
    assert found.bad_rows == [
        'a.jsonl, line 1: the key "x" holds null.',
        'a.jsonl, line 3: the key "y" is missing.',
        "a.jsonl, line 4, column 1: not JSON (Expecting value).",
    ]


def test_a_broken_object_over_lines_is_told_by_its_first_line():
    found = table_of('{\n"a": 1\n{"x": "y"}', skip_bad_rows=True)
    assert found.rows == [("y",)]
    assert found.bad_rows[0] == (
        "a.jsonl, line 1, column 2: not JSON (Expecting property name enclosed in"
        " double quotes)."
    )
