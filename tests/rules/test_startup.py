"""Quick to answer, and no file of ours is ever read or written with pickle."""

import ast
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.rules.source import modules

HELP_SECONDS = 0.3
IMPORT_SECONDS = 0.15
TRIES = 5

UNSAFE_MODULES = {"pickle", "dill", "joblib", "shelve", "marshal", "cloudpickle"}
UNSAFE_CALLS = {"torch.load", "torch.save", "eval", "exec", "compile"}
# These send pickles between processes.
UNSAFE_METHODS = {
    "all_gather_object",
    "gather_object",
    "broadcast_object_list",
    "scatter_object_list",
}


def _run(*command: str) -> str:
    ran = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "80"},
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def _fastest(*command: str) -> float:
    """Seconds of the fastest try: a busy machine only ever adds time."""
    times = []
    for _ in range(TRIES):
        start = time.perf_counter()
        _run(*command)
        times.append(time.perf_counter() - start)
    return min(times)


INSTALLED = str(Path(sys.executable).with_name("unrolled"))


@pytest.mark.parametrize(
    "command",
    [(INSTALLED, "--help"), (sys.executable, "-m", "unrolled", "--help")],
    ids=["unrolled", "python -m unrolled"],
)
def test_help_answers_at_once(command):
    assert _fastest(*command) < HELP_SECONDS


def test_help_does_not_wait_for_torch():
    text = _run(
        sys.executable,
        "-c",
        "import sys\n"
        "from unrolled.__main__ import main\n"
        "sys.argv = ['unrolled', '--help']\n"
        "try:\n    main()\n"
        "except SystemExit:\n    pass\n"
        "print('heavy:', {'torch', 'numpy'} & set(sys.modules))",
    )
    assert "heavy: set()" in text
    assert "train" in text


def test_import_is_quick_and_does_not_wait_for_torch():
    timed = (
        "import time; start = time.perf_counter(); import unrolled, sys;"
        "print(time.perf_counter() - start, 'torch' in sys.modules)"
    )
    answers = [_run(sys.executable, "-c", timed).split() for _ in range(TRIES)]
    assert {heavy for _, heavy in answers} == {"False"}
    assert min(float(seconds) for seconds, _ in answers) < IMPORT_SECONDS


def test_nothing_is_unpickled_or_evaluated():
    found = [
        f"{module.place}, line {getattr(node, 'lineno', 0)}"
        for module in modules()
        for node in ast.walk(module.tree)
        if _unsafe(node)
    ]
    assert not found, "\n".join(found)


def _unsafe(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        return any(a.name.partition(".")[0] in UNSAFE_MODULES for a in node.names)
    if isinstance(node, ast.ImportFrom):
        names = {f"{node.module}.{alias.name}" for alias in node.names}
        root = (node.module or "").partition(".")[0]
        return root in UNSAFE_MODULES or bool(names & UNSAFE_CALLS)
    if isinstance(node, ast.Attribute):
        return node.attr in UNSAFE_METHODS
    if not isinstance(node, ast.Call):
        return False
    allowed = any(one.arg == "allow_pickle" for one in node.keywords)
    return allowed or ast.unparse(node.func) in UNSAFE_CALLS


@pytest.mark.parametrize(
    "line",
    [
        "import pickle",
        "from joblib import load",
        "from torch import save",
        "torch.load(path)",
        "numpy.load(path, allow_pickle=True)",
        "eval(text)",
        "dist.broadcast_object_list(things)",
    ],
)
def test_the_search_finds_what_it_is_there_for(line):
    assert any(_unsafe(node) for node in ast.walk(ast.parse(line)))


@pytest.mark.parametrize("line", ["model.eval()", "re.compile(x)", "file.load(path)"])
def test_the_search_leaves_the_harmless_alone(line):
    assert not any(_unsafe(node) for node in ast.walk(ast.parse(line)))
