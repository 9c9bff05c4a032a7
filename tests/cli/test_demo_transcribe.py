"""`unrolled demo transcribe` on a few tones in place of codes read aloud."""

import struct
import wave

import pytest

from tests.cli.made_up import QUICK, parts, told, typing
from unrolled.tasks._transcribe.sample import RATE, sample_sound

CODES = ("a b", "b a", "a a", "b b a", "a", "b")


@pytest.fixture
def codes(here, data) -> None:
    lines = ["sound,text"]
    for number, code in enumerate(CODES):
        samples = sample_sound(code.replace(" ", ""))
        with wave.open(f"{number}.wav", "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            whole = [round(32767 * one) for one in samples]
            file.writeframes(struct.pack(f"<{len(whole)}h", *whole))
        lines.append(f"{number}.wav,{code}")
    data(parts(here, ".csv", "\n".join([*lines, ""])), "spoken_digits")


def test_codes_are_told_with_their_times_and_while_they_are_heard(codes, command):
    found = command("demo", "transcribe", *QUICK)
    assert found.code == 0, found.err
    assert "this is no measure of how well another voice is understood" in found.err
    assert "On 6 test rows:" in found.out
    for number, code in enumerate(CODES[:4]):
        assert f"\n{number}.wav: said {code}, heard" in found.out
    assert "\n0.wav while it is heard:" in found.out
    assert found.err.endswith("Ask it more:\n  unrolled listen model FILE.wav\n")


def test_with_json_it_ends_with_one_object(codes, command):
    found = told(command("demo", "transcribe", *QUICK, "--ask", "5.wav", "--json").out)
    answers = found["answers"]["answers"]
    assert [answer["said"] for answer in answers] == [*CODES[:4], ""]
    assert answers[-1]["input"] == "5.wav"
    assert isinstance(found["answers"]["heard"], list)


def test_a_sound_that_is_typed_is_answered_and_a_missing_one_ends_nothing(
    codes, command, monkeypatch
):
    monkeypatch.setattr("sys.stdin", typing("missing.wav", "4.wav", ""))
    found = command("demo", "transcribe", *QUICK)
    assert found.code == 0
    assert "input 1: missing.wav does not exist." in found.err
