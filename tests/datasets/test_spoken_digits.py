"""spoken_digits: which numbers there are, and how they sound."""

import io
import wave
from string import digits

import numpy as np

from unrolled.datasets.spoken_digits import SIZES, SpokenDigits


def recording(level: int) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(bytes([level]) * 2000)
    return made.getvalue()


FILES = {
    f"captcha/data/{one}/default.wav": recording(160 + 2 * number)
    for number, one in enumerate(digits)
}


def test_no_code_stands_twice_and_those_to_be_scored_have_three_to_five_characters():
    parts = SpokenDigits().convert(FILES)
    assert {part: len(rows) for part, rows in parts.items()} == SIZES
    texts = [str(text) for rows in parts.values() for _, text in rows]
    assert len(set(texts)) == len(texts)
    assert {len(str(text).split()) for _, text in parts["train"]} == {1, 2, 3, 4, 5}
    scored = [*parts["valid"], *parts["test"]]
    assert {len(str(text).split()) for _, text in scored} == {3, 4, 5}
    assert set("".join(texts)) == {*digits, " "}


def test_each_code_has_a_sound_of_its_recordings_with_pauses_and_noise():
    made = SpokenDigits()
    sounds = made.beside(FILES)
    rows = [row for part in made.convert(FILES).values() for row in part]
    assert [name for name, _ in rows] == list(sounds)
    for name, text in rows[:20]:
        with wave.open(io.BytesIO(sounds[str(name)])) as file:
            assert (file.getframerate(), file.getsampwidth()) == (8000, 2)
            data = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        spoken = (data > 2500).astype(int)  # every recording is one loud stretch
        smooth = np.convolve(spoken, np.ones(41), "same") > 20
        assert int((np.diff(smooth.astype(int)) == 1).sum()) == len(str(text).split())
        silence = data[~smooth]
        assert 0 < silence.std() < 1500


def test_the_same_recordings_give_the_same_sounds():
    one, other = SpokenDigits().beside(FILES), SpokenDigits().beside(FILES)
    assert one == other
