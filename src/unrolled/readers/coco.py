"""Captions of pictures as JSON: COCO's own file, and Karpathy's with its parts.

    {"images": [{"id": 9, "file_name": "a.jpg"}, ...],
     "annotations": [{"image_id": 9, "caption": "A dog runs."}, ...]}

    {"images": [{"filename": "a.jpg", "filepath": "val2014", "split": "train",
                 "sentences": [{"raw": "A dog runs."}, ...]}, ...]}

A row is a picture, with the columns picture, caption (a list of all its captions) and,
where the file has parts, split: train, val or test; "restval", which is learned from
too, is read as train. A picture is called by its path from the folder of the file, or
from a folder in it; where it lies in neither, the folders beside are looked through, as
COCO has annotations/captions_val2017.json and val2017/. Pictures without captions are
counted and passed over. Line ends in captions become blanks.

Reference: Chen et al. 2015, "Microsoft COCO captions: data collection and evaluation
server", arXiv:1504.00325; Karpathy and Fei-Fei 2015, "Deep visual-semantic alignments
for generating image descriptions", arXiv:1412.2306, for the parts.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, final

from typing_extensions import override

from unrolled.errors import UnreadableDataError
from unrolled.readers._base import AbstractReader, Draft, ReadOptions, Table
from unrolled.readers._beside import where_it_lies
from unrolled.readers._text import read_text

_MARK = re.compile(
    r'"images"\s*:\s*\[\s*\{|"annotations"\s*:\s*\[\s*\{[^{}]*"(image_id|caption)"'
)
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
_LARGEST = 1_000_000_000  # bytes, all in one line; captions_train2017.json has 92 MB
_PARTS = {"restval": "train"}


class _Picture(NamedTuple):
    """One row in the making."""

    place: str
    path: str
    captions: list[str]
    part: str


@final
class COCO(AbstractReader):
    """Pictures and their captions, of COCO and of Karpathy's files."""

    suffixes = (".json",)
    rank = 2  # another .json is rows of any kind, or essays

    @override
    def claims(self, path: Path, head: str) -> bool:
        starts = head.lstrip()[:1] == "{"
        return super().claims(path, head) and starts and bool(_MARK.search(head))

    @override
    def read(self, path: Path, options: ReadOptions) -> Table:
        text, notes = read_text(path, options.encoding, longest_line=_LARGEST)
        draft = Draft(path, options)
        pictures = list(_pictures(draft, path, _object(path, text)))
        captioned = [one for one in pictures if one.captions]
        folder = where_it_lies(path, [one.path for one in captioned])
        has_parts = any(one.part for one in captioned)
        for one in captioned:
            part = (one.part,) if has_parts else ()
            draft.add(one.place, (folder + one.path, list(one.captions), *part))
        draft.notes += [*notes, *_told(pictures, folder)]
        return draft.table(("picture", "caption", *(["split"] if has_parts else [])))


class _BadEntry(Exception):  # noqa: N818 -- caught below, never seen by anyone
    """What is wrong with a picture or an annotation."""

    def __init__(self, problem: str, expected: str) -> None:
        self.expected = expected
        super().__init__(problem)


def _object(path: Path, text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
        if isinstance(found, dict) and isinstance(found.get("images"), list):
            return found
        problem = "no list of images"
    except json.JSONDecodeError as why:
        problem = f"not JSON ({why.msg}), in line {why.lineno}, column {why.colno}"
    except (ValueError, RecursionError):  # a number of many digits; deep nesting
        problem = "not JSON that can be read"
    raise UnreadableDataError(
        found=f"{path} is {problem}."
        if problem.startswith("not")
        else f"{path} has {problem}.",
        expected='{"images": [...], "annotations": [...]}, as COCO writes it',
        fix="fetch or write that file again",
    )


def _pictures(draft: Draft, path: Path, found: dict[str, Any]) -> Iterator[_Picture]:
    """The pictures in their order, those without captions among them."""
    captions = _annotated(draft, path, found) if "annotations" in found else None
    for number, image in enumerate(found["images"], start=1):
        place = f"{path}, picture {number}"
        try:
            if not isinstance(image, dict):
                raise _BadEntry("no object", '{"id": 9, "file_name": "a.jpg"}')
            mine = _sentences(image) if captions is None else captions[_id(image)]
            yield _Picture(place, _path(image), mine, _part(image))
        except _BadEntry as why:
            draft.refuse(
                place, f"{why}.", expected=why.expected, fix="correct that picture"
            )


def _annotated(draft: Draft, path: Path, found: dict[str, Any]) -> dict[str, list[str]]:
    """The captions of each picture by its id, which must be there."""
    ids = [str(image.get("id")) for image in found["images"] if isinstance(image, dict)]
    made: dict[str, list[str]] = {one: [] for one in ids}
    entries = found["annotations"] if isinstance(found["annotations"], list) else []
    for number, entry in enumerate(entries, start=1):
        try:
            if not isinstance(entry, dict) or "caption" not in entry:
                expected = 'the file of captions, with "caption" in each annotation'
                raise _BadEntry("no caption", expected)
            picture = str(entry.get("image_id"))
            if picture not in made:
                expected = 'the "id" of a picture in the list of images'
                raise _BadEntry(f'no picture has the id "{picture}"', expected)
            made[picture] += [one for one in [_caption(entry["caption"])] if one]
        except _BadEntry as why:
            draft.refuse(
                f"{path}, annotation {number}",
                f"{why}.",
                expected=why.expected,
                fix="correct that annotation",
            )
    return made


def _id(image: dict[str, Any]) -> str:
    if "id" not in image:
        raise _BadEntry('no "id"', '{"id": 9, "file_name": "a.jpg"}')
    return str(image["id"])


def _path(image: dict[str, Any]) -> str:
    """The name of the file, below the folder that Karpathy's file may give."""
    name = image.get("file_name", image.get("filename"))
    folder = image.get("filepath", "")
    if not isinstance(name, str) or not isinstance(folder, str) or not name.strip():
        raise _BadEntry("no name of a file", '"file_name" or "filename"')
    if _NO_TEXT.search(name + folder):
        raise _BadEntry("a name with a character that stands for none", "text")
    return f"{folder}/{name}" if folder else name


def _part(image: dict[str, Any]) -> str:
    part = image.get("split", "")
    if not isinstance(part, str):
        raise _BadEntry('a "split" that is no text', "train, restval, val or test")
    return _PARTS.get(part, part)


def _sentences(image: dict[str, Any]) -> list[str]:
    """The captions of a picture of Karpathy's."""
    found = image.get("sentences")
    if not isinstance(found, list):
        raise _BadEntry("no sentences", '"sentences", or "annotations" beside "images"')
    captions = []
    for sentence in found:
        if not isinstance(sentence, dict):
            raise _BadEntry("a sentence that is no object", '{"raw": "A dog runs."}')
        tokens = sentence.get("tokens", [])
        said = sentence.get("raw", " ".join(map(str, tokens)))
        captions.append(_caption(said))
    return [caption for caption in captions if caption]


def _caption(found: Any) -> str:
    """A caption on one line; "" if there is nothing in it."""
    if not isinstance(found, str):
        raise _BadEntry("a caption that is no text", '"caption": "A dog runs."')
    if _NO_TEXT.search(found):
        raise _BadEntry("a caption with a character that stands for none", "text")
    return " ".join(found.split())


def _told(pictures: list[_Picture], folder: str) -> Iterator[str]:
    captions = sum(len(one.captions) for one in pictures)
    captioned = sum(bool(one.captions) for one in pictures)
    yield f"pictures: {captioned:,}, with {captions:,} captions"
    if captioned < len(pictures):
        yield f"pictures without a caption: {len(pictures) - captioned:,}, passed over"
    if folder:
        yield f"pictures are looked for in {folder}"
    parts = Counter(one.part for one in pictures if one.captions and one.part)
    if parts:
        said = ", ".join(f"{part} {count:,}" for part, count in parts.items())
        yield f"parts, in the column split: {said}"
