"""Which files are sounds, by their names, and the texts that lie beside them.

one.wav  one.txt      a text             the same name with another ending
two.wav  two.lab      a text as well
SA1.WAV  SA1.TXT      TIMIT: first and last sample, then the text
SA1.WAV  SA1.WRD      TIMIT: a line with both for each word
"""

import re
from collections.abc import Iterable
from pathlib import Path

ENDINGS = (".wav", ".flac", ".ogg", ".opus", ".mp3", ".aiff", ".aif")
"""Of the files of sound that can be read."""
BESIDE = (".txt", ".lab", ".txt.gz", ".lab.gz", ".wrd")
"""Of a text beside a sound; the first that is there is read."""
_TIMED = re.compile(r"(\d+)\s+(\d+)\s+(\S.*)")
FEWEST = 1_000
"""Samples of a text with times, the first being 0: "0 1 1 0" is four numbers."""


def is_sound(path: Path) -> bool:
    """Whether a file is a sound, by its name."""
    return path.name.lower().endswith(ENDINGS)


def with_texts(files: Iterable[Path]) -> list[tuple[Path, Path | None]]:
    """The sounds among some files, and the text of each that has one beside it."""
    files = list(files)
    texts: dict[tuple[Path, str], dict[str, Path]] = {}
    for path in files:
        for ending in BESIDE:
            if path.name.lower().endswith(ending):
                name = path.name[: -len(ending)]
                texts.setdefault((path.parent, name), {})[ending] = path
    return [
        (path, next((beside[end] for end in BESIDE if end in beside), None))
        for path in files
        if is_sound(path)
        for beside in [texts.get((path.parent, path.stem), {})]
    ]


def without_times(text: str, *, words: bool) -> tuple[str, bool]:
    """The text on one line without times of TIMIT, and whether it had some.

    A file of `words` may begin after sample 0, where nothing is said before.
    """
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    matches = [match for match in map(_TIMED.fullmatch, lines) if match]
    times = [int(match[number]) for match in matches for number in (1, 2)]
    found = len(matches) == len(lines) and times == sorted(times)
    if found and times[-1] >= FEWEST and (words or times[0] == 0):
        return " ".join(match[3] for match in matches), True
    return " ".join(lines), False
