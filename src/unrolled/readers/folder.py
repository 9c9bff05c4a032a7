"""A folder for each class, and in it a .txt file (or .txt.gz) for each text.

    reviews/negative/0_3.txt
    reviews/positive/0_9.txt

gives the columns label ("negative") and text; line ends inside a text are kept. Hidden
names (.DS_Store) are passed over, and so are files beside the class folders; the notes
count them. Rows come in the order of the names of folders and files.
"""

from pathlib import Path
from typing import final

from typing_extensions import override

from unrolled.errors import UnreadableDataError
from unrolled.readers._base import AbstractReader, Draft, ReadOptions, Table
from unrolled.readers._text import read_text

_ENDINGS = (".txt", ".txt.gz")


@final
class Folder(AbstractReader):
    """The layout in which the IMDB reviews were published."""

    suffixes = ()

    @override
    def claims(self, path: Path, head: str) -> bool:
        return path.is_dir()

    @override
    def read(self, path: Path, options: ReadOptions) -> Table:
        inside = _listing(path)
        classes = [one for one in inside if one.is_dir()]
        if len(classes) < 2:
            raise UnreadableDataError(
                found=f"{path} holds only one class folder, {classes[0].name}."
                if classes
                else f"{path} is a folder without class folders.",
                expected="a file, or a folder with one folder for each class, two or"
                " more, and .txt files in them",
                fix="name the folder above, or a file"
                if classes
                else "name a file in it, or the folder that holds the class folders",
            )
        draft = Draft(path, options)
        draft.notes.append(
            f"classes: {len(classes)} folders ({_some([one.name for one in classes])})"
        )
        if len(classes) < len(inside):
            draft.notes.append(
                f"files beside the class folders: {len(inside) - len(classes)},"
                " passed over"
            )
        for folder in classes:
            _read_class(folder, options, draft)
        return draft.table(("label", "text"))


def _read_class(folder: Path, options: ReadOptions, draft: Draft) -> None:
    inside = _listing(folder)
    texts = [one for one in inside if one.name.lower().endswith(_ENDINGS)]
    below = [one.name for one in inside if one.is_dir()]
    if below or not texts:
        raise UnreadableDataError(
            found=f"{folder} holds "
            f"{f'the folder {below[0]}' if below else 'no .txt files'}.",
            expected="a class folder with .txt files in it and no further folders",
            fix=f"name {folder} if its folders are the classes"
            if below
            else "take that folder away, or put its texts into .txt files",
        )
    if len(texts) < len(inside):
        draft.notes.append(
            f"other files in {folder.name}: {len(inside) - len(texts)}, passed over"
        )
    for file in texts:
        try:
            text, _ = read_text(file, options.encoding)
        except UnreadableDataError as why:
            draft.leave_out(why)
        else:
            draft.add(str(file), (folder.name, text.removesuffix("\n")))


def _listing(folder: Path) -> list[Path]:
    try:
        found = [one for one in folder.iterdir() if not one.name.startswith(".")]
    except OSError as why:
        raise UnreadableDataError(
            found=f"{folder} cannot be listed: {why.strerror or why}.",
            expected="a folder that may be read",
            fix=f"chmod u+rx {folder}, or ask its owner",
        ) from None
    return sorted(found, key=lambda one: one.name)


def _some(names: list[str]) -> str:
    return ", ".join(names[:10]) + (", ..." if len(names) > 10 else "")
