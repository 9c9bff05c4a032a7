"""The words of every error, and their tree."""

import inspect

import pytest

from unrolled import errors
from unrolled.errors import (
    FixableError,
    MissingExtraError,
    ShapeError,
    UnknownLabelError,
    UnreadableDataError,
)

KINDS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, FixableError) and kind is not FixableError
]


def test_a_message_says_what_was_found_what_was_expected_and_what_to_do():
    error = ShapeError(found="two rows.", expected="three", fix="add one")
    assert str(error) == (
        "two rows.\n  expected: three\n  to fix:   add one\n  code:     shape"
    )
    assert (error.found, error.expected, error.fix) == ("two rows.", "three", "add one")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_code_of_its_own_and_a_sentence(kind):
    codes = [other.code for other in KINDS]
    assert codes.count(kind.code) == 1
    assert kind.code == kind.code.lower().replace("_", "-").replace(" ", "-")
    assert kind.__doc__.endswith(".")


def test_the_page_draws_every_kind_below_what_it_is_a_kind_of():
    lines = errors.__doc__.splitlines()
    depth = {
        word: line.index(word)
        for line in lines
        for word in line.split()
        if word.endswith("Error")
    }
    assert depth.keys() == {kind.__name__ for kind in [FixableError, *KINDS]}
    for kind in KINDS:
        parent = kind.__mro__[1].__name__
        assert depth[kind.__name__] == depth[parent] + 4


def test_a_missing_extra_names_the_command_that_installs_it():
    error = MissingExtraError(
        package="tokenizers", extra="text", purpose="the sub-word tokenizer"
    )
    assert str(error) == (
        'the sub-word tokenizer needs the package "tokenizers", which is not'
        " installed.\n"
        '  expected: the extra "text" of unrolled\n'
        '  to fix:   pip install "unrolled[text]"\n'
        "  code:     missing-extra"
    )


def test_an_unknown_label_names_place_column_and_known_labels():
    error = UnknownLabelError(
        where="reviews.csv, line 41", column="stars", label="five", known=["1", "5"]
    )
    assert str(error) == (
        'reviews.csv, line 41: column "stars" holds "five", not a known label.\n'
        "  expected: one of 1, 5\n"
        "  to fix:   correct that row, or train again on data that holds this label\n"
        "  code:     unknown-label"
    )
    assert isinstance(error, UnreadableDataError)


def test_a_wrong_shape_is_a_value_error_for_those_who_catch_one():
    assert issubclass(ShapeError, ValueError)
    assert not issubclass(UnreadableDataError, ValueError)


def test_one_except_catches_them_all():
    for kind in KINDS:
        assert issubclass(kind, FixableError)
    assert not issubclass(FixableError, ValueError)
