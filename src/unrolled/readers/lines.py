"""Plain text: one row for each line, in one column named text.

An empty line is a row too, of length 0, so that line n of the answers always belongs to
line n of the file.
"""

from pathlib import Path
from typing import final

from typing_extensions import override

from unrolled.readers._base import AbstractReader, Draft, ReadOptions, Table
from unrolled.readers._text import read_text


@final
class Lines(AbstractReader):
    """One text a line."""

    suffixes = (".txt",)

    @override
    def read(self, path: Path, options: ReadOptions) -> Table:
        text, notes = read_text(path, options.encoding)
        draft = Draft(path, options)
        draft.notes += [*notes, "rows: one for each line"]
        for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
            draft.add(f"{path}, line {number}", (line,))
        return draft.table(("text",))
