"""`unrolled demo` from data to answers, on a few made-up rows in place of real ones."""

import json
from pathlib import Path

import pytest

from tests.cli.made_up import write_table
from unrolled import datasets
from unrolled.cli.demo import SENTENCES


@pytest.fixture
def made_up(here, monkeypatch) -> None:
    """The film reviews, small enough for a test."""
    parts = {p: write_table(here / f"{p}.csv") for p in ("train", "valid", "test")}
    got = datasets.Fetched(
        name="film_reviews",
        task="classify",
        folder=here,
        files=parts,
        rows=dict.fromkeys(parts, 30),
        columns=("text", "label"),
        credit="Nobody",
        license="CC0",
    )

    def get(name, *, accept_license):
        assert name in ("film_reviews", "imdb_reviews")
        assert accept_license
        return got

    monkeypatch.setattr(datasets, "get", get)


def test_it_trains_scores_and_answers_and_can_be_run_again(made_up, command):
    words = ("demo", "--out", "model", "--minutes", "0.005", "--ask", "It is good")
    for _ in range(2):
        found = command(*words)
        assert found.code == 0
        assert "On 30 test rows:" in found.out
        for sentence in (*SENTENCES, "It is good"):
            assert f"  {sentence:45} " in found.out
        assert "Data:    Nobody\nLicense: CC0\n" in found.err
        assert "30 longer reviews, without their labels" in found.err
        assert found.err.endswith("Ask it more:\n  unrolled predict model -\n")
    assert Path("model/config.json").exists()


def test_with_json_it_ends_with_one_object(made_up, command):
    found = command("demo", "--out", "model", "--minutes", "0.005", "--json")
    [line] = found.out.splitlines()
    told = json.loads(line)
    assert told["on"] == "test"
    assert [one["input"] for one in told["answers"]] == list(SENTENCES)


def test_a_demo_of_another_task_is_wrong_usage(command):
    found = command("demo", "transcribe")
    assert found.code == 2
    assert 'there is no demo of "transcribe" yet; try classify' in found.err
