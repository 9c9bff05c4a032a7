"""Metrics of tags on cases counted by hand."""

import pytest

from unrolled.tasks._tag.scores import ratio_interval, tag_scores


def test_plain_tags_are_counted_by_the_word():
    predicted = [["A", "B", "A"], ["A"]]
    wanted = [["A", "A", "A"], ["C"]]
    known = [[True, True, False], [False]]
    found = tag_scores(predicted, wanted, known, has_spans=False)
    assert found["accuracy"] == 0.5
    assert found["known_accuracy"] == 0.5
    assert found["unknown_accuracy"] == 0.5
    assert found["words"] == {"known": 2, "unknown": 2}
    by_tag = found["by_tag"]
    assert by_tag["A"]["precision"] == pytest.approx(2 / 3)
    assert by_tag["A"]["recall"] == pytest.approx(2 / 3)
    assert by_tag["A"]["f1"] == pytest.approx(2 / 3)
    assert by_tag["A"]["support"] == 3
    assert by_tag["B"] == {"precision": 0, "recall": 0, "f1": 0, "support": 0}
    assert by_tag["C"]["support"] == 1


def test_spans_are_counted_whole():
    predicted = [["B-PER", "O", "B-LOC", "O"]]
    wanted = [["B-PER", "I-PER", "B-LOC", "O"]]
    known = [[True, True, True, True]]
    found = tag_scores(predicted, wanted, known, has_spans=True)
    assert (found["precision"], found["recall"], found["f1"]) == (0.5, 0.5, 0.5)
    assert found["token_accuracy"] == found["known_accuracy"] == 0.75
    assert "unknown_accuracy" not in found
    assert found["by_kind"]["LOC"]["f1"] == 1.0
    assert found["errors"]["boundary"] == 1


def test_no_rows_have_scores_too():
    assert tag_scores([], [], [], has_spans=False)["accuracy"] == 0.0
    assert tag_scores([[]], [[]], [[]], has_spans=True)["f1"] == 0.0


def test_an_interval_holds_the_share_and_is_narrow_where_rows_agree():
    low, high = ratio_interval([(1, 2)] * 50)
    assert (low, high) == (0.5, 0.5)
    low, high = ratio_interval([(0, 10)] * 50 + [(10, 10)] * 50)
    # 100 rows of deviation 1/2: the mean's is 1/20, and 95 % lie within 1.96 of it.
    assert low == pytest.approx(0.5 - 0.098, abs=0.02)
    assert high == pytest.approx(0.5 + 0.098, abs=0.02)
    assert ratio_interval([]) == ratio_interval([(0, 0)]) == [0.0, 0.0]
    found = tag_scores([["A", "B"]], [["A", "A"]], [[True, True]], has_spans=False)
    assert found["accuracy_interval"] == [0.5, 0.5]
    found = tag_scores([["B-X", "O"]], [["B-X", "O"]], [[True] * 2], has_spans=True)
    assert found["f1_interval"] == [1.0, 1.0]
