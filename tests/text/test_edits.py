"""Edits: sentences by hand, and random pairs that must come out as the target."""

import random
from itertools import pairwise
from time import process_time

import pytest

from unrolled.text.edits import token_alignment
from unrolled.text.edits.between import Edit, apply, edits


def shown(source: str, target: str, **more) -> list[tuple[str, str, str]]:
    """The edits as (old words, new words, kind)."""
    old, new = source.split(), target.split()
    found = edits(old, new, **more)
    assert apply(old, found) == new
    return [(" ".join(old[e.start : e.stop]), " ".join(e[2]), e.kind) for e in found]


CASES = [
    ("I like tea .", "I like tea .", []),
    ("", "", []),
    ("", "Hello .", [("", "Hello", "M:OTHER"), ("", ".", "M:PUNCT")]),
    ("Hello .", "", [("Hello", "", "U:OTHER"), (".", "", "U:PUNCT")]),
    (
        "He go to the school yesterdey .",
        "He went to school yesterday .",
        [
            ("go", "went", "R:VERB:FORM"),
            ("the", "", "U:DET"),
            ("yesterdey", "yesterday", "R:SPELL"),
        ],
    ),
    (
        "He want going home .",
        "He wants to go home .",
        [("want", "wants", "R:VERB:SVA"), ("going", "to go", "R:VERB:FORM")],
    ),
    ("I eat .", "I have been eating .", [("eat", "have been eating", "R:VERB:FORM")]),
    (
        "go scool",
        "go to school",
        [("", "to", "M:PREP"), ("scool", "school", "R:SPELL")],
    ),
    (
        "sub way is nice",
        "The subway is nice",
        [("", "The", "M:DET"), ("sub way", "subway", "R:ORTH")],
    ),
    (
        "it is well - known",
        "it is well-known",
        [("well - known", "well-known", "R:ORTH")],
    ),
    ("alot of it", "a lot of it", [("alot", "a lot", "R:ORTH")]),
    ("But , he came", "but he came", [("But ,", "but", "R:PUNCT")]),
    ("is it good ?", "it is good ?", [("is it", "it is", "R:WO")]),
    (
        "Is it good ?",
        "It is good .",
        [("Is it", "It is", "R:WO"), ("?", ".", "R:PUNCT")],
    ),
    (
        "he drives easily it",
        "he easily drives it",
        [("drives easily", "easily drives", "R:WO")],
    ),
    (
        "I read in order to learn",
        "I read for learning",
        [
            ("in order", "", "U:OTHER"),
            ("to", "for", "R:PREP"),
            ("learn", "learning", "R:VERB:FORM"),
        ],
    ),
    ("It costs two much", "It costs too much", [("two", "too", "R:SPELL")]),
    (
        "She have two dog",
        "She has two dogs",
        [("have", "has", "R:VERB:SVA"), ("dog", "dogs", "R:NOUN:NUM")],
    ),
    (
        "I teh book",
        "I read the book",
        [("", "read", "M:OTHER"), ("teh", "the", "R:SPELL")],
    ),
    ("a cars", "cars", [("a", "", "U:DET")]),
    (
        "a cat ran",
        "the old dog ran",
        [("a", "the", "R:DET"), ("cat", "old dog", "R:OTHER")],
    ),
]


@pytest.mark.parametrize(("source", "target", "wanted"), CASES)
def test_sentences_by_hand(source, target, wanted):
    assert shown(source, target) == wanted


def test_places_count_tokens_of_the_source():
    found = edits(["a", "b", "c"], ["x", "a", "c"])
    assert found == [Edit(0, 0, ("x",), "M:OTHER"), Edit(1, 2, (), "U:OTHER")]


def test_random_pairs_come_out_as_the_target_with_edits_in_order():
    draw = random.Random(3)
    words = [
        "the",
        "The",
        "a",
        "cat",
        "cats",
        ",",
        ".",
        "is",
        "to",
        "see",
        "sees",
        "sub",
    ]
    for _ in range(500):
        old, new = (draw.choices(words, k=draw.randrange(12)) for _ in range(2))
        found = edits(old, new)
        assert apply(old, found) == new
        for edit in found:
            assert edit.start < edit.stop or edit.replacement
            assert tuple(old[edit.start : edit.stop]) != edit.replacement
        for before, now in pairwise(found):
            assert before.stop <= now.start


def test_a_long_text_is_cut_and_comes_out_too():
    draw = random.Random(4)
    words = [f"w{number}" for number in range(300)]
    old = draw.choices(words, k=800)
    new = [draw.choice(words) if draw.random() < 0.05 else word for word in old]
    found = edits(old, new)
    assert apply(old, found) == new
    changed = sum(a != b for a, b in zip(old, new, strict=True))
    assert (
        sum(max(e.stop - e.start, len(e.replacement)) for e in found) <= 1.2 * changed
    )
    other = draw.choices(words, k=500)
    assert apply(old, edits(old, other)) == other


def test_texts_that_are_cut_anywhere_come_out_too(monkeypatch):
    """With the smallest tables, a word may stand on both sides of a cut."""
    monkeypatch.setattr(token_alignment, "LARGEST", 1)
    draw = random.Random(5)
    words = ["cat", "cats", "dog", "dogs", "x", "the", ","]
    for _ in range(500):
        old, new = (draw.choices(words, k=draw.randrange(12)) for _ in range(2))
        found = edits(old, new)
        assert apply(old, found) == new
        for edit in found:
            before = tuple(old[edit.start : edit.stop])
            assert before[:1] != edit.replacement[:1]
            assert before[-1:] != edit.replacement[-1:]


def test_edits_that_overlap_or_leave_the_source_are_refused():
    one = Edit(1, 3, (), "U:OTHER")
    for wrong in ([one, Edit(2, 3, (), "U:OTHER")], [one, one._replace(start=0)]):
        with pytest.raises(ValueError, match="overlaps"):
            apply(list("abc"), wrong)
    with pytest.raises(ValueError, match="leaves the source"):
        apply(["a", "b"], [one])


def test_a_long_text_that_says_the_same_again_and_again_takes_no_longer():
    sentence = ["He", "goes", "to", "the", "old", "house", "and", "she", "likes", "it"]
    target = sentence * 400
    source = ["go" if word == "goes" else word for word in target]
    began = process_time()
    found = edits(source, target)
    # Half a second; fifteen if each cut looks through all places of each word.
    assert process_time() - began < 5
    assert len(found) == 400
    assert apply(source, found) == target
