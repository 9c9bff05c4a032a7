"""Resampling: tones keep their height, their strength and their place in time."""

import math

import pytest
import torch

from tests.signals.made_sounds import tone
from unrolled.signals.resample import Resampler, resample

RATIOS = [
    *((44100, 16000), (48000, 16000), (96000, 8000), (16000, 8000), (8000, 16000)),
    *((11025, 16000), (22050, 8000), (44100, 44099)),
]


@pytest.mark.parametrize(("rate", "to"), RATIOS)
@pytest.mark.parametrize("part", [0.01, 0.5, 0.92])
def test_a_tone_below_the_lower_nyquist_is_the_same_tone(rate, to, part):
    hertz = part * min(rate, to) / 2
    made = resample(tone(hertz, rate=rate, seconds=0.25), rate, to).double()
    wanted = tone(hertz, rate=to, seconds=0.25)
    edge = to // 40
    error = (made[: len(wanted)] - wanted)[edge:-edge]
    assert error.abs().max() < 3e-4  # amplitude and phase together, 70 dB


@pytest.mark.parametrize(("rate", "to"), [pair for pair in RATIOS[:4]])
@pytest.mark.parametrize("beyond", [1.001, 1.1, 1.9])
def test_a_tone_above_the_lower_nyquist_is_gone(rate, to, beyond):
    hertz = beyond * to / 2
    made = resample(tone(hertz, rate=rate, seconds=0.25), rate, to)
    edge = to // 40
    assert 20 * math.log10(made[edge:-edge].abs().max()) < -60


def test_an_impulse_comes_back_at_its_time_as_the_windowed_sinc():
    """To twice the rate: h(n / 2 − 100), by the definition of the weights."""
    impulse = torch.zeros(200)
    impulse[100] = 1
    made = resample(impulse, 8000, 16000)
    cut, half = 0.961, 64
    wanted = []
    for n in range(400):
        t = n / 2 - 100
        root = max(1 - (t / half) ** 2, 0) ** 0.5
        window = float(torch.special.i0(torch.tensor(7.857 * root).double()))
        window /= float(torch.special.i0(torch.tensor(7.857).double()))
        sinc = math.sin(math.pi * cut * t) / (math.pi * t) if t else cut
        wanted.append(sinc * window if abs(t) <= half else 0)
    torch.testing.assert_close(made, torch.tensor(wanted), atol=1e-6, rtol=0)


@pytest.mark.parametrize(("rate", "to"), RATIOS)
@pytest.mark.parametrize("samples", [0, 1, 7, 64, 1000])
def test_the_length_is_that_of_the_same_time_rounded_up(rate, to, samples):
    made = resample(torch.ones(samples), rate, to)
    assert len(made) == math.ceil(samples * to / rate)
    assert made.dtype == torch.float32


def test_equal_rates_change_nothing():
    samples = torch.randn(100)
    assert torch.equal(resample(samples, 8000, 8000), samples)
    assert torch.equal(resample(samples.double(), 8, 8), samples)


@pytest.mark.parametrize(("rate", "to"), RATIOS)
def test_pieces_of_any_size_give_the_bits_of_the_whole(rate, to):
    chance = torch.Generator().manual_seed(rate + to)
    samples = torch.randn(3000, generator=chance)
    whole = resample(samples, rate, to)
    for largest in (1, 5, 400, 5000):
        stream, made, at = Resampler(rate, to), [], 0
        while at < (500 if largest == 1 else len(samples)):
            size = int(torch.randint(1, largest + 1, (), generator=chance))
            made.append(stream.accept(samples[at : at + size]))
            at += size
        if largest > 1:
            assert torch.equal(torch.cat([*made, stream.finish()]), whole)
        begun = torch.cat(made)
        assert torch.equal(begun, whole[: len(begun)])


def test_a_stream_does_not_wait_long():
    """48 kHz to 16: 64 new samples and half the window, 192 old ones, are held back."""
    made = Resampler(48000, 16000).accept(torch.zeros(48000))
    assert 16000 - len(made) <= 2 * 64 + 1


def test_the_number_of_threads_changes_no_bit():
    samples = torch.randn(5000)
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        one = resample(samples, 44100, 16000)
        torch.set_num_threads(2)
        assert torch.equal(resample(samples, 44100, 16000), one)
    finally:
        torch.set_num_threads(before)
