"""The commands on plain texts side by side, and on rows with several right answers."""

import json
from pathlib import Path

import pytest

import unrolled

WORDS = {"one": "un", "two": "deux", "red": "rouge", "cat": "chat", "dog": "chien"}
QUICK = ("--epochs", "1", "--hidden", "4", "--set", "model.embedding=4")


@pytest.fixture
def texts(here) -> Path:
    """train.en, train.fr and dev.en, dev.fr, dev.fr2: pairs of three words."""
    pairs = [(a, b, c) for a in WORDS for b in WORDS for c in WORDS]
    for name, some in {"train": pairs[:110], "dev": pairs[110:]}.items():
        english = "".join(f"{' '.join(row)}\n" for row in some)
        french = "".join(f"{' '.join(WORDS[w] for w in row)}\n" for row in some)
        Path(f"{name}.en").write_text(english, encoding="utf-8")
        Path(f"{name}.fr").write_text(french, encoding="utf-8")
    Path("dev.fr2").write_text("\n" + "le chien\n" * 14, encoding="utf-8")
    return here


@pytest.fixture
def model(texts, command) -> str:
    """A small model of these texts, chosen by dev.en and dev.fr."""
    found = command(
        *("train", "translate", "train.en", "train.fr", *QUICK, "--out", "m"),
        *("--valid", "dev.en", "--valid", "dev.fr"),
        *("--test", "dev.en", "--test", "dev.fr", "--test", "dev.fr2", "--json"),
    )
    assert found.code == 0, found.err
    ended = json.loads(found.out.splitlines()[-1])
    assert (ended["on"], ended["examples"]) == ("test", 15)
    said = "read side by side; input is"
    assert f"train.en: 110 rows, {said} train.en, target is train.fr" in found.err
    assert f"dev.en: 15 rows, {said} dev.en, target is dev.fr\n" in found.err
    assert "further right answers are in dev.fr2" in found.err
    return "m"


def test_a_model_of_texts_side_by_side_is_scored_on_texts_and_on_tables(model, command):
    found = command("evaluate", model, "dev.en", "dev.fr", "--json")
    assert found.code == 0
    by_texts = json.loads(found.out)
    sides = [Path(f"dev.{n}").read_text("utf-8").split("\n") for n in ("en", "fr")]
    table = "".join(f"{en}\t{fr}\n" for en, fr in zip(*sides, strict=True) if en)
    Path("dev.tsv").write_text(table, encoding="utf-8")
    found = command("evaluate", model, "dev.tsv", "--json")
    assert json.loads(found.out)["metrics"] == by_texts["metrics"]
    found = command("evaluate", model, "dev.en", "dev.fr", "dev.fr2", "--json")
    assert found.code == 0
    assert "further right answers are in dev.fr2" in found.err
    loaded = unrolled.load(model)
    assert loaded.headers == {}
    assert loaded.evaluate(["dev.en", "dev.fr"])["metrics"] == by_texts["metrics"]


def test_training_in_python_takes_the_same_files(texts):
    settings = {"model.embedding": 4}
    model = unrolled.train(
        "translate",
        ["train.en", "train.fr"],
        valid=["dev.en", Path("dev.fr")],
        epochs=1,
        hidden=4,
        settings=settings,
    )
    assert model.metrics["on"] == "valid"
    assert model.metrics["examples"] == 15
    assert texts.is_dir()


@pytest.mark.usefixtures("texts")
def test_texts_of_unequal_length_end_with_a_message_and_not_with_a_model(command):
    with Path("train.fr").open("a", encoding="utf-8") as file:
        file.write("un\n")
    found = command("train", "translate", "train.en", "train.fr", "--out", "m")
    assert found.code == 1
    assert "train.en has 110 lines and train.fr has 111." in found.err
    assert not Path("m").exists()


@pytest.mark.usefixtures("texts")
def test_check_looks_at_pairs(command):
    Path("odd.en").write_text("one\none dog\none cat\n" * 40, encoding="utf-8")
    lines = ["un\nun chien\none cat\n"] * 39 + ["un\nun chien\n" + "la " * 99 + "\n"]
    Path("odd.fr").write_text("".join(lines), encoding="utf-8")
    files = ("odd.en", "odd.fr", "--valid", "dev.en", "--valid", "dev.fr")
    found = command("check", "translate", *files, "--json")
    assert found.code == 0
    told = {one["about"]: one for one in json.loads(found.out)["findings"]}
    assert told["echoes"]["places"][:2] == ["odd.en, line 3", "odd.en, line 6"]
    assert told["lengths of pairs"]["places"] == ["odd.en, line 120: 7 → 297"]
    assert told["duplicates"]["level"] == "warning"
    assert told["several answers"]["level"] == "note"


@pytest.mark.usefixtures("texts")
def test_check_lists_every_line_that_has_no_partner(command):
    lines = Path("train.fr").read_text(encoding="utf-8").split("\n")
    lines[3] = lines[8] = ""
    Path("train.fr").write_text("\n".join(lines), encoding="utf-8")
    found = command("check", "translate", "train.en", "train.fr", "--json")
    assert found.code == 1
    told = {one["about"]: one for one in json.loads(found.out)["findings"]}
    assert told["bad rows"]["text"] == "train.en: 2 rows cannot be read."
    assert told["bad rows"]["places"] == [
        "train.fr, line 4: empty, and line 4 of train.en is not.",
        "train.fr, line 9: empty, and line 9 of train.en is not.",
    ]
