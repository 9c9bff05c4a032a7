"""`unrolled train`: a model folder, one object at the end, and nothing lost."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.made_up import write_table
from unrolled.durable import digest

QUICK = ("--epochs", "1", "--hidden", "4")
PROMISED = {
    *("config.json", "model.safetensors", "task.safetensors", "README.md"),
    *("metrics.json", "events.jsonl", "vocabulary.json", "tokenizer.json"),
    *("targets.json", "task.json"),
}
ENDS_WITH = {"task", "metrics", "baseline", "examples", "seconds", "on"}


def tree(folder: Path) -> dict[str, str]:
    """The digest of every file in a folder."""
    return {one.name: digest(one.read_bytes()) for one in folder.iterdir()}


def test_a_table_becomes_a_folder_with_all_that_is_promised(here, command):
    write_table(here / "data.csv")
    found = command("train", "classify", "data.csv", "--out", "new/model", *QUICK)
    assert found.code == 0
    assert {one.name for one in Path("new/model").iterdir()} == PROMISED
    assert "this model" in found.out
    assert "majority" in found.out
    assert "True labels down, predicted across:" in found.out
    assert 'input is column "text", target is column "label"' in found.err
    assert "epoch 1: trained to " in found.err
    assert found.err.endswith(
        "The model is in new/model. Ask it: unrolled predict new/model texts.txt\n"
    )


def test_with_json_standard_output_is_one_object(here, command):
    write_table(here / "data.csv")
    found = command("train", "classify", "data.csv", "--out", "model", "--json", *QUICK)
    assert found.code == 0
    [line] = found.out.splitlines()
    ended = json.loads(line)
    assert set(ended) == ENDS_WITH
    assert ended["task"] == "classify"
    assert ended["examples"] == 3
    assert ended["on"] == "valid"
    assert {"accuracy", "macro_f1", "confusion"} <= set(ended["metrics"])
    assert len(ended["baseline"]) == 2
    assert ended["seconds"] > 0
    assert json.loads(Path("model/metrics.json").read_bytes()) == ended


def test_a_test_file_is_what_is_scored_on(here, command):
    write_table(here / "data.csv")
    write_table(here / "test.csv", copies=1)
    words = ("--out", "model", "--test", "test.csv", "--json", *QUICK)
    ended = json.loads(command("train", "classify", "data.csv", *words).out)
    assert (ended["on"], ended["examples"]) == ("test", 10)


def test_every_option_reaches_its_setting(here, command):
    write_table(here / "data.csv")
    options = ("--cell", "gru", "--hidden", "3", "--layers", "2", "--no-bidirectional")
    more = ("--epochs", "1", "--minutes", "5", "--seed", "7", "--skip-bad-rows")
    more += ("--set", "model.embedding=5", "--set", "training.clip=0.5")
    found = command("train", "classify", "data.csv", "--out", "m", *options, *more)
    assert found.code == 0
    settings = json.loads(Path("m/config.json").read_bytes())["settings"]
    wanted = {
        "model.cell": "gru",
        "model.hidden": 3,
        "model.layers": 2,
        "model.bidirectional": False,
        "model.embedding": 5,
        "training.epochs": 1,
        "training.minutes": 5.0,
        "training.seed": 7,
        "training.clip": 0.5,
        "data.skip_bad_rows": True,
    }
    assert {key: settings[key] for key in wanted} == wanted


def test_columns_are_taken_by_name_and_by_number(here, command):
    lines = [f"{n},film {n},{'good' if n % 2 else 'bad'}" for n in range(20)]
    text = "\n".join(["id,what,said", *lines])
    Path("data.csv").write_text(text, encoding="utf-8")
    columns = ("--input", "what", "--target", "3")
    found = command("train", "classify", "data.csv", "--out", "m", *columns, *QUICK)
    assert 'input is column "what", target is column "said"' in found.err
    config = json.loads(Path("m/config.json").read_bytes())
    assert config["columns"] == {"input": "what", "target": "said"}


def test_bad_rows_that_are_skipped_are_counted_and_listed(here, command):
    table = write_table(here / "data.csv")
    with table.open("a", encoding="utf-8") as file:
        file.write("one,cell,too many\nand too few\n")
    words = ("train", "classify", "data.csv", "--out", "model", *QUICK)
    refused = command(*words)
    assert refused.code == 1
    assert "data.csv, line 32: 3 cells." in refused.err
    found = command(*words, "--skip-bad-rows")
    assert found.code == 0
    assert "· bad rows: 2, left out\n" in found.err
    assert "· left out: data.csv, line 32: 3 cells.\n" in found.err
    assert "· left out: data.csv, line 33: 1 cell.\n" in found.err


def test_a_label_of_one_row_is_learned_and_not_asked_for(here, command):
    table = write_table(here / "data.csv")
    with table.open("a", encoding="utf-8") as file:
        file.writelines(f"only one {n},label {n}\n" for n in range(20))
    words = ("--out", "model", "--set", "data.valid_share=0.5", *QUICK)
    found = command("train", "classify", "data.csv", *words)
    assert found.code == 0
    names = json.loads(Path("model/targets.json").read_bytes())["names"]
    assert len(names) == 22


def test_a_finished_model_is_kept_unless_overwrite_is_said(here, command):
    write_table(here / "data.csv")
    words = ("train", "classify", "data.csv", "--out", "model", *QUICK)
    assert command(*words).code == 0
    before = tree(Path("model"))
    refused = command(*words, "--seed", "1")
    assert refused.code == 1
    assert refused.err.startswith("model holds a finished model.\n")
    assert "add --overwrite" in refused.err
    assert tree(Path("model")) == before
    assert command(*words, "--seed", "1", "--overwrite").code == 0
    assert tree(Path("model"))["model.safetensors"] != before["model.safetensors"]


def test_resume_on_a_finished_run_says_so_and_changes_nothing(here, command):
    write_table(here / "data.csv")
    words = ("train", "classify", "data.csv", "--out", "model", "--json", *QUICK)
    first = command(*words)
    before = tree(Path("model"))
    again = command(*words, "--resume")
    assert again.code == 0
    assert again.err.startswith("The run in model is finished: nothing is left to do.")
    assert json.loads(again.out) == json.loads(first.out)
    assert tree(Path("model")) == before


def test_a_wrong_row_of_the_test_file_is_told_before_training(here, command):
    write_table(here / "data.csv")
    Path("test.csv").write_text("text,label\nfilm,odd\n", encoding="utf-8")
    words = ("--out", "model", "--test", "test.csv", *QUICK)
    found = command("train", "classify", "data.csv", *words)
    assert found.code == 1
    assert not Path("model").exists()


# Long enough that a signal after the first epoch finds the run still going.
LONG = ("--epochs", "50", "--hidden", "4", "--set", "training.patience=1000")


def process(*words: str) -> subprocess.Popen:
    """The command in a process of its own, which signals can be sent to."""
    return subprocess.Popen(
        [sys.executable, "-m", "unrolled", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for_epoch(events: Path, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if events.exists() and '"epoch", ' in events.read_text(encoding="utf-8"):
            return
        time.sleep(0.005)
    pytest.fail("no epoch was reported")


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_ctrl_c_saves_and_ends_with_three_and_resume_goes_on_to_the_same_weights(
    here, command
):
    write_table(here / "data.csv")
    words = ("train", "classify", "data.csv", *LONG)
    stopped = process(*words, "--out", "model")
    wait_for_epoch(Path("model/events.jsonl"))
    stopped.send_signal(signal.SIGINT)
    _, said = stopped.communicate(timeout=60)
    assert stopped.returncode == 3, said
    assert said.endswith(
        "Stopped, and saved. The same command with --resume goes on.\n"
    )
    assert Path("model/checkpoint.safetensors").exists()
    assert not Path("model/config.json").exists()
    resumed = command(*words, "--out", "model", "--resume")
    assert resumed.code == 0
    assert "· going on from step " in resumed.err
    assert command(*words, "--out", "alone").code == 0
    wanted = tree(Path("alone"))["model.safetensors"]
    assert tree(Path("model"))["model.safetensors"] == wanted
    assert {one.name for one in Path("model").iterdir()} == PROMISED
