"""What a telephone system says: recorded prompts and their texts.

    wav/001-agent-pass.wav      Please enter your password followed by the pound key.
    wav/203-digits/h-1.wav      first

One woman in a studio, 8,000 samples a second: far easier than the telephone calls of
many people, and far less of it than such a system is usually trained on.
"""

import gzip
import re
from collections.abc import Iterator, Mapping
from typing import final

from typing_extensions import override

from unrolled.datasets._apt_packages import read_packages
from unrolled.datasets._base import AbstractDataset, Local, Parts, Row
from unrolled.datasets._split import near_duplicates, split

SOUNDS = "usr/share/asterisk/sounds/en_US_f_Allison/"
TEXTS = "usr/share/doc/asterisk-core-sounds-en/core-sounds-en.txt.gz"
NAMES = ("asterisk-core-sounds-en-wav", "asterisk-core-sounds-en")
LONGEST = 12 * 16_000
"""Bytes of a recording: twelve seconds."""
RUN = 6
"""Words in a row that make two prompts one family."""
DIGITS = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
)
_LINE = re.compile(r"^([\w/-]+): *(.+)$", re.MULTILINE)
_NO_WORDS = re.compile(r"\d\d|[\[\]<>()*#@+=/$]|H\.323|^\w$")


def _read() -> dict[str, bytes]:
    return read_packages(NAMES, [f"{SOUNDS}*.wav", TEXTS])


@final
class TelephonePrompts(AbstractDataset):
    """Some 490 prompts of up to twelve seconds."""

    title = "recorded prompts of a telephone system and their texts"
    description = (
        "492 recordings of one voice, 17 minutes at 8,000 samples a second, and what is"
        " said in them, from one word to three sentences; those without speech, with"
        " numbers or marks in their texts or longer than twelve seconds are left out."
        " Two parts never share six words in a row. A fifth of the words of the test"
        " part occur in no other."
    )
    task = "transcribe"
    package = Local(name="two packages of Debian, by apt", version="1.6.1", read=_read)
    credit = (
        "Allison Smith, whose voice it is, and Digium, Inc.; the Debian packages"
        " asterisk-core-sounds-en-wav and asterisk-core-sounds-en"
    )
    license = "CC BY-SA 3.0"
    columns = ("sound", "text")
    rows = {"train": 392, "valid": 50, "test": 50}
    result = ""

    @override
    def convert(self, files: Mapping[str, bytes]) -> Parts:
        rows: list[Row] = [
            (f"wav/{number:03}-{name}.wav", text)
            for number, (name, text) in enumerate(_prompts(files))
        ]
        groups = near_duplicates([str(text) for _, text in rows], run=RUN)
        return split(rows, groups, sizes={"valid": 50, "test": 50})

    @override
    def beside(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        return {
            f"wav/{number:03}-{name}.wav": files[f"{SOUNDS}{name}.wav"]
            for number, (name, _) in enumerate(_prompts(files))
        }


def _prompts(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """The name and the text of each recording, digits as words."""
    texts = gzip.decompress(files[TEXTS]).decode("utf-8", "replace")
    for name, text in sorted(_LINE.findall(texts)):
        sound = files.get(f"{SOUNDS}{name}.wav", b"")
        if sound and len(sound) <= LONGEST and not _NO_WORDS.search(text):
            words = re.sub(r"\d", lambda digit: DIGITS[int(digit[0])], text)
            yield name, " ".join(words.split())
