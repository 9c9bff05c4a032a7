"""LibriSpeech's layout: a file .trans.txt in each folder of sounds.

    dev-clean/84/121123/84-121123-0000.flac
    dev-clean/84/121123/84-121123.trans.txt     84-121123-0000 GO DO YOU HEAR

gives the columns sound ("84/121123/84-121123-0000.flac") and text. A folder is looked
through with all folders in it; a single .trans.txt may be named as well. Each text must
have its sound beside it, and each sound its text.

Reference: Panayotov et al. 2015, "Librispeech: an ASR corpus based on public domain
audio books", ICASSP.
"""

from pathlib import Path
from typing import final

from typing_extensions import override

from unrolled.errors import UnreadableDataError
from unrolled.readers._base import AbstractReader, Draft, ReadOptions, Table
from unrolled.readers._listing import files_below, listing
from unrolled.readers._sounds import is_sound
from unrolled.readers._text import read_text

_NAMES = (".trans.txt", ".trans.txt.gz")


@final
class LibriSpeech(AbstractReader):
    """Sounds in folders of chapters, and their texts in a file for each."""

    suffixes = ()
    rank = 2  # another folder is one of classes, another .txt is lines of text

    @override
    def claims(self, path: Path, head: str) -> bool:
        try:
            return any(map(_is_texts, files_below(path) if path.is_dir() else [path]))
        except UnreadableDataError:
            return False  # the reader of folders says what is wrong

    @override
    def read(self, path: Path, options: ReadOptions) -> Table:
        draft = Draft(path, options)
        whole = path.is_dir()
        files = list(files_below(path)) if whole else listing(path.parent)
        sounds = {one.with_suffix(""): one for one in files if is_sound(one)}
        above = path if whole else path.parent
        texts = [one for one in files if _is_texts(one)] if whole else [path]
        said: set[Path] = set()
        for file in texts:
            try:
                text, notes = read_text(file, options.encoding)
            except UnreadableDataError as why:
                draft.leave_out(why)
                continue
            draft.notes += [note for note in notes if note not in draft.notes]
            said |= _read_texts(draft, file, text, sounds, above)
        _check_all_said(draft, sounds, said)
        draft.notes.append(f"texts: {len(texts):,} files")
        return draft.table(("sound", "text"))


def _is_texts(path: Path) -> bool:
    return path.name.lower().endswith(_NAMES)


def _read_texts(
    draft: Draft, file: Path, text: str, sounds: dict[Path, Path], above: Path
) -> set[Path]:
    """Adds the rows of one file; the names that stand in it."""
    said: set[Path] = set()
    for number, line in enumerate(text.split("\n"), start=1):
        name, _, words = line.strip().partition(" ")
        sound = sounds.get(file.parent / name) if name else None
        if sound and words.strip():
            place = f"{file}, line {number}"
            draft.add(place, (sound.relative_to(above).as_posix(), words.strip()))
        elif name:
            draft.refuse(
                f"{file}, line {number}",
                f"{name} has no text."
                if not words.strip()
                else f"no sound {name} is beside it.",
                expected="the name of a sound in that folder, and what is said",
                fix="correct that line",
            )
        said.add(file.parent / name)
    return said


def _check_all_said(draft: Draft, sounds: dict[Path, Path], said: set[Path]) -> None:
    folders = {name.parent for name in said}
    for name, sound in sounds.items():
        if name not in said and sound.parent in folders:
            draft.refuse(
                str(sound),
                "no text.",
                expected="a line for each sound in the .trans.txt beside it",
                fix="add that line",
            )
