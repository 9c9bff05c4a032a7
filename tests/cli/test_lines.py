"""Lines as they arrive: whole, in order, and known to be there without waiting."""

import os

from unrolled.cli.lines import Arriving


def stream(*pieces: bytes) -> Arriving:
    """A pipe that holds these bytes and is closed."""
    reading, writing = os.pipe()
    for piece in pieces:
        os.write(writing, piece)
    os.close(writing)
    return Arriving(reading)


def test_an_arriving_stream_gives_lines_and_knows_whether_one_is_there():
    arriving = stream(b"one\ntwo\nthr", b"ee")
    assert not arriving.has_line  # nothing has been asked for
    assert arriving.readline(100) == b"one\n"
    assert arriving.has_line
    assert arriving.readline(100) == b"two\n"
    assert not arriving.has_line
    assert arriving.readline(100) == b"three"
    assert arriving.readline(100) == b""


def test_an_arriving_line_is_cut_at_the_limit():
    arriving = stream(b"x" * 10 + b"\n")
    assert arriving.readline(4) == b"xxxx"
    assert arriving.readline(100) == b"xxxxxx\n"
