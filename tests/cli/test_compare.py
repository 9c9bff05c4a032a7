"""`unrolled compare`: its table, its JSON, its folder, and wrong usage."""

import json

import pytest

from tests.training.made_up import texts, write
from unrolled.errors import InterruptedTrainingError

FEW = ["--set", "model.embedding=6", "--set", "training.threads=1", "--hidden", 6]
FEW += ["--epochs", 1, "--seeds", 1, "--no-probe"]


@pytest.fixture
def table(here):
    return write(here / "r.csv", texts(80))


def test_a_table_with_sentences_and_a_folder(table, here, command):
    ran = command(
        "compare", "classify", table, "--cells", "gru,feedforward", *FEW, "--out", "c"
    )
    assert ran.code == 0
    lines = [line.split() for line in ran.out.splitlines()]
    assert lines[1][:7] == ["accuracy", "on", "8", "valid", "rows,", "1", "seed;"]
    assert [line[0] for line in lines if line][2:4] == ["gru", "feedforward"]
    assert "weights for tokens" in ran.out and "majority" in ran.out
    assert "· One seed: " in ran.out
    assert "· gru, seed 0: accuracy" in ran.err
    assert "The page is c/compare.html" in ran.err
    assert {one.name for one in (here / "c").iterdir()} == {
        "results.jsonl",
        "compare.html",
        "compare.svg",
    }


def test_one_json_object(table, command):
    ran = command("compare", "classify", table, "--cells", "gru,elman", *FEW, "--json")
    found = json.loads(ran.out)
    assert found["task"] == "classify" and found["examples"] == 8
    assert set(found["metrics"]) == {"gru", "elman"}
    assert set(found["baseline"]) >= {"majority"}
    assert found["seconds"] > 0


def test_settings_are_compared_as_cells_are(table, command):
    ran = command(
        *("compare", "classify", table, "--bidirectional", "both", *FEW),
        *("--vary", "model.pooling=last,mean", "--json"),
    )
    assert list(json.loads(ran.out)["metrics"]) == [
        "one direction, pooling last",
        "one direction, pooling mean",
        "both directions, pooling last",
        "both directions, pooling mean",
    ]


def test_going_on_trains_nothing_twice(table, command):
    words = ("compare", "classify", table, "--cells", "gru,elman", *FEW, "--out", "c")
    first = command(*words, "--json")
    assert command(*words).code == 1
    again = command(*words, "--resume", "--json")
    before, after = json.loads(first.out), json.loads(again.out)
    assert before.pop("seconds") and after.pop("seconds")
    assert before == after


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--cells", "gru,elman", "--match", "money"], '"money" is not parameters'),
        (["--bidirectional", "maybe"], '"maybe" is not no, yes or both'),
        (["--cells", "gru,elman", "--given", "x"], "reads no such column"),
        (["--cells", "gru,elman", "--resume"], "there is nothing to go on with: name"),
        (
            ["--cells", "gru,elman", "--resume", "--overwrite", "--out", "c"],
            "--resume goes on, --overwrite begins again: give one",
        ),
    ],
)
def test_wrong_usage(table, command, words, said):
    ran = command("compare", "classify", table, *words)
    assert ran.code == 2
    assert said in ran.err


def test_an_unknown_setting_is_told_with_its_option(table, command):
    ran = command("compare", "classify", table, "--cells", "gru,elman", "--set", "x=1")
    assert ran.code == 1
    assert ran.err.startswith('--set: classify has no setting "x".')
    assert len(ran.err) < 300


def test_on_few_rows_nothing_is_as_good(table, command):
    ran = command("compare", "classify", table, "--cells", "gru,elman", *FEW)
    assert "as good as" not in ran.out
    assert "elman: " in ran.out and " is shown on 8 rows (" in ran.out


def test_nothing_to_compare(table, command):
    ran = command("compare", "classify", table, "--cells", "gru")
    assert ran.code == 1
    assert ran.err.startswith("1 thing to compare: gru.")


def _stopped_after(runs: int, monkeypatch, by=InterruptedTrainingError) -> None:
    from unrolled.comparing import comparison

    real, begun = comparison.run_once, []

    def run_once(*given, **named):
        begun.append(1)
        if len(begun) > runs:
            raise by
        return real(*given, **named)

    monkeypatch.setattr(comparison, "run_once", run_once)


@pytest.mark.parametrize("by", [InterruptedTrainingError, KeyboardInterrupt])
def test_a_stopped_comparison_keeps_what_is_finished(table, command, monkeypatch, by):
    words = ("compare", "classify", table, "--cells", "gru,elman", *FEW, "--out", "c")
    with monkeypatch.context() as here:
        _stopped_after(1, here, by)
        ran = command(*words)
    assert ran.code == 3
    assert "The same command with --resume goes on." in ran.err
    ran = command(*words, "--resume")
    assert ran.code == 0 and "· elman, seed 0" in ran.err


def test_without_a_folder_nothing_is_saved(table, command, monkeypatch):
    _stopped_after(1, monkeypatch)
    ran = command("compare", "classify", table, "--cells", "gru,elman", *FEW)
    assert ran.code == 130
    assert "saved" not in ran.err
