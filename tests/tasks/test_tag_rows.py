"""Rows of words with tags, of texts with spans, and what is wrong with others."""

from typing import Any

import pytest

from unrolled.errors import UnreadableDataError
from unrolled.tasks._base import Example
from unrolled.tasks._tag.rows import row_of, with_other_end


def row(cell: Any, target: Any = None):
    return row_of(Example(cell, target, "a.jsonl, line 3"))


def test_a_list_of_words_stands_in_the_words_joined_by_blanks():
    found = row(["Ann", "in", "Rome"], ["B-PER", "O", "B-LOC"])
    assert found.words == ["Ann", "in", "Rome"]
    assert found.tags == ["B-PER", "O", "B-LOC"]
    assert found.spans is None
    assert found.text == "Ann in Rome"
    assert [found.text[a:b] for a, b in found.places] == found.words
    assert found.place == "a.jsonl, line 3"


def test_words_and_tags_may_be_written_between_blanks():
    found = row("Ann  in Rome.", "B-PER O B-LOC")
    assert found.words == ["Ann", "in", "Rome."]
    assert found.tags == ["B-PER", "O", "B-LOC"]


def test_a_text_is_cut_into_words_and_keeps_its_spans():
    found = row("Ann  lives in Rome.", [[14, 18, "LOC"], [0, 3, "PER"]])
    assert found.words == ["Ann", "lives", "in", "Rome", "."]
    assert found.places[1] == (5, 10)
    assert found.spans == [(0, 3, "PER"), (14, 18, "LOC")]
    assert found.tags is None
    assert row("Nobody here.", []).spans == []


def test_a_question_is_a_text_or_words():
    assert row("Ann's here").words == ["Ann", "'s", "here"]
    assert row(["Ann's", "here"]).words == ["Ann's", "here"]
    assert row('["Ann\'s", "here"]').words == ["Ann's", "here"]
    assert row("[1, 2] is a list").words[0] == "["
    assert row('["no end').words[0] == "["
    assert row("").words == []
    assert row([], []).words == []


EXPECTED = (
    "\n  expected: a list of words and a tag for each of them, or a text and its spans"
    " as [start, stop, label]\n"
    "  to fix:   correct that row\n"
    "  code:     unreadable-data"
)


@pytest.mark.parametrize(
    ("cell", "target", "problem"),
    [
        (["a", "b"], ["O"], "2 words and 1 tag"),
        (["a"], ["O", "O"], "1 word and 2 tags"),
        ("a b", "O", "2 words and 1 tag"),
        ([], ["O"], "0 words and 1 tag"),
        (["a", 3.0], ["O", "O"], "a list with something in it that is no word"),
        (["a", ""], None, "a list with something in it that is no word"),
        ([[0.5]], None, "a list with something in it that is no word"),
        (["a"], [4.0], "tags that are neither texts nor spans"),
        (["a"], [""], "an empty tag"),
        (["a"], [[0, 1, "X"]], "spans of characters, and no text that they count in"),
    ],
)
def test_a_wrong_row_is_told_by_its_place(cell, target, problem):
    with pytest.raises(UnreadableDataError) as why:
        row(cell, target)
    assert str(why.value) == f"a.jsonl, line 3: {problem}.{EXPECTED}"


def test_a_wrong_span_is_told_by_its_place():
    with pytest.raises(UnreadableDataError, match=r"^a\.jsonl, line 3: the span"):
        row("Ann", [[0, 9, "PER"]])


def test_a_mark_at_the_end_is_taken_away_or_added():
    tags = ["B-PER", "O", "O"]
    known = row(["Ann", "runs", "."], tags)
    found = with_other_end(known, tags, "O", "?")
    assert (found.words, found.tags) == (["Ann", "runs"], ["B-PER", "O"])
    again = with_other_end(found, ["B-PER", "O"], "O", "?")
    assert (again.words, again.tags) == (["Ann", "runs", "?"], tags)
    # A mark of plain tags would need a tag, and a row of one mark stays one.
    plain = with_other_end(found, ["NOUN", "VERB"], None, "?")
    assert (plain.words, plain.tags) == (["Ann", "runs"], ["NOUN", "VERB"])
    assert with_other_end(row(["."], ["O"]), ["O"], None, "?").words == ["."]
    assert with_other_end(row([], []), [], "O", "?").words == []
