"""What lies in a folder, hidden names (.DS_Store) apart."""

import os
from collections.abc import Iterator
from pathlib import Path

from unrolled.errors import UnreadableDataError

DEEPEST = 5
"""Folders below one another that are looked into; TIMIT has four."""


def listing(folder: Path) -> list[Path]:
    """Files and folders in a folder, by name. Raises UnreadableDataError."""
    try:
        found = [one for one in folder.iterdir() if not one.name.startswith(".")]
    except OSError as why:
        raise _unlisted(folder, why) from None
    return sorted(found, key=lambda one: one.name)


def files_below(folder: Path, depth: int = DEEPEST) -> Iterator[Path]:
    """All files in a folder, then those in the folders in it, each by name.

    A link to a folder is not followed: it may lead in a circle. Raises
    UnreadableDataError for a folder that cannot be listed.
    """
    try:
        with os.scandir(folder) as scan:
            inside = sorted(scan, key=lambda one: one.name)
    except OSError as why:
        raise _unlisted(folder, why) from None
    inside = [one for one in inside if not one.name.startswith(".")]
    yield from (folder / one.name for one in inside if one.is_file())
    for one in inside:
        if depth > 1 and one.is_dir(follow_symlinks=False):
            yield from files_below(folder / one.name, depth - 1)


def _unlisted(folder: Path, why: OSError) -> UnreadableDataError:
    return UnreadableDataError(
        found=f"{folder} cannot be listed: {why.strerror or why}.",
        expected="a folder that may be read",
        fix=f"chmod u+rx {folder}, or ask its owner",
    )
