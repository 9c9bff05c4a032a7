"""The folder that a run writes to: whose it is, and whether it can be written.

nothing there, or empty      the run begins
a run that was stopped       it goes on with `resume`, else begins again
a finished model             kept, unless `overwrite` says otherwise
anything else                never touched
"""

from pathlib import Path
from tempfile import TemporaryFile

from unrolled import durable
from unrolled.errors import OutputError
from unrolled.models import model_folder
from unrolled.training import checkpoint
from unrolled.training.report import EVENTS

DIFFERENT = "give another folder"


def claim(folder: Path, *, resume: bool = False, overwrite: bool = False) -> bool:
    """Whether `resume` finds a finished model there, so that nothing is left to do.

    Reads only, but for drafts that a killed run left. Raises OutputError where a run
    may not write, or cannot.
    """
    if folder.exists() and not folder.is_dir():
        raise OutputError(
            found=f"{folder} is a file.",
            expected="a folder for the model, or a path where nothing is yet",
            fix=DIFFERENT,
        )
    _try_to_write(folder)
    inside = sorted(one.name for one in folder.iterdir()) if folder.is_dir() else []
    names = [name for name in inside if not durable.DRAFTS.fullmatch(name)]
    stopped, has_model = checkpoint.NAME in names, model_folder.is_model(folder)
    is_ours = stopped or has_model or EVENTS in names
    if names and not is_ours:
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        shown = ", ".join(names[:3]) + more
        raise OutputError(
            found=f"{folder} is no folder of unrolled, and is not empty: {shown}.",
            expected="a new folder, an empty one, or one that `unrolled train` wrote",
            fix=f"{DIFFERENT}; nothing of others is ever written over",
        )
    finished = has_model and not stopped
    if finished and not resume and not overwrite:
        raise OutputError(
            found=f"{folder} holds a finished model.",
            expected="a new folder, or a run that was stopped",
            fix=f"{DIFFERENT}, or add --overwrite (in Python overwrite=True) to replace"
            " that model",
        )
    if is_ours:
        durable.remove_drafts(folder)
    return finished and resume and not overwrite


def _try_to_write(folder: Path) -> None:
    """Makes a nameless file in the folder, or where the folder would be made."""
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    try:
        with TemporaryFile(dir=there):
            pass
    except OSError as why:
        raise OutputError(
            found=f"{folder} cannot be written: {why.strerror or why} ({there}).",
            expected="a folder that may be written, on a disk with room",
            fix=f"chmod u+w {there}, or {DIFFERENT}"
            if isinstance(why, PermissionError)
            else DIFFERENT,
        ) from None
