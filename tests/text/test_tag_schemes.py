"""Tags to spans as conlleval counts them, and every scheme there and back."""

from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unrolled.errors import SettingError
from unrolled.text.tag_schemes import (
    SCHEMES,
    Span,
    detect,
    spans,
    tags_of,
    to_scheme,
    transitions,
)

WRITTEN = {  # the same five spans
    "IOB1": "I-P I-L B-L O I-X-y I-L",
    "BIO": "B-P B-L B-L O B-X-y B-L",
    "BIOES": "S-P S-L S-L O S-X-y S-L",
}


@pytest.mark.parametrize("scheme", WRITTEN)
def test_the_same_spans_in_every_scheme(scheme: str):
    tags = WRITTEN[scheme].split()
    there = [
        *(Span(0, 1, "P"), Span(1, 2, "L"), Span(2, 3, "L")),
        *(Span(4, 5, "X-y"), Span(5, 6, "L")),
    ]
    assert spans(tags) == there
    assert tags_of(there, 6, scheme) == tags
    for other in WRITTEN:
        assert to_scheme(tags, of=scheme, to=other) == WRITTEN[other].split()


# By hand, from the rules of conlleval.pl for the ends and starts of chunks.
COUNTED = {
    "": [],
    "O O": [],
    "I-A": [(0, 1, "A")],
    "I-A I-A": [(0, 2, "A")],
    "I-A B-A": [(0, 1, "A"), (1, 2, "A")],  # IOB1: B parts what touches
    "B-A B-A I-A": [(0, 1, "A"), (1, 3, "A")],
    "B-A I-B": [(0, 1, "A"), (1, 2, "B")],  # another kind begins another span
    "I-A I-B I-A": [(0, 1, "A"), (1, 2, "B"), (2, 3, "A")],
    "O I-A O I-A": [(1, 2, "A"), (3, 4, "A")],
    "B-A E-A": [(0, 2, "A")],
    "B-A I-A E-A O": [(0, 3, "A")],
    "E-A": [(0, 1, "A")],
    "E-A E-A": [(0, 1, "A"), (1, 2, "A")],
    "E-A I-A": [(0, 1, "A"), (1, 2, "A")],
    "I-A E-A B-A": [(0, 2, "A"), (2, 3, "A")],
    "B-A E-B": [(0, 1, "A"), (1, 2, "B")],
    "S-A S-A": [(0, 1, "A"), (1, 2, "A")],
    "S-A I-A E-A": [(0, 1, "A"), (1, 3, "A")],
    "S-A E-A": [(0, 1, "A"), (1, 2, "A")],
    "B-A S-A": [(0, 1, "A"), (1, 2, "A")],
    "B-A O": [(0, 1, "A")],
    "B I O I": [(0, 2, ""), (3, 4, "")],  # spans without a kind
    "B-A-1 I-A-1 I-A": [(0, 2, "A-1"), (2, 3, "A")],
    "NN VB": [],  # no entities
}


@pytest.mark.parametrize("tags", COUNTED)
def test_spans_are_counted_as_conlleval_counts_them(tags: str):
    assert spans(tags.split()) == COUNTED[tags]


@pytest.mark.parametrize("letters", ["BILU", "BMEW", "BIES"])
def test_other_spellings_are_bioes(letters: str):
    begin, inside, end, alone = letters
    tags = [f"{one}-A" for one in (begin, inside, end, alone, begin, end)]
    assert spans(tags) == [(0, 3, "A"), (3, 4, "A"), (4, 6, "A")]
    assert detect([["O"], tags]) == "BIOES"
    assert to_scheme(tags, of="BIOES", to="BIOES") == (
        ["B-A", "I-A", "E-A", "S-A", "B-A", "E-A"]
    )
    allowed = transitions(tags, "BIOES")
    assert allowed.start == [True, False, False, True, True, False]


@pytest.mark.parametrize(
    ("tags", "scheme"),
    [
        ("", "plain"),
        ("DET NOUN", "plain"),
        ("O NN", "plain"),
        ("B-A NN", "plain"),
        ("O O", "BIO"),
        ("B-A I-A O B-B", "BIO"),
        ("B-A B-A", "BIO"),
        ("B I I O", "BIO"),
        ("B-A I-A O B-B I-B O B-A I-B", "BIO"),  # one slip
        ("I-A I-A O I-B", "IOB1"),
        ("I-A B-A O I-B", "IOB1"),
        ("S-A", "BIOES"),
        ("B-A E-A", "BIOES"),
    ],
)
def test_the_scheme_is_seen(tags: str, scheme: str):
    assert detect([tags.split(), []]) == scheme


def test_tags_that_break_the_scheme_are_mended_on_the_way():
    assert to_scheme(["I-A", "I-B"], of="BIO", to="BIO") == ["B-A", "B-B"]


def test_plain_tags_stay_as_they_are():
    assert to_scheme(["I", "DET"], of="plain", to="BIO") == ["I", "DET"]
    assert tags_of([Span(1, 3, "A")], 4, "plain") == ["O", "A", "A", "O"]


def test_a_span_without_a_kind_is_a_bare_letter():
    assert tags_of([Span(0, 2, "")], 2, "BIOES") == ["B", "E"]


@st.composite
def _sentences(draw: st.DrawFn) -> tuple[list[Span], int]:
    at, made = 0, []
    for _ in range(draw(st.integers(0, 5))):
        start = at + draw(st.integers(0, 2))
        at = start + draw(st.integers(1, 3))
        made.append(Span(start, at, draw(st.sampled_from(["A", "B", "C-d"]))))
    return made, at + draw(st.integers(0, 2))


@given(_sentences(), st.sampled_from(["IOB1", "BIO", "BIOES"]))
def test_spans_come_back_from_their_tags_and_the_tags_are_allowed(
    sentence: tuple[list[Span], int], scheme: str
):
    there, length = sentence
    tags = tags_of(there, length, scheme)
    assert len(tags) == length
    assert spans(tags) == there
    assert _is_allowed(tags, scheme)


@pytest.mark.parametrize("scheme", ["IOB1", "BIO", "BIOES"])
@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_allowed_is_exactly_what_the_scheme_writes(scheme: str, length: int):
    """Of all sequences, those that come back unchanged from their spans."""
    letters = "BIES" if scheme == "BIOES" else "BI"
    known = ["O", *(f"{letter}-{kind}" for letter in letters for kind in "XY")]
    for tags in product(known, repeat=length):
        written = to_scheme(tags, of=scheme, to=scheme) == list(tags)
        assert _is_allowed(tags, scheme) == written, tags


def _is_allowed(tags, scheme: str) -> bool:
    if not tags:
        return True
    known = sorted(set(tags))
    ids = [known.index(tag) for tag in tags]
    allowed = transitions(known, scheme)
    return (
        allowed.start[ids[0]]
        and allowed.stop[ids[-1]]
        and all(allowed.between[a][b] for a, b in pairwise(ids))
    )


def test_everything_is_allowed_among_plain_tags():
    assert transitions(["I-A", "NN"], "plain") == (
        [True, True],
        [[True, True], [True, True]],
        [True, True],
    )


def test_an_unknown_scheme_is_refused_in_exact_words():
    message = (
        'there is no tag scheme "IOB3".\n'
        "  expected: one of plain, IOB1, BIO, BIOES\n"
        "  to fix:   name one of these; IOB2 is BIO, and IOBES or BILOU is BIOES\n"
        "  code:     setting"
    )
    for call in (
        lambda: tags_of([], 1, "IOB3"),
        lambda: transitions([], "IOB3"),
        lambda: to_scheme([], of="BIO", to="IOB3"),
        lambda: to_scheme([], of="IOB3", to="BIO"),
    ):
        with pytest.raises(SettingError) as refused:
            call()
        assert str(refused.value) == message
    assert "IOB3" not in SCHEMES
