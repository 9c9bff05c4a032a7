"""Sentences of a text, and changes of words as changes of characters."""

import pytest

from unrolled.tasks._correct.sentence import sentences


def words(text: str) -> list[list[str]]:
    return [one.words for one in sentences(text)]


def changed(text: str, start: int, stop: int, *new: str) -> str:
    [one] = sentences(text)
    edit = one.changed(start, stop, new)
    return text[: edit.start] + edit.replacement + text[edit.stop :]


def test_a_text_is_cut_behind_marks_that_end_a_sentence():
    assert words("I am here. Are you?  (She is not.) Well") == [
        ["I", "am", "here", "."],
        ["Are", "you", "?"],
        ["(", "She", "is", "not", ".", ")"],
        ["Well"],
    ]


def test_a_name_with_a_mark_does_not_end_a_sentence():
    assert words("Mr. Smith came. He left.")[0] == ["Mr", ".", "Smith", "came", "."]


def test_places_count_characters_of_the_whole_text():
    text = "I am  here. You are there."
    for one in sentences(text):
        cut = [text[start:stop] for start, stop in one.places]
        assert cut == one.words


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_a_text_without_words_has_one_empty_sentence(text):
    assert words(text) == [[]]


@pytest.mark.parametrize(
    ("text", "start", "stop", "new", "expected"),
    [
        ("He  go home", 1, 2, ["goes"], "He  goes home"),
        ("He goes in the  home", 3, 4, [], "He goes in  home"),
        ("the the dog", 0, 1, [], "the dog"),
        ("So we go", 1, 1, [","], "So, we go"),
        ("So we go .", 1, 1, [","], "So , we go ."),
        ("He goes school.", 2, 2, ["to"], "He goes to school."),
        ("dog barks", 0, 0, ["The"], "The dog barks"),
        ("(dog barks)", 1, 1, ["the"], "(the dog barks)"),
        ("He is here", 3, 3, ["."], "He is here."),
        ("not  am here", 0, 2, ["am", "not"], "am  not here"),
        ("some  times", 0, 2, ["sometimes"], "sometimes"),
        ("alot of it", 0, 1, ["a", "lot"], "a lot of it"),
        ("I do know", 2, 2, ["n't"], "I don't know"),
        ("I do know .", 2, 2, ["n't"], "I do n't know ."),
        ("He goes , home", 2, 3, [], "He goes home"),
        ("one,two", 1, 2, [], "one two"),
        ("go home now", 2, 3, [], "go home"),
        ("go", 0, 1, [], ""),
    ],
)
def test_a_change_keeps_the_blanks_and_brings_its_own(text, start, stop, new, expected):
    assert changed(text, start, stop, *new) == expected
