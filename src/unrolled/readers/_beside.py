"""Where the pictures of a table lie: beside it, or in a folder beside its own.

    coco/annotations/captions_val2017.json     names 000000000139.jpg
    coco/val2017/000000000139.jpg              ../val2017/ is put before the name

Files in the table's folder and in the folders in it are found by whoever reads them, so
that nothing is put before their names.
"""

from collections.abc import Sequence
from pathlib import Path

_ASKED = 10  # names, spread over the table: one may be that of something else


def where_it_lies(table: Path, names: Sequence[str]) -> str:
    """What to put before the names, such as "../val2017/"; "" if nothing or nowhere.

    Of ten names all must lie in the folder beside.
    """
    asked = names[:: max(len(names) // _ASKED, 1)]
    here = table.parent
    beside = (here, *_folders(here))
    if not asked or any((folder / asked[0]).is_file() for folder in beside):
        return ""
    above = here / ".."
    for folder in (above, *_folders(above)):
        if all((folder / name).is_file() for name in asked):
            return "../" if folder == above else f"../{folder.name}/"
    return ""


def _folders(folder: Path) -> list[Path]:
    """The folders in a folder, by name; none where it cannot be listed."""
    try:
        return sorted(one for one in folder.iterdir() if one.is_dir())
    except OSError:
        return []
