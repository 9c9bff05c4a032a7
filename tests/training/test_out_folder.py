"""A run writes into new, empty and its own folders, and never over anything else."""

import errno
import os
from pathlib import Path

import pytest

from unrolled.errors import OutputError
from unrolled.models import model_folder
from unrolled.models.model_folder import Contents
from unrolled.training import checkpoint
from unrolled.training.out_folder import claim
from unrolled.training.report import EVENTS


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A path, with nothing there, by its short name."""
    monkeypatch.chdir(tmp_path)
    return Path("runs/model")


def write_model(folder: Path) -> None:
    """A model without anything in it."""
    empty = Contents("classify", {}, {}, {}, {}, {}, "card", "0.1.0")
    model_folder.write(folder, empty)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with what is in it."""
    return {str(p): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_new_folder_is_claimed_and_not_made_yet(folder):
    assert claim(folder) is False
    assert not Path("runs").exists()


def test_an_empty_folder_is_claimed(folder):
    folder.mkdir(parents=True)
    assert claim(folder) is False
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("name", [checkpoint.NAME, EVENTS])
@pytest.mark.parametrize("resume", [True, False])
def test_a_run_that_was_stopped_is_claimed(folder, name, resume):
    folder.mkdir(parents=True)
    (folder / name).write_bytes(b"")
    assert claim(folder, resume=resume) is False


def test_a_finished_model_is_kept(folder):
    write_model(folder)
    before = tree(folder)
    with pytest.raises(OutputError) as raised:
        claim(folder)
    assert str(raised.value) == (
        "runs/model holds a finished model.\n"
        "  expected: a new folder, or a run that was stopped\n"
        "  to fix:   give another folder, or add --overwrite (in Python overwrite=True)"
        " to replace that model\n"
        "  code:     output"
    )
    assert tree(folder) == before


def test_a_finished_model_leaves_resume_nothing_to_do(folder):
    write_model(folder)
    assert claim(folder, resume=True) is True


def test_a_finished_model_is_replaced_when_that_is_said(folder):
    write_model(folder)
    assert claim(folder, overwrite=True) is False
    assert claim(folder, overwrite=True, resume=True) is False


def test_a_model_with_a_checkpoint_is_not_finished(folder):
    write_model(folder)
    (folder / checkpoint.NAME).write_bytes(b"")
    assert claim(folder) is False
    assert claim(folder, resume=True) is False


@pytest.mark.parametrize("options", [{}, {"resume": True}, {"overwrite": True}])
def test_what_belongs_to_others_is_refused_whatever_is_said(folder, options):
    folder.mkdir(parents=True)
    for name in ("README.md", "a.py", "b.py", "config.json"):
        (folder / name).write_text("{}", encoding="utf-8")
    before = tree(folder)
    with pytest.raises(OutputError) as raised:
        claim(folder, **options)
    assert str(raised.value) == (
        "runs/model is no folder of unrolled, and is not empty: README.md, a.py, b.py"
        " and 1 more.\n"
        "  expected: a new folder, an empty one, or one that `unrolled train` wrote\n"
        "  to fix:   give another folder; nothing of others is ever written over\n"
        "  code:     output"
    )
    assert tree(folder) == before


def test_a_file_is_refused(folder):
    Path("runs").mkdir()
    folder.write_bytes(b"mine")
    with pytest.raises(OutputError, match="runs/model is a file"):
        claim(folder, overwrite=True)
    assert folder.read_bytes() == b"mine"


def test_a_path_below_a_file_is_refused(folder):
    Path("runs").write_bytes(b"mine")
    with pytest.raises(OutputError) as raised:
        claim(folder)
    assert raised.value.found == "runs/model cannot be written: Not a directory (runs)."


@pytest.mark.parametrize(
    ("number", "fix"),
    [
        (errno.EACCES, "chmod u+w ., or give another folder"),
        (errno.EROFS, "give another folder"),
        (errno.ENOSPC, "give another folder"),
    ],
)
def test_a_place_that_cannot_be_written_is_told_before_training(
    folder, monkeypatch, number, fix
):
    def fail(dir):
        raise OSError(number, os.strerror(number), str(dir))

    monkeypatch.setattr("unrolled.training.out_folder.TemporaryFile", fail)
    with pytest.raises(OutputError) as raised:
        claim(folder)
    assert raised.value.found == (
        f"runs/model cannot be written: {os.strerror(number)} (.)."
    )
    assert raised.value.fix == fix


def test_drafts_of_a_killed_run_are_cleared_away(folder):
    folder.mkdir(parents=True)
    for name in (checkpoint.NAME, ".checkpoint.safetensors.77.part"):
        (folder / name).write_bytes(b"")
    claim(folder, resume=True)
    assert [one.name for one in folder.iterdir()] == [checkpoint.NAME]


def test_a_folder_of_nothing_but_drafts_counts_as_empty(folder):
    folder.mkdir(parents=True)
    (folder / ".model.safetensors.77.part").write_bytes(b"")
    assert claim(folder) is False
    assert len(list(folder.iterdir())) == 1  # it may be somebody else's
