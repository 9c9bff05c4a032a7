"""Sounds to frames: rates, files and lists, what is refused, kept and damaged."""

import math
import wave
from pathlib import Path

import pytest
import torch

from unrolled.errors import BrokenModelError, UnreadableDataError
from unrolled.readers import Cell
from unrolled.tasks._base import Example
from unrolled.tasks._sound_input import RATE, SoundInput, names_sound, samples_of
from unrolled.tasks._sound_settings import SoundSettings

DAMAGED = "what the model knows of its sounds is damaged."


def tone(hertz: float, seconds: float = 0.1, *, rate: int = RATE) -> list[float]:
    count = round(seconds * rate)
    return [0.5 * math.sin(2 * math.pi * hertz * n / rate) for n in range(count)]


def wav(path: Path, samples: list[float], *, rate: int = RATE) -> str:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        whole = (round(32767 * one) for one in samples)
        file.writeframes(b"".join(n.to_bytes(2, "little", signed=True) for n in whole))
    return str(path)


def rows(*cells: Cell) -> list[Example]:
    return [Example(cell, None, f"a.csv, line {n}") for n, cell in enumerate(cells, 2)]


def test_a_list_and_a_file_of_the_same_samples_have_the_same_frames(tmp_path):
    samples = [round(32768 * one) / 32768 for one in tone(440.0)]
    file = wav(tmp_path / "a.wav", [one * 32768 / 32767 for one in samples])
    examples = rows(samples, file)
    reads = SoundInput.learn(examples, SoundSettings())
    found = reads.encode(examples)
    assert found.lengths.tolist() == [8, 8]  # 800 samples: 1 + (800 - 200) // 80
    assert torch.equal(found[0], found[1])
    assert reads.seconds(8) == pytest.approx(0.095)
    assert reads.seconds(0) == 0.0


def test_the_rate_is_that_of_most_files_and_others_are_resampled(tmp_path):
    files = [
        wav(tmp_path / f"{n}.wav", tone(440.0, rate=rate), rate=rate)
        for n, rate in enumerate([16_000, 16_000, 8_000])
    ]
    reads = SoundInput.learn(rows(*files), SoundSettings())
    assert reads.settings.rate == 16_000
    assert reads.encode(rows(*files)).lengths.tolist() == [8, 8, 8]
    told = SoundInput.learn(rows(*files), SoundSettings(rate=8_000))
    assert told.settings.rate == 8_000


def test_of_equally_many_rates_the_highest_is_taken(tmp_path):
    files = [
        wav(tmp_path / f"{rate}.wav", tone(440.0, rate=rate), rate=rate)
        for rate in (8_000, 11_025)
    ]
    assert SoundInput.learn(rows(*files), SoundSettings()).settings.rate == 11_025


def test_mean_and_scale_are_of_all_frames_of_the_training_rows():
    examples = rows(tone(440.0), [], tone(2_000.0, 0.2))
    reads = SoundInput.learn(examples, SoundSettings(bands=20))
    values = reads.encode(examples).values.double()
    assert torch.allclose(reads.mean.double(), values.mean(0), atol=1e-5)
    assert torch.allclose(reads.scale.double(), values.std(0, correction=0), rtol=1e-4)


def test_what_was_chosen_is_told():
    reads = SoundInput.learn(rows(tone(440.0)), SoundSettings(normalize="fixed"))
    [note] = reads.notes()
    assert note == (
        f"sounds: 8,000 samples a second, 40 mel bands (by {reads.features.maker})"
        " every 10 ms, normalized: fixed; a vector every 40 ms"
    )
    reads.subsample(2)
    assert reads.notes()[0].endswith("a vector every 20 ms")
    assert reads.step == 0.02
    assert reads.first_layer().factor == 2


@pytest.mark.parametrize(
    ("cell", "found", "expected"),
    [
        (
            "missing.wav",
            "a.csv, line 2: missing.wav does not exist.",
            "the path of a file of sound",
        ),
        (
            [0.1, float("nan")],
            "a.csv, line 2: a list that is no sound.",
            "samples between −1 and 1",
        ),
        (
            [[0.1], [0.2]],
            "a.csv, line 2: a list that is no sound.",
            "samples between −1 and 1",
        ),
        (
            7.0,
            "a.csv, line 2: 7.0 where a sound should be.",
            "the path of a file (.wav, .flac, .ogg, .opus, .mp3, .aiff, .aif), or a"
            " list of samples",
        ),
    ],
)
def test_what_is_no_sound_is_refused_with_its_place(cell, found, expected):
    good = SoundInput.learn(rows(tone(440.0)), SoundSettings())
    with pytest.raises(UnreadableDataError) as refused:
        good.encode(rows(cell))
    assert refused.value.found == found
    assert refused.value.expected == expected


def test_a_missing_file_among_the_training_rows_is_refused_with_its_place():
    with pytest.raises(UnreadableDataError) as refused:
        SoundInput.learn(rows("missing.wav"), SoundSettings())
    assert refused.value.found == "a.csv, line 2: missing.wav does not exist."


def test_sounds_shorter_than_a_frame_teach_nothing():
    with pytest.raises(UnreadableDataError) as refused:
        SoundInput.learn(rows([0.1] * 10, []), SoundSettings())
    assert refused.value.found == "2 sounds, none of them of 0.025 s or more."


def test_a_list_is_taken_as_it_is_whatever_the_rate():
    assert samples_of([0.5, -0.5], 16_000).tolist() == [0.5, -0.5]
    assert samples_of([], 16_000).tolist() == []


def test_cells_that_name_files_of_sound_are_known_by_their_endings():
    assert names_sound(rows("a.wav", "b.FLAC"))
    assert not names_sound(rows("a.wav", "He is great"))
    assert not names_sound(rows([0.1, 0.2]))
    assert not names_sound([])


def test_a_folder_brings_it_back():
    examples = rows(tone(440.0), tone(900.0))
    reads = SoundInput.learn(examples, SoundSettings(bands=20))
    back = SoundInput.restore(reads.settings, *reads.state())
    assert torch.equal(back.encode(examples).values, reads.encode(examples).values)
    assert back.notes() == reads.notes()


@pytest.mark.parametrize("damage", ["no maker", "no mean", "other bands", "no rate"])
def test_a_damaged_folder_is_told(damage):
    reads = SoundInput.learn(rows(tone(440.0)), SoundSettings(bands=20))
    settings, (files, tensors) = reads.settings, reads.state()
    if damage == "no maker":
        files = {"sound.json": {}}
    elif damage == "no mean":
        tensors = {"input.scale": tensors["input.scale"]}
    elif damage == "other bands":
        tensors = {name: tensor[1:] for name, tensor in tensors.items()}
    else:
        settings = SoundSettings(bands=20)
    with pytest.raises(BrokenModelError) as broken:
        SoundInput.restore(settings, files, tensors)
    assert broken.value.found == DAMAGED
