"""The runs of a comparison in its folder: whatever is finished is never run again.

    results.jsonl    first line: what is compared; then one line a finished run
    compare.html     the table and pictures
    compare.svg      the pictures alone

A folder goes on only with the same comparison: same files, rows, settings, variants.
A last line that is cut off (a copy that was not finished) is left out, and its run done
again; a damaged line anywhere else is refused.
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
        self.note = ""
        """What a person should hear of what was read."""

    @classmethod
    def open(
        cls, folder: Path | None, what: Mapping[str, Any], *, resume: bool
    ) -> "Kept":
        """Begins, or goes on. Raises OutputError, CheckpointError for another one."""
        begun = {"comparison": dict(what)}
        path = folder / NAME if folder else None
        if folder and path and path.exists() and resume:
            lines, note = _read(path)
            _refuse_another(folder, lines[0].get("comparison", {}), what)
            found = cls(folder, lines)
            found.note = note
            return found
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


def _read(path: Path) -> tuple[list[dict[str, Any]], str]:
    """All lines but a damaged last one, and a sentence if there was one."""
    found = path.read_bytes().rstrip(b"\n").split(b"\n")
    lines = [_line(one) for one in found]
    broken = [number for number, one in enumerate(lines, start=1) if one is None]
    note = ""
    if broken == [len(lines)] and len(lines) > 1:
        note = (
            f"line {len(lines)} of {path}, its last, is damaged and left out: what it"
            " told is measured again"
        )
    elif broken:
        raise CheckpointError(
            found=f"{path} is damaged in line {broken[0]}.",
            expected="JSON objects, one a line, as `unrolled compare` writes them",
            fix="put back the file as it was, or add --overwrite in the place of"
            " --resume to begin again",
        )
    return [one for one in lines if one is not None], note


def _line(text: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except ValueError:  # no JSON, or no UTF-8
        return None
    return found if _is_whole(found) else None


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
