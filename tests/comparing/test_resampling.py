"""Metrics row by row, and on drawn rows: the same for every model."""

import math

import pytest
import torch

from tests.training.made_up import texts, write
from unrolled import train
from unrolled.comparing.resampling import (
    ROUNDS,
    Fractions,
    fractions,
    of_fractions,
    of_scores,
)
from unrolled.tasks._pieces import measure_all
from unrolled.training.run import Job, prepare

FEW = {"model.hidden": 3, "model.embedding": 4, "training.epochs": 1}


def ratio(over: list[float], under: list[float]) -> Fractions:
    return Fractions(torch.tensor(over).double(), torch.tensor(under).double())


def test_rounds_are_of_the_same_rows_for_every_model():
    first = of_fractions(ratio([1, 0, 1, 0], [1, 1, 1, 1]), seed=0)
    second = of_fractions(ratio([0, 1, 0, 1], [1, 1, 1, 1]), seed=0)
    torch.testing.assert_close(first + second, torch.ones(ROUNDS).double())
    assert not torch.equal(first, of_fractions(ratio([1, 0, 1, 0], [1] * 4), seed=1))


def test_rounds_vary_as_a_mean_of_rows_does():
    rows = 200
    found = of_fractions(ratio([1.0] * 100 + [0.0] * 100, [1.0] * rows), seed=0)
    assert float(found.mean()) == pytest.approx(0.5, abs=0.005)
    assert float(found.std()) == pytest.approx(math.sqrt(0.25 / rows), rel=0.1)


def test_rows_weigh_what_stands_under_them():
    assert ratio([3, 1], [10, 2]).value == pytest.approx(4 / 12)
    found = set(of_fractions(ratio([3, 1], [10, 2]), seed=0).tolist())
    assert found <= {0.3, 0.5, 4 / 12}


def test_some_rows_alone_and_a_round_without_them():
    chosen = torch.tensor([True, False, False])
    found = of_fractions(ratio([1, 0, 0], [1, 1, 1]), seed=0, chosen=chosen)
    assert set(found[found.isfinite()].tolist()) == {1.0}
    assert 0.2 < float(found.isnan().double().mean()) < 0.4  # (2/3)³ = 0.30


@pytest.fixture
def measured(tmp_path):
    def of(rows, **settings):
        job = Job(task="classify", data=[write(tmp_path / "r.csv", rows)])
        model = train("classify", job.data[0], settings={**FEW, **settings})
        ready = prepare(job).rows["valid"]
        answers = measure_all(model.task, model.network, model.task.encode(ready))
        return model.task, answers, ready

    return of


def test_the_accuracy_of_labels_is_a_fraction(measured):
    task, answers, rows = measured(texts(100))
    value = task.score(answers, rows)["accuracy"]
    found = fractions(task, "accuracy", answers, rows, value)
    assert found and found.value == pytest.approx(value)
    assert fractions(task, "accuracy", answers, rows, value + 0.01) is None


def test_the_error_of_numbers_is_a_fraction(measured):
    rows = [(text, str(len(text) / 7)) for text, _ in texts(100)]
    task, answers, kept = measured(rows, **{"task.kind": "number"})
    value = task.score(answers, kept)["mae"]
    found = fractions(task, "mae", answers, kept, value)
    assert found and found.value == pytest.approx(value)


def test_macro_f1_is_none_and_is_scored_again(measured):
    rows = [(a, "one|two" if len(a) % 2 else "one") for a, _ in texts(100)]
    task, answers, kept = measured(rows, **{"task.kind": "labels"})
    value = task.score(answers, kept)["macro_f1"]
    assert fractions(task, "macro_f1", answers, kept, value) is None
    found = of_scores(task, "macro_f1", answers, kept, seed=0)
    assert float(found.min()) <= value <= float(found.max())
