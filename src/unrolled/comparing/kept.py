"""The runs of a comparison in its folder: whatever is finished is never run again.

    results.jsonl    first line: what is compared; then one line a finished run
    compare.html     the table and pictures
    compare.svg      the pictures alone

A folder goes on only with the same comparison: same files, rows, settings, variants.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, final

from unrolled import durable
from unrolled.errors import CheckpointError, OutputError

NAME = "results.jsonl"
RUN = frozenset({"variant", "seed", "metric", "value", "rounds", "rows_drawn"})
PROBE = frozenset({"probe", "hidden", "memory"})
"""What a line must hold, at the least."""
PAGE, PICTURE = "compare.html", "compare.svg"


@final
class Kept:
    """Finished runs, in memory and, with a folder, on the disk."""

    def __init__(self, folder: Path | None, lines: list[dict[str, Any]]) -> None:
        self.folder, self.lines = folder, lines

    @classmethod
    def open(
        cls, folder: Path | None, what: Mapping[str, Any], *, resume: bool
    ) -> "Kept":
        """Begins, or goes on. Raises OutputError, CheckpointError for another one."""
        begun = {"comparison": dict(what)}
        path = folder / NAME if folder else None
        if folder and path and path.exists() and resume:
            lines = _read(path)
            _refuse_another(folder, lines[0].get("comparison", {}), what)
            return cls(folder, lines)
        made = cls(folder, [begun])
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
            made._write()
        return made

    def find(self, wanted: Mapping[str, Any]) -> dict[str, Any] | None:
        """The first line with these values, or None."""
        fitting = (one for one in self.lines if wanted.items() <= one.items())
        return next(fitting, None)

    def add(self, line: dict[str, Any]) -> None:
        """Keeps one more; with a folder it is on the disk when this returns."""
        self.lines.append(line)
        if self.folder:
            self._write()

    def _write(self) -> None:
        texts = [
            json.dumps(one, ensure_ascii=False, allow_nan=False) for one in self.lines
        ]
        if self.folder:
            content = "\n".join([*texts, ""]).encode("utf-8")
            durable.write_bytes(self.folder / NAME, content)


def claim(folder: Path, *, resume: bool, overwrite: bool) -> None:
    """Raises OutputError where a comparison may not be written."""
    if folder.exists() and not folder.is_dir():
        raise OutputError(
            found=f"{folder} is a file.",
            expected="a folder for the comparison, or a path where nothing is yet",
            fix="give another folder",
        )
    inside = [one.name for one in folder.iterdir()] if folder.is_dir() else []
    if inside and NAME not in inside:
        raise OutputError(
            found=f"{folder} is not empty and holds no comparison.",
            expected="a new folder, an empty one, or one that `unrolled compare` wrote",
            fix="give another folder; nothing of others is ever written over",
        )
    if inside and not resume and not overwrite:
        raise OutputError(
            found=f"{folder} holds a comparison.",
            expected="a new folder, or a wish to go on with that one",
            fix="add --resume to go on, --overwrite to begin again, or give another"
            " folder",
        )


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        lines = [json.loads(one) for one in path.read_text("utf-8").splitlines()]
    except ValueError:
        lines = []
    if not lines or not all(map(_is_whole, lines)):
        raise CheckpointError(
            found=f"{path} is damaged.",
            expected="JSON objects, one a line, as `unrolled compare` writes them",
            fix="add --overwrite to begin again",
        )
    return lines


def _is_whole(line: Any) -> bool:
    """Whether it is the first line, a run, or what was measured of a memory."""
    if not isinstance(line, dict):
        return False
    return any(kind <= line.keys() for kind in ({"comparison"}, RUN, PROBE))


def _refuse_another(
    folder: Path, found: Mapping[str, Any], wanted: Mapping[str, Any]
) -> None:
    changed = [
        f"{key} was {_said(found.get(key))}, is {_said(wanted.get(key))}"
        for key in sorted({*found, *wanted})
        if found.get(key) != wanted.get(key)
    ]
    if changed:
        raise CheckpointError(
            found=f"{folder} holds another comparison: {'; '.join(changed)}.",
            expected="the same command, to go on with --resume",
            fix="give the same options again, another folder, or --overwrite",
        )


def _said(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
