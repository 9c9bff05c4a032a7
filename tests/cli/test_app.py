"""The command as a whole: help, version, and how it ends."""

import io
import sys

import pytest
import typer

from unrolled import __version__
from unrolled.cli import app

VERBS = (
    *("train", "evaluate", "predict", "score", "check", "demo", "bench", "cells"),
    "tasks",
)


def test_help_lists_every_verb(command):
    found = command("--help")
    assert found.code == 0
    for verb in (*VERBS, "data"):
        assert f"\n  {verb} " in found.out


def test_without_a_verb_the_help_is_shown_and_it_is_wrong_usage(command):
    found = command()
    assert found.code == 2
    assert "Commands:" in found.out + found.err


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_json_and_words_for_each_option(command, verb):
    found = command(verb, "--help")
    assert found.code == 0
    assert "--json" in found.out
    options = typer.main.get_command(app.app).commands[verb].params
    assert all(option.help for option in options)


def test_the_version_is_printed(command):
    assert command("--version").out == f"unrolled {__version__}\n"


def test_a_system_error_is_three_lines_and_no_traceback(command, monkeypatch):
    def fail(prog_name):
        raise OSError(28, "No space left on device", "model")

    monkeypatch.setattr(app, "app", fail)
    found = command("train")
    assert found.code == 1
    assert found.err == (
        "model: No space left on device.\n"
        "  expected: a path that can be read or written\n"
        "  to fix:   check the path, its permissions and the free space\n"
        "  code:     system\n"
    )


def test_a_mistake_of_ours_is_no_mistake_of_the_users(command, monkeypatch):
    def fail(prog_name):
        raise ZeroDivisionError

    monkeypatch.setattr(app, "app", fail)
    with pytest.raises(ZeroDivisionError):
        command("train")


def test_ctrl_c_where_nothing_is_saved_ends_as_shells_count_it(command, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("unrolled.catalog.names", interrupt)
    assert command("cells").code == 130


@pytest.mark.parametrize(
    ("terminal", "encoding", "shown"), [(False, "utf-8", "█"), (True, "latin-1", "?")]
)
def test_pipes_get_unicode_and_a_poor_terminal_a_question_mark(
    monkeypatch, terminal, encoding, shown
):
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding="latin-1", write_through=True)
    stream.isatty = lambda: terminal
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(sys, "argv", ["unrolled", "--version"])
    monkeypatch.setattr(app, "__version__", "█")
    with pytest.raises(SystemExit):
        app.main()
    assert stream.encoding == encoding
    assert written.getvalue().decode("utf-8") == f"unrolled {shown}\n"
