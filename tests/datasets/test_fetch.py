"""get and describe: fetched once, checked at every use, refused without consent."""

import json
from pathlib import Path
from typing import ClassVar

import pytest

from unrolled.datasets import AbstractDataset, _cache, _fetch, describe, get
from unrolled.datasets._base import Local
from unrolled.datasets._cache import default_cache
from unrolled.datasets._package import digest
from unrolled.errors import DatasetError, LicenseError, UnknownNameError

FILES = {"tiny/poems.txt": b"rose,red\nsea,blue\n"}


class Poems(AbstractDataset):
    title = "two poems"
    description = "made here"
    task = "classify"
    credit = "nobody"
    license = "do as you like, but say so first."
    columns = ("word", "color")
    rows: ClassVar = {"train": 1, "test": 1}

    def convert(self, files):
        lines = files["tiny/poems.txt"].decode().splitlines()
        one, other = [tuple(line.split(",")) for line in lines]
        return {"train": [one], "test": [other]}


@pytest.fixture
def poems(monkeypatch, tiny, wheel, downloads):
    """The data set "poems", and the log of its downloads."""
    monkeypatch.setattr(
        Poems, "package", tiny("tiny/poems.txt", content=digest(FILES)), raising=False
    )
    monkeypatch.setattr(_fetch, "find", lambda _kind, _name: Poems)
    monkeypatch.setattr(_fetch, "names", lambda _kind: ["poems"])
    return downloads(wheel(FILES))


def test_fetches_converts_and_says_whose_it_is(poems, tmp_path):
    fetched = get("poems", cache=tmp_path)
    assert fetched.folder == tmp_path / "poems-1.0-1"
    assert fetched.files == {
        "train": tmp_path / "poems-1.0-1" / "train.csv",
        "test": tmp_path / "poems-1.0-1" / "test.csv",
    }
    assert fetched.files["train"].read_text() == "word,color\nrose,red\n"
    assert fetched.files["test"].read_text() == "word,color\nsea,blue\n"
    assert fetched.rows == {"train": 1, "test": 1}
    assert (fetched.credit, fetched.license) == (Poems.credit, Poems.license)
    assert (fetched.task, fetched.columns) == ("classify", ("word", "color"))
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == [
        "poems-1.0-1"
    ]


def test_the_second_use_downloads_nothing_and_gives_the_same(poems, tmp_path):
    assert get("poems", cache=tmp_path) == get("poems", cache=tmp_path)
    assert poems == ["tiny"]


def test_a_later_edition_is_made_anew(poems, tmp_path, monkeypatch):
    get("poems", cache=tmp_path)
    monkeypatch.setattr(Poems, "edition", 2)
    assert get("poems", cache=tmp_path).folder.name == "poems-1.0-2"
    assert poems == ["tiny", "tiny"]


@pytest.mark.parametrize(
    ("suffix", "content"),
    [
        (".jsonl", '{"word": "rose", "color": "red"}\n'),
        (".csv", "word,color\nrose,red\n"),
    ],
)
def test_writes_the_declared_format(poems, tmp_path, monkeypatch, suffix, content):
    monkeypatch.setattr(Poems, "suffix", suffix)
    train = get("poems", cache=tmp_path).files["train"]
    assert train.name == f"train{suffix}"
    assert train.read_text() == content


def test_plain_lines_have_no_header_and_cells_with_commas_are_quoted(tmp_path):
    rows = [("a, b",), ('say "c"',)]
    _cache.save(tmp_path / "t", {"train": rows}, columns=("line",), suffix=".txt")
    _cache.save(tmp_path / "c", {"train": rows}, columns=("line",), suffix=".csv")
    assert (tmp_path / "t/train.txt").read_text() == 'a, b\nsay "c"\n'
    assert (tmp_path / "c/train.csv").read_text() == 'line\n"a, b"\n"say ""c"""\n'


def test_a_row_of_lists_is_a_token_a_line_and_an_empty_line(tmp_path):
    rows = [(["He", "won"], ["O", "O"]), (["India"], ["B-LOC"])]
    columns = ("word", "tag")
    _cache.save(tmp_path / "c", {"train": rows}, columns=columns, suffix=".conll")
    written = (tmp_path / "c/train.conll").read_text()
    assert written == "He O\nwon O\n\nIndia B-LOC\n\n"


def test_a_changed_byte_is_found_at_the_next_use(poems, tmp_path):
    train = get("poems", cache=tmp_path).files["train"]
    train.write_text(train.read_text().replace("red", "rad"))
    with pytest.raises(DatasetError) as caught:
        get("poems", cache=tmp_path)
    assert str(caught.value) == (
        f"{train} does not have the checksum it had.\n"
        "  expected: the file as it was fetched\n"
        f"  to fix:   delete the folder {train.parent} and get the data set again\n"
        "  code:     dataset"
    )


def test_a_missing_file_is_found_at_the_next_use(poems, tmp_path):
    train = get("poems", cache=tmp_path).files["train"]
    train.unlink()
    with pytest.raises(DatasetError) as caught:
        get("poems", cache=tmp_path)
    assert caught.value.found == f"{train} cannot be read."


@pytest.mark.parametrize("text", ["", "[]", '{"train.csv": 3}', '{"train.csv": {}}'])
def test_broken_checksums_are_found_at_the_next_use(poems, tmp_path, text):
    folder = get("poems", cache=tmp_path).folder
    (folder / "checksums.json").write_text(text)
    with pytest.raises(DatasetError) as caught:
        get("poems", cache=tmp_path)
    assert (
        caught.value.found == f"{folder / 'checksums.json'} is not as it was written."
    )


@pytest.fixture
def pictures(poems, monkeypatch):
    """The data set "poems" with two files that its cells might name."""
    made = {"png/rose.png": b"red", "png/small/sea.png": b"blue"}
    monkeypatch.setattr(Poems, "beside", lambda _self, _files: made)
    return made


def test_files_that_cells_name_lie_beside_the_tables(pictures, tmp_path):
    fetched = get("poems", cache=tmp_path)
    assert sorted(fetched.files) == ["test", "train"]
    for name, content in pictures.items():
        assert (fetched.folder / name).read_bytes() == content
    assert get("poems", cache=tmp_path) == fetched


def test_a_changed_file_beside_the_tables_is_found_at_the_next_use(pictures, tmp_path):
    folder = get("poems", cache=tmp_path).folder
    path = folder / "png/small/sea.png"
    path.write_bytes(b"grey")
    with pytest.raises(DatasetError) as caught:
        get("poems", cache=tmp_path)
    assert caught.value.found == f"{path} does not have the checksum it had."
    fix = f"delete the folder {folder} and get the data set again"
    assert caught.value.fix == fix
    path.unlink()
    with pytest.raises(DatasetError) as caught:
        get("poems", cache=tmp_path)
    assert caught.value.found == f"{path} cannot be read."
    assert caught.value.fix == fix


def test_terms_must_be_accepted_before_anything_is_fetched(
    poems, tmp_path, monkeypatch
):
    monkeypatch.setattr(Poems, "must_accept", True)
    with pytest.raises(LicenseError) as caught:
        get("poems", cache=tmp_path / "cache")
    assert str(caught.value) == (
        "poems: do as you like, but say so first.\n"
        "  expected: that you accept these terms before the data is fetched\n"
        "  to fix:   unrolled data get poems --accept-license\n"
        "  code:     license"
    )
    assert poems == []
    assert not (tmp_path / "cache").exists()


def test_terms_are_accepted_once(poems, tmp_path, monkeypatch):
    monkeypatch.setattr(Poems, "must_accept", True)
    accepted = get("poems", accept_license=True, cache=tmp_path)
    assert get("poems", cache=tmp_path) == accepted


def test_a_conversion_that_fails_leaves_no_folder(poems, tmp_path, monkeypatch):
    def fail(_self, _files):
        raise RuntimeError("half way")

    monkeypatch.setattr(Poems, "convert", fail)
    with pytest.raises(RuntimeError, match="half way"):
        get("poems", cache=tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_a_write_that_fails_leaves_no_folder(tmp_path):
    class Unwritable:
        def __iter__(self):
            raise OSError("disk full")

    parts = {"train": [("a", "b")], "test": Unwritable()}
    with pytest.raises(OSError, match="disk full"):
        _cache.save(tmp_path / "x", parts, columns=("a", "b"), suffix=".csv")
    assert list(tmp_path.iterdir()) == []


def test_two_processes_that_fetch_at_once_agree(poems, tmp_path, monkeypatch):
    rename = Path.rename

    def second(self, target):
        monkeypatch.setattr(Path, "rename", rename)
        get("poems", cache=tmp_path)  # another process, faster by a moment
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", second)
    assert get("poems", cache=tmp_path).rows == {"train": 1, "test": 1}
    names = [p.name for p in tmp_path.iterdir() if p.is_dir()]
    assert names == ["poems-1.0-1"]


def test_a_list_shows_everything_and_fetches_nothing(poems, tmp_path):
    [one] = describe(tmp_path)
    assert (one.name, one.title, one.package) == ("poems", "two poems", "tiny==1.0")
    assert (one.must_accept, one.cached, poems) == (False, False, [])
    get("poems", cache=tmp_path)
    [one] = describe(tmp_path)
    assert one.cached


def test_an_unknown_name_is_answered_with_the_nearest(tmp_path):
    with pytest.raises(UnknownNameError) as caught:
        get("film-revues", cache=tmp_path)
    assert caught.value.found == 'there is no "film_revues" among the datasets.'
    assert caught.value.fix == 'did you mean "film_reviews"?'


def test_a_name_may_be_spelled_with_a_hyphen(poems, tmp_path):
    assert get("poe-ms", cache=tmp_path).name == "poe_ms"


def test_the_cache_is_the_users_own(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", "/home/someone")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert default_cache() == Path("/home/someone/.cache/unrolled/datasets")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative/path")
    assert default_cache() == Path("/home/someone/.cache/unrolled/datasets")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_cache() == tmp_path / "unrolled" / "datasets"


def test_checksums_are_plain_json(poems, tmp_path):
    folder = get("poems", cache=tmp_path).folder
    written = json.loads((folder / "checksums.json").read_text())
    assert written["train.csv"]["rows"] == 1
    assert len(written["train.csv"]["sha256"]) == 64


def test_a_set_out_of_two_packages_reads_both_and_names_both(
    poems, tmp_path, monkeypatch, tiny
):
    further = tiny("tiny/poems.txt", content=digest(FILES))
    monkeypatch.setattr(Poems, "more", (further,))
    assert get("poems", cache=tmp_path).rows == {"train": 1, "test": 1}
    assert poems == ["tiny", "tiny"]
    [one] = describe(tmp_path)
    assert one.package == "tiny==1.0 + tiny==1.0"


def test_what_the_machine_has_is_read_from_there(poems, tmp_path, monkeypatch):
    own = Local(name="this machine", version="mine", read=lambda: FILES)
    monkeypatch.setattr(Poems, "package", own)
    assert get("poems", cache=tmp_path).folder == tmp_path / "poems-mine-1"
    assert poems == []
    [one] = describe(tmp_path)
    assert (one.package, one.cached) == ("this machine", True)
