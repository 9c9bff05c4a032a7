"""JSON lines: keys, kinds and what is left out."""

import json
from pathlib import Path

import pytest

from unrolled.errors import UnreadableDataError
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


SPANS = {
    "threes": [[0, 6, "PER"], [13, 18, "LOC"]],
    "start and end": [
        {"start": 0, "end": 6, "label": "PER"},
        {"start": 13, "end": 18, "label": "LOC", "token_start": 3},
    ],
    "offsets": [
        {"id": 7, "label": "PER", "start_offset": 0, "end_offset": 6},
        {"id": 8, "label": "LOC", "start_offset": 13, "end_offset": 18},
    ],
    "labels in a list": [
        {"start": 0, "end": 6, "text": "Chirag", "labels": ["PER"]},
        {"start": 13, "end": 18, "text": "India", "labels": ["LOC"]},
    ],
    "both kinds": [[0, 6, "PER"], {"start": 13, "stop": 18, "type": "LOC"}],
}


@pytest.mark.parametrize("spans", SPANS.values(), ids=SPANS)
def test_spans_in_every_way_become_start_stop_and_label(spans: list):
    rows = [
        {"text": "Nobody", "label": []},
        {"text": "Chirag is in India", "label": spans},
        {"text": "Nobody else", "label": []},
    ]
    found = table_of("\n".join(map(json.dumps, rows)))
    assert [row[1] for row in found.rows] == [
        [],
        [[0, 6, "PER"], [13, 18, "LOC"]],
        [],
    ]


NO_SPANS = {
    '[["a", 5, "PER"]]': '["a", 5, "PER"], no span',
    '[[0, true, "PER"]]': '[0, true, "PER"], no span',
    '[{"start": 0, "label": "PER"}]': '{"start": 0, "label": "PER"}, no span',
    '[{"start": 0, "end": 5, "labels": ["A", "B"]}]': (
        '{"start": 0, "end": 5, "labels": ["A", "B"]}, no span'
    ),
    '[[0, 1, "é"], {"subject": "a text that goes on and on", "object": "b", "c": 1}]': (
        '{"subject": "a text that goes on and on", "object": "b", ..., no span'
    ),
}


@pytest.mark.parametrize("spans", NO_SPANS)
def test_what_is_no_span_is_refused_in_exact_words(spans: str):
    with pytest.raises(UnreadableDataError) as refused:
        table_of(f'{{"spans": [[0, 1, "X"]]}}\n{{"spans": {spans}}}')
    assert str(refused.value) == (
        f'a.jsonl, line 2: the key "spans" holds {NO_SPANS[spans]}.\n'
        '  expected: [start, stop, "label"] or {"start": 0, "end": 6, "label": "PER"}\n'
        "  to fix:   correct that line, or leave such rows out with --skip-bad-rows\n"
        "  code:     unreadable-data"
    )


def test_a_number_too_large_and_half_a_character_in_spans():
    found = table_of(
        '{"x": [[0, 1e999, "A"]]}\n{"x": [[0, 1, "\\ud800"]]}\n{"x": [[0, 1, "A"]]}',
        skip_bad_rows=True,
    )
    assert found.rows == [([[0, 1, "A"]],)]
    assert found.bad_rows == [
        'a.jsonl, line 1: the key "x" holds a number too large.',
        "a.jsonl, line 2: an escape that stands for no character (half a surrogate"
        " pair, or NUL).",
    ]


def test_spans_and_numbers_are_two_kinds():
    found = table_of('{"x": [[0, 1, "A"]]}\n{"x": [[0, 1, 2]]}', skip_bad_rows=True)
    assert found.bad_rows == [
        'a.jsonl, line 2: the key "x" holds a list of lists of numbers.'
    ]


def test_a_null_among_numbers_is_a_gap():
    found = table_of('{"n": [1, null, 2.5], "v": [[1, null], [3, 4]]}\n')
    assert found.rows == [([1, None, 2.5], [[1, None], [3, 4]])]


@pytest.mark.parametrize(
    "text", ['{"n": [null]}', '{"n": [[null], [null]]}', '{"n": ["a", null]}']
)
def test_a_null_among_no_numbers_is_refused(text: str):
    with pytest.raises(UnreadableDataError, match="holds a list of mixed values"):
        table_of(text + "\n")


def test_a_picture_is_a_list_of_lines_of_pixels():
    found = table_of(
        '{"x": [[[0, 1, 2], [3, 4, 5]]]}\n{"x": [[[6, 7, 8]], [[9, 9, 9]]]}'
    )
    assert found.rows == [([[[0, 1, 2], [3, 4, 5]]],), ([[[6, 7, 8]], [[9, 9, 9]]],)]


def test_a_picture_with_lines_of_unequal_size_is_refused():
    found = table_of(
        '{"x": [[[0, 1, 2]]]}\n{"x": [[[0, 1, 2]], [[0, 1, 2], [0, 1, 2]]]}\n'
        '{"x": [[[0, 1, 1e999]]]}\n{"x": [[0, 1]]}',
        skip_bad_rows=True,
    )
    assert found.bad_rows == [
        'a.jsonl, line 2: the key "x" holds a picture whose lines are of unequal size.',
        'a.jsonl, line 3: the key "x" holds a number too large.',
        'a.jsonl, line 4: the key "x" holds a list of lists of numbers.',
    ]
