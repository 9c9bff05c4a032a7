"""Comma-separated values and their relatives, from bytes to cells, notes and places."""

import csv
import io
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unrolled.errors import MissingColumnError, UnreadableDataError
from unrolled.readers import read
from unrolled.readers._delimited import rows_of

Rows = list[tuple[str, str]]


def _written(rows: Rows, delimiter: str) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerows([("label", "text"), *rows])
    return text.getvalue()


def written(rows: Rows) -> dict[str, dict[str, str]]:
    """For tests/every/test_every_reader.py: what is read, and the files it is of."""
    names = {"a.csv": ",", "b.csv": ";", "c.csv": "|", "a.tsv": "\t", "a.tab": "\t"}
    return {name: {name: _written(rows, mark)} for name, mark in names.items()}


SHARED = Path(__file__).parents[2].parent / "shared" / "data"


def table_of(text: str | bytes, name: str = "a.csv", **said):
    data = text if isinstance(text, bytes) else text.encode()
    Path(name).write_bytes(data)
    return read(name, **said)


def test_cells_places_and_notes():
    found = table_of('text,rating\n"He is ""great"",\nreally",5\nfine,4\n')
    assert found.columns == ("text", "rating")
    assert found.rows == [('He is "great",\nreally', "5"), ("fine", "4")]
    assert found.places == ["a.csv, line 2", "a.csv, line 4"]
    assert found.source == "a.csv"
    assert found.bad_rows == []
    assert found.notes == [
        "encoding: UTF-8",
        "separator: comma",
        "header: line 1 (text, rating): it holds the usual name text; to change:"
        " data.header=no",
    ]


def test_a_column_by_header_or_by_number():
    found = table_of("text,2,label\na,b,c\n")
    assert [found.column(name) for name in ("label", "1", "2", "3")] == [2, 0, 1, 2]
    with pytest.raises(MissingColumnError) as refused:
        found.column("4")
    assert str(refused.value) == (
        'a.csv has no column "4".\n'
        "  expected: one of text, 2, label, or a number from 1 to 3\n"
        "  to fix:   name another column with --input or --target\n"
        "  code:     missing-column"
    )


@pytest.mark.parametrize(
    ("mark", "encoding", "note"),
    [
        (b"", "utf-8", "UTF-8"),
        (b"\xef\xbb\xbf", "utf-8", "UTF-8, with a byte order mark"),
        (b"\xff\xfe", "utf-16-le", "UTF-16"),
        (b"\xfe\xff", "utf-16-be", "UTF-16"),
    ],
)
def test_every_form_of_unicode(mark: bytes, encoding: str, note: str):
    found = table_of(mark + "text,label\nnaïve 🙂,1\n".encode(encoding))
    assert found.columns == ("text", "label")
    assert found.rows == [("naïve 🙂", "1")]
    assert found.notes[0] == f"encoding: {note}"


def test_an_older_encoding_is_read_when_it_is_named():
    found = table_of("text,label\ncafé,1\n".encode("cp1252"), encoding="CP1252")
    assert found.rows == [("café", "1")]
    assert found.notes[0] == "encoding: cp1252"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", ["", "end"])
def test_any_line_end_and_none_at_the_end(end: str, last: str):
    found = table_of(f"text,label{end}a,1{end}b,2{end if last else ''}")
    assert found.rows == [("a", "1"), ("b", "2")]
    assert found.places == ["a.csv, line 2", "a.csv, line 3"]
    assert ("line ends: CR alone" in found.notes) == (end == "\r")


def test_a_cell_over_lines_of_a_windows_file_holds_plain_line_ends():
    assert table_of('text,label\r\n"a\r\nb",1\r\n').rows == [("a\nb", "1")]


def test_empty_lines_are_passed_over_and_empty_cells_stay():
    found = table_of("text,label\n\na,\n  \n,1\n")
    assert found.rows == [("a", ""), ("", "1")]
    assert found.places == ["a.csv, line 3", "a.csv, line 5"]


def test_control_characters_are_told_and_kept():
    found = table_of("text,label\na\x08b,1\nc\x10\x08,2\n")
    assert found.rows[0] == ("a\x08b", "1")
    assert found.notes[1] == (
        "control characters: 3, the first (U+0008) in line 2; kept as they are"
    )


@pytest.mark.parametrize(
    ("delimiter", "name"),
    [(",", "comma"), ("\t", "tab"), (";", "semicolon"), ("|", "pipe")],
)
def test_the_delimiter_is_found(delimiter: str, name: str):
    rows = ["text|label|n", "a, b; c|x|1", "d|y|2", '"e, f; g"|z|3']
    if delimiter in ",;":
        rows = [row.replace("a, b; c", "abc").replace("e, f; g", "efg") for row in rows]
    found = table_of("\n".join(row.replace("|", delimiter) for row in rows))
    assert found.columns == ("text", "label", "n")
    assert [row[1:] for row in found.rows] == [("x", "1"), ("y", "2"), ("z", "3")]
    assert f"separator: {name}" in found.notes


def test_a_decimal_comma_does_not_hide_the_semicolon():
    found = table_of("date;value\n1949;1,5\n1950;2,5\n")
    assert found.rows == [("1949", "1,5"), ("1950", "2,5")]


def test_commas_in_text_do_not_hide_the_tab():
    found = table_of("well, good, yes\tpos\nno, never\tneg\nhm\tneg\n")
    assert found.rows[0] == ("well, good, yes", "pos")


def test_one_column_is_a_table_too():
    found = table_of("review\nHe is great\nfine\n")
    assert found.columns == ("review",)
    assert found.rows == [("He is great",), ("fine",)]


def test_a_tsv_with_other_delimiters_is_read_by_them():
    assert table_of("text,label\na,1\n", "a.tsv").rows == [("a", "1")]


class TestHeader:
    def test_is_what_the_person_says(self):
        data = "text,label\na,1\n"
        yes, no = table_of(data, header=True), table_of(data, header=False)
        assert (yes.columns, yes.rows) == (("text", "label"), [("a", "1")])
        assert no.columns == ("1", "2")
        assert no.rows == [("text", "label"), ("a", "1")]
        assert no.places == ["a.csv, line 1", "a.csv, line 2"]
        assert yes.notes[-1] == "header: line 1 (text, label): as you said"
        assert no.notes[-1] == "header: none, line 1 is data (as you said)"

    def test_names_lose_the_blanks_around_them(self):
        assert table_of("text , label\na,1\n").columns == ("text", "label")

    def test_none_is_said(self):
        found = table_of("He is great,5\nfine,4\n")
        assert found.columns == ("1", "2")
        assert found.notes[-1] == (
            "header: none, line 1 is data (to change: data.header=yes)"
        )

    def test_a_long_one_is_cut_in_the_notes(self):
        header = ",".join(["label", *(f"p{n}" for n in range(64))])
        found = table_of(f"{header}\n{','.join('0' * 65)}\n")
        assert found.notes[-1] == (
            "header: line 1 (label, p0, p1, p2, p3, p4, p5, p6, p7, p8, ...): it holds"
            " the usual name label; to change: data.header=no"
        )


class TestBadRows:
    def test_are_left_out_and_listed(self):
        found = table_of(
            'text,label\na,1\nb\n"c,2\n"d" e,3\nf,4,5\n"g",6\n', skip_bad_rows=True
        )
        assert found.rows == [("a", "1"), ("g", "6")]
        assert found.places == ["a.csv, line 2", "a.csv, line 7"]
        assert found.bad_rows == [
            "a.csv, line 3: 1 cell.",
            "a.csv, line 4, column 1: the quote that opens here is closed in the next"
            " line, in the middle of a cell.",
            "a.csv, line 5, column 1: the quote that opens here is closed in the same"
            " line, in the middle of a cell.",
            "a.csv, line 6: 3 cells.",
        ]

    def test_may_not_be_all(self):
        with pytest.raises(UnreadableDataError) as refused:
            table_of("text,label\na\nb\n", skip_bad_rows=True)
        assert str(refused.value) == (
            "a.csv: not one row can be read. The first: a.csv, line 2: 1 cell.\n"
            "  expected: at least one good row\n"
            "  to fix:   correct the rows; read without --skip-bad-rows to see more\n"
            "  code:     unreadable-data"
        )

    def test_damage_of_the_file_is_still_refused(self):
        with pytest.raises(UnreadableDataError, match="not UTF-8"):
            table_of(b"text,label\na,1\n\xff,2\n", skip_bad_rows=True)


class TestTabs:
    def test_quotes_around_whole_cells_come_off(self):
        found = table_of('label\ttext\n1\t"a ""b"" c"\n2\td\n', "a.tsv")
        assert found.rows == [("1", 'a "b" c'), ("2", "d")]
        assert "quotes: around whole cells, taken off" in found.notes

    def test_a_lone_quote_makes_all_quotes_text(self):
        text = 'label\ttext\n1\t"Hello"\n2\tsay "yes\n3\t"Well", he said\n'
        found = table_of(text, "a.tsv")
        assert [row[1] for row in found.rows] == [
            '"Hello"',
            'say "yes',
            '"Well", he said',
        ]
        assert "quotes: part of the text, kept" in found.notes

    def test_a_quote_that_never_closes_swallows_no_rows(self):
        text = 'label\ttext\n1\t"Wow\n2\tfine\n3\tsuch fun"\n'
        assert len(table_of(text, "a.tsv").rows) == 3

    def test_quoted_cells_may_run_over_lines_and_tabs(self):
        text = 'label\ttext\n1\t"a\nb"\n2\t"c\td"\n3\te\n'
        found = table_of(text, "a.tsv")
        assert found.rows == [("1", "a\nb"), ("2", "c\td"), ("3", "e")]
        assert found.places[1] == "a.tsv, line 4"
        assert "quotes: around whole cells, over lines too; taken off" in found.notes

    def test_one_bad_row_does_not_change_how_quotes_are_read(self):
        text = 'label\ttext\n1\t"a\nb"\n2\n3\t"e"\n'
        found = table_of(text, "a.tsv", skip_bad_rows=True)
        assert found.rows == [("1", "a\nb"), ("3", "e")]
        assert found.bad_rows == ["a.tsv, line 4: 1 cell."]


def tables(alphabet: str) -> st.SearchStrategy[list[list[str]]]:
    cells = st.text(alphabet=alphabet, max_size=6)
    return st.integers(2, 4).flatmap(
        lambda n: st.lists(st.lists(cells, min_size=n, max_size=n), min_size=1)
    )


def by_the_standard_library(rows: list[list[str]], delimiter: str, quoting: int) -> str:
    text = io.StringIO()
    csv.writer(
        text, delimiter=delimiter, quoting=quoting, lineterminator="\n"
    ).writerows(rows)
    return text.getvalue()


@settings(deadline=None)  # the machine may be busy
@given(
    rows=tables('ab",\n |;\té'),
    delimiter=st.sampled_from(",;|"),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_whatever_the_standard_library_writes_comes_back(rows, delimiter, quoting):
    text = by_the_standard_library(rows, delimiter, quoting)
    assert [row.cells for row in rows_of(text, delimiter)[0]] == rows


@settings(deadline=None)  # the machine may be busy
@given(rows=tables('ab",|é'))
def test_whatever_it_writes_between_tabs_and_quotes_comes_back(rows):
    text = by_the_standard_library(rows, "\t", csv.QUOTE_ALL)
    assert [row.cells for row in rows_of(text, "\t")[0]] == rows


@settings(deadline=None)  # the machine may be busy
@given(text=st.text(alphabet='ab",\n', max_size=12))
def test_whatever_the_standard_library_reads_without_a_fault_is_read_alike(text):
    try:
        theirs = [row for row in csv.reader(io.StringIO(text), strict=True) if row]
    except csv.Error:
        theirs = None
    ours = list(rows_of(text, ",")[0])
    assert (theirs is None) == any(row.problem for row in ours)
    if theirs is not None:
        assert [row.cells for row in ours] == theirs


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("sst/sst2.train.tsv", 6920),
        ("sst/sst2.dev.tsv", 872),
        ("sst/sst5.train.tsv", 8544),
        ("sst/sst5.dev.tsv", 1101),
        ("trec/trec6.train.tsv", 5452),
        ("names_language/train.tsv", 16047),
        ("names_language/dev.tsv", 2049),
        ("goemotions_ekman/train.tsv", 43410),
        ("goemotions_ekman/dev.tsv", 5426),
        ("imdb_slice/train.tsv", 2000),
        ("imdb_slice/dev.tsv", 500),
    ],
)
def test_published_data_has_its_published_number_of_rows(name: str, rows: int):
    path = SHARED / "classification" / name
    if not path.exists():
        pytest.skip("the development data is not on this machine")
    found = read(path)
    assert len(found.rows) == rows
    assert found.columns[0] == "label"


def test_25_000_long_reviews_are_read_in_seconds():
    review = 'It was "fine", <br /> really. ' * 44  # 33 MB in all
    quoted = review.replace('"', '""')
    Path("a.csv").write_text("text,label\n" + f'"{quoted}",1\n' * 25_000)
    start = time.process_time()
    found = read("a.csv")
    assert time.process_time() - start < 5  # 0.5 s where it was measured
    assert len(found.rows) == 25_000
    assert found.rows[-1] == (review, "1")


# -- rows of unequal length -----------------------------------------------------------


def test_rows_may_be_of_unequal_length_where_a_task_takes_several_answers():
    Path("a.tsv").write_text("Hi\tSalut\nRun\tCours\tCourez\tFile\nI\tJe\n")
    found = read("a.tsv", fewest_cells=2)
    assert found.columns == ("1", "2", "3", "4")
    assert found.rows == [
        ("Hi", "Salut", "", ""),
        ("Run", "Cours", "Courez", "File"),
        ("I", "Je", "", ""),
    ]
    assert found.notes[-1] == "rows: up to 4 cells"


def test_a_row_with_fewer_cells_than_a_task_needs_is_refused_in_words():
    Path("a.tsv").write_text("Hi\tSalut\nRun\nI\tJe\tMoi\n")
    with pytest.raises(UnreadableDataError) as refusal:
        read("a.tsv", fewest_cells=2)
    assert str(refusal.value) == (
        "a.tsv, line 2: 1 cell.\n"
        "  expected: 2 cells or more\n"
        "  to fix:   correct that line, or leave such rows out with --skip-bad-rows\n"
        "  code:     unreadable-data"
    )
    assert read("a.tsv", fewest_cells=2, skip_bad_rows=True).bad_rows == [
        "a.tsv, line 2: 1 cell."
    ]


def test_a_first_row_that_is_shorter_than_others_is_no_header():
    Path("a.tsv").write_text("name\tN EY1 M\nread\tR IY1 D\tR EH1 D\n")
    assert read("a.tsv", fewest_cells=2).rows[0] == ("name", "N EY1 M", "")
    with pytest.raises(UnreadableDataError, match="line 2: 3 cells"):
        read("a.tsv")


def test_below_a_header_rows_are_of_equal_length():
    Path("a.tsv").write_text("source\ttarget\nHi\tSalut\nI\tJe\tMoi\n")
    with pytest.raises(UnreadableDataError, match="line 3: 3 cells"):
        read("a.tsv", fewest_cells=2)  # usual names alone
    Path("a.tsv").write_text("English\tFrench\nHi\tSalut\nI\tJe\tMoi\n")
    with pytest.raises(UnreadableDataError, match="line 3: 3 cells"):
        read("a.tsv", fewest_cells=2, header=True)
    Path("b.tsv").write_text("source\ttarget\nHi\tSalut\nI\tJe\n")
    assert read("b.tsv", fewest_cells=2).columns == ("source", "target")


def test_rows_parted_by_commas_are_of_equal_length():
    Path("a.csv").write_text("Hi,Salut\nWell, you,Toi\n")
    with pytest.raises(UnreadableDataError, match="line 2: 3 cells"):
        read("a.csv", fewest_cells=2)
