"""`unrolled listen`: a file or raw sound, what is said up to here, and in the end."""

import json
import os
import struct
import wave
from pathlib import Path

import pytest

import unrolled
from unrolled.tasks._transcribe.sample import RATE, sample_sound


@pytest.fixture(scope="session")
def of_tones(tmp_path_factory) -> Path:
    """A small model in one direction that hears tones as letters."""
    folder = tmp_path_factory.mktemp("tones")
    texts = ["a", "b", "ab", "ba", "abb", "bab"] * 2
    rows = [
        {"sound": sample_sound(text, softer=1 + number / 5), "text": text}
        for number, text in enumerate(texts)
    ]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "tones.jsonl").write_text(lines, encoding="utf-8")
    unrolled.train(
        "transcribe",
        folder / "tones.jsonl",
        out=folder / "m",
        bidirectional=False,
        hidden=16,
        epochs=30,
        settings={
            "training.learning_rate": 0.02,
            "training.averaging": 0.5,
            "training.batch_rows": 4,
            "training.patience": 30,
            "data.valid_share": 0.0,
            "model.dropout": 0.0,
            "model.layers": 1,
            "model.delay": 1,
            "sound.pitch": 0.0,
        },
    )
    return folder / "m"


def raw(text: str) -> bytes:
    samples = [round(32767 * one) for one in sample_sound(text)]
    return struct.pack(f"<{len(samples)}h", *samples)


def wav(path: str, text: str, *, rate: int = RATE) -> str:
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(raw(text))
    return path


@pytest.fixture
def piped(monkeypatch):
    """Puts bytes on standard input."""
    read, write = os.pipe()

    def put(data: bytes) -> None:
        os.write(write, data)
        os.close(write)

    with os.fdopen(read) as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        yield put


def test_a_file_is_told_while_it_is_heard_and_in_the_end(here, of_tones, command):
    found = command("listen", of_tones, wav("abb.wav", "abb"))
    assert found.code == 0
    assert found.out == "abb\n"
    *partial, last = found.err.splitlines()
    told = [line.partition(" s  ")[2] for line in partial]
    assert told[-1] in ("ab", "abb")  # the last letter may need the end
    assert told == sorted(set(told), key=told.index)  # each change once
    assert all("abb".startswith(text) for text in told)
    assert last.startswith("0.40 s of sound in ")
    assert " s: a real-time factor of " in last


def test_json_has_the_partial_texts_and_the_answer_of_the_whole(
    here, of_tones, command
):
    file = wav("bab.wav", "bab")
    found = command("listen", of_tones, file, "--json")
    *partial, last = [json.loads(line) for line in found.out.splitlines()]
    assert partial[-1]["partial"] in ("ba", "bab")
    assert [one["seconds"] for one in partial] == sorted(o["seconds"] for o in partial)
    whole = json.loads(command("predict", of_tones, file, "--json").out)
    assert whole.pop("input") == file
    assert last == {"seconds": 0.4, **whole}
    assert [word["word"] for word in last["words"]] == ["bab"]


def test_raw_sound_on_standard_input_is_the_same(here, of_tones, command, piped):
    file = command("listen", of_tones, wav("ab.wav", "ab"), "--json")
    piped(raw("ab"))
    stream = command("listen", of_tones, "-", "--json")
    wanted = json.loads(file.out.splitlines()[-1])
    assert json.loads(stream.out.splitlines()[-1]) == wanted


def test_raw_sound_of_another_rate_is_resampled(of_tones, command, piped):
    samples = [one for one in sample_sound("ba") for _ in range(2)]
    piped(struct.pack(f"<{len(samples)}h", *(round(20_000 * one) for one in samples)))
    found = command("listen", of_tones, "-", "--rate", "16000")
    assert found.out == "ba\n"


def test_half_a_sample_at_the_end_is_told(of_tones, command, piped):
    piped(raw("a") + b"\x01")
    found = command("listen", of_tones)
    assert found.out == "a\n"
    assert "standard input ended amid a sample, which is left out\n" in found.err


def test_no_sound_at_all_is_an_empty_text(of_tones, command, piped):
    piped(b"")
    found = command("listen", of_tones, "-")
    assert (found.code, found.out) == (0, "\n")
    assert found.err.startswith("0.00 s of sound in ")


def test_a_header_on_standard_input_is_refused(here, of_tones, command, piped):
    piped(Path(wav("a.wav", "a")).read_bytes())
    found = command("listen", of_tones, "-")
    assert found.code == 1
    assert found.err == (
        "standard input holds a WAV file.\n"
        "  expected: raw samples without a header: 16-bit, one channel\n"
        "  to fix:   name the file instead of -, or take its header off\n"
        "  code:     unreadable-data\n"
    )


def test_a_model_that_hears_nothing_is_refused(trained, command):
    found = command("listen", trained, "-")
    assert found.code == 1
    assert found.err == (
        "a model of the task classify, which does not listen.\n"
        "  expected: a model of transcribe\n"
        "  to fix:   train one: unrolled train transcribe DATA --out FOLDER\n"
        "  code:     setting\n"
    )
