"""Spans of characters to tags and back; what is no span is told."""

import pytest

from unrolled.errors import UnreadableDataError
from unrolled.text.spans import Fit, check_spans, fit, offsets_of, tags_from_offsets
from unrolled.text.tag_schemes import Span
from unrolled.text.words import Words

TEXT = "Chirag lives in New York."
OFFSETS = [(0, 6), (7, 12), (13, 15), (16, 19), (20, 24), (24, 25)]
SPANS = [[0, 6, "PER"], [16, 24, "LOC"]]


def test_tags_and_back():
    tags = tags_from_offsets(TEXT, OFFSETS, SPANS, "BIO")
    assert tags == ["B-PER", "O", "O", "B-LOC", "I-LOC", "O"]
    found = offsets_of([Span(0, 1, "PER"), Span(3, 5, "LOC")], OFFSETS)
    assert found == [(0, 6, "PER"), (16, 24, "LOC")]
    assert tags_from_offsets(TEXT, OFFSETS, SPANS[::-1], "BIOES") == (
        ["S-PER", "O", "O", "B-LOC", "E-LOC", "O"]
    )


def test_with_a_tokenizer_of_the_house():
    offsets = Words(lowercase=True).spans(TEXT)
    assert offsets == OFFSETS


@pytest.mark.parametrize(
    ("span", "tokens", "widened"),
    [
        ([0, 6, "A"], (0, 1), 0),
        ([1, 6, "A"], (0, 1), 1),  # cut on the left
        ([16, 22, "A"], (3, 5), 1),  # cut on the right
        ([18, 21, "A"], (3, 5), 1),  # on both sides: one span
        ([6, 13, "A"], (1, 2), 0),  # blanks around it
        ([15, 25, "A"], (3, 6), 0),
    ],
)
def test_a_span_is_widened_to_its_tokens(span: list, tokens: tuple, widened: int):
    assert fit(TEXT, OFFSETS, [span]) == Fit([Span(*tokens, "A")], widened, 0)


def test_a_blank_at_the_end_of_a_span_does_not_count_even_as_a_token():
    characters = [(at, at + 1) for at in range(4)]
    assert fit("a b ", characters, [[1, 4, "A"]]).spans == [Span(2, 3, "A")]


def test_a_span_without_a_token_of_its_own_is_lost_and_counted():
    assert fit(TEXT, OFFSETS, [[6, 7, "A"]]) == Fit([], 0, 1)
    assert fit("a", [], [[0, 1, "A"]]) == Fit([], 0, 1)
    # Both lie in one token, which the first takes whole.
    assert fit(TEXT, OFFSETS, [[3, 6, "B"], [0, 3, "A"]]) == (
        Fit([Span(0, 1, "A")], 1, 1)
    )
    # The second loses its first token and keeps the next.
    assert fit(TEXT, OFFSETS, [[0, 9, "A"], [9, 15, "B"]]) == (
        Fit([Span(0, 2, "A"), Span(2, 3, "B")], 1, 0)
    )


def test_good_spans_come_in_order():
    assert check_spans("ab c", [[3, 4, "B"], (0, 2, "A"), [2, 3, "A"]], where="") == (
        [(0, 2, "A"), (2, 3, "A"), (3, 4, "B")]
    )
    assert check_spans("", [], where="") == []


THREE = 'spans such as [0, 6, "PER"]: start, stop and label'
OVER = "spans that share no character, since a token has one tag"
BEHIND = "a stop behind the start; it counts the first character outside"
TO_25 = "positions from 0 to 25, the characters of that text"
WRONG = [
    ("PER", "no list of spans", THREE),
    ([5], "5 is no span", THREE),
    ([[0, 6]], "[0, 6] is no span", THREE),
    ([[0, 6, ""]], "[0, 6, ''] is no span", THREE),
    ([[0.5, 6, "PER"]], "[0.5, 6, 'PER'] is no span", THREE),
    ([["0", 6, "PER"]], "['0', 6, 'PER'] is no span", THREE),
    ([[True, 6, "PER"]], "[True, 6, 'PER'] is no span", THREE),
    ([[20, 26, "LOC"]], "the span [20, 26, LOC] leaves the text", TO_25),
    ([[-6, 6, "PER"]], "the span [-6, 6, PER] leaves the text", TO_25),
    ([[26, 27, "PER"]], "the span [26, 27, PER] leaves the text", TO_25),
    ([[6, 6, "PER"]], "the span [6, 6, PER] holds no character", BEHIND),
    ([[6, 0, "PER"]], "the span [6, 0, PER] holds no character", BEHIND),
    (
        [[7, 15, "B"], [0, 8, "A"]],
        '[0, 8, A] "Chirag l" and [7, 15, B] "lives in" overlap',
        OVER,
    ),
    ([[0, 1, "A"], [0, 1, "A"]], '[0, 1, A] "C" and [0, 1, A] "C" overlap', OVER),
]


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case[1])
def test_a_wrong_span_is_refused_in_exact_words(case: tuple):
    spans, found, expected = case
    with pytest.raises(UnreadableDataError) as refused:
        check_spans(TEXT, spans, where="notes.jsonl, line 4")
    assert str(refused.value) == (
        f"notes.jsonl, line 4: {found}.\n  expected: {expected}\n"
        "  to fix:   correct the spans of that row, or leave it out\n"
        "  code:     unreadable-data"
    )
