"""Translate: from pairs to a model that answers pairs it has not seen."""

import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import unrolled
from unrolled.errors import BrokenModelError, UnreadableDataError
from unrolled.settings import make
from unrolled.tasks._base import Example
from unrolled.tasks._pairs import translate_scores as _translate_scores
from unrolled.tasks.translate import WORDS, Translate
from unrolled.training.model import Model

ENGLISH = ("one", "two", "three", "four", "five", "six", "seven")
GERMAN = ("eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben")
TINY: dict[str, Any] = {
    "model.hidden": 32,
    "model.embedding": 24,
    "model.dropout": 0.0,
    "model.input_dropout": 0.0,
    "model.label_smoothing": 0.0,
    "source.tokens": "word",
    "target.tokens": "word",
    "task.beam": 2,
    "training.averaging": 0.9,
    "training.batch_rows": 16,
    "training.epochs": 16,
    "training.learning_rate": 0.02,
    "training.threads": 1,
    "data.valid_share": 0.0,
}


def backwards() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """250 numbers and their German words from right to left, and 40 others."""
    draw = random.Random(1)
    rows: set[tuple[int, ...]] = set()
    while len(rows) < 290:
        rows.add(tuple(draw.choices(range(7), k=draw.randint(2, 5))))
    mixed = sorted(rows)
    draw.shuffle(mixed)
    pairs = [
        (" ".join(ENGLISH[i] for i in row), " ".join(GERMAN[i] for i in row[::-1]))
        for row in mixed
    ]
    return pairs[40:], pairs[:40]


def table(
    path: Path, rows: list[tuple[str, ...]], header: str = "source\ttarget"
) -> Path:
    lines = [header, *("\t".join(row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def right(model: Model, pairs: list[tuple[str, str]]) -> int:
    found = model.predict([source for source, _ in pairs])
    answers = zip(found, pairs, strict=True)
    return sum(one["prediction"] == target for one, (_, target) in answers)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A model folder, and train.tsv beside it."""
    made = tmp_path_factory.mktemp("backwards")
    data = table(made / "train.tsv", backwards()[0])
    looks = TINY | {"model.attention": "additive"}
    unrolled.train("translate", data, out=made / "model", settings=looks)
    return made


@pytest.fixture(scope="module")
def model(folder) -> Model:
    return unrolled.load(folder / "model")


# -- it translates ---------------------------------------------------------------------


def test_it_translates_and_turns_around_sentences_it_has_not_seen(model):
    assert right(model, backwards()[1]) >= 39


def test_without_attention_the_same_training_leaves_many_wrong(folder):
    blind = TINY | {"model.attention": "none"}
    found = unrolled.train("translate", folder / "train.tsv", settings=blind)
    assert right(found, backwards()[1]) <= 30
    assert "looked_at" not in found.predict(["one two"])[0]


def test_it_looks_at_the_word_that_it_translates(model):
    [found] = model.predict(["one two three four"])
    assert found == {
        "input": "one two three four",
        "prediction": "vier drei zwei eins",
        "log_probability": pytest.approx(found["log_probability"]),
        "tokens": ["vier", "drei", "zwei", "eins"],
        "looked_at": [3, 2, 1, 0],
        "source": ["one", "two", "three", "four"],
    }
    assert -0.5 < found["log_probability"] < 0


@pytest.mark.parametrize("text", ["", "   ", "xyz", "one " * 5000])
def test_any_source_has_an_answer(model, text):
    [found] = model.predict([text])
    assert isinstance(found["prediction"], str)
    assert found["log_probability"] < 0
    assert len(found["source"]) == min(len(text.split()), 400)
    assert found.get("unread", 0) == max(len(text.split()) - 400, 0)
    assert ("unread" in found) == (len(text.split()) > 400)


# -- its figures -----------------------------------------------------------------------


def test_its_figures_stand_beside_those_of_copying_and_of_word_for_word(model, folder):
    pytest.importorskip("sacrebleu")
    data = table(folder / "held.tsv", backwards()[1])
    found = model.evaluate(data)
    mine, others = found["metrics"], found["baseline"]
    assert list(others) == ["targets alone: 4-grams", "copy", "word for word"]
    assert mine["bleu"] > 95
    assert mine["exact"] >= 39 / 40
    assert (
        mine["nats_per_token"]
        < 0.2
        < others["targets alone: 4-grams"]["nats_per_token"]
    )
    assert others["copy"]["bleu"] == 0
    assert others["copy"]["chrf"] < others["word for word"]["chrf"]
    assert mine["bleu"] > others["word for word"]["bleu"]
    assert mine["signatures"]["bleu"].startswith("nrefs:1|")
    assert sum(one["sentences"] for one in mine["bleu_by_length"].values()) == 40


def test_word_for_word_knows_each_word_but_no_order(model):
    row = Example("one two three", "drei zwei eins", "")
    assert model.task._word_for_word(row) == "eins zwei drei"


def test_further_translations_count_and_are_learned_from(tmp_path):
    rows = [("cat", "chat", "minou"), ("dog", "chien", "toutou")] * 4
    data = table(tmp_path / "several.tsv", rows, "source\ttarget\ttarget 2")
    found = unrolled.train("translate", data, settings=TINY, epochs=1)
    known = found.task.pairs.target.vocabulary.tokens
    assert {"minou", "toutou"} <= set(known)
    examples = [Example("cat", "chat", "", references=("minou",))]
    assert found.task.judged(["minou"], examples)["exact"] == 1.0
    assert found.task.judged(["toutou"], examples)["exact"] == 0.0
    assert len(found.task.encode_to_learn(examples)) == 2
    assert len(found.task.encode_to_score(examples)) == 1


def test_without_sacrebleu_it_says_so_and_has_its_other_figures(model, monkeypatch):
    monkeypatch.setattr(_translate_scores, "find_spec", lambda _: None)
    found = model.task.judged(["eins"], [Example("one", "eins", "")])
    assert found == {"exact": 1.0, "token_error_rate": 0.0}
    assert model.task.notes()[-1] == (
        'BLEU and chrF need sacrebleu: pip install "unrolled[metrics]"'
    )


# -- what it learns from ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "name"),
    [(("one", " "), "target"), (("", "eins"), "source"), (("one", ""), "target")],
)
def test_a_side_without_text_is_refused_with_its_row(row, name, tmp_path):
    data = table(tmp_path / "t.tsv", [("one", "eins"), row, ("two", "zwei")])
    with pytest.raises(UnreadableDataError) as found:
        unrolled.train("translate", data, settings=TINY)
    assert str(found.value) == (
        f'{data}, line 3: column "{name}" is empty.\n'
        "  expected: a text on both sides of every row\n"
        "  to fix:   fill it in, or leave such rows out with --skip-bad-rows\n"
        "  code:     unreadable-data"
    )


def test_the_baseline_spells_where_the_network_does():
    letters = {"a": "x", "b": "y", "c": "z"}
    texts = ["ab", "a", "b", "c", "bc", "ac"] * 3
    rows = [Example(text, "".join(letters[c] for c in text), "") for text in texts]
    task = Translate.fit(rows, make(Translate.sections, {}), {})
    task.fit_baselines(rows, [])
    assert task.pairs.source.unit == task.pairs.target.unit == "character"
    assert task._word_for_word(Example("cba", None, "")) == "zyx"


def test_the_baseline_knows_whole_words_where_the_network_has_parts_of_them():
    pytest.importorskip("tokenizers")
    rows = [Example(*row, "") for row in backwards()[0]]
    parts = {"source.tokens": "subword", "target.tokens": "subword"}
    few = {"source.vocabulary": 30, "target.vocabulary": 30}
    task = Translate.fit(rows, make(Translate.sections, parts | few), {})
    task.fit_baselines(rows, [])
    assert len(task.pairs.target.ids("sieben")) > 1
    row = Example("seven one", None, "")
    assert task._word_for_word(row) == "sieben eins"


# -- its folder ------------------------------------------------------------------------


def test_a_folder_without_the_words_of_the_baseline_has_none(model):
    files, tensors = model.task.state()
    kept = {name: one for name, one in files.items() if name != WORDS}
    back = Translate.restore(model.task.settings, kept, tensors)
    assert back.words is None
    row = Example("one", "eins", "")
    assert "word for word" not in back.baselines([row])


@pytest.mark.parametrize("damaged", [3, {}, {"source": {}, "target": {}}])
def test_damaged_words_of_the_baseline_are_refused(model, damaged):
    files, tensors = model.task.state()
    with pytest.raises(BrokenModelError):
        Translate.restore(model.task.settings, files | {WORDS: damaged}, tensors)


def test_predict_says_that_an_input_was_too_long(folder):
    (folder / "long.txt").write_text("one two\n" + "one " * 500 + "\n", "utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "unrolled", "predict", "model", "long.txt"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.splitlines()[0] == "zwei eins"
    assert len(ran.stdout.splitlines()) == 2
    assert ran.stderr == (
        "1 of the inputs are too long: the model has not read their ends\n"
    )
