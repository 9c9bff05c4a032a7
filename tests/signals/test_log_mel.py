"""Log-mel frames: two makers agree, and pieces equal the whole."""

import math
import sys
from pathlib import Path

import pytest
import torch

from tests.signals.made_sounds import tone
from unrolled.errors import MissingExtraError, SettingError
from unrolled.signals import kaldi_filterbank
from unrolled.signals.log_mel import LogMel, maker_here
from unrolled.signals.sound import read_sound
from unrolled.signals.torch_filterbank import mel_weights

SPEECH = Path("/work/shared/data/speech/fsdd/wav")
MAKERS = [
    pytest.param(
        "kaldi",
        marks=pytest.mark.skipif(
            not kaldi_filterbank.is_installed(), reason="needs the extra audio"
        ),
    ),
    "torch",
]
both = pytest.mark.skipif(
    not kaldi_filterbank.is_installed(), reason="needs the extra audio"
)


def noise(samples, *, seed=0, loudness=0.1):
    chance = torch.Generator().manual_seed(seed)
    return torch.randn(samples, generator=chance) * loudness


# -- the numbers ----------------------------------------------------------------------


def test_a_frame_by_the_definition():
    """One window, one band, with sums written out: rate 80, window 8, FFT of 8."""
    features = LogMel(80, bands=1, window=0.1, shift=0.05, maker="torch")
    x = [0.3, -0.1, 0.5, 0.2, -0.4, 0.1, 0.0, 0.6]
    x = [value - sum(x) / 8 for value in x]
    x = [value - 0.97 * x[max(t - 1, 0)] for t, value in enumerate(x)]
    x = [
        value * (0.5 - 0.5 * math.cos(2 * math.pi * t / 7)) ** 0.85
        for t, value in enumerate(x)
    ]
    mel = [1127 * math.log(1 + hertz / 700) for hertz in (0, 10, 20, 30, 40)]
    low, high, center = mel[2], mel[4], (mel[2] + mel[4]) / 2
    energy = 0.0
    for k in range(4):
        real = sum(v * math.cos(2 * math.pi * k * t / 8) for t, v in enumerate(x))
        imaginary = sum(v * math.sin(2 * math.pi * k * t / 8) for t, v in enumerate(x))
        up, down = (mel[k] - low) / (center - low), (high - mel[k]) / (high - center)
        energy += max(min(up, down), 0) * (real**2 + imaginary**2)
    samples = torch.tensor([0.3, -0.1, 0.5, 0.2, -0.4, 0.1, 0.0, 0.6])
    assert features.of(samples).tolist() == [[pytest.approx(math.log(energy))]]


@both
@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 44100, 48000])
def test_the_two_makers_agree_on_noise_and_on_tones_in_noise(rate):
    sounds = [noise(rate), noise(rate, loudness=1e-3), noise(rate, loudness=1.0)]
    sounds += [0.5 * tone(f, rate=rate).float() + 0.01 * sounds[0] for f in (60, 440)]
    for sound in sounds:
        ours, theirs = (LogMel(rate, maker=m).of(sound) for m in ("torch", "kaldi"))
        assert (ours - theirs).abs().max() < 1e-3


@both
def test_beside_a_pure_tone_they_differ_by_single_precision():
    sound = 0.5 * tone(440, rate=16000).float()
    ours, theirs = (LogMel(16000, maker=m).of(sound) for m in ("torch", "kaldi"))
    assert (ours - theirs).abs().max() < 5e-3


@both
@pytest.mark.skipif(not SPEECH.exists(), reason="needs the spoken digits")
def test_they_agree_on_speech():
    for path in sorted(SPEECH.glob("*.wav"))[::90]:
        sound = read_sound(path).samples
        ours, theirs = (LogMel(8000, maker=m).of(sound) for m in ("torch", "kaldi"))
        assert (ours - theirs).abs().max() < 1e-3


@both
@pytest.mark.parametrize(
    ("rate", "bands", "window", "shift"),
    [(8000, 23, 0.02, 0.01), (16000, 80, 0.032, 0.008), (8000, 40, 0.0256, 0.0125)],
)
def test_they_agree_with_other_settings(rate, bands, window, shift):
    features = [LogMel(rate, bands, window, shift, maker=m) for m in ("torch", "kaldi")]
    ours, theirs = (one.of(noise(rate)) for one in features)
    assert ours.shape == theirs.shape == (features[0].frames(rate), bands)
    assert (ours - theirs).abs().max() < 1e-3


@pytest.mark.parametrize("maker", MAKERS)
def test_silence_is_the_floor(maker):
    frames = LogMel(8000, maker=maker).of(torch.zeros(400))
    assert frames.shape == (3, 40)
    assert frames.flatten().tolist() == pytest.approx([math.log(2**-23)] * 120)


@pytest.mark.parametrize("maker", MAKERS)
def test_a_tone_is_loudest_in_the_band_around_it(maker):
    features = LogMel(8000, maker=maker)
    peaks = mel_weights(features.settings).argmax(1) * 8000 / 256
    for hertz in (300, 1000, 3000):
        loudest = features.of(tone(hertz, rate=8000)).mean(0).argmax()
        assert abs(peaks[loudest] - hertz) < 0.12 * hertz


# -- how many frames ------------------------------------------------------------------


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize(
    ("samples", "frames"), [(0, 0), (1, 0), (199, 0), (200, 1), (279, 1), (280, 2)]
)
def test_a_frame_is_there_when_its_whole_window_is(maker, samples, frames):
    features = LogMel(8000, maker=maker)
    assert features.frames(samples) == frames
    assert features.of(noise(samples)).shape == (frames, 40)


# -- pieces, threads, company ---------------------------------------------------------


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize("largest", [1, 3, 100, 1000])
def test_pieces_of_any_size_give_the_bits_of_the_whole(maker, largest):
    chance = torch.Generator().manual_seed(largest)
    features = LogMel(8000, maker=maker)
    sound = noise(4000 if largest > 1 else 800, seed=largest)
    stream, frames, at = features.stream(), [], 0
    while at < len(sound):
        size = int(torch.randint(1, largest + 1, (), generator=chance))
        frames.append(stream.accept(sound[at : at + size]))
        at += size
        so_far = sum(len(part) for part in frames)
        assert so_far == features.frames(min(at, len(sound)))
    assert torch.equal(torch.cat(frames), features.of(sound))


@pytest.mark.parametrize("maker", MAKERS)
def test_a_shift_longer_than_the_window_leaves_samples_out(maker):
    features = LogMel(8000, 10, window=0.02, shift=0.03, maker=maker)
    sound = noise(4000)
    stream = features.stream()
    pieces = torch.cat([stream.accept(part) for part in sound.split(70)])
    assert torch.equal(pieces, features.of(sound))
    torch.testing.assert_close(pieces[3], features.of(sound[720:880])[0])


@pytest.mark.parametrize("maker", MAKERS)
def test_neither_threads_nor_a_long_sound_change_a_bit(maker):
    features = LogMel(8000, maker=maker)
    sound = noise(8000 * 12)  # more frames than are computed at once
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        one = features.of(sound)
        torch.set_num_threads(2)
        assert torch.equal(features.of(sound), one)
    finally:
        torch.set_num_threads(before)
    assert torch.equal(features.of(sound[80 * 1100 : 80 * 1100 + 200])[0], one[1100])


# -- settings -------------------------------------------------------------------------


def test_the_maker_is_kaldi_where_it_is_installed(monkeypatch):
    monkeypatch.setattr(kaldi_filterbank, "is_installed", lambda: True)
    assert maker_here() == "kaldi"
    monkeypatch.setattr(kaldi_filterbank, "is_installed", lambda: False)
    assert LogMel(8000).maker == "torch"
    with pytest.raises(MissingExtraError) as caught:
        LogMel(8000, maker="kaldi")
    assert str(caught.value) == (
        'Log-mel frames made by kaldi needs the package "kaldi-native-fbank", which is'
        " not installed.\n"
        '  expected: the extra "audio" of unrolled\n'
        '  to fix:   pip install "unrolled[audio]"\n'
        "  code:     missing-extra"
    )


def test_a_package_that_is_there_and_does_not_load_is_said(monkeypatch):
    monkeypatch.setattr(kaldi_filterbank, "is_installed", lambda: True)
    monkeypatch.setitem(sys.modules, "kaldi_native_fbank", None)
    with pytest.raises(MissingExtraError, match='the extra "audio"'):
        LogMel(8000, maker="kaldi").of(torch.zeros(200))


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        (
            {"rate": 8000, "window": 0.0001},
            "a window of 0.0001 s every 0.01 s at 8000 samples a second.",
        ),
        (
            {"rate": 8000, "shift": 0.0},
            "a window of 0.025 s every 0 s at 8000 samples a second.",
        ),
        (
            {"rate": 8000, "bands": 100},
            "100 bands at 8000 samples a second: 1 of them would hold no frequency.",
        ),
        ({"rate": 8000, "bands": 0}, "0 bands."),
        ({"rate": 30}, "a rate of 30 samples a second."),
        ({"rate": 8000, "maker": "hand"}, 'log-mel frames made by "hand".'),
    ],
)
def test_settings_without_a_filterbank_are_refused(settings, found):
    with pytest.raises(SettingError) as caught:
        LogMel(**settings)
    assert str(caught.value).startswith(f"{found}\n  expected: ")
