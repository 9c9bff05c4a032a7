"""Word errors: worked cases, a plain recursion, and the print."""

from functools import cache
from random import Random

import pytest

from unrolled.text.scores.word_errors import (
    Step,
    WordErrors,
    align,
    character_error_rate,
    print_out,
    word_errors,
)


@pytest.mark.parametrize(
    ("said", "heard", "counts"),
    [
        ("the cat sat on the mat", "the cat sat on the mat", (6, 0, 0, 0)),
        ("the cat sat on the mat", "the sit on and the mat", (4, 1, 1, 1)),
        ("one two three", "one too three", (2, 1, 0, 0)),
        ("one two three", "one three", (2, 0, 1, 0)),
        ("one three", "one two three", (2, 0, 0, 1)),
        ("a b", "b c", (1, 0, 1, 1)),  # not two exchanges: one word is right
        ("", "", (0, 0, 0, 0)),
        ("", "who knows", (0, 0, 0, 2)),
        ("who knows", "", (0, 0, 2, 0)),
        ("a a a", "a", (1, 0, 2, 0)),
        ("Cat, cat", "cat cat", (1, 1, 0, 0)),
        ("  a \t b\n", "a b", (2, 0, 0, 0)),
    ],
)
def test_worked_cases(said, heard, counts):
    assert word_errors([said], [heard]) == counts


def test_the_rate_is_errors_over_words_said():
    found = word_errors(["the cat sat on the mat"], ["the sit on and the mat"])
    assert (found.errors, found.length, found.rate) == (3, 6, 0.5)
    assert word_errors(["a"], ["a b c"]).rate == 2.0
    assert word_errors([""], ["a b"]).rate == 2.0
    assert word_errors([], []).rate == 0.0


def test_over_several_texts_it_is_sums_not_a_mean_of_rates():
    # 1 of 1 wrong, 0 of 9: 1 / 10, and not 1/2.
    found = word_errors(["a", "b c d e f g h i j"], ["x", "b c d e f g h i j"])
    assert found == (9, 1, 0, 0)
    assert found.rate == 0.1


def test_the_rate_of_characters_counts_the_blank_between_words():
    assert character_error_rate(["kitten"], ["sitting"]) == 3 / 6
    assert character_error_rate(["ice cream"], ["icecream"]) == 1 / 9
    assert character_error_rate(["  a \n b "], ["a b"]) == 0.0
    assert character_error_rate(["abc", "de"], ["abd", "d"]) == 2 / 5
    assert character_error_rate([""], ["ab"]) == 2.0
    assert character_error_rate([], []) == 0.0


def test_lists_of_different_length_are_our_own_mistake():
    for count in (word_errors, character_error_rate):
        with pytest.raises(ValueError, match="zip"):
            count(["a"], [])


def best_counts(said: tuple[str, ...], heard: tuple[str, ...]) -> tuple[int, int]:
    """The fewest errors, and of those the fewest exchanges, by trying everything."""

    @cache
    def best(row: int, column: int) -> tuple[int, int]:
        if row == len(said) or column == len(heard):
            return len(said) - row + len(heard) - column, 0
        errors, exchanges = best(row + 1, column + 1)
        wrong = said[row] != heard[column]
        tried = [(errors + wrong, exchanges + wrong)]
        for errors, exchanges in (best(row + 1, column), best(row, column + 1)):
            tried.append((errors + 1, exchanges))
        return min(tried)

    return best(0, 0)


@pytest.mark.parametrize("seed", range(200))
def test_random_pairs_have_the_fewest_errors_and_then_exchanges(seed):
    random = Random(seed)
    said = tuple(random.choices("abcd", k=random.randrange(9)))
    heard = tuple(random.choices("abcd", k=random.randrange(9)))
    steps = align(said, heard)
    assert tuple(s.reference for s in steps if s.reference is not None) == said
    assert tuple(s.hypothesis for s in steps if s.hypothesis is not None) == heard
    counts = WordErrors.of(steps)
    assert (counts.errors, counts.substitutions) == best_counts(said, heard)
    assert counts.length == len(said)
    rate = character_error_rate(["".join(said)], ["".join(heard)])
    assert rate == counts.errors / max(len(said), 1)


def test_the_print_has_the_words_above_each_other():
    said = ["the", "cat", "sat", "on", "the", "mat"]
    steps = align(said, ["the", "sit", "on", "and", "the", "mat"])
    assert print_out(steps) == (
        "REF: the cat sat on *** the mat\n"
        "HYP: the *** sit on and the mat\n"
        "         D   S      I"
    )


def test_the_print_of_what_is_right_has_no_marks():
    assert print_out([Step("a", "a")]) == "REF: a\nHYP: a"
    assert print_out([]) == ""


def test_a_long_print_is_folded_between_words():
    steps = align(["one", "two", "three", "four"], ["one", "two", "tree", "four"])
    assert print_out(steps, width=14) == (
        "REF: one two\nHYP: one two\n\n"
        "REF: three\nHYP: tree\n     S\n\n"
        "REF: four\nHYP: four"
    )
    assert print_out([Step("incomprehensibilities", None)], width=10) == (
        "REF: incomprehensibilities\nHYP: *********************\n     D"
    )


def test_wide_and_combining_letters_keep_the_columns_straight():
    steps = [Step("東京", "x"), Step("e\u0301", "e"), Step("z", "a")]
    assert print_out(steps) == ("REF: 東京 e\u0301 z\nHYP: x    e a\n     S    S S")
