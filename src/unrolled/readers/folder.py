"""A folder for each class, and in it a .txt file (or .txt.gz) for each text, or sounds.

    reviews/negative/0_3.txt          commands/yes/0a7c2a8d.wav
    reviews/positive/0_9.txt          commands/no/1b4c9b89.wav

gives the columns label ("negative") and text, or label ("yes") and sound
("yes/0a7c2a8d.wav"); line ends inside a text are kept. Hidden names (.DS_Store) are
passed over, and so are files beside the class folders, and beside sounds a folder whose
name begins with "_" (_background_noise_); the notes count them. Rows come in the order
of the names of folders and files.

Reference: Warden 2018, "Speech commands", arXiv:1804.03209, for the layout of sounds.
"""

from pathlib import Path
from typing import final

from typing_extensions import override

from unrolled.errors import UnreadableDataError
from unrolled.readers._base import AbstractReader, Draft, ReadOptions, Table
from unrolled.readers._listing import listing
from unrolled.readers._sounds import is_sound
from unrolled.readers._text import read_text

_ENDINGS = (".txt", ".txt.gz")
_MISSING = {"text": "its texts into .txt files", "sound": "its sounds there"}


@final
class Folder(AbstractReader):
    """The layout in which the IMDB reviews were published."""

    suffixes = ()

    @override
    def claims(self, path: Path, head: str) -> bool:
        return path.is_dir()

    @override
    def read(self, path: Path, options: ReadOptions) -> Table:
        inside = listing(path)
        folders = [one for one in inside if one.is_dir()]
        holds = "sound" if any(map(_has_sounds, folders)) else "text"
        classes = [
            one for one in folders if holds == "text" or not one.name.startswith("_")
        ]
        if len(classes) < 2:
            raise UnreadableDataError(
                found=f"{path} holds only one class folder, {classes[0].name}."
                if classes
                else f"{path} is a folder without class folders.",
                expected="a file, or a folder with one folder for each class, two or"
                " more, and .txt files or sounds in them",
                fix="name the folder above, or a file"
                if classes
                else "name a file in it, or the folder that holds the class folders",
            )
        draft = Draft(path, options)
        draft.notes.append(
            f"classes: {len(classes)} folders ({_some([one.name for one in classes])})"
        )
        if len(classes) < len(inside):
            also = " and folders" if len(classes) < len(folders) else ""
            draft.notes.append(
                f"files{also} beside the class folders: {len(inside) - len(classes)},"
                " passed over"
            )
        for folder in classes:
            _read_class(folder, options, draft, holds)
        return draft.table(("label", holds))


def _read_class(folder: Path, options: ReadOptions, draft: Draft, holds: str) -> None:
    inside = listing(folder)
    ours = is_sound if holds == "sound" else _is_text
    files = [one for one in inside if ours(one)]
    below = [one.name for one in inside if one.is_dir()]
    if below or not files:
        kind = "sounds" if holds == "sound" else ".txt files"
        raise UnreadableDataError(
            found=f"{folder} holds "
            f"{f'the folder {below[0]}' if below else f'no {kind}'}.",
            expected=f"a class folder with {kind} in it and no further folders",
            fix=f"name {folder} if its folders are the classes"
            if below
            else f"take that folder away, or put {_MISSING[holds]}",
        )
    if len(files) < len(inside):
        draft.notes.append(
            f"other files in {folder.name}: {len(inside) - len(files)}, passed over"
        )
    for file in files:
        if holds == "sound":
            draft.add(str(file), (folder.name, f"{folder.name}/{file.name}"))
            continue
        try:
            text, _ = read_text(file, options.encoding)
        except UnreadableDataError as why:
            draft.leave_out(why)
        else:
            draft.add(str(file), (folder.name, text.removesuffix("\n")))


def _has_sounds(folder: Path) -> bool:
    return any(map(is_sound, listing(folder)))


def _is_text(path: Path) -> bool:
    return path.name.lower().endswith(_ENDINGS)


def _some(names: list[str]) -> str:
    return ", ".join(names[:10]) + (", ..." if len(names) > 10 else "")
