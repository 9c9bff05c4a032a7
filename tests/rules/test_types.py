"""pyright finds nothing in the package. It needs Node.js, and is skipped without it."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.rules.source import ROOT


@pytest.mark.skipif(not shutil.which("node"), reason="pyright runs on Node.js")
def test_pyright_finds_nothing():
    pytest.importorskip("pyright")
    ran = subprocess.run(
        [sys.executable, "-m", "pyright", "--outputjson"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
        env={**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"},
    )
    report = json.loads(ran.stdout)
    found = [
        f"{one['file']}:{one['range']['start']['line'] + 1}: {one['message']}"
        for one in report["generalDiagnostics"]
        if one["severity"] == "error"
    ]
    assert not found, "\n".join(found)
    assert report["summary"]["filesAnalyzed"] > 0
