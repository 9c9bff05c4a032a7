"""Each suspicion is raised by the rows that deserve it, and by no others."""

import pytest

from unrolled.tasks._base import Example
from unrolled.training.findings import Part
from unrolled.training.suspicions import balance, leaked, lengths, repeated, unknown


def rows(*pairs: tuple[str, str], file: str = "a.csv") -> list[Example]:
    """Rows of a file, from its line 2."""
    return [
        Example(text, label, f"{file}, line {line}")
        for line, (text, label) in enumerate(pairs, start=2)
    ]


def distinct(count: int) -> list[tuple[str, str]]:
    return [(f"text {number}", "good") for number in range(count)]


def part(**answers: int) -> Part:
    """Training rows with these answers, the most frequent first."""
    ordered = sorted(answers.items(), key=lambda pair: -pair[1])
    return Part("train", rows=sum(answers.values()), answers=dict(ordered))


def test_rows_that_all_differ_are_not_suspected():
    assert repeated("train", rows(*distinct(50))) == []
    assert leaked("test", rows(*distinct(5)), rows(("other", "good"))) == []


def test_repetitions_are_counted_without_the_first_of_each():
    same = rows(("a", "x"), ("b", "y"), ("a", "x"), ("a", "x"), ("b", "y"), ("c", "y"))
    [found] = repeated("train", same)
    assert found.text == "train: 3 of 6 rows (50.0 %) repeat an earlier row exactly."
    assert (found.level, found.about) == ("warning", "duplicates")
    assert found.places == [
        "a.csv, line 4 repeats line 2",
        "a.csv, line 6 repeats line 3",
    ]


def test_one_repetition_in_ninety_nine_rows_is_a_warning():
    [found] = repeated("train", rows(*distinct(97), ("a", "x"), ("a", "x")))
    assert found.level == "warning"


def test_one_repetition_in_a_hundred_rows_is_a_note():
    [found] = repeated("train", rows(*distinct(98), ("a", "x"), ("a", "x")))
    assert found.level == "note"


def test_one_input_with_two_answers_is_a_contradiction_and_no_repetition():
    [found] = repeated("train", rows(("a", "x"), ("a", "y"), ("b", "x"), ("a", "x")))
    assert found.about == "contradictions"
    assert found.level == "warning"
    assert found.text == (
        "train: 3 of 4 rows (75.0 %) have the input of another row and a different"
        " answer."
    )
    assert found.places == ['a.csv, line 2 says "x", line 3 "y"']


def test_a_long_answer_is_shown_by_its_beginning():
    tags = [["DET"] * n for n in (30, 31)]
    rows = [Example("t", tag, f"a.csv, line {n}") for n, tag in enumerate(tags, 2)]
    [found] = repeated("train", rows)
    shown = str(tags[0])[:57] + "..."
    assert found.places == [f'a.csv, line 2 says "{shown}", line 3 "{shown}"']


def test_series_are_compared_by_their_numbers():
    same = [Example([1.0, 2.0], "x", "a"), Example([1.0, 2.0], "x", "b")]
    other = [Example([1.0, 2.0], "x", "a"), Example([1.0, 2.5], "x", "b")]
    assert len(repeated("train", same)) == 1
    assert repeated("train", other) == []


@pytest.mark.parametrize(("shared", "level"), [(1, "warning"), (2, "error")])
def test_leakage_is_an_error_when_half_of_the_rows_were_learned_from(shared, level):
    train = rows(("a", "x"), ("b", "x"), ("c", "x"), ("a", "x"), file="train.csv")
    both = [("a", "y"), ("b", "x")][:shared]
    test = rows(*both, *distinct(4 - shared), file="test.csv")
    [found] = leaked("test", test, train)
    assert found.level == level
    assert found.text == (
        f"test: {shared} of 4 rows ({25 * shared}.0 %) have an input that is also"
        " learned from, so that their score is too good."
    )
    assert found.places[0] == "test.csv, line 2 is also train.csv, line 2"
    assert found.fix == "take these rows out of the training rows, or out of test"


def test_even_answers_are_not_suspected():
    assert balance(part(good=50, bad=50)) == []


def test_few_rows_and_small_shares_are_rare():
    [few] = balance(part(good=50, bad=9))
    assert few.text == "1 of 2 answers are rare: bad (9)."
    [share] = balance(part(good=3000, bad=2000, odd=49))
    assert share.text == "1 of 3 answers are rare: odd (49)."
    assert balance(part(good=50, bad=10)) == []
    assert balance(part(good=3000, bad=2000, odd=51)) == []


def test_an_answer_of_nearly_all_rows_is_told():
    [found] = balance(part(good=180, bad=20))
    assert found.text == (
        '180 of 200 rows (90.0 %) are "good": always saying so is as often right.'
    )
    assert balance(part(good=179, bad=21)) == []
    # Where a row has several, as a sentence has tags, one of them is no answer to it.
    assert balance(Part("train", rows=200, answers={"mark": 190, "noun": 180})) == []


def test_a_column_of_names_is_no_column_of_labels():
    [found] = balance(part(**{f"name{number}": 1 for number in range(30)}))
    assert found.text == "30 different answers in 30 rows are no labels."


def test_answers_spelled_two_ways_are_told():
    [found] = balance(part(**{"Good": 40, "good ": 30, "bad": 50}))
    assert found.text == (
        'answers that differ only in capitals or blanks: "Good" and "good ".'
    )
    assert found.level == "warning"


def test_a_word_among_numbers_is_told():
    numbers = {str(number): 20 for number in range(12)}
    [found] = balance(part(**numbers, many=20))
    assert found.text == "all answers are numbers but many, so all are labels."
    assert balance(part(**numbers)) == []


def test_rows_without_anything_to_read_are_told_with_their_places():
    found = Part("test", rows=4, lengths={"max": 5, "median": 2, "p95": 5})
    [empty] = lengths(found, rows(("", "x"), (" ", "x")), "")
    assert empty.text == "test: 2 of 4 rows (50.0 %) have nothing to read."
    assert empty.places == ["a.csv, line 2", "a.csv, line 3"]


def test_a_row_far_longer_than_the_others_is_told_how_to_cut():
    far = Part("train", rows=4, lengths={"max": 5001, "median": 20, "p95": 60})
    [found] = lengths(far, [], "text.longest")
    assert found.level == "note"
    assert found.text == "train: the longest row has 5,001, the median is 20."
    assert found.fix == ("look whether it is one row, or cut it: --set text.longest=60")
    [series] = lengths(far, [], "")
    assert series.fix == "look whether it is one row"
    for most, median in ((500, 2), (5000, 250)):
        usual = Part("train", 4, lengths={"max": most, "median": median, "p95": 9})
        assert lengths(usual, [], "") == []


def test_unknown_words_are_counted_as_tokens_and_as_words():
    tokens = [["the", "zebra", "zebra"], ["the", "the", "yak"], [], ["a"]]
    known = [True, False, False, True, True, False, True]
    [found] = unknown("test", tokens, known)
    assert found.text == (
        "test: 42.9 % of the tokens and 50.0 % of the different ones are not in the"
        " training rows: zebra (2), yak (1)."
    )
    assert found.level == "warning"


def test_when_all_words_are_known_that_is_a_note():
    [found] = unknown("test", [["the"], ["film"]], [True, True])
    assert found.level == "note"
    assert found.text.endswith("different ones are not in the training rows.")
    assert unknown("test", [[], []], []) == []


def test_many_unknown_words_are_shown_in_part():
    words = [[f"w{number:02}" for number in range(12)]]
    [found] = unknown("test", words, [False] * 12)
    assert found.text.endswith("w06 (1), w07 (1), and 4 more.")


def test_a_name_of_both_sexes_repeats_nothing():
    given = [("female",), ("male",), ("female",)]
    same = [Example("Robin", None, f"row {n}", one) for n, one in enumerate(given, 1)]
    assert repeated("train", same[:2]) == []
    [found] = repeated("train", same)
    assert found.places == ["row 3 repeats row 1"]


def test_several_answers_to_one_input_are_no_contradiction_among_pairs():
    pairs = rows(("Hi", "Salut"), ("Bye", "Ciao"), ("Hi", "Bonjour"))
    [found] = repeated("train", pairs, answers=True)
    assert (found.level, found.about) == ("note", "several answers")
    assert found.text == (
        "train: 2 of 3 rows (66.7 %) have the input of another row and another answer."
    )
    assert found.fix == (
        "to be scored by all of them, write them in one row, a column for each"
    )
    [found] = repeated("train", pairs)
    assert (found.level, found.about) == ("warning", "contradictions")
