"""Files that are either the old one or the new one, whole, whatever happens between.

Written under a temporary name in the same folder, flushed to the disk, renamed over the
old file, and the folder flushed too: a crash, a full disk or a SIGKILL leaves the file
that was there before (Pillai et al. 2014, "All file systems are not created equal").
A SIGKILL can also leave the draft; `remove_drafts` clears such a folder.
"""

import json
import os
import re
from errno import EINVAL, ENOTSUP
from hashlib import sha256
from pathlib import Path
from typing import Any

DRAFTS = re.compile(r"\..+\.\d+\.part")
"""Names of drafts: that of the file, and the number of the process."""


def write_bytes(path: Path, content: bytes) -> None:
    """Replaces the file at `path`. Raises OSError, and then the old file is whole.

    Only where the folder cannot be flushed after the rename, the new one is.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException as why:
        draft.unlink(missing_ok=True)
        if isinstance(why, OSError):
            why.filename = str(path)  # a flush names none, and no one knows the draft
        raise
    _flush_folder(path.parent)


def write_json(path: Path, value: Any) -> None:
    """Replaces the file by indented UTF-8 JSON; NaN is refused (ValueError)."""
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
    write_bytes(path, (text + "\n").encode("utf-8"))


def remove_drafts(folder: Path) -> None:
    """Deletes what killed processes were writing; none may be writing there now."""
    for one in folder.iterdir():
        if DRAFTS.fullmatch(one.name):
            one.unlink(missing_ok=True)


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return sha256(content).hexdigest()


def _flush_folder(folder: Path) -> None:
    """Makes the rename itself durable, where the system lets a folder be flushed."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows
        return
    try:
        os.fsync(handle)
    except OSError as why:
        if why.errno not in (EINVAL, ENOTSUP):  # some network file systems
            raise
    finally:
        os.close(handle)
