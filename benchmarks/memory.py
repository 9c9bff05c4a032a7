"""The most memory that one training step takes, beyond what was there before it.

Measured as resident memory, so that what native code takes counts like torch's own:
each measurement is a process of its own, forked from one that has only imported torch.
It does the step once with other layers of the same sizes, gives all freed memory back,
sets the high-water mark of the process to what is there, and does the step. Linux only.
"""

import ctypes
import gc
import multiprocessing
import re
import sys
from pathlib import Path
from typing import Any

import torch

from unrolled.cli.contests import Contest, learner

LARGE = 1 << 16  # bytes from which a block has pages of its own, which it gives back
_M_MMAP_THRESHOLD, _PR_SET_THP_DISABLE = -3, 41  # of <malloc.h> and <sys/prctl.h>


class Watch:
    """Measures steps in new processes."""

    def __init__(self) -> None:
        self.context: Any = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload(["unrolled.cli.contests"])

    def peak(self, contest: dict[str, Any], name: str) -> float | None:
        """Mebibytes of one step of "ours", "padded" or "packed"; None if unknown."""
        if sys.platform != "linux":
            return None
        threads = torch.get_num_threads()
        ours, theirs = self.context.Pipe(duplex=False)
        given = (theirs, contest, name, threads)
        process = self.context.Process(target=_send_peak, args=given)
        process.start()
        theirs.close()  # so that a process that dies ends the wait
        found = ours.recv()
        process.join()
        return found


def _send_peak(answer: Any, parts: dict[str, Any], name: str, threads: int) -> None:
    answer.send(_peak(parts, name, threads))


def _peak(parts: dict[str, Any], name: str, threads: int) -> float:
    libc = ctypes.CDLL(None)
    libc.mallopt(_M_MMAP_THRESHOLD, LARGE)
    libc.prctl(_PR_SET_THP_DISABLE, 1, 0, 0, 0)  # huge pages would count whole
    torch.set_num_threads(threads)
    _step(parts, name, run=True)
    gc.collect()
    one = _step(parts, name, run=False)
    libc.malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    before = _resident("VmRSS")
    one.run()
    return max(0, _resident("VmHWM") - before) / 1024


def _step(parts: dict[str, Any], name: str, *, run: bool) -> Any:
    contest = Contest(**parts)
    layer = contest.ours if name == "ours" else contest.theirs
    one = learner(name, contest, layer)
    one.prepare()
    return one.run() if run else one


def _resident(what: str) -> int:
    """Kibibytes."""
    text = Path("/proc/self/status").read_text("ascii")
    return int(re.search(rf"^{what}:\s+(\d+)", text, re.MULTILINE)[1])
