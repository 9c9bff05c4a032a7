"""Where fetched data sets lie, and the checksums that every use compares.

    ~/.cache/unrolled/datasets/film_reviews-0.0.2-1/       name, version, edition
        train.csv  valid.csv  test.csv
        checksums.json             {"train.csv": {"rows": 6824, "sha256": "..."}, ...}
        png/1F947.png              files that cells name, with {"sha256": "..."} there

A folder appears whole or not at all: it is written under another name beside its place,
flushed to disk, and renamed. $XDG_CACHE_HOME moves the cache.
"""

import csv
import io
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp

from unrolled.datasets._base import Parts, Row
from unrolled.errors import DatasetError

CHECKSUMS = "checksums.json"


def default_cache() -> Path:
    """The user's own cache folder; it need not exist."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    # The standard says that a path which is not absolute is to be ignored.
    root = Path(base) if Path(base).is_absolute() else Path.home() / ".cache"
    return root / "unrolled" / "datasets"


def save(
    folder: Path,
    parts: Parts,
    *,
    columns: tuple[str, ...],
    suffix: str,
    beside: Mapping[str, bytes] | None = None,
) -> None:
    """Writes each part as a file of the folder, which must not exist yet.

    `beside` are files that cells name, by their paths from the folder.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        checksums: dict[str, dict[str, str | int]] = {}
        for part, rows in parts.items():
            content = _FORMATS[suffix](columns, rows).encode()
            _write(making / f"{part}{suffix}", content)
            digest = sha256(content).hexdigest()
            checksums[f"{part}{suffix}"] = {"rows": len(rows), "sha256": digest}
        for name, content in (beside or {}).items():
            place = making / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)  # thousands: each is checked at every use
            checksums[name] = {"sha256": sha256(content).hexdigest()}
        _write(making / CHECKSUMS, json.dumps(checksums, indent=2).encode())
        making.chmod(0o755)
        _rename(making, folder)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def load(folder: Path) -> dict[str, tuple[Path, int]]:
    """(path, rows) of each part, after the checksums of all files were compared.

    Raises DatasetError for a file that is missing or not as it was written.
    """
    try:
        checksums = json.loads((folder / CHECKSUMS).read_text("utf-8"))
        for name, written in checksums.items():
            if _checksum(folder / name) != written["sha256"]:
                problem = "does not have the checksum it had"
                raise _damaged(folder / name, problem, folder)
        return {
            Path(name).stem: (folder / name, written["rows"])
            for name, written in checksums.items()
            if "rows" in written
        }
    except OSError as why:
        path = Path(why.filename or folder)
        raise _damaged(path, "cannot be read", folder) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        path = folder / CHECKSUMS
        raise _damaged(path, "is not as it was written", folder) from None


def _damaged(path: Path, problem: str, folder: Path) -> DatasetError:
    return DatasetError(
        found=f"{path} {problem}.",
        expected="the file as it was fetched",
        fix=f"delete the folder {folder} and get the data set again",
    )


def _checksum(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _rename(making: Path, folder: Path) -> None:
    try:
        making.rename(folder)
    except OSError:
        if not folder.is_dir():  # else another process was first, with the same files
            raise


def _csv(columns: tuple[str, ...], rows: Iterable[Row]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def _jsonl(columns: tuple[str, ...], rows: Iterable[Row]) -> str:
    objects = (dict(zip(columns, row, strict=True)) for row in rows)
    return "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in objects)


def _lines(columns: tuple[str, ...], rows: Iterable[Row]) -> str:  # noqa: ARG001
    return "".join(f"{line}\n" for (line,) in rows)


def _conll(columns: tuple[str, ...], rows: Iterable[Row]) -> str:  # noqa: ARG001
    sentences = ([" ".join(token) for token in zip(*row, strict=True)] for row in rows)
    return "".join("\n".join([*lines, "", ""]) for lines in sentences)


_FORMATS = {".conll": _conll, ".csv": _csv, ".jsonl": _jsonl, ".txt": _lines}
