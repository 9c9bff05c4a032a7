"""wikipedia: articles and no other pages, whole in one part, a paragraph a line."""

import bz2
from html import escape

import pytest

from unrolled.datasets import _wikipedia
from unrolled.datasets._wikipedia import SOURCE
from unrolled.datasets.wikipedia import Wikipedia
from unrolled.errors import DatasetError

PROSE = "This is '''one'''.\n\nThis is [[two|number two]].\n"


def _page(title, source, *, space="0", redirect=""):
    return (
        f"<page><title>{title}</title><ns>{space}</ns>{redirect}"
        f"<revision><text>{escape(source)}</text></revision></page>"
    )


def _files(*pages):
    root = '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.10/">'
    return {SOURCE: bz2.compress(f"{root}{''.join(pages)}</mediawiki>".encode())}


def _lines(parts):
    return [line for rows in parts.values() for (line,) in rows]


def test_an_article_is_its_title_and_its_paragraphs():
    parts = Wikipedia().convert(_files(_page("A &amp; B", PROSE)))
    assert _lines(parts) == ["= A & B =", "This is one.", "This is number two."]


def test_pages_that_are_no_articles_are_left_out():
    files = _files(
        _page("Pointer", PROSE, redirect='<redirect title="A" />'),
        _page("Talk:A", PROSE, space="1"),
        _page("List", "It may be:\n* [[this]].\n* [[that]]."),
        _page("Empty", ""),
        _page("A", PROSE),
    )
    assert _lines(Wikipedia().convert(files))[0] == "= A ="
    assert len(_lines(Wikipedia().convert(files))) == 3


def test_an_article_is_in_one_part_only():
    pages = [_page(f"T{n}", f"First of {n}.\n\nSecond of {n}.") for n in range(97)]
    parts = Wikipedia().convert(_files(*pages))
    assert {part: len(rows) for part, rows in parts.items()} == {
        "train": 3 * 79,
        "valid": 3 * 8,
        "test": 3 * 10,
    }
    for rows in parts.values():
        for (title,), (first,), (second,) in zip(*[iter(rows)] * 3, strict=True):
            number = title.strip("= T")
            assert first == f"First of {number}."
            assert second == f"Second of {number}."


def test_what_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(_wikipedia, "LARGEST", 1000)
    with pytest.raises(DatasetError) as caught:
        Wikipedia().convert({SOURCE: bz2.compress(b"<" * 1001)})
    assert str(caught.value) == (
        f"{SOURCE} unpacks to more than 1,000 bytes.\n"
        "  expected: 6,089,746\n"
        "  to fix:   check where pip downloads from: pip config list\n"
        "  code:     dataset"
    )
