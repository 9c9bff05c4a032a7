"""The index of apt: read where it lies, else fetched, else said what is wrong."""

import subprocess
from pathlib import Path

import pytest

from unrolled.datasets import _apt
from unrolled.datasets._apt import read
from unrolled.errors import DatasetError

TEXTS = "x_main_i18n_Translation-en.lz4"
PACKAGES = "x_main_binary-amd64_Packages.lz4"


class _Apt:
    """Stands for subprocess.run: a server that has these lists, and apt's programs."""

    def __init__(self, *, lists=(), code=0, stderr=b"", late=False):
        self.lists, self.code, self.stderr, self.late = lists, code, stderr, late
        self.commands: list[list[str]] = []

    def __call__(self, command, *, timeout, **_options):
        self.commands.append(command)
        if self.late:
            raise subprocess.TimeoutExpired(command, timeout)
        if "cat-file" in command:
            paths = map(Path, command[command.index("cat-file") + 1 :])
            text = b"" if self.code else b"".join(path.read_bytes() for path in paths)
            return subprocess.CompletedProcess(command, self.code, text, self.stderr)
        [folder] = [x.partition("=")[2] for x in command if "::lists=" in x]
        for name in self.lists:
            (Path(folder) / name).write_bytes(name.encode())
        return subprocess.CompletedProcess(command, self.code, b"", self.stderr)


@pytest.fixture
def lists(tmp_path, monkeypatch):
    """An empty folder in the place of the system's lists, and apt installed."""
    (tmp_path / "apt-helper").touch()
    (tmp_path / "lists").mkdir()
    monkeypatch.setattr(_apt, "HELPER", tmp_path / "apt-helper")
    monkeypatch.setattr(_apt, "LISTS", tmp_path / "lists")
    monkeypatch.setattr(_apt, "which", lambda _name: "/usr/bin/apt-get")
    return tmp_path / "lists"


@pytest.fixture
def apt(monkeypatch):
    def put(**how):
        made = _Apt(**how)
        monkeypatch.setattr(subprocess, "run", made)
        return made

    return put


def test_lists_of_the_system_are_read_where_they_lie(lists, apt):
    (lists / TEXTS).write_bytes(b"one ")
    (lists / f"y{TEXTS}").write_bytes(b"two")
    (lists / PACKAGES).write_bytes(b"three")
    ran = apt()
    assert read() == {"_Translation-en": b"one two", "_Packages": b"three"}
    assert not any("update" in command for command in ran.commands)


def test_else_they_are_fetched_into_a_folder_that_is_thrown_away(lists, apt):
    ran = apt(lists=(TEXTS, PACKAGES))
    assert read() == {"_Translation-en": TEXTS.encode(), "_Packages": PACKAGES.encode()}
    update = ran.commands[0]
    assert update[0] == "/usr/bin/apt-get"
    assert "Acquire::Languages=en" in update
    folders = [x.partition("=")[2] for x in update if x.startswith("Dir::")]
    assert len(folders) == 2
    assert not any(Path(folder).exists() for folder in folders)
    assert not any(lists.iterdir())


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"code": 100, "stderr": b"E: one\nE: no server\n"}, "E: no server"),
        ({"code": 100}, "it did not say why"),
        ({"late": True}, "it took more than 600 seconds"),
        ({"lists": (PACKAGES,)}, "its servers have no descriptions in English"),
    ],
    ids=["offline", "silent", "late", "no texts"],
)
def test_a_failed_download_says_what_apt_said(lists, apt, how, why):
    apt(**how)
    with pytest.raises(DatasetError) as caught:
        read()
    assert str(caught.value) == (
        f"apt-get could not fetch the index of packages: {why}\n"
        "  expected: a connection to the servers that apt is set up for\n"
        "  to fix:   try again when online, or take the data set docstrings\n"
        "  code:     dataset"
    )


def test_one_server_out_of_reach_does_not_matter(lists, apt):
    apt(lists=(TEXTS, PACKAGES), stderr=b"W: one failed\n")
    assert read()["_Translation-en"] == TEXTS.encode()


def test_lists_that_cannot_be_unpacked_are_said(lists, apt):
    (lists / TEXTS).write_bytes(b"half")
    apt(code=1, stderr=b"E: cut short")
    with pytest.raises(DatasetError) as caught:
        read()
    assert str(caught.value) == (
        f"the lists of packages in {lists} cannot be read: E: cut short\n"
        "  expected: lists as apt writes them\n"
        "  to fix:   apt-get update, as root\n"
        "  code:     dataset"
    )


@pytest.mark.usefixtures("lists")
@pytest.mark.parametrize("missing", ["apt-get", "apt-helper"])
def test_a_machine_without_apt_is_told_what_to_take_instead(
    missing, tmp_path, monkeypatch
):
    if missing == "apt-get":
        monkeypatch.setattr(_apt, "which", lambda _name: None)
    else:
        (tmp_path / "apt-helper").unlink()
    with pytest.raises(DatasetError) as caught:
        read()
    assert str(caught.value) == (
        "this machine has no apt-get.\n"
        "  expected: Debian, Ubuntu or another system that takes its packages by apt\n"
        "  to fix:   take the data set docstrings, which any Python has\n"
        "  code:     dataset"
    )
