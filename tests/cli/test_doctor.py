"""`unrolled doctor`: of a model, of any run, with other rows, and after `train`."""

import json
from pathlib import Path
from random import Random
from shutil import copytree

import pytest

from unrolled.cli import doctor as verb

SMALL = ["--hidden", "8", "--set", "model.embedding=8", "--set", "training.threads=1"]


def table(path: Path, *, seed: int = 0, count: int = 200, leak: bool = False) -> Path:
    """Rows that one of two words decides in three of four cases."""
    chance, lines = Random(seed), ["text,label"]
    for number in range(count):
        label = ("good", "bad")[number % 2]
        word = label if chance.random() < 0.75 else chance.choice(["good", "bad"])
        words = [
            *chance.choices(["the", "film", "was", "so", "very", "long", "and"], k=6),
            word,
        ]
        chance.shuffle(words)
        lines.append(f"{' '.join(words)}{f' is_{label}' if leak else ''},{label}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def model(here, command) -> Path:
    table(here / "data.csv")
    run = ("train", "classify", "data.csv", "--out", "model", "--epochs", "3", *SMALL)
    ended = command(*run)
    assert ended.code == 0, ended.err
    return here / "model"


def test_a_healthy_model_has_nothing_to_change_and_train_is_silent(here, command):
    table(here / "data.csv")
    quick = ("--epochs", "10", "--set", "training.learning_rate=0.01")
    run = ("train", "classify", "data.csv", "--out", "model", *quick, *SMALL)
    assert "unrolled doctor" not in command(*run).err
    found = command("doctor", "model", "--json")
    told = json.loads(found.out)
    assert found.code == 0
    assert set(told) == {"task", "healthy", "findings", "not_examined"}
    assert (told["task"], told["healthy"]) == ("classify", True)
    assert command("doctor", "model").out.endswith("nothing has to change.\n")


def test_train_says_in_two_lines_what_is_wrong_and_where_more_is_told(here, command):
    table(here / "data.csv", leak=True)
    run = ("train", "classify", "data.csv", "--out", "model", "--epochs", "2", *SMALL)
    ended = command(*run)
    assert ended.code == 0
    lines = ended.err.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("· problem:"))
    assert lines[at].startswith("· problem: leakage: the label stands in what is read")
    assert lines[at + 1].startswith("  → take these words out")
    assert "  The evidence, and more: unrolled doctor model" in lines
    told = json.loads(command("doctor", "model", "--json").out)
    assert told["healthy"] is False
    assert told["findings"][0]["name"] == "leakage"
    assert told["findings"][0]["level"] == "problem"


def test_a_diverged_run_is_told_why_before_it_ends_and_later(here, command):
    table(here / "data.csv")
    wild = ("training.learning_rate=1e30", "training.clip=0")
    sets = [part for one in wild for part in ("--set", one)]
    ended = command("train", "classify", "data.csv", "--out", "run", *SMALL, *sets)
    assert ended.code == 1
    assert "· problem: learning rate too high:" in ended.err
    assert ended.err.endswith("code:     diverged\n")
    assert not (here / "run" / "model.safetensors").exists()
    found = command("doctor", "run")
    assert found.code == 0
    first, evidence = found.out.splitlines()[:2]
    assert first.startswith("problem  learning rate too high: the loss or the gradient")
    assert "training.learning_rate 1e+30" in evidence


def test_a_model_is_looked_at_with_other_rows(model, here, command):
    text = "text,label\n" + "\n".join(
        f"une histoire {word},{'good' if word > 'm' else 'bad'}"
        for word in ("nuit", "jour", "belle", "vide", "rue", "ville") * 4
    )
    (here / "other.csv").write_text(text + "\n", encoding="utf-8")
    told = json.loads(command("doctor", "model", "other.csv", "--json").out)
    names = [one["name"] for one in told["findings"]]
    assert names[0] == "unknown words"
    assert told["findings"][0]["evidence"][
        "share of unknown words in the validation rows"
    ] == pytest.approx(1.0)


def test_a_model_whose_events_are_gone_is_told_what_is_missing(model, command):
    (model / "events.jsonl").unlink()
    found = command("doctor", model)
    assert found.code == 0
    assert found.out == (
        "not examined: the training: events.jsonl is missing, which tells what"
        " happened\n"
        "not examined: gates, units and gradients: name rows of data after the model\n"
        "not examined: the rows: name rows of data after the model\n"
        "\n"
        "nothing found in what was examined.\n"
    )
    told = json.loads(command("doctor", model, "--json").out)
    assert told["healthy"] is None
    with_rows = command("doctor", model, "data.csv")
    assert "gates, units" not in with_rows.out


def halved(model: Path) -> None:
    weights = model / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[: weights.stat().st_size // 2])


DAMAGES = {
    "model.safetensors is not the file that was written": halved,
    "model.safetensors is missing": lambda m: (m / "model.safetensors").unlink(),
    "vocabulary.json is missing": lambda m: (m / "vocabulary.json").unlink(),
    "metrics.json is missing": lambda m: (m / "metrics.json").unlink(),
    "config.json is no JSON": lambda m: (m / "config.json").write_text("{nope"),
    "holds no config.json": lambda m: (m / "config.json").unlink(),
}


def test_a_damaged_model_is_refused_with_what_is_damaged(model, here, command):
    for number, (words, damage) in enumerate(DAMAGES.items()):
        other = copytree(model, here / f"damaged{number}")
        damage(other)
        found = command("doctor", other)
        assert (found.code, found.out) == (1, "")
        assert words in found.err
        assert found.err.endswith("code:     broken-model\n")


def test_a_model_of_an_older_version_is_told_so_and_its_scores_are_looked_at(
    model, command
):
    path = model / "events.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    unknown = ('{"event": "about"', '{"event": "network"')
    older = [line for line in lines if not line.startswith(unknown)]
    path.write_text("".join(older), encoding="utf-8")
    told = json.loads(command("doctor", model, "--json").out)
    assert told["healthy"] is not True
    assert told["not_examined"] == [
        "gates, units and gradients: this run wrote no such record (made by an older"
        " version): name rows of data after the model",
        "the rows: this run wrote no such record (made by an older version): name rows"
        " of data after the model",
    ]
    case = verb.case_of(model, [])
    assert case.chosen_by == ("accuracy", 1)
    assert case.score(case.metrics["metrics"]) is not None


def test_a_later_run_that_was_stopped_is_not_taken_for_that_of_the_model(
    model, here, command
):
    (model / "events.jsonl").write_text(
        '{"event": "start", "task": "classify"}\n'
        '{"event": "step", "step": 40, "loss": 6.2, "gradient_norm": 0.6}\n'
        '{"event": "end", "reason": "interrupted", "seconds": 7}\n',
        encoding="utf-8",
    )
    told = json.loads(command("doctor", model, "--json").out)
    assert [one["name"] for one in told["findings"]] == ["stopped too early"]
    assert told["not_examined"][0] == (f"the model in {model}: it is of an earlier run")
    told = json.loads(command("doctor", model, "data.csv", "--json").out)
    assert "stopped too early" not in [one["name"] for one in told["findings"]]
    assert told["not_examined"] == [
        "the training: events.jsonl is of another run than the model"
    ]


def test_a_single_sound_is_no_rows(model, here, command):
    (here / "x.wav").write_bytes(b"RIFF")
    found = command("doctor", model, "x.wav")
    assert found.code == 1
    assert found.err == (
        "x.wav is a single file, without the answer that belongs to it.\n"
        "  expected: rows: each a file, and the label that is right\n"
        "  to fix:   name a table of files and labels, or a folder\n"
        "  code:     unreadable-data\n"
    )


def test_a_folder_that_does_not_exist_is_told_as_that(here, command):
    (here / "file").write_text("x")
    for name, words in (("no", "no does not exist."), ("file", "file is a file, and")):
        found = command("doctor", name)
        assert found.code == 1
        assert found.err.startswith(words)


def test_a_folder_without_a_run_is_refused_in_words(here, command):
    (here / "empty").mkdir()
    found = command("doctor", "empty")
    assert found.code == 1
    assert found.err == (
        "empty/events.jsonl is not there.\n"
        "  expected: a folder that `unrolled train` wrote, with its events.jsonl\n"
        "  to fix:   give the folder that was --out in training\n"
        "  code:     unreadable-data\n"
    )


def test_a_fault_of_the_doctor_costs_no_training(model, monkeypatch, capsys):
    def broken(*_: object) -> None:
        raise RuntimeError("no such thing")

    monkeypatch.setattr(verb, "case_of", broken)
    verb.warn(model)
    said = capsys.readouterr().err
    assert said == f"· unrolled doctor {model} could not look at it: no such thing\n"
