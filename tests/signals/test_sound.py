"""Files of sound to samples: every depth, rate and channel, and every broken file."""

import math
import os
import re
import struct
import subprocess
import sys

import pytest
import torch

from tests.signals.made_sounds import tone, wav, whole_numbers, write
from unrolled.errors import MissingExtraError, UnreadableDataError
from unrolled.signals.sound import ENDINGS, rate_of, read_sound

soundfile = pytest.importorskip("soundfile", reason="needs the extra audio")


def words(path):
    with pytest.raises(UnreadableDataError) as caught:
        read_sound(path)
    return str(caught.value).replace(str(path.parent) + "/", "")


def written_as(ending):
    named = {".opus": ("OGG", "OPUS"), ".aif": ("AIFF", "PCM_16")}
    form, kind = named.get(ending, (None, None))
    return {"format": form, "subtype": kind}


# -- what is in a file, worked out by hand -------------------------------------------


def test_16_bit_samples_are_parts_of_full_scale(tmp_path):
    data = whole_numbers([0, 16384, -32768, 32767])
    sound = read_sound(write(tmp_path / "a.wav", wav(data, rate=11025)))
    assert sound.rate == 11025
    assert sound.samples.dtype == torch.float32
    assert sound.samples.tolist() == [0, 0.5, -1, 32767 / 32768]


def test_8_bit_samples_have_no_sign_and_128_is_silence(tmp_path):
    data = whole_numbers([128, 192, 0, 255], bits=8)
    sound = read_sound(write(tmp_path / "a.wav", wav(data, bits=8)))
    assert sound.samples.tolist() == [0, 0.5, -1, 127 / 128]


@pytest.mark.parametrize("bits", [24, 32])
def test_deeper_samples_mean_the_same(tmp_path, bits):
    full = 1 << (bits - 1)
    data = whole_numbers([0, full // 2, -full, full // 4], bits=bits)
    sound = read_sound(write(tmp_path / "a.wav", wav(data, bits=bits)))
    assert sound.samples.tolist() == [0, 0.5, -1, 0.25]


def test_the_channels_are_averaged(tmp_path):
    data = whole_numbers([16384, 0, -16384, 16384, 8192, 8192])
    stereo = read_sound(write(tmp_path / "a.wav", wav(data, channels=2)))
    assert stereo.samples.tolist() == [0.25, 0, 0.25]
    three = read_sound(write(tmp_path / "b.wav", wav(data, channels=3)))
    assert three.samples.tolist() == pytest.approx([0, 1 / 3])


@pytest.mark.parametrize("subtype", ["FLOAT", "DOUBLE"])
def test_samples_of_a_float_file_may_go_beyond_1(tmp_path, subtype):
    wanted = [0.0, 1.5, -1.25]
    soundfile.write(tmp_path / "a.wav", wanted, 8000, subtype=subtype)
    assert read_sound(tmp_path / "a.wav").samples.tolist() == wanted


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_format_gives_the_tone_that_was_written(tmp_path, ending):
    path = tmp_path / f"a{ending}"
    wanted = 0.5 * tone(440, rate=16000)
    soundfile.write(path, wanted.numpy(), 16000, **written_as(ending))
    sound = read_sound(path)
    assert (rate_of(path), len(sound.samples)) == (16000, 16000)
    lossy = ending in (".ogg", ".opus", ".mp3")
    middle = slice(2000, -2000)
    worst = (sound.samples - wanted)[middle].abs().max()
    assert worst < (0.05 if lossy else 3.1e-5)  # 16 bits: a step is 1 / 32768


def test_96_khz_are_heard_at_8(tmp_path):
    kept, gone = tone(1000, rate=96000), tone(9000, rate=96000)
    soundfile.write(tmp_path / "a.wav", (0.5 * kept + 0.4 * gone).numpy(), 96000)
    assert rate_of(tmp_path / "a.wav") == 96000
    samples, rate = read_sound(tmp_path / "a.wav", rate=8000)
    assert (rate, len(samples)) == (8000, 8000)
    worst = (samples - 0.5 * tone(1000, rate=8000))[200:-200].abs().max()
    assert worst < 1e-4  # 9 kHz would have come back as 1 kHz, at 0.4


# -- headers that do not tell ---------------------------------------------------------


@pytest.mark.parametrize(
    "sizes",
    [(0, 0), (36, 0), (0xFFFFFFFF, 0xFFFFFFFF), (0x7FFFF024, 0x7FFFF000)],
)
def test_what_came_through_a_pipe_is_read_to_its_end(tmp_path, sizes):
    data = whole_numbers([0, 16384, -32768, 8192])
    file = write(tmp_path / "a.wav", wav(data, sizes=sizes))
    assert read_sound(file).samples.tolist() == [0, 0.5, -1, 0.25]


# -- broken files, in exact words -----------------------------------------------------


def test_a_file_that_is_cut_off(tmp_path):
    whole = wav(whole_numbers([5] * 8000))
    assert words(write(tmp_path / "a.wav", whole[:10044])) == (
        "a.wav is cut off: its header promises 16,000 bytes of samples, 10,000 are"
        " there.\n"
        "  expected: a whole recording\n"
        "  to fix:   copy or record it again, or take it out of the data\n"
        "  code:     unreadable-data"
    )


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        (".flac", "a.flac is cut off or damaged (flac decoder lost sync)."),
        (".ogg", "a.ogg is cut off: its last page is missing."),
        (".opus", "a.opus is cut off: its last page is missing."),
        (
            ".mp3",
            "a.mp3 is cut off: its header promises 16,000 samples, N are there.",
        ),
    ],
)
@pytest.mark.parametrize("part", [0.5, 0.99])
def test_packed_sound_that_is_cut_off(tmp_path, ending, said, part):
    path = tmp_path / f"a{ending}"
    samples = torch.randn(16000, generator=torch.Generator().manual_seed(0)) / 10
    soundfile.write(path, samples.numpy(), 16000, **written_as(ending))
    whole = path.read_bytes()
    write(path, whole[: int(len(whole) * part)])
    first, rest = words(path).split("\n", 1)
    assert re.sub("[0-9,]+ are", "N are", first) == said
    assert rest == (
        "  expected: a whole recording\n"
        "  to fix:   copy or record it again, or take it out of the data\n"
        "  code:     unreadable-data"
    )


def test_a_file_of_0_samples(tmp_path):
    assert words(write(tmp_path / "a.wav", wav(b""))) == (
        "a.wav holds 0 samples: a header and no sound.\n"
        "  expected: at least one sample\n"
        "  to fix:   copy or record it again, or take it out of the data\n"
        "  code:     unreadable-data"
    )


def test_a_file_that_is_no_sound(tmp_path):
    assert words(write(tmp_path / "a.wav", b"He said: hello.")) == (
        "a.wav is no sound that can be read (Format not recognised).\n"
        "  expected: a file of sound (.wav, .flac, .ogg, .opus, .mp3, .aiff, .aif)\n"
        "  to fix:   open it in a program that plays sound, and save it as WAV or"
        " FLAC\n"
        "  code:     unreadable-data"
    )


def test_a_wav_that_ends_in_its_header(tmp_path):
    assert words(write(tmp_path / "a.wav", wav(b"12")[:30])).startswith(
        "a.wav is no sound that can be read ("
    )


def test_an_empty_file_and_a_folder(tmp_path):
    wanted = (
        "  expected: a file of sound (.wav, .flac, .ogg, .opus, .mp3, .aiff, .aif)\n"
        "  to fix:   check that the right file was named, and that it was written"
        " out\n"
        "  code:     unreadable-data"
    )
    assert words(write(tmp_path / "a.wav", b"")) == f"a.wav is empty.\n{wanted}"
    (tmp_path / "b.wav").mkdir()
    assert words(tmp_path / "b.wav") == f"b.wav is no file.\n{wanted}"


def test_a_file_that_is_not_there(tmp_path):
    assert words(tmp_path / "a.wav") == (
        "a.wav does not exist.\n"
        "  expected: the path of a file of sound\n"
        "  to fix:   check the spelling, and the folder that the path is seen from\n"
        "  code:     unreadable-data"
    )


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="all may be read")
def test_a_file_that_may_not_be_read(tmp_path):
    path = write(tmp_path / "a.wav", wav(b"12"))
    path.chmod(0)
    assert words(path).startswith("a.wav cannot be read: permission denied.\n")


def test_a_name_that_is_too_long_is_said_and_no_traceback(tmp_path):
    assert "cannot be read: file name too long." in words(tmp_path / ("a" * 300))


@pytest.mark.parametrize(
    ("value", "shown"), [(math.nan, "NaN"), (-math.inf, "-inf"), (30000.0, "30000")]
)
def test_a_sample_that_is_no_number_or_no_part_of_full_scale(tmp_path, value, shown):
    data = struct.pack("<6f", 0, 0.5, 0, value, 0, math.nan)
    head = bytearray(wav(data, bits=32))
    head[20] = 3  # IEEE float
    assert words(write(tmp_path / "a.wav", bytes(head))) == (
        f"a.wav holds {shown} at 0.000 s (sample 4).\n"
        "  expected: samples between −1 and 1, as files of floating point numbers have"
        " them\n"
        "  to fix:   divide them by the largest number there can be (32768 for 16"
        " bit), and leave out what is no number\n"
        "  code:     unreadable-data"
    )


def test_without_soundfile_the_extra_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "soundfile", None)
    with pytest.raises(MissingExtraError, match=r'needs the package "soundfile"'):
        read_sound(write(tmp_path / "a.wav", wav(b"12")))


def test_soundfile_is_not_loaded_before_a_sound_is_read():
    code = "import unrolled.signals.sound, sys; sys.exit('soundfile' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
