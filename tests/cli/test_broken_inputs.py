"""Every broken input is refused before training, in the words that stand here.

The inputs are made in `broken.py`; what is said of each stands in `broken_inputs.txt`.
"""

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli import broken
from tests.cli.golden import messages

MESSAGES = messages(Path(__file__).parent / "broken_inputs.txt")


@pytest.fixture
def never_trains(monkeypatch) -> None:
    """Fails the test if a run gets as far as its loop."""

    def start(*_: object, **__: object) -> None:
        raise AssertionError("training started")

    monkeypatch.setattr("unrolled.training.run.Loop", start)


def said(err: str) -> str:
    """What is on standard error without the notes on what was found and chosen."""
    lines = [line for line in err.splitlines() if not line.startswith("· ")]
    return "\n".join(lines)


def test_there_are_at_least_forty_and_each_has_its_words():
    assert len(broken.CASES) >= 40
    assert sorted(MESSAGES) == sorted(case.__name__ for case in broken.CASES)


@pytest.mark.parametrize("case", broken.CASES, ids=lambda case: case.__name__)
def test_broken_input_is_refused_word_for_word(
    case, here, trained, weighing, command, never_trains
):
    (here / "trained").symlink_to(trained)
    (here / "weighing").symlink_to(weighing)
    found = command(*case())
    assert said(found.err) == MESSAGES[case.__name__]
    assert found.code == 1
    assert found.out == ""
    assert not list(here.glob("model/*.safetensors"))


@pytest.mark.parametrize(
    "case", [broken.unclosed_quote, broken.unknown_cell], ids=lambda c: c.__name__
)
def test_broken_input_is_refused_by_a_process_of_its_own(case, here):
    ran = subprocess.run(
        [sys.executable, "-m", "unrolled", *case()],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert ran.stdout == ""
    assert said(ran.stderr) == MESSAGES[case.__name__]


def test_a_file_without_permission_is_refused(here, command, monkeypatch, never_trains):
    words = broken.table(broken.GOOD)
    real = Path.open

    def denied(path, *given, **named):
        if path.name == "data.csv":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path, *given, **named)

    monkeypatch.setattr(Path, "open", denied)
    found = command(*words)
    assert found.code == 1
    assert found.err == (
        "data.csv cannot be opened: no permission.\n"
        "  expected: a file that may be read\n"
        "  to fix:   chmod u+r data.csv, or ask its owner\n"
        "  code:     unreadable-data\n"
    )


def test_a_folder_to_write_in_without_permission_is_refused(
    here, command, monkeypatch, never_trains
):
    def denied(dir):
        raise PermissionError(errno.EACCES, "Permission denied", str(dir))

    monkeypatch.setattr("unrolled.training.out_folder.TemporaryFile", denied)
    (here / "models").mkdir()
    broken.table(broken.GOOD)
    found = command("train", "classify", "data.csv", "--out", "models/mine")
    assert found.code == 1
    assert found.err == (
        "models/mine cannot be written: Permission denied (models).\n"
        "  expected: a folder that may be written, on a disk with room\n"
        "  to fix:   chmod u+w models, or give another folder\n"
        "  code:     output\n"
    )


def test_a_file_that_the_disk_cannot_give_back_is_told(here, command, monkeypatch):
    words = broken.table(broken.GOOD)
    real = Path.open

    def failing(path, *given, **named):
        if path.name == "data.csv":
            raise OSError(errno.EIO, "Input/output error", str(path))
        return real(path, *given, **named)

    monkeypatch.setattr(Path, "open", failing)
    found = command(*words)
    assert found.code == 1
    assert found.err == (
        "data.csv cannot be read: Input/output error.\n"
        "  expected: a file that may be read\n"
        "  to fix:   check the disk and the path, or copy the file elsewhere\n"
        "  code:     unreadable-data\n"
    )


def test_a_full_disk_while_the_model_is_written_is_told(here, command, monkeypatch):
    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    words = broken.table(broken.rows(*["He is great,good", "She is bad,bad"] * 8))
    monkeypatch.setattr("os.fsync", full)
    found = command(*words, "--epochs", "1", "--hidden", "2")
    assert found.code == 1
    assert found.err.endswith(
        "\nmodel/checkpoint.safetensors: No space left on device.\n"
        "  expected: a path that can be read or written\n"
        "  to fix:   check the path, its permissions and the free space\n"
        "  code:     system\n"
    )
    assert not list((here / "model").glob(".*.part"))


def test_an_unknown_verb_is_told_which_one_is_near(here, command):
    found = command("trian", "classify", "data.csv")
    assert found.code == 2
    assert found.err.endswith("Error: No such command 'trian'. Did you mean 'train'?\n")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (
            ["--set", "epochs"],
            'Invalid value for --set: "epochs" is not section.key=value',
        ),
        (
            ["--given", "sex"],
            "Invalid value for --given: classify reads no such column, only"
            " input, target",
        ),
        (
            ["--epochs", "many"],
            "Invalid value for '--epochs': Input should be a valid integer",
        ),
        (["--hiden", "8"], "No such option: --hiden"),
    ],
)
def test_wrong_usage_ends_with_two(here, command, never_trains, more, words):
    found = command(*broken.table(broken.GOOD), *more)
    assert found.code == 2
    assert f"Error: {words}" in found.err
    assert "Try 'unrolled train --help' for help." in found.err


def test_names_in_files_cannot_steer_the_terminal(here, command, never_trains):
    lines = ["He is \x1b[2Jgreat,go\x1b[2Jod", "She is bad,bad"]
    broken.table(broken.rows(*lines), "test.csv")
    words = broken.table(broken.GOOD)
    found = command(*words, "--test", "test.csv")
    assert found.code == 1
    assert "\x1b" not in found.err
    assert 'column "label" holds "go\\x1b[2Jod", not a known label.' in found.err
