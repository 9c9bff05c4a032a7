"""Scores of edits: by hand, with several annotators, and alarms on clean sentences."""

import pytest

from unrolled.text.edits.between import Edit, edits
from unrolled.text.edits.edit_scores import (
    EditScore,
    by_class,
    compared,
    false_alarms,
    score_edits,
)


def at(place: int, word: str, kind: str = "R:SPELL") -> Edit:
    return Edit(place, place + 1, (word,), kind)


def test_precision_counts_twice_as_much_as_recall():
    score = EditScore(right=2, proposed=4, wanted=8)
    assert (score.precision, score.recall) == (0.5, 0.25)
    assert score.f_half == pytest.approx(1.25 * 0.5 * 0.25 / (0.25 * 0.5 + 0.25))
    swapped = EditScore(right=2, proposed=8, wanted=4)
    assert swapped.f_half < score.f_half


def test_nothing_proposed_is_not_wrong():
    assert EditScore(0, 0, 0).f_half == 1
    assert EditScore(0, 0, 3)[:] == (0, 0, 3)
    assert EditScore(0, 0, 3).precision == 1
    assert EditScore(0, 0, 3).f_half == 0
    assert EditScore(0, 3, 0).recall == 1
    assert EditScore(0, 3, 3).f_half == 0


def test_the_kind_of_an_edit_does_not_make_it_wrong():
    assert compared([at(0, "a")], [at(0, "a", "R:OTHER")]) == (1, 1, 1)
    assert compared([at(0, "a")], [at(0, "b")]) == (0, 1, 1)
    assert compared([at(0, "a")], [at(1, "a")]) == (0, 1, 1)


def test_sentences_are_added_up():
    ours = [[at(0, "a"), at(1, "b")], [], [at(5, "x")]]
    wanted = [[[at(0, "a")]], [[at(2, "c")]], [[]]]
    assert score_edits(ours, wanted) == (1, 3, 2)


def test_each_sentence_counts_with_its_best_annotator():
    lazy, busy = [], [at(0, "a"), at(1, "b")]
    assert score_edits([[at(0, "a")]], [[lazy, busy]]) == (1, 1, 2)
    assert score_edits([[]], [[busy, lazy]]) == (0, 0, 0)


def test_the_best_annotator_is_the_one_for_all_sentences_so_far():
    """Nothing is right in the second: fewer wanted is better once something was."""
    first, second = [at(0, "a")], [at(3, "z")]
    many, few = [at(4, "p"), at(5, "q")], [at(4, "p")]
    assert score_edits([first, second], [[first], [many, few]]) == (1, 2, 2)
    # Alone, both give F = 0, and the one with fewer edits is taken.
    assert score_edits([second], [[many, few]]) == (0, 1, 1)


def test_a_sentence_without_annotator_is_refused():
    with pytest.raises(ValueError, match="annotator"):
        score_edits([[]], [[]])
    with pytest.raises(ValueError, match="zip"):
        score_edits([[]], [])


def test_classes_are_counted_apart():
    ours = [[at(0, "a"), at(1, "b", "R:PREP")]]
    wanted = [[[at(0, "a"), at(2, "c")], []]]
    assert by_class(ours, wanted) == {"SPELL": (1, 1, 2), "PREP": (0, 1, 0)}


def test_edits_of_sentences_are_scored_end_to_end():
    source = ["He", "go", "to", "school", "yesterdey", "."]
    right = ["He", "went", "to", "school", "yesterday", "."]
    ours = ["He", "goes", "to", "school", "yesterday", "."]
    score = score_edits([edits(source, ours)], [[edits(source, right)]])
    assert score == (1, 2, 2)
    assert score.f_half == 0.5


def test_false_alarms_count_clean_sentences_only():
    sources = ["I am .", "It is .", "He go .", "We do ."]
    targets = ["I am . ", "It is .", "He goes .", "We do ."]
    predictions = [" I am .", "It was .", "He goes .", "We do ."]
    found = false_alarms(sources, predictions, targets)
    assert found == (1, 3)
    assert found.share == pytest.approx(1 / 3)
    assert false_alarms([], [], []).share == 0
    with pytest.raises(ValueError, match="zip"):
        false_alarms(["a"], [], ["a"])
