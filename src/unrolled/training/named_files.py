"""Files that the cells of a table name, such as sounds and pictures.

    data/train.tsv      wav/0_george_10.wav, or only 0_george_10.wav
    data/wav/0_george_10.wav

A name is looked for beside the table, then in the folders beside it (wavs/ of LJSpeech,
clips/ of Common Voice). One that is nowhere stays as it is: its task refuses the row.
"""

from functools import cache
from pathlib import Path

from unrolled.tasks._base import Example


def located(
    rows: list[Example], table: Path, endings: tuple[str, ...]
) -> list[Example]:
    """The rows, with a path that exists for each input that names a file."""
    if not endings:
        return rows
    folder = table if table.is_dir() else table.parent
    beside = cache(lambda: tuple(sorted(p for p in folder.iterdir() if p.is_dir())))

    def found(name: str) -> str:
        for place in (folder, *(() if (folder / name).is_file() else beside())):
            if (place / name).is_file():
                return str(place / name)
        return name

    return [
        row._replace(input=found(row.input))
        if isinstance(row.input, str) and names_file(row.input, endings)
        else row
        for row in rows
    ]


def names_file(text: str, endings: tuple[str, ...]) -> bool:
    """Whether a cell is one line that names a file with one of these endings."""
    return text.lower().endswith(endings) and "\n" not in text and len(text) < 4096
