"""The lead of a text: its first words, its first sentences."""

import pytest

from unrolled.tasks._pairs.lead import first_sentences, first_words, sentences

TEXT = 'A cat sat there. "Why?" asked the dog!  Nobody knew\n\nIt was late'


@pytest.mark.parametrize(
    ("count", "lead"),
    [(0, ""), (1, "A"), (4, "A cat sat there."), (99, " ".join(TEXT.split()))],
)
def test_first_words_are_as_many_as_are_asked_for(count, lead):
    assert first_words(TEXT, count) == lead


@pytest.mark.parametrize(
    ("count", "lead"),
    [
        (1, "A cat sat there."),
        (2, 'A cat sat there. "Why?"'),
        (4, 'A cat sat there. "Why?" asked the dog! Nobody knew'),
        (9, 'A cat sat there. "Why?" asked the dog! Nobody knew It was late'),
    ],
)
def test_sentences_end_with_marks_and_with_empty_lines(count, lead):
    assert first_sentences(TEXT, count) == lead


@pytest.mark.parametrize(
    ("text", "count"), [("", 1), ("no end", 1), ("One. Two", 2), (TEXT, 5), ("v1.2", 1)]
)
def test_a_text_has_one_sentence_at_least(text, count):
    assert sentences(text) == count
