"""From rows to pairs: mistakes that are made, words that are listed, tags."""

from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.tasks.test_correct_align import LINES
from unrolled.errors import BrokenModelError, FixableError, UnreadableDataError
from unrolled.models.spelling import Spelling
from unrolled.tasks._base import Example
from unrolled.tasks._correct.input import counts_of
from unrolled.tasks._correct.learning import (
    Pair,
    Tagged,
    misspellings,
    pairs_to_learn,
    right_sentences,
    single_words,
    with_mistakes,
    words_of,
)
from unrolled.tasks._correct.rows import Row, row_of
from unrolled.tasks._correct.tags import NUMBER
from unrolled.text.english.mistakes import Mistakes
from unrolled.text.english.mistakes_settings import MistakesSettings

RIGHT = [Row(line, (), "") for line in LINES]
PAIR = Row("He go home.", ("He goes home.", "He went home."), "")


def errs(clean: float = 0.0) -> Mistakes:
    settings = MistakesSettings(clean=clean, per_word=0.3)
    return Mistakes(settings, {w for line in LINES for w in line.split()}, {}, {})


def test_a_row_is_a_pair_or_right_text():
    assert row_of(Example("a", "b", "p", references=("c", ""))).rights == ("b", "c")
    assert row_of(Example("a", None, "p")).rights == ()
    assert row_of(Example("a", " ", "p", references=("c",))).rights == ("c",)
    with pytest.raises(FixableError, match="p: a list where a right text should be"):
        row_of(Example("a", ["b"], "p"))


@pytest.mark.parametrize("empty", ["", " \n"])
def test_an_empty_right_text_is_no_right_text(empty):
    with pytest.raises(UnreadableDataError) as told:
        row_of(Example("He go", empty, "a.tsv, line 3", references=("",)))
    assert str(told.value) == (
        "a.tsv, line 3: the right text is empty.\n"
        "  expected: a right text in every row, or no column of right texts at all\n"
        "  to fix:   write it there, the same text again where nothing is wrong, or"
        " leave the row out\n"
        "  code:     unreadable-data"
    )


def test_nothing_is_no_text():
    nothing: Any = None
    with pytest.raises(UnreadableDataError) as told:
        row_of(Example(nothing, None, "input 1"))
    assert str(told.value) == (
        "input 1: nothing where a text should be.\n"
        '  expected: a text; an empty one is ""\n'
        "  to fix:   give a text, or leave this one out\n"
        "  code:     unreadable-data"
    )


def test_a_word_and_its_clitic_are_counted_as_one_too():
    rows = [["I", "do", "n't", "know", "."], ["It", "\u2019s", "'s", "n't"]]
    assert counts_of(rows) == {
        **dict.fromkeys(["I", "do", "don't", "know", ".", "It", "It\u2019s"], 1),
        **{"\u2019s": 1, "'s": 1, "n't": 2, "\u2019s's": 1, "'sn't": 1},
    }


def test_right_text_is_copied_with_other_mistakes_and_pairs_are_as_they_are():
    found = list(pairs_to_learn([PAIR, *RIGHT], errs(), Random(0), copies=3))
    assert found[0] == Pair(["He", "go", "home", "."], ["He", "goes", "home", "."])
    assert len(found) == 1 + 3 * len(LINES)
    first = found[1:4]
    assert {tuple(pair.right) for pair in first} == {tuple(words_of(LINES[0]))}
    assert len({tuple(pair.wrong) for pair in first}) > 1
    again = list(pairs_to_learn([PAIR, *RIGHT], errs(), Random(0), copies=3))
    assert again == found


def test_the_sentences_of_right_text_are_learned_one_by_one():
    row = Row("I am here now. Are you there?", (), "")
    assert right_sentences([row, PAIR]) == [
        ["I", "am", "here", "now", "."],
        ["Are", "you", "there", "?"],
        ["He", "goes", "home", "."],
    ]
    found = list(pairs_to_learn([row], errs(1.0), Random(0), copies=1))
    assert [pair.right for pair in found] == right_sentences([row])


def test_mistakes_in_a_text_leave_its_blanks_alone():
    text = "  He goes  to the old\thouse every Sunday . She likes it a lot .  "
    made = with_mistakes(Row(text, (), "place"), errs(), Random(3))
    assert made.rights == (text,)
    assert made.place == "place"
    assert made.text != text
    assert made.text.startswith("  ")
    assert made.text.endswith("  ")
    assert with_mistakes(Row(text, (), ""), errs(1.0), Random(0)).text == text
    assert with_mistakes(PAIR, errs(), Random(0)) is PAIR
    assert with_mistakes(Row("", (), ""), errs(), Random(0)).text == ""


def test_single_words_come_with_as_many_right_ones():
    listed = [("recieve", "receive"), ("alot", "a lot"), ("teh", "the")]
    found = list(single_words(listed, 2, Random(0)))
    assert len(found) == 4
    assert found[1].wrong == found[1].right == found[0].right
    assert len(list(single_words(listed, 100, Random(0)))) == 6


def test_a_file_of_misspellings_is_read_by_its_headers(tmp_path: Path):
    path = tmp_path / "words.csv"
    path.write_text("right,wrong\nreceive,recieve\nthe,teh\n")
    assert misspellings(str(path)) == [("recieve", "receive"), ("teh", "the")]
    assert misspellings("") == []


def tagged(least: int = 1) -> Tagged:
    pairs = [
        Pair(["in", "school"], ["at", "school"]),
        Pair(["in", "work"], ["at", "work"]),
        Pair(["go", "school"], ["go", "to", "school"]),
    ]
    return Tagged.learn(pairs, Spelling.learn([], {"in": 9, "go": 9}), least=least)


def test_only_words_that_are_often_right_are_put_in():
    assert tagged(1).lists.replacements.tokens == ("<unk>", "at")
    assert tagged(2).lists.insertions.tokens == ("<unk>",)
    made = tagged(2)
    tags = made.tags(
        Pair(words_of("in home go school"), words_of("at home go to school"))
    )
    assert [NUMBER[tag.kind] for tag in tags] == [0, 2, 0, 3, 0]
    assert made.written(tags) == [0, 1, 0, 0, 0]


def test_the_lists_come_back_and_a_missing_one_is_told():
    made = tagged()
    back = Tagged.restore(made.to_json(), made.spelling)
    assert back.lists.replacements.tokens == made.lists.replacements.tokens
    with pytest.raises(BrokenModelError, match="the model has no insertions"):
        Tagged.restore({"replacements.json": {}}, made.spelling)
