"""Where the samples of a WAV lie, and whether all that is promised is there."""

import struct

import pytest

from tests.signals.made_sounds import wav, write
from unrolled.signals.wav_header import samples_chunk, with_size

DATA = bytes(range(100))


def test_a_whole_file_promises_what_is_there(tmp_path):
    chunk = samples_chunk(write(tmp_path / "a.wav", wav(DATA)))
    assert chunk[:3] == (44, 100, 100)
    assert not chunk.is_cut_off
    assert not chunk.is_unknown


def test_chunks_before_the_samples_are_passed_over_an_odd_one_with_its_pad(tmp_path):
    whole = wav(DATA)
    note = b"note" + struct.pack("<I", 3) + b"abc\0"
    chunk = samples_chunk(write(tmp_path / "a.wav", whole[:36] + note + whole[36:]))
    assert chunk[:3] == (56, 100, 100)


def test_a_chunk_behind_the_samples_does_not_make_up_for_missing_ones(tmp_path):
    whole = wav(DATA, behind=b"LIST" + struct.pack("<I", 4) + b"INFO")
    chunk = samples_chunk(write(tmp_path / "a.wav", whole))
    assert chunk[:3] == (44, 100, 112)
    assert not chunk.is_cut_off


@pytest.mark.parametrize("size", [101, 0x7FFFEFFF])
def test_a_byte_less_than_promised_is_cut_off(tmp_path, size):
    file = write(tmp_path / "a.wav", wav(DATA, sizes=(None, size)))
    assert samples_chunk(file).is_cut_off


@pytest.mark.parametrize("size", [0x7FFFF000, 0x80000000, 0xFFFFFFFF])
def test_what_a_pipe_writes_for_an_unknown_size_is_no_promise(tmp_path, size):
    file = write(tmp_path / "a.wav", wav(DATA, sizes=(None, size)))
    assert not samples_chunk(file).is_cut_off


@pytest.mark.parametrize("whole", [0, 36, 0xFFFFFFFF])
def test_a_size_of_0_is_up_to_the_end_if_the_header_speaks_of_nothing_behind(
    tmp_path, whole
):
    file = write(tmp_path / "a.wav", wav(DATA, sizes=(whole, 0)))
    chunk = samples_chunk(file)
    assert chunk.is_unknown
    assert with_size(file, chunk).read() == wav(DATA, sizes=(whole, 100))


def test_a_size_of_0_before_other_chunks_is_0(tmp_path):
    file = write(
        tmp_path / "a.wav", wav(b"", behind=b"LIST" + struct.pack("<I", 4) + b"INFO")
    )
    assert not samples_chunk(file).is_unknown


def test_aiff_counts_the_other_way_round(tmp_path):
    sound = b"SSND" + struct.pack(">I", 108) + bytes(8) + DATA
    form = b"COMM" + struct.pack(">I", 18) + bytes(18)
    head = b"FORM" + struct.pack(">I", 4 + len(sound) + len(form)) + b"AIFF"
    file = write(tmp_path / "a.aiff", head + form + sound[:-1])
    assert samples_chunk(file)[:3] == (46, 108, 107)
    assert samples_chunk(file).is_cut_off


@pytest.mark.parametrize("content", [b"", b"RIFF", b"OggS" + bytes(40), b"RIFF" * 9])
def test_other_files_have_no_such_chunk(tmp_path, content):
    assert samples_chunk(write(tmp_path / "a", content)) is None
