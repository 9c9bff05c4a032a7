"""Names say what a thing is: no drawers, no versions, no apologies, no hosts."""

import ast
import re
import subprocess
import tokenize
from pathlib import Path

from tests.rules.source import ROOT, modules, python_files

DRAWERS = {"utils", "util", "helpers", "helper", "misc", "common", "shared", "stuff"}
VERSIONED = re.compile(r"_(v\d+|old|new|final|bak|copy)$")
# Written in two halves, so that this list is not found by the tests that read it.
APOLOGIES = [
    "not " + "sure",
    "no " + "idea",
    "some" + "how",
    "for some " + "reason",
    "ha" + "ck",
    "klu" + "dge",
    "TO" + "DO",
    "FIX" + "ME",
    "XX" + "X",
]
APOLOGY = re.compile(rf"\b({'|'.join(APOLOGIES)})\b", re.IGNORECASE)
HOST = re.compile("pypi" + r"\.org|python" + r"hosted|registry\.npm" + "js")

# torch's own constructors take whatever they are given and refuse it in their words;
# layers in their place pass it on to them.
PASSED_ON_TO_TORCH = {"src/unrolled/nn"}


def test_no_file_is_a_drawer():
    drawers = [p for p in python_files() if p.stem.strip("_") in DRAWERS]
    assert not drawers


def test_no_name_carries_a_version():
    versioned = [
        f"{module.place}: {node.name}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        if VERSIONED.search(node.name.lower())
    ]
    versioned += [m.place for m in modules() if VERSIONED.search(m.path.stem)]
    assert not versioned, "\n".join(versioned)


def test_no_function_takes_just_anything():
    """`**name` hides what may be given, unless a TypedDict says it."""
    hiding = [
        f"{module.place}: {function.name}(**{rest.arg})"
        for module in modules()
        for function in module.functions()
        for rest in [function.args.kwarg]
        if rest and not ast.unparse(rest.annotation or rest).startswith("Unpack[")
        if not (
            function.name == "__init__"
            and module.path.parent.relative_to(ROOT).as_posix() in PASSED_ON_TO_TORCH
        )
    ]
    assert not hiding, "\n".join(hiding)


def test_no_comment_apologizes():
    found = [
        f"{path.relative_to(ROOT)}, line {token.start[0]}: {token.string}"
        for path in python_files()
        for token in _tokens(path)
        if token.type == tokenize.COMMENT and APOLOGY.search(token.string)
    ]
    assert not found, "\n".join(found)


def _tokens(path: Path) -> list[tokenize.TokenInfo]:
    with tokenize.open(path) as file:
        return list(tokenize.generate_tokens(file.readline))


def test_no_file_names_the_host_of_a_registry():
    naming = [
        str(path.relative_to(ROOT))
        for path in _texts()
        if HOST.search(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert not naming


def _texts() -> list[Path]:
    """Every file that is tracked or about to be; all files where there is no git."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.splitlines()
    paths = [ROOT / name for name in listed] or list(python_files())
    return [path for path in paths if path.is_file()]
