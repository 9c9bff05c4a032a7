"""Kaldi's data folders: wav.scp says where each sound is, text what is said in it.

    wav.scp     sw02001-A audio/sw02001-A.wav
    text        sw02001-A hi um yeah

gives the columns sound and text, in the order of wav.scp. A path is looked for from the
folder, and if it is not there from where the command runs, as Kaldi does it. A command
that makes the sound (`sph2pipe ... |`) is refused, since nothing that a file says is
run; and so is a folder with `segments`, whose sounds are parts of files.

Reference: Povey et al. 2011, "The Kaldi speech recognition toolkit", ASRU.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import final

from typing_extensions import override

from unrolled.errors import UnreadableDataError
from unrolled.readers._base import AbstractReader, Draft, ReadOptions, Table
from unrolled.readers._text import read_text


@final
class Kaldi(AbstractReader):
    """A folder with wav.scp and text."""

    suffixes = ()
    rank = 3  # the sounds may lie in folders below it

    @override
    def claims(self, path: Path, head: str) -> bool:
        return path.is_dir() and bool(_in(path, "wav.scp") and _in(path, "text"))

    @override
    def read(self, path: Path, options: ReadOptions) -> Table:
        sounds, texts = _in(path, "wav.scp"), _in(path, "text")
        if not (sounds and texts) or (path / "segments").exists():
            raise UnreadableDataError(
                found=f"{path} has segments: its rows are parts of sounds.",
                expected="a folder of wav.scp and text, a sound for each text",
                fix="cut the sounds by extract-segments of Kaldi, and name the folder"
                " of the pieces",
            )
        draft = Draft(path, options)
        said: dict[str, str] = {}
        for place, name, words in _lines(texts, draft, options):
            if name in said:
                _refuse(draft, place, f"{name} stands there twice.")
            said.setdefault(name, words)
        heard: set[str] = set()
        for place, name, where in _lines(sounds, draft, options):
            problem = _problem(name, where, said, heard)
            heard.add(name)
            if problem:
                _refuse(draft, place, problem)
            else:
                draft.add(place, (_found(path, where), said[name]))
        without = len(said.keys() - heard)
        if without:
            draft.notes.append(f"texts without a sound: {without:,}, passed over")
        return draft.table(("sound", "text"))


def _in(folder: Path, name: str) -> Path | None:
    found = [folder / name, folder / f"{name}.gz"]
    return next((one for one in found if one.is_file()), None)


def _lines(
    file: Path, draft: Draft, options: ReadOptions
) -> Iterator[tuple[str, str, str]]:
    """Where each line stands, its first word and the rest."""
    text, notes = read_text(file, options.encoding)
    draft.notes += [note for note in notes if note not in draft.notes]
    for number, line in enumerate(text.split("\n"), start=1):
        words = line.split(maxsplit=1)
        if words:
            name, rest = words[0], words[1].strip() if words[1:] else ""
            yield f"{file}, line {number}", name, rest


def _problem(name: str, where: str, said: dict[str, str], heard: set[str]) -> str:
    """What is wrong with a line of wav.scp; "" if nothing is."""
    if name in heard:
        return f"{name} stands there twice."
    if where.endswith("|"):
        return f"{name} is made by a command, which is not run."
    if not where:
        return f"{name} has no path."
    return "" if said.get(name) else f"{name} has no line in text."


def _refuse(draft: Draft, place: str, problem: str) -> None:
    command = "command" in problem
    draft.refuse(
        place,
        problem,
        expected="a path of a sound"
        if command
        else "a line for each sound in wav.scp, with its path, and in text",
        fix="run the command, and write the path of what it made"
        if command
        else "correct that line",
    )


def _found(folder: Path, where: str) -> str:
    """The path from the folder, or in full if it is one from here."""
    here = Path(where)
    if not (folder / where).is_file() and here.is_file():
        return str(here.resolve())
    return where
