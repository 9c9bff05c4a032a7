"""Which reader a path goes to, and readers from other packages."""

import gzip
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from unrolled import catalog
from unrolled.errors import UnreadableDataError
from unrolled.readers import AbstractReader, Draft, ReadOptions, Table, read


class Stars(AbstractReader):
    """A format from another package: a text and as many stars as it has."""

    suffixes = (".stars",)

    def read(self, path: Path, options: ReadOptions) -> Table:
        draft = Draft(path, options)
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            if "*" not in line:
                draft.refuse(f"line {number}", "no star.", expected="*", fix="add one")
            else:
                draft.add(f"line {number}", (line.rstrip("*"), str(line.count("*"))))
        return draft.table(("text", "rating"))


class Greedy(Stars):
    """One that reads CSV better than we do."""

    suffixes = (".csv",)
    rank = 5


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch):
    """Another package that offers the two readers above."""
    offered = [
        EntryPoint("stars", f"{__name__}:Stars", "unrolled.readers"),
        EntryPoint("zz-greedy", f"{__name__}:Greedy", "unrolled.readers"),
    ]

    def entry_points(group: str) -> list[EntryPoint]:
        return offered if group == "unrolled.readers" else []

    monkeypatch.setattr(catalog, "entry_points", entry_points)


@pytest.mark.usefixtures("installed")
def test_a_reader_of_another_package_needs_nothing_edited():
    Path("a.stars").write_text("fine***\nnothing\ngreat*****\n")
    found = read("a.stars", skip_bad_rows=True)
    assert found.rows == [("fine", "3"), ("great", "5")]
    assert found.bad_rows == ["line 2: no star."]


@pytest.mark.usefixtures("installed")
def test_the_highest_rank_reads():
    Path("a.csv").write_text("text,rating\nfine***\n")
    assert read("a.csv", skip_bad_rows=True).rows == [("fine", "3")]


def test_capitals_in_the_ending_and_gz_behind_it():
    Path("A.CSV").write_text("text,label\na,1\n")
    Path("B.Tsv.GZ").write_bytes(gzip.compress(b"text\tlabel\na\t1\n"))
    assert read("A.CSV").rows == read("B.Tsv.GZ").rows == [("a", "1")]


def test_a_text_file_goes_to_fasttext_by_what_it_holds():
    Path("a.txt").write_bytes(b"\xef\xbb\xbf__label__x fine\n")
    Path("b.txt").write_text("fine __label__x\n")
    assert read("a.txt").columns == ("label", "text")
    assert read("b.txt").columns == ("text",)


def test_a_path_may_be_a_text_or_a_path():
    Path("a.txt").write_text("fine\n")
    assert read("a.txt") == read(Path("a.txt"))


def test_a_draft_without_rows_is_refused():
    draft = Draft(Path("a.stars"), ReadOptions())
    with pytest.raises(UnreadableDataError) as refused:
        draft.table(("text",))
    assert str(refused.value) == (
        "a.stars holds no rows.\n"
        "  expected: at least one row of data\n"
        "  to fix:   check that the right file was named, and that it was written out\n"
        "  code:     unreadable-data"
    )
