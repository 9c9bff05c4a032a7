"""Classify reads sounds: from files and from samples, and a folder brings it back."""

import json

import pytest
import torch

from tests.signals.made_sounds import tone, wav, whole_numbers, write
from unrolled.errors import UnreadableDataError
from unrolled.settings import make
from unrolled.tasks._base import Example
from unrolled.tasks._pieces import answer_all
from unrolled.tasks.classify import Classify

pytest.importorskip("soundfile", reason="needs the extra audio")

NORMALIZED = {"sound.normalize": "fixed", "model.pooling": "max+mean"}
PLAIN = {
    "model.hidden": 8,
    "model.dropout": 0.0,
    "sound.channels": 8,
    "sound.tempo": 0.0,
    "sound.pitch": 0.0,
    "sound.color": 0.0,
    "sound.noise": 0.0,
    "sound.time_masks": 0,
    "sound.frequency_masks": 0,
}


@pytest.fixture
def tones(tmp_path):
    """High and low tones in files of two rates, twelve of them."""
    rows = []
    for n in range(12):
        label, hertz = ("high", 2000 + 50 * n) if n % 2 else ("low", 300 + 10 * n)
        rate = 16000 if n in (4, 5) else 8000
        samples = (9000 * tone(hertz, rate=rate, seconds=0.2)).int().tolist()
        path = write(tmp_path / f"{n}.wav", wav(whole_numbers(samples), rate=rate))
        rows.append(Example(str(path), label, f"a.csv, line {n + 2}"))
    return rows


def trained(rows, steps=30):
    torch.manual_seed(0)
    task = Classify.fit(rows, make(Classify.sections, PLAIN | NORMALIZED), {})
    network, batch = task.build(), task.encode_to_learn(rows)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.02)
    for _ in range(steps):
        optimizer.zero_grad()
        task.loss(network, batch).mean().backward()
        optimizer.step()
    return task, network.eval()


def test_sounds_of_any_rate_are_learned_kept_and_brought_back(tones):
    task, network = trained(tones)
    assert task.settings["sound"].rate == 8000
    task.settle(network, tones)
    task.fit_baselines(tones, tones)
    answers = answer_all(task, network, task.encode(tones))
    assert [a["prediction"] for a in answers] == [row.target for row in tones]
    assert list(task.baselines(tones)) == ["majority", "summary figures, linear"]
    files, tensors = task.state()
    assert files["task.json"]["reads"] == "sound"
    files = json.loads(json.dumps(files, allow_nan=False))
    back = Classify.restore(task.settings, files, tensors)
    other = back.build().eval()
    other.load_state_dict(network.state_dict())
    assert answer_all(back, other, back.encode(tones)) == answers


def test_samples_in_a_list_are_a_sound_of_the_models_rate(tones):
    task, network = trained(tones, steps=2)
    samples = (tone(350, rate=8000, seconds=0.2) * 9000).int().double() / 32768
    path, listed = (
        answer_all(task, network, task.encode([Example(cell, None, "here")]))
        for cell in (tones[0].input, samples.tolist())
    )
    assert path[0].keys() == listed[0].keys()
    silent = answer_all(task, network, task.encode([Example([], None, "here")]))
    assert sum(silent[0]["probabilities"].values()) == pytest.approx(1)


def test_a_broken_file_is_refused_with_its_row(tones, tmp_path):
    bad = write(tmp_path / "bad.wav", b"He said: hello.")
    rows = [*tones, Example(str(bad), "low", "a.csv, line 14")]
    with pytest.raises(UnreadableDataError, match=r"^a.csv, line 14: .*bad.wav is no"):
        Classify.fit(rows, make(Classify.sections, PLAIN), {})
