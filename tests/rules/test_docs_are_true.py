"""What README and docs say is run, in the order in which a reader meets it.

    ```csv reviews.csv     a second word with a dot: saved as that file
    ```console             `$ unrolled ...` is run; the lines under it must come out,
                           `...` standing for anything (words and whitespace)
    ```python              run; one namespace for the whole page
    ```console no-run      minutes or a download: its verbs and options must exist
    ```python no-run       must be Python

Every page gets an empty folder of its own. `$ make TARGET` needs the target in the
Makefile. Any other command is not ours to test.
"""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.main import get_command

from tests.rules.source import ROOT
from unrolled.cli.app import app

DOCS = sorted((ROOT / "docs").rglob("*.md"))
LESSONS = ROOT / "docs" / "lessons" / "[0-9]*"  # run by test_lessons.py
PAGES = [ROOT / "README.md", *(p for p in DOCS if not p.match(str(LESSONS)))]
FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```$", re.M | re.DOTALL)
CONSOLE = ("console", "bash", "sh", "shell")
PATIENCE = 300  # seconds for one command


class Block(NamedTuple):
    """A fenced block of a page."""

    language: str
    rest: list[str]
    """The words behind the language."""
    text: str


class Step(NamedTuple):
    """A command of a console block and the lines that are shown under it."""

    command: str
    shown: list[str]


def blocks_of(text: str) -> list[Block]:
    found = []
    for match in FENCE.finditer(text):
        language, *rest = match["info"].split() or [""]
        found.append(Block(language, rest, match["text"]))
    return found


def steps_of(block: Block) -> Iterator[Step]:
    """Commands begin with `$ `; a backslash at the end goes on in the next line."""
    lines = re.sub(r"\\\n\s*", " ", block.text).splitlines()
    for number, line in enumerate(lines):
        if line.startswith("$ "):
            after = takewhile(lambda one: not one.startswith("$ "), lines[number + 1 :])
            yield Step(line.removeprefix("$ "), [one for one in after if one.strip()])


def calls_of(command: str) -> Iterator[list[str]]:
    """The words of each call of `unrolled` in a line that may hold pipes."""
    for part in re.split(r"\||&&|;", command):
        words = shlex.split(part, comments=True)
        while words and "=" in words[0]:  # variables set for this call
            words = words[1:]
        if words[:3] == ["python", "-m", "unrolled"]:
            words = words[2:]
        if words[:1] == ["unrolled"]:
            yield words


def check_call(words: list[str]) -> None:
    """Every verb of the call must exist, and every option belong to the verb."""
    verb: Any = get_command(app)
    rest = words[1:]
    while rest and hasattr(verb, "commands") and not rest[0].startswith("-"):
        assert rest[0] in verb.commands, f"`{shlex.join(words)}`: no verb {rest[0]}"
        verb, rest = verb.commands[rest[0]], rest[1:]
    known = {name for one in verb.params for name in (*one.opts, *one.secondary_opts)}
    for word in rest:
        option = word.partition("=")[0]
        if option.startswith("--") and option not in ("--", "--help"):
            assert option in known, f"`{shlex.join(words)}`: no option {option}"


def run_step(step: Step, folder: Path) -> None:
    here = Path(sys.executable).parent
    path = f"{here}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(
        ["bash", "-o", "pipefail", "-c", step.command],
        cwd=folder,
        env={**os.environ, "PATH": path, "COLUMNS": "88", "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ran.returncode == 0, f"$ {step.command}\n{ran.stdout}"
    compare(step, ran.stdout)


def compare(step: Step, output: str) -> None:
    """The lines shown must come in this order; others may come between."""
    come = iter(output.splitlines())
    for line in step.shown:
        words = [".*".join(map(re.escape, w.split("..."))) for w in line.split()]
        wanted = re.compile(r"\s+".join(words))
        assert any(wanted.fullmatch(one.strip()) for one in come), (
            f"$ {step.command}\ndoes not show: {line}\nbut:\n{output}"
        )


def targets() -> set[str]:
    text = (ROOT / "Makefile").read_text("utf-8")
    return set(re.findall(r"^([a-z]+):", text, re.MULTILINE))


def handle(block: Block, page: Path, folder: Path, namespace: dict) -> None:
    is_run = "no-run" not in block.rest
    if block.rest and "." in block.rest[0]:
        (folder / block.rest[0]).write_text(block.text, encoding="utf-8")
    elif block.language in CONSOLE:
        for step in steps_of(block):
            for target in re.findall(r"\bmake ([a-z]+)", step.command):
                assert target in targets(), f"there is no `make {target}`"
            calls = list(calls_of(step.command))
            for words in calls:
                check_call(words)
            if calls and is_run:
                run_step(step, folder)
    elif block.language == "python":
        code = compile(block.text, str(page), "exec")
        if is_run:
            exec(code, namespace)  # our own pages, from our own repository


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_what_a_page_says_is_so(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks_of(page.read_text("utf-8")):
        handle(block, page, tmp_path, namespace)


# -- the test tested -------------------------------------------------------------------


def test_a_page_is_cut_into_blocks_and_steps():
    page = (
        "Text\n```csv a.csv\nx,y\n```\n```console\n$ unrolled cells \\\n    --help\n"
        "gru\n\n# a remark\n$ ls | unrolled tasks\n```\n```\nplain\n```\n"
    )
    saved, console, plain = blocks_of(page)
    assert saved == Block("csv", ["a.csv"], "x,y\n")
    assert list(steps_of(console)) == [
        Step("unrolled cells  --help", ["gru", "# a remark"]),
        Step("ls | unrolled tasks", []),
    ]
    assert plain == Block("", [], "plain\n")
    assert list(calls_of("echo a | X=1 python -m unrolled predict m - && ls")) == [
        ["unrolled", "predict", "m", "-"]
    ]


INVENTED = ["unrolled flatten", "unrolled train --flat", "unrolled data take"]


@pytest.mark.parametrize("call", INVENTED)
def test_an_invented_verb_or_option_is_found(call):
    with pytest.raises(AssertionError, match=r"no (verb|option)"):
        check_call(call.split())


def test_shown_lines_must_come_in_order_with_dots_for_anything():
    output = "one  1.25 s\ntwo\nthree\n"
    compare(Step("x", ["one 1... s", "three"]), output)
    for shown in (["three", "two"], ["one 1... minutes"], ["tw"]):
        with pytest.raises(AssertionError, match="does not show"):
            compare(Step("x", shown), output)


def test_a_command_that_fails_fails_the_page(tmp_path):
    with pytest.raises(AssertionError, match="no-such-verb"):
        run_step(Step("unrolled no-such-verb", []), tmp_path)
