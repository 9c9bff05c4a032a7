"""Sounds made up in training: what each change does, and what it leaves alone."""

import torch

from unrolled.models.sound_augmentation import (
    Augmentation,
    noisy,
    shifted,
    stretched,
)
from unrolled.ragged import Ragged
from unrolled.signals.log_mel import LogMel


def ramp(*lengths: int, bands: int = 1) -> Ragged:
    """Rows whose frames are 0, 1, 2, ... in every band."""
    rows = [torch.arange(n).float()[:, None].repeat(1, bands) for n in lengths]
    return Ragged.from_list(rows)


def test_twice_the_tempo_is_half_the_frames_between_the_same_ends():
    found = stretched(ramp(9, 0, 1, 5), torch.tensor([2.0, 2.0, 2.0, 0.5]))
    assert found.lengths.tolist() == [4, 0, 1, 10]
    assert torch.allclose(found[0][:, 0], torch.tensor([0, 8 / 3, 16 / 3, 8]))
    assert torch.allclose(found[3][:, 0], torch.linspace(0, 4, 10))


def test_no_row_falls_below_what_its_text_needs():
    fewest = torch.tensor([8, 0, 9])
    found = stretched(ramp(9, 3, 4), torch.tensor([3.0, 3.0, 3.0]), fewest)
    assert found.lengths.tolist() == [8, 1, 4]


def test_a_higher_pitch_moves_a_tone_to_the_band_of_its_new_frequency():
    features = LogMel(8000, maker="torch")
    seconds = torch.arange(4000) / 8000

    def loudest(hertz: float) -> int:
        return int(features.of((6.283185 * hertz * seconds).sin()).mean(0).argmax())

    tone = features.of((6.283185 * 1000.0 * seconds).sin())
    x = Ragged(tone, torch.tensor([len(tone)]))
    for factor in (0.8, 1.0, 1.25):
        found = shifted(x, torch.tensor([factor]), 8000)
        band = int(found.values.mean(0).argmax())
        assert abs(band - loudest(1000.0 * factor)) <= 1
    assert torch.allclose(shifted(x, torch.ones(1), 8000).values, tone, atol=1e-4)


def test_noise_raises_the_silence_and_not_the_loudest():
    torch.manual_seed(0)
    values = torch.cat([torch.zeros(50, 8), torch.full((50, 8), -15.0)])
    found = noisy(Ragged(values, torch.tensor([100])), 1.0).values
    assert (found >= values).all()
    assert found[:50].mean() < 1.0
    assert found[50:].mean() > -12.0
    untouched = noisy(Ragged(values, torch.tensor([100])), 0.0).values
    assert torch.equal(untouched, values)


def test_masks_hide_stretches_of_time_and_bands_of_each_row_by_itself():
    torch.manual_seed(0)
    ones = Ragged(torch.ones(200, 20), torch.tensor([100, 0, 100]))
    augmentation = Augmentation(time_masks=1, time_mask=0.2)
    hidden = augmentation.hide(ones).values == 0
    whole = hidden.all(1)
    assert torch.equal(whole, hidden.any(1))  # a moment is hidden with all its bands
    for row in (whole[:100], whole[100:]):
        assert 0 < int(row.sum()) <= 20
        assert int((row[1:] != row[:-1]).sum()) <= 2  # one stretch
    assert not torch.equal(whole[:100], whole[100:])
    bands = Augmentation(frequency_masks=2, frequency_mask=0.2).hide(ones).values == 0
    assert torch.equal(bands[:100].all(0), bands[:100].any(0))
    assert 0 < int(bands[0].sum()) <= 8


def test_without_settings_nothing_is_changed():
    x = ramp(3, 2, bands=4)
    nothing = Augmentation()
    assert nothing.disturb(x) is x
    assert torch.equal(nothing.hide(x).values, x.values)


def test_volume_adds_one_number_to_a_row():
    torch.manual_seed(0)
    x = ramp(3, 2, bands=4)
    added = Augmentation(volume=6.0).disturb(x).values - x.values
    first, second = added[:3], added[3:]
    assert torch.allclose(first, first[:1, :1].expand_as(first), atol=1e-6)
    assert abs(float(second[0, 0])) <= 6 * 0.2303
    assert float(first[0, 0]) != float(second[0, 0])
