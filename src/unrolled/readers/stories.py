"""Stories with highlights: the texts of CNN and Daily Mail, as they were published.

    The harbour was closed on Monday.

    No ship left before noon.

    @highlight

    Storm closes the harbour

A file is an article, a folder with .story files many of them, in the order of their
names. The columns are text, the lines of the article with blanks between, and summary:
the highlights, each ended by a full stop if it has no end of its own.

Reference: Hermann et al. 2015, arXiv:1506.03340.
"""

from pathlib import Path
from typing import final

from typing_extensions import override

from unrolled.errors import UnreadableDataError
from unrolled.readers._base import AbstractReader, Draft, ReadOptions, Table
from unrolled.readers._text import read_text

_MARK = "@highlight"
_ENDS = (".", "!", "?", "…", ":", ";", '"', "'", "”", ")")
_NAMES = (".story", ".story.gz")


@final
class Stories(AbstractReader):
    """An article and its highlights in a file, or a folder of such files."""

    suffixes = (".story",)
    rank = 1  # a folder with stories in it is no folder of classes

    @override
    def claims(self, path: Path, head: str) -> bool:
        return any(_in(path)) if path.is_dir() else super().claims(path, head)

    @override
    def read(self, path: Path, options: ReadOptions) -> Table:
        draft = Draft(path, options)
        files = sorted(_in(path)) if path.is_dir() else [path]
        for file in files:
            try:
                text, notes = read_text(file, options.encoding)
            except UnreadableDataError as why:
                draft.leave_out(why)
                continue
            article, *highlights = _parts(text)
            if article and any(highlights):
                ended = [_ended(one) for one in highlights if one]
                draft.add(str(file), (article, " ".join(ended)))
            else:
                draft.refuse(
                    str(file),
                    "no highlights." if article else "highlights without a text.",
                    expected="a text, then a line @highlight and a highlight",
                    fix="correct that file",
                )
            draft.notes += [note for note in notes if note not in draft.notes]
        draft.notes.append(f"stories: {len(files)}")
        return draft.table(("text", "summary"))


def _in(folder: Path) -> list[Path]:
    """The stories of a folder; none of one that cannot be listed."""
    try:
        inside = [one for one in folder.iterdir() if not one.name.startswith(".")]
    except OSError:
        return []  # the reader of folders says what is wrong
    return [one for one in inside if one.name.lower().endswith(_NAMES)]


def _parts(text: str) -> list[str]:
    """The article and each highlight, on one line each."""
    parts: list[list[str]] = [[]]
    for line in text.split("\n"):
        if line.strip() == _MARK:
            parts.append([])
        elif line.strip():
            parts[-1].append(line.strip())
    return [" ".join(lines) for lines in parts]


def _ended(highlight: str) -> str:
    return highlight if highlight.endswith(_ENDS) else f"{highlight}."
