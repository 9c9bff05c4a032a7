"""A file is the old one or the new one, whole, whatever fails between."""

import errno
import json
import os
from pathlib import Path

import pytest

from unrolled import durable

OLD, NEW = b"the old file", b"the new file, which is longer"


def no_room(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


class FullDisk:
    """An open file whose disk is full after five bytes."""

    def __init__(self, file):
        self.file = file

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()

    def write(self, content):
        self.file.write(content[:5])
        no_room()


def fail_to_open(monkeypatch):
    monkeypatch.setattr(Path, "open", no_room)


def fail_to_write(monkeypatch):
    real = Path.open
    monkeypatch.setattr(Path, "open", lambda *given: FullDisk(real(*given)))


def fail_to_flush(monkeypatch):
    monkeypatch.setattr(os, "fsync", no_room)


def fail_to_rename(monkeypatch):
    monkeypatch.setattr(Path, "replace", no_room)


FAULTS = [fail_to_open, fail_to_write, fail_to_flush, fail_to_rename]


def test_a_file_is_written_and_replaced(tmp_path):
    path = tmp_path / "a.bin"
    durable.write_bytes(path, OLD)
    durable.write_bytes(path, NEW)
    assert path.read_bytes() == NEW
    assert [one.name for one in tmp_path.iterdir()] == ["a.bin"]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_after_a_fault_the_old_file_is_whole_and_no_draft_is_left(
    fault, tmp_path, monkeypatch
):
    path = tmp_path / "a.bin"
    path.write_bytes(OLD)
    with monkeypatch.context() as broken:
        fault(broken)
        with pytest.raises(OSError, match="No space left") as raised:
            durable.write_bytes(path, NEW)
    assert raised.value.errno == errno.ENOSPC
    assert raised.value.filename == str(path)
    assert path.read_bytes() == OLD
    assert [one.name for one in tmp_path.iterdir()] == ["a.bin"]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_after_a_fault_a_file_that_was_not_there_is_still_not_there(
    fault, tmp_path, monkeypatch
):
    with monkeypatch.context() as broken:
        fault(broken)
        with pytest.raises(OSError, match="No space left"):
            durable.write_bytes(tmp_path / "a.bin", NEW)
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_while_writing_leaves_the_old_file(tmp_path, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    path = tmp_path / "a.bin"
    path.write_bytes(OLD)
    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        durable.write_bytes(path, NEW)
    assert path.read_bytes() == OLD
    assert [one.name for one in tmp_path.iterdir()] == ["a.bin"]


def test_file_then_folder_are_flushed_and_the_rename_lies_between(
    tmp_path, monkeypatch
):
    happened: list[str] = []
    real_fsync, real_replace = os.fsync, Path.replace

    def fsync(handle):
        is_folder = os.path.isdir(f"/proc/self/fd/{handle}")  # noqa: PTH112
        happened.append("flush folder" if is_folder else "flush file")
        real_fsync(handle)

    def replace(draft, path):
        assert draft.parent == path.parent and draft.read_bytes() == NEW
        happened.append("rename")
        return real_replace(draft, path)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    durable.write_bytes(tmp_path / "a.bin", NEW)
    if Path("/proc/self/fd").exists():
        assert happened == ["flush file", "rename", "flush folder"]


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP])
def test_a_folder_that_cannot_be_flushed_by_its_system_is_no_fault(
    number, tmp_path, monkeypatch
):
    flushed: list[int] = []

    def second_fails(handle):
        flushed.append(handle)
        if len(flushed) == 2:
            raise OSError(number, "not here")

    monkeypatch.setattr(os, "fsync", second_fails)
    durable.write_bytes(tmp_path / "a.bin", NEW)
    assert (tmp_path / "a.bin").read_bytes() == NEW


def test_a_folder_on_a_failing_disk_is_told(tmp_path, monkeypatch):
    flushed: list[int] = []

    def second_fails(handle):
        flushed.append(handle)
        if len(flushed) == 2:
            raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", second_fails)
    with pytest.raises(OSError, match="Input/output error"):
        durable.write_bytes(tmp_path / "a.bin", NEW)
    assert (tmp_path / "a.bin").read_bytes() == NEW


def test_json_is_utf_8_ends_in_a_line_end_and_refuses_nan(tmp_path):
    path = tmp_path / "a.json"
    durable.write_json(path, {"word": "café"})
    assert path.read_bytes() == '{\n  "word": "café"\n}\n'.encode()
    with pytest.raises(ValueError, match="not JSON compliant"):
        durable.write_json(path, {"loss": float("nan")})
    assert json.loads(path.read_bytes()) == {"word": "café"}


def test_drafts_of_killed_processes_are_removed_and_nothing_else(tmp_path):
    for name in (".a.bin.123.part", "a.bin", ".hidden", "b.1.part", ".film.part"):
        (tmp_path / name).write_bytes(OLD)
    durable.remove_drafts(tmp_path)
    left = sorted(one.name for one in tmp_path.iterdir())
    assert left == [".film.part", ".hidden", "a.bin", "b.1.part"]


def test_the_digest_is_sha_256():
    assert durable.digest(b"abc") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
