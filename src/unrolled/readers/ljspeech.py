"""LJSpeech's layout: a metadata.csv with bars between its cells, and a folder wavs/.

    metadata.csv        LJ001-0008|has never been surpassed.|has never been surpassed.
    wavs/LJ001-0008.wav

gives the columns sound ("wavs/LJ001-0008.wav") and text: the last cell, in which
numbers and abbreviations are written out, or the second where it is empty or there are
but two. The file or its folder is named. Quotes are letters like any others here.

Reference: Ito and Johnson 2017, "The LJ speech dataset".
"""

import re
from pathlib import Path
from typing import final

from typing_extensions import override

from unrolled.readers._base import AbstractReader, Draft, ReadOptions, Table
from unrolled.readers._text import read_text

_FOLDER = "wavs"
_NAMES = ("metadata.csv", "metadata.csv.gz")
_LINE = re.compile(r"[^|\s][^|\n]*\|[^|\n]*(\|[^|\n]*)?")


@final
class LJSpeech(AbstractReader):
    """Names of sounds and what is said, as LJSpeech has them."""

    suffixes = (".csv",)
    rank = 2  # another .csv is a table, another folder one of classes

    @override
    def claims(self, path: Path, head: str) -> bool:
        if path.is_dir():
            return (path / _FOLDER).is_dir() and _file_in(path) is not None
        beside = (path.parent / _FOLDER).is_dir()
        first = head.partition("\n")[0].rstrip("\r")
        return super().claims(path, head) and beside and bool(_LINE.fullmatch(first))

    @override
    def read(self, path: Path, options: ReadOptions) -> Table:
        file = (_file_in(path) or path) if path.is_dir() else path
        draft = Draft(path, options)
        text, notes = read_text(file, options.encoding)
        draft.notes += notes
        empty = 0
        for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
            name, *cells = (cell.strip() for cell in line.split("|"))
            said = next((cell for cell in reversed(cells) if cell), "")
            if name and said and len(cells) <= 2:
                ending = "" if name.lower().endswith(".wav") else ".wav"
                place = f"{file}, line {number}"
                draft.add(place, (f"{_FOLDER}/{name}{ending}", said))
            elif line.strip():
                draft.refuse(
                    f"{file}, line {number}",
                    f"{len(cells) + 1} cells."
                    if len(cells) > 2
                    else "no name or no text.",
                    expected="the name of a sound, what is said, and perhaps the same"
                    " with its numbers written out, with | between them",
                    fix="correct that line",
                )
            else:
                empty += 1
        draft.note_empty_lines(empty)
        draft.notes.append(f"sounds are those in {_FOLDER}/")
        return draft.table(("sound", "text"))


def _file_in(folder: Path) -> Path | None:
    found = [folder / name for name in _NAMES if (folder / name).is_file()]
    return found[0] if found else None
