"""Starts `unrolled` commands without waiting for torch: one process forks for each.

    {"arguments": [...], "output": "log.txt", "dies": [3, "half"]}   in, a line
    4711                                                            out: its pid
    -9                                                              out: its exit code

With `dies` the process kills itself at that durable write: before it, with half of the
draft written, with a whole draft that has not yet its name, or after it.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from select import select
from typing import Any

ROOT = Path(__file__).parents[2]
STAGES = ("before", "half", "unnamed", "after")


class Launcher:
    """One process that has imported everything, and forks a command when asked."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
        self.pid = 0
        self._line(wait=120)

    def start(
        self, arguments: Sequence[str], output: Path, dies: Sequence[Any] = ()
    ) -> int:
        """Starts `unrolled ARGUMENTS`; what it says goes to the end of `output`."""
        asked = {"arguments": list(arguments), "output": str(output), "dies": dies}
        assert self.process.stdin
        self.process.stdin.write(json.dumps(asked).encode() + b"\n")
        self.process.stdin.flush()
        self.pid = int(self._line(wait=60) or 0)
        return self.pid

    def wait(self, seconds: float = 120) -> int | None:
        """The exit code of the command, or None if it runs on after so many seconds."""
        line = self._line(wait=seconds)
        return None if line is None else int(line)

    def run(
        self, arguments: Sequence[str], output: Path, dies: Sequence[Any] = ()
    ) -> int | None:
        """Starts a command and waits for its exit code."""
        self.start(arguments, output, dies)
        return self.wait()

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Sends a signal to the command."""
        os.kill(self.pid, number)

    def close(self) -> None:
        """Ends the process that forks."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(60)

    def _line(self, *, wait: float) -> str | None:
        assert self.process.stdout
        if not select([self.process.stdout], [], [], wait)[0]:
            return None
        return self.process.stdout.raw.readline().decode()  # type: ignore[attr-defined]


def serve() -> None:
    """The other side: reads what is asked, forks, waits."""
    _import_everything()
    _answer("ready")
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        pid = os.fork()
        if not pid:
            _be(asked)
        _answer(pid)
        _answer(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def _answer(words: object) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _import_everything() -> None:
    from unrolled import catalog
    from unrolled.cli.app import main  # noqa: F401
    from unrolled.training import front  # noqa: F401

    for kind in ("cells", "readers", "tasks"):
        for name in catalog.names(kind):
            catalog.find(kind, name)


def _be(asked: dict[str, Any]) -> None:
    """Becomes the command, in the process that was forked for it."""
    from unrolled.cli.app import main

    log = os.open(asked["output"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for handle, place in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(handle, place)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv = ["unrolled", *asked["arguments"]]
    if asked["dies"]:
        _die(*asked["dies"])
    code = 70
    try:
        main()
        code = 0
    except SystemExit as leaving:
        code = int(leaving.code or 0)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _die(number: int, stage: str) -> None:
    """SIGKILL at the durable write of that number, counted from 1."""
    from unrolled import durable

    write, count = durable.write_bytes, 0

    def write_bytes(path: Path, content: bytes) -> None:
        nonlocal count
        count += 1
        if count < number:
            return write(path, content)
        draft = path.with_name(f".{path.name}.{os.getpid()}.part")
        if stage in ("half", "unnamed"):
            size = len(content) // 2 if stage == "half" else len(content)
            draft.write_bytes(content[:size])
        if stage == "after":
            write(path, content)
        return os.kill(os.getpid(), signal.SIGKILL)

    durable.write_bytes = write_bytes


if __name__ == "__main__":
    serve()
