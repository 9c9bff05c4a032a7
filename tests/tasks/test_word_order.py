"""Sentences and their shuffles: what is cut out, what is mixed, who wins."""

import math

import pytest

from unrolled.tasks._word_order import sentences, share_won, shuffles

FIVE = "One two three four five."


def test_sentences_are_cut_after_their_marks_and_keep_their_quotes():
    text = (
        'He said, "Come over here now." Then she came to him (and it rained.) What'
        ' did they do then? They went to the gym! "Is that all of it?" he asked then.'
    )
    assert sentences([text], 100) == [
        'He said, "Come over here now."',
        "What did they do then?",
        "They went to the gym!",
        '"Is that all of it?" he asked then.',
    ]


def test_a_closing_bracket_and_a_quote_stay_with_their_sentence():
    text = 'She told me (she said "It is so late.") We went back home again then.'
    found = sentences([text], 100)
    assert found == ["We went back home again then."]
    text = "He read the line (\"Do not go there.') It was a bad line, he thought."
    assert sentences([text], 100)[-1] == "It was a bad line, he thought."


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Only four words here.", 0),
        (FIVE, 1),
        ("word " * 39 + "end.", 1),
        ("word " * 40 + "end.", 0),
        ("No mark at the end of it", 0),
        ("a small letter. follows the mark here, still one sentence.", 1),
        ("", 0),
        ("He paid 3.50 for it. 20 others paid a bit more.", 2),
    ],
)
def test_what_is_a_sentence(text, count):
    assert len(sentences([text], 100)) == count


def test_sentences_are_drawn_evenly_and_stay_in_their_order():
    many = [f"Sentence number {n} stands here." for n in range(200)]
    found = sentences(many, 20)
    assert len(found) == 20
    places = [many.index(one) for one in found]
    assert places == sorted(places)
    assert places[0] < 60
    assert places[-1] > 140
    assert sentences(many, 20) == found
    assert sentences(many, 20, seed=1) != found
    assert sentences(many, 0) == []


def test_shuffles_are_other_orders_of_the_same_words():
    words = ["I", "love", "to", "go", "to", "the", "gym."]
    found = shuffles(" ".join(words), 5)
    assert len(found) == len(set(found)) == 5
    for one in found:
        assert sorted(one.split()) == sorted(words)
        assert one.split() != words
    assert found == shuffles(" ".join(words), 5)
    assert found != shuffles(" ".join(words), 5, seed=1)


def test_there_are_no_more_shuffles_than_orders():
    assert shuffles("a b", 5) == ["b a"]
    assert sorted(shuffles("a a b", 5)) == ["a b a", "b a a"]
    assert shuffles("no no no no no", 5) == []


def test_a_sentence_wins_if_it_is_likelier_than_each_of_its_shuffles():
    nats = [1.0, 2.0, 3.0, 5.0, 4.0, 6.0, 2.0, 2.0]
    groups = [0, 0, 0, 1, 1, 1, 2, 2]
    assert share_won(nats, groups) == pytest.approx(1 / 3)  # a tie is not won
    assert share_won([1.0, 2.0], [7, 7]) == 1.0
    assert math.isnan(share_won([], []))
    assert math.isnan(share_won([1.0], [0]))
