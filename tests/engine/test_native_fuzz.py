"""Thousands of sound and malformed calls of the engine: answered or refused, no crash.

They are made in a process of their own, so that a crash is a failure and not the end of
the suite. See `fuzz_native.py`, which makes as many as one likes.
"""

import os
import subprocess
import sys
from pathlib import Path

from tests.harness import needs_native

HERE = Path(__file__).parent
CALLS = 10_000
STRICT = {"MALLOC_CHECK_": "3", "MALLOC_PERTURB_": "165"}
"""With these, glibc ends a process that has written beyond its memory."""


@needs_native
def test_whatever_it_is_given_the_engine_answers_or_refuses(tmp_path):
    trail = tmp_path / "trail"
    told = ["--calls", str(CALLS), "--trail", str(trail)]
    ended = subprocess.run(
        [sys.executable, str(HERE / "fuzz_native.py"), *told],
        env={**os.environ, **STRICT},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    last = (
        f"the last calls: {trail.read_text(encoding='ascii')}" if trail.exists() else ""
    )
    assert ended.returncode == 0, (
        f"{last}\n{ended.stdout[-3000:]}\n{ended.stderr[-3000:]}"
    )
    assert f"{CALLS} calls" in ended.stdout
