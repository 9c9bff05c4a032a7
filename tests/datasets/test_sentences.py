"""sentences: cut where one ends, and none that is damaged."""

import bz2
from html import escape

import pytest

from unrolled.datasets._wikipedia import SOURCE
from unrolled.datasets.sentences import Sentences


def _files(*sources):
    pages = [
        f"<page><title>T{n}</title><ns>0</ns>"
        f"<revision><text>{escape(source)}</text></revision></page>"
        for n, source in enumerate(sources)
    ]
    root = '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.10/">'
    return {SOURCE: bz2.compress(f"{root}{''.join(pages)}</mediawiki>".encode())}


def _sentences(paragraph):
    others = ["It stands on a page.", "There are others on it."]
    parts = Sentences().convert(_files("\n\n".join([paragraph, *others])))
    found = [sentence for rows in parts.values() for (sentence,) in rows]
    assert found[-2:] == others
    return found[:-2]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("He went to the bank.", "It was closed that day."),
        ("Was it closed on Monday?", '"It was," he said then.'),
        ('He said "it was closed."', "They went home again."),
        ("He met Dr. J. Smith of the U.S. Navy.", "They spoke of 1.5 knots."),
        ("It was I.", ""),
        ("All of it was for me and I.", "They went home again."),
        ("It grew (by 5%) in 1994!", "In 1995 it grew less."),
    ],
)
def test_a_paragraph_is_cut_where_a_sentence_ends(first, second):
    expected = [one for one in (first, second) if len(one.split()) > 3]
    assert _sentences(f"{first} {second}".strip()) == expected


@pytest.mark.parametrize(
    "damaged",
    [
        "It is short.",
        "it begins with a small letter.",
        "It has no end at all",
        "It has a bracket (that stays open.",
        'It has a "quotation that stays open.',
        "It has the letter \u03b1 of the Greeks.",
        "It is " + "very " * 38 + "long.",
    ],
)
def test_what_is_damaged_is_left_out(damaged):
    assert _sentences(damaged) == []


def test_quotation_marks_become_straight_and_a_sentence_counts_once():
    said = "\u201cIt\u2019s here,\u201d he said. "
    assert _sentences(said + said) == ['"It\'s here," he said.']


def test_articles_stay_in_one_part():
    pages = [
        f"The number {n} is the first here.\n\nThe number {n} is the second here."
        for n in range(97)
    ]
    parts = Sentences().convert(_files(*pages))
    assert {part: len(rows) for part, rows in parts.items()} == {
        "train": 2 * 79,
        "valid": 2 * 8,
        "test": 2 * 10,
    }
    for rows in parts.values():
        numbers = [sentence.split()[2] for (sentence,) in rows]
        assert numbers[::2] == numbers[1::2]
