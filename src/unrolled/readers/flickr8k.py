"""Captions of pictures as text: Flickr8k's and Flickr30k's files, and Kaggle's copy.

    a.jpg#0 ⇥ A dog runs .        Flickr8k.token.txt, results_20130124.token
    a.jpg#1 ⇥ A brown dog .

    image,caption                 captions.txt
    a.jpg,A dog runs .

    a.jpg                         Flickr_8k.trainImages.txt, beside the first: the
    b.jpg                         pictures of one part, with their captions from it

A row is a picture, where it first stands, with the columns picture and caption (a list
of all its captions). A picture is looked for as COCO's are.

Reference: Hodosh, Young and Hockenmaier 2013, "Framing image description as a ranking
task", JAIR, for Flickr8k and its parts.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, final

from typing_extensions import override

from unrolled.errors import UnreadableDataError
from unrolled.readers._base import AbstractReader, Draft, ReadOptions, Table
from unrolled.readers._beside import where_it_lies
from unrolled.readers._delimited import rows_of
from unrolled.readers._text import read_text

TOKENS = "Flickr8k.token.txt"
"""The file of captions that a list of pictures lies beside."""
_NUMBERED = re.compile(r"([^\t]*\.\w+)#(\d+)\t(.*)")
_HEADER = re.compile(r"\s*image\s*,\s*caption\s*", re.IGNORECASE)
_LIST = re.compile(r"flickr_8k\.\w+images\.txt")


class _Line(NamedTuple):
    """A caption of a picture."""

    number: int
    picture: str
    caption: str
    problem: str = ""


@final
class Flickr8k(AbstractReader):
    """Pictures and their captions, a caption a line."""

    suffixes = (".txt", ".token")
    rank = 1  # another .txt is lines of plain text

    @override
    def claims(self, path: Path, head: str) -> bool:
        if not super().claims(path, head):
            return False
        first = head.partition("\n")[0].rstrip("\r")
        captions = _NUMBERED.fullmatch(first) or _HEADER.fullmatch(first)
        return bool(captions) or _is_list(path)

    @override
    def read(self, path: Path, options: ReadOptions) -> Table:
        draft = Draft(path, options)
        text, notes = read_text(path, options.encoding)
        draft.notes += notes
        if _is_list(path):
            wanted = [line.strip() for line in text.split("\n") if line.strip()]
            found = _captions(path.with_name(TOKENS), options, draft)
            rows = [(f"{path}, line {n}", one) for n, one in enumerate(wanted, start=1)]
            draft.notes.append(f"captions are those in {path.with_name(TOKENS)}")
        else:
            found = _captions(path, options, draft)
            rows = [(f"{path}, line {found[one][0].number}", one) for one in found]
        folder = where_it_lies(path, [picture for _, picture in rows])
        count = 0
        for place, picture in rows:
            captions = [line.caption for line in found.get(picture, [])]
            count += len(captions)
            if captions:
                draft.add(place, (folder + picture, list(captions)))
            else:
                draft.refuse(
                    place,
                    f'"{picture}" has no caption in {TOKENS}.',
                    expected="the name of a picture that has captions",
                    fix="correct that line",
                )
        draft.notes.append(f"pictures: {len(rows):,}, with {count:,} captions")
        if folder:
            draft.notes.append(f"pictures are looked for in {folder}")
        return draft.table(("picture", "caption"))


def _is_list(path: Path) -> bool:
    """Whether it names the pictures of one part of Flickr8k."""
    named = _LIST.fullmatch(path.name.lower())
    return named is not None and path.with_name(TOKENS).is_file()


def _captions(path: Path, options: ReadOptions, draft: Draft) -> dict[str, list[_Line]]:
    """The captions of each picture, in the order of the file."""
    text, _ = read_text(path, options.encoding)
    first = text.partition("\n")[0]
    lines = _of_table(text) if _HEADER.fullmatch(first) else _numbered(text)
    found: dict[str, list[_Line]] = {}
    for line in lines:
        if line.problem:
            draft.refuse(
                f"{path}, line {line.number}",
                f"{line.problem}.",
                expected="the name of a picture and a caption, as in the first line",
                fix="correct that line",
            )
        else:
            found.setdefault(line.picture, []).append(line)
    if not found and not draft.skip:
        raise UnreadableDataError(
            found=f"{path} holds no captions.",
            expected="the name of a picture and a caption on each line",
            fix="check that the right file was named",
        )
    return found


def _numbered(text: str) -> Iterator[_Line]:
    for number, line in enumerate(text.split("\n"), start=1):
        match = _NUMBERED.fullmatch(line)
        if match and match[3].strip():
            yield _Line(number, match[1].strip(), match[3].strip())
        elif line.strip():
            problem = "a picture without a caption" if match else "no caption"
            yield _Line(number, "", "", problem)


def _of_table(text: str) -> Iterator[_Line]:
    rows, _ = rows_of(text, ",")
    next(rows)  # the header
    for row in rows:
        picture, *rest = row.cells or [""]
        # Only two columns: what a comma cuts off without quotes is still the caption.
        caption = ",".join(rest).strip()
        problem = row.problem
        if not problem and not (picture.strip() and caption):
            problem = "a picture without a caption" if picture.strip() else "no picture"
        yield _Line(row.line, picture.strip(), caption, problem)
