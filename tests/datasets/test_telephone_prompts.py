"""telephone_prompts: which prompts are taken, and how the packages are fetched."""

import gzip
import io
import subprocess
import tarfile
from pathlib import Path

import pytest

from unrolled.datasets import _apt_packages
from unrolled.datasets._apt_packages import read_packages
from unrolled.datasets.telephone_prompts import SOUNDS, TEXTS, TelephonePrompts
from unrolled.errors import DatasetError

LINES = """; Core Asterisk Sounds in English

agent-pass: Please enter your password followed by the pound key.
beep: [this is a simple beep tone]
conf-menu: Press 1 or 2.
digits/h-1: first
extra/162: dial 162
letters/n: n
long: This one is too long.
lost: This one has no sound.
"""


def files() -> dict[str, bytes]:
    names = ["agent-pass", "beep", "conf-menu", "digits/h-1", "extra/162", "letters/n"]
    sounds = {f"{SOUNDS}{name}.wav": name.encode() for name in names}
    texts = gzip.compress(LINES.encode())
    return {**sounds, f"{SOUNDS}long.wav": bytes(200_000), TEXTS: texts}


def test_prompts_of_words_are_taken_with_their_digits_as_words():
    found = TelephonePrompts().convert(files())
    rows = [row for part in found.values() for row in part]
    assert sorted(rows) == [
        (
            "wav/000-agent-pass.wav",
            "Please enter your password followed by the pound key.",
        ),
        ("wav/001-conf-menu.wav", "Press one or two."),
        ("wav/002-digits/h-1.wav", "first"),
    ]
    assert TelephonePrompts().beside(files()) == {
        "wav/000-agent-pass.wav": b"agent-pass",
        "wav/001-conf-menu.wav": b"conf-menu",
        "wav/002-digits/h-1.wav": b"digits/h-1",
    }


class Debian:
    """In the place of apt-get and dpkg-deb."""

    def __init__(self, *, code: int = 0, stderr: bytes = b"", tar: bytes = b"") -> None:
        self.code, self.stderr, self.tar = code, stderr, tar
        self.commands: list[list[str]] = []

    def __call__(self, command, *, cwd=None, **_):
        self.commands.append(command)
        if "download" in command and not self.code:
            for name in command[command.index("download") + 1 :]:
                (Path(cwd) / f"{name}_1_all.deb").touch()
        code = self.code if "download" in command else 0
        return subprocess.CompletedProcess(command, code, self.tar, self.stderr)


def packed(**contents: bytes) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, content in contents.items():
            member = tarfile.TarInfo(f"./usr/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return made.getvalue()


@pytest.fixture
def debian(tmp_path, monkeypatch):
    (tmp_path / "a_Packages").touch()
    monkeypatch.setattr(_apt_packages, "LISTS", tmp_path)
    monkeypatch.setattr(_apt_packages, "which", lambda name: f"/usr/bin/{name}")

    def put(made: Debian) -> Debian:
        monkeypatch.setattr(subprocess, "run", made)
        return made

    return put


def test_the_files_of_a_package_that_fit_are_read(debian):
    ran = debian(Debian(tar=packed(wav=b"sound", doc=b"text", other=b"no")))
    assert read_packages(["one"], ["usr/w*", "usr/doc"]) == {
        "usr/wav": b"sound",
        "usr/doc": b"text",
    }
    assert [command[0] for command in ran.commands] == [
        "/usr/bin/apt-get",
        "/usr/bin/dpkg-deb",
    ]


def test_a_failed_download_says_what_apt_said(debian):
    debian(Debian(code=100, stderr=b"E: one\nE: no server\n"))
    with pytest.raises(DatasetError) as caught:
        read_packages(["one"], ["*"])
    assert str(caught.value) == (
        "apt-get could not download the packages: E: no server\n"
        "  expected: a connection to the servers that apt is set up for, and lists that"
        " are up to date\n"
        "  to fix:   apt-get update, as root, and try again when online\n"
        "  code:     dataset"
    )


def test_a_package_that_is_cut_short_is_told(debian):
    debian(Debian(tar=b"half"))
    with pytest.raises(DatasetError) as caught:
        read_packages(["one"], ["*"])
    assert caught.value.found.startswith("one_1_all.deb cannot be opened: ")


def test_more_than_a_package_of_sounds_may_hold_is_refused(debian, monkeypatch):
    monkeypatch.setattr(_apt_packages, "LARGEST", 3)
    debian(Debian(tar=packed(wav=b"sound")))
    with pytest.raises(DatasetError) as caught:
        read_packages(["one"], ["*"])
    assert caught.value.found == "one_1_all.deb has files of 5 bytes and more."


def test_a_machine_without_apt_is_told(monkeypatch):
    monkeypatch.setattr(_apt_packages, "which", lambda _name: None)
    with pytest.raises(DatasetError) as caught:
        read_packages(["one"], ["*"])
    assert caught.value.found == "this machine has no apt-get and dpkg-deb."
