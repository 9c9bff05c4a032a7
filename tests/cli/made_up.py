"""Small files for the tests of the command line, and what its demos are asked."""

import io
import json
from pathlib import Path
from typing import Any

from unrolled.tasks.classify import Classify

PARTS = ("train", "valid", "test")
QUICK = ("--out", "model", "--minutes", "0.005")


def write_table(path: Path, copies: int = 3) -> Path:
    """The sample sentences of `classify` as CSV, with a word more in each copy."""
    more = ("", "indeed ", "truly ", "really ", "surely ", "so ")
    lines = [
        f'"{more[copy % len(more)]}{text}",{label}'
        for copy in range(copies)
        for text, label in Classify.sample()
    ]
    path.write_text("\n".join(["text,label", *lines, ""]), encoding="utf-8")
    return path


def parts(here: Path, ending: str, content: str) -> dict[str, Path]:
    """The same rows in each part."""
    files = {part: here / f"{part}{ending}" for part in PARTS}
    for path in files.values():
        path.write_text(content, encoding="utf-8")
    return files


def typing(*lines: str) -> Any:
    """A terminal on which these lines are typed."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    return Terminal("".join(f"{line}\n" for line in lines))


def told(out: str) -> dict[str, Any]:
    """The one object that --json ends with."""
    [line] = out.splitlines()
    return json.loads(line)
