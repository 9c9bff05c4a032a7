"""Lines of a stream, one by one as they arrive."""

import io

import pytest

from unrolled.errors import UnreadableDataError
from unrolled.readers import text_lines


def lines(data: bytes) -> list[str]:
    return list(text_lines(io.BytesIO(data), source="standard input"))


def test_lines_without_their_ends():
    assert lines("\ufeffné\r\n\n a \nb".encode()) == ["né", "", " a ", "b"]
    assert lines(b"") == []


def test_a_line_is_given_before_the_next_is_read():
    class OneLine:
        asked = False

        def readline(self, limit: int, /) -> bytes:
            assert limit > 10_000_000
            assert not self.asked, "the second line was asked for"
            self.asked = True
            return b"first\n"

    assert next(text_lines(OneLine(), source="pipe")) == "first"


@pytest.mark.parametrize(
    ("data", "found", "expected", "fix"),
    [
        (
            b"ok\ncaf\xe9\n",
            "standard input, line 2, column 4: byte 0xe9 is not UTF-8 text.",
            "text in UTF-8",
            "convert it first, for example with iconv -f cp1252 -t utf-8",
        ),
        (
            b"a\x00b\n",
            "standard input, line 1, column 2: byte 0x00 is not UTF-8 text.",
            "text in UTF-8",
            "convert it first, for example with iconv -f cp1252 -t utf-8",
        ),
        (
            b"x" * 10_000_001,
            "standard input, line 1: longer than 10 MB.",
            "one text a line",
            "check that this is text with line ends, or cut that line",
        ),
    ],
    ids=["encoding", "NUL", "too long"],
)
def test_a_broken_line_is_refused(data: bytes, found: str, expected: str, fix: str):
    with pytest.raises(UnreadableDataError) as refused:
        lines(data)
    assert str(refused.value) == (
        f"{found}\n"
        f"  expected: {expected}\n"
        f"  to fix:   {fix}\n"
        "  code:     unreadable-data"
    )
