"""M2 files: sentences, the corrections of each annotator, and what is broken."""

from pathlib import Path

import pytest

from unrolled.errors import UnreadableDataError
from unrolled.readers import Table, read

REST = "|||REQUIRED|||-NONE-|||"


def a(span: str, kind: str, words: str, annotator: int = 0) -> str:
    return f"A {span}|||{kind}|||{words}{REST}{annotator}"


def written(rows: list[tuple[str, str]]) -> dict[str, dict[str, str]]:
    """For tests/every/test_every_reader.py: what is read, and the files it is of."""
    blocks = [f"S {label}\n{a('0 1', 'R', text)}\n" for label, text in rows]
    return {"a.m2": {"a.m2": "\n".join(blocks)}}


def expected(path: str, rows: list[tuple[str, str]]) -> tuple[tuple[str, ...], list]:
    """The columns and rows that come back from the file of that name."""
    assert path == "a.m2"
    return ("source", "target"), rows


def read_m2(*lines: str) -> Table:
    Path("a.m2").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read("a.m2")


def refused(*lines: str) -> str:
    with pytest.raises(UnreadableDataError) as refusal:
        read_m2(*lines)
    return str(refusal.value)


def test_each_annotator_gives_a_right_sentence():
    found = read_m2(
        "S For not use car .",
        a("0 3", "R:OTHER", "Not for use"),
        a("3 3", "M:PREP", "with a"),
        a("-1 -1", "noop", "-NONE-", annotator=1),
        a("0 4", "R:OTHER", "Can not use the car", annotator=2),
        "",
        "S This is right .",
        "",
        "S She go home .",
        a("1 2", "R:VERB:SVA", "goes", annotator=1),
    )
    assert found == Table(
        ("source", "target", "target 2", "target 3"),
        [
            (
                "For not use car .",
                "Not for use with a car .",
                "For not use car .",
                "Can not use the car .",
            ),
            ("This is right .", "This is right .", "", ""),
            ("She go home .", "She goes home .", "", ""),
        ],
        ["a.m2, line 1", "a.m2, line 7", "a.m2, line 9"],
        "a.m2",
        ["encoding: UTF-8", "sentences: 3, 1 of them right, by up to 3 annotators"],
    )


@pytest.mark.parametrize(
    ("edits", "right"),
    [
        ([a("1 2", "U:DET", "")], "a c d"),
        ([a("1 2", "U:DET", "-NONE-")], "a c d"),
        ([a("0 4", "U", "")], ""),
        ([a("4 4", "M:PUNCT", ".")], "a b c d ."),
        ([a("0 0", "M", "x y")], "x y a b c d"),
        ([a("2 3", "R", "C"), a("0 1", "R", "A")], "A b C d"),  # in any order
        ([a("1 1", "M", "x"), a("1 2", "R", "B")], "a x B c d"),
        ([a("1 1", "M", "x"), a("1 1", "M", "y")], "a x y b c d"),
        ([a("1 2", "R", "B||BB")], "a B c d"),  # the first of several
        ([a("1 2", "UNK", "b")], "a b c d"),
        ([a("1 2", "Um", "")], "a b c d"),
        ([a("-1 -1", "noop", "-NONE-")], "a b c d"),
    ],
)
def test_a_corrected_sentence(edits, right):
    assert read_m2("S a b c d", *edits).rows == [("a b c d", right)]


def test_a_sentence_begins_where_the_one_before_ends():
    found = read_m2("S a b", a("0 1", "R", "A"), "S c", "", "", "S d")
    assert found.rows == [("a b", "A b"), ("c", "c"), ("d", "d")]


def test_blanks_inside_a_word_do_not_part_it():
    found = read_m2("S 10\u00a0km  far", a("1 2", "R", "away"))
    assert found.rows == [("10\u00a0km far", "10\u00a0km away")]


FORM = "A 0 1|||kind|||words|||REQUIRED|||-NONE-|||0"


@pytest.mark.parametrize(
    ("lines", "found", "wanted"),
    [
        (["a b"], "line 1: no sentence.", "S and the words of a sentence"),
        (["S "], "line 1: no sentence.", "S and the words of a sentence"),
        (["S a", "a b"], "line 2: no correction as M2 writes it.", FORM),
        (["S a", "A 0 1|||R|||b|||x|||0"], "line 2: no correction as M2 writes", FORM),
        (["S a", a("0", "R", "b")], "line 2: no correction as M2 writes it.", FORM),
        (["S a", a("0 1", "R", "b")[:-1] + "x"], "line 2: no correction as M2", FORM),
        (
            ["S a", a("0 2", "R", "b")],
            "line 2: a correction from word 0 to 2.",
            "a place from 0 to 1, the words of its sentence",
        ),
        (
            ["S a", a("1 0", "R", "b")],
            "line 2: a correction from word 1 to 0.",
            "a place from 0 to 1, the words of its sentence",
        ),
        (
            ["S a b c", a("0 2", "R", "x"), a("1 3", "R", "y")],
            "line 3: a correction that overlaps another of the same annotator.",
            "corrections side by side",
        ),
    ],
)
def test_broken_sentences_are_refused_by_line(lines, found, wanted):
    told = refused(*lines)
    assert told.startswith(f"a.m2, {found}")
    assert told.endswith(
        f"  expected: {wanted}\n"
        "  to fix:   correct that line, or leave such rows out with --skip-bad-rows\n"
        "  code:     unreadable-data"
    )


def test_a_broken_sentence_may_be_left_out():
    Path("a.m2").write_text(f"S a\n{a('0 9', 'R', 'b')}\n\nS c\n", encoding="utf-8")
    found = read("a.m2", skip_bad_rows=True)
    assert found.rows == [("c", "c")]
    assert found.bad_rows == ["a.m2, line 2: a correction from word 0 to 9."]
