"""`unrolled generate`: its options reach the model, and what it prints."""

import json
from pathlib import Path

import pytest

from unrolled.training.front import train

NAMES = [("Anna", "female"), ("Nina", "female"), ("Otto", "male"), ("Tito", "male")]


@pytest.fixture(scope="session")
def names(tmp_path_factory) -> Path:
    """A small model of names; do not change it."""
    folder = tmp_path_factory.mktemp("names")
    lines = ["name,sex", *(f"{name},{sex}" for name, sex in NAMES * 5)]
    (folder / "names.csv").write_text("\n".join(lines), encoding="utf-8")
    settings = {"training.learning_rate": 0.02, "training.averaging": 0.5}
    options = {"model.dropout": 0.0, "task.samples": 4, "data.valid_share": 0.0}
    train(
        "generate",
        folder / "names.csv",
        out=folder / "model",
        epochs=60,
        hidden=16,
        settings=settings | options,
    )
    return folder / "model"


@pytest.fixture(scope="session")
def lines(tmp_path_factory) -> Path:
    """A small language model; do not change it."""
    folder = tmp_path_factory.mktemp("lines")
    text = "the cat sat on the mat\nthe dog sat on the rug\n" * 5
    (folder / "text.txt").write_text(text, encoding="utf-8")
    train("language_model", folder / "text.txt", out=folder / "m", epochs=1, hidden=8)
    return folder / "m"


def test_it_prints_a_text_a_line(names, command):
    found = command("generate", names, "--given", "male", "--count", "6")
    assert (found.code, found.err) == (0, "")
    assert len(found.out.splitlines()) == 6
    again = command("generate", names, "--given", "sex=male", "--count", "6")
    assert again.out == found.out
    other = command("generate", names, "--given", "male", "--count", "6", "--seed", "1")
    assert other.out != found.out


def test_one_is_written_if_no_count_is_given(names, command):
    assert len(command("generate", names).out.splitlines()) == 1


def test_json_is_one_object_a_line(names, command):
    found = command("generate", names, "--count", "3", "--json")
    rows = [json.loads(line) for line in found.out.splitlines()]
    assert len(rows) == 3
    for row in rows:
        assert list(row) == ["text", "log_probability"]
        assert row["log_probability"] < 0


def test_its_options_reach_the_decoding(names, command):
    words = ("generate", names, "--given", "female", "--count", "5")
    greedy = command(*words, "--temperature", "0").out.splitlines()
    assert len(set(greedy)) == 1
    assert command(*words, "--top-k", "1").out.splitlines() == greedy
    assert command(*words, "--top-p", "0").out.splitlines() == greedy
    assert command(*words, "--min-p", "1").out.splitlines() == greedy
    assert command(*words, "--beam", "8").out.splitlines()[0] in ("Anna", "Nina")
    short = command(*words, "--longest", "2", "--shortest", "2").out.splitlines()
    assert {len(text) for text in short} == {2}
    started = command(*words, "--start", "Ni").out.splitlines()
    assert all(text.startswith("Ni") for text in started)
    letters = ("--banned", "A", "--banned", "a", "--required", "n", "--required", "t")
    for text in command(*words, *letters).out.splitlines():
        assert not {"A", "a"} & set(text)
        assert {"n", "t"} <= set(text)


def test_new_leaves_out_what_was_learned_and_says_if_too_few_are_found(names, command):
    known = {name for name, _ in NAMES}
    new = command("generate", names, "--new", "--count", "9")
    assert not known & set(new.out.splitlines())
    none = command("generate", names, "--new", "--temperature", "0", "--given", "male")
    assert none.code == 0
    assert none.out == ""
    assert none.err == "0 of 1: no more were found that keep to these rules.\n"


def test_a_language_model_goes_on_with_a_text(lines, command):
    found = command("generate", lines, "--start", "the cat", "--longest", "20")
    assert found.code == 0, found.err
    assert found.out.startswith("the cat")


def test_what_a_language_model_cannot_heed_is_refused(lines, command):
    found = command("generate", lines, "--given", "male")
    assert found.code == 1
    assert found.err == (
        'given: "male", and its texts depend on nothing.\n'
        "  expected: nothing given\n"
        "  to fix:   leave it out, or train the task generate with --given COLUMN\n"
        "  code:     setting\n"
    )
    found = command("generate", lines, "--new")
    assert found.code == 1
    assert found.err.startswith("no copies of training texts, and this model keeps")


def test_a_model_that_writes_nothing_is_refused(trained, command):
    found = command("generate", trained)
    assert found.code == 1
    assert "classify, which writes nothing." in found.err


def test_wrong_usage_and_wrong_values(names, command):
    assert command("generate", names, "--count", "0").code == 2
    assert command("generate", names, "--temperature", "warm").code == 2
    found = command("generate", names, "--top-p", "2")
    assert found.code == 1
    assert found.err.startswith("the setting top_p of DecodingSettings is 2.0.")
    found = command("generate", names, "--given", "divers")
    assert found.code == 1
    assert found.err.startswith('given: "divers" is no sex that the model knows.\n')
    assert "  expected: one of female, male\n" in found.err


def test_evaluate_and_check_take_given_columns_by_name(names, here, command):
    text = "who,what\nAnna,female\nOtto,male\n"
    Path("other.csv").write_text(text, encoding="utf-8")
    columns = ("--input", "who", "--given", "what", "--set", "data.header=yes")
    found = command("evaluate", names, "other.csv", "--json", *columns)
    assert found.code == 0, found.err
    by = json.loads(found.out)["metrics"]["nats_by_given"]
    assert list(by) == ["female", "male"]
    assert command("evaluate", names, "other.csv", *columns[:2]).code == 1
    found = command("check", "generate", "other.csv", *columns)
    assert "given is column" in found.out + found.err


def test_given_columns_are_refused_where_a_task_reads_none(trained, here, command):
    Path("a.csv").write_text("text,label,sex\ngood,positive,male\n", encoding="utf-8")
    found = command("evaluate", trained, "a.csv", "--given", "sex")
    assert found.code == 2
    assert "classify reads no such column, only input, target" in found.err
