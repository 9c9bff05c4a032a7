"""What tasks from text to text have in common: settings, figures, folders."""

from pathlib import Path
from typing import Any

import pytest
import torch

from unrolled.errors import BrokenModelError, SettingError
from unrolled.settings import make
from unrolled.tasks._base import Example
from unrolled.tasks._pairs.baseline import fit_ngrams, ngram_scores
from unrolled.tasks._pairs.suggestions import pieces_for, suggestions, unit_of
from unrolled.tasks.translate import Translate

ROWS = [
    Example("red cat", "chat rouge", "row 1"),
    Example("red dog", "chien rouge", "row 2"),
    Example("black cat", "chat noir", "row 3"),
] * 2


def fitted(rows: list[Example] = ROWS, **changed: Any) -> Translate:
    given = {name.replace("__", "."): one for name, one in changed.items()}
    words = {"source.tokens": "word", "target.tokens": "word"}
    small = {"model.hidden": 6, "model.embedding": 4}
    settings = make(Translate.sections, words | small | given)
    return Translate.fit(rows, settings, {})


def test_the_loss_of_a_row_is_its_nats_in_tokens_of_a_usual_row():
    task = fitted(model__dropout=0.0, model__input_dropout=0.0)
    network = task.build().eval()
    batch = task.encode_to_score(ROWS)
    told = task.measure(network, batch)
    assert task.pairs.length == 3.0
    nats = torch.tensor([one["nats"] for one in told], dtype=torch.float32)
    torch.testing.assert_close(task.loss(network, batch), nats / 3)
    found = task.score(told, ROWS)
    assert found["nats_per_token"] == pytest.approx(float(nats.sum()) / 18)
    assert 0 <= found["token_accuracy"] <= 1


@pytest.mark.parametrize(
    ("copy", "chosen"), [(False, ("token_accuracy", 1)), (True, ("nats_per_token", -1))]
)
def test_the_best_model_is_chosen_by_tokens(copy, chosen):
    assert fitted(model__copy=copy).chosen_by == chosen


def test_a_probe_of_nothing_says_nothing():
    task = fitted()
    assert task.probe(task.build(), []) == {}
    assert task.baselines(ROWS).keys() == {"copy"}  # nothing was fitted yet


def test_a_report_shows_the_words_of_the_sources():
    assert fitted().look(ROWS[:1]).tokens == [["red", "cat"]]


def vectors(path: Path, words: list[str], width: int) -> str:
    lines = [f"{word} {' '.join(['0.5'] * width)}" for word in words]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def test_vectors_of_a_file_decide_the_width_and_stand_at_the_beginning(tmp_path):
    file = vectors(tmp_path / "v.txt", ["red", "cat", "dog"], 3)
    task = fitted(source__vectors=file)
    assert task.model.embedding == 3
    [cat] = task.pairs.source.vocabulary.ids(["cat"])
    network: Any = task.build()
    assert len(set(network.reads.table[cat].tolist())) == 1  # three like numbers
    assert "source: vectors: 3 of 5 tokens have one" in " ".join(task.notes())


def test_vectors_of_two_widths_are_refused(tmp_path):
    source = vectors(tmp_path / "s.txt", ["red", "cat"], 3)
    target = vectors(tmp_path / "t.txt", ["chat", "noir"], 2)
    with pytest.raises(SettingError) as found:
        fitted(source__vectors=source, target__vectors=target)
    assert str(found.value) == (
        "vectors of 2 and 3 numbers.\n"
        "  expected: vectors of one width for source and target\n"
        "  to fix:   choose two files of one width,"
        " or give one of the two sides alone\n"
        "  code:     setting"
    )


# -- the targets alone -----------------------------------------------------------------


def test_ngrams_of_the_targets_are_scored_like_the_network():
    task = fitted()
    targets = task.pairs.target.rows(["chat rouge", "chat rouge", "chat noir"])
    ngrams = fit_ngrams(targets, len(task.pairs.target))
    found = ngram_scores(ngrams, targets)
    nats = -float(ngrams.log_probabilities(targets).sum())
    assert found["nats_per_token"] == pytest.approx(nats / 9)
    # chat, rouge and the end are the likeliest after what stands before; noir is not
    assert found["token_accuracy"] == pytest.approx(8 / 9)
    none = task.pairs.target.rows([])
    assert ngram_scores(ngrams, none) == {"nats_per_token": 0.0, "token_accuracy": 0.0}


def test_ngrams_of_another_vocabulary_are_refused():
    task = fitted()
    task.fit_baselines(ROWS, [])
    files, tensors = task.state()
    assert Translate.restore(task.settings, files, tensors).ngrams is not None
    other = fitted([Example("a", "b c d e f g h", "")] * 2)
    with pytest.raises(BrokenModelError) as found:
        Translate.restore(task.settings, other.state()[0], tensors)
    assert str(found.value) == (
        "the n-grams of the targets are of 6 tokens, not of 9.\n"
        "  expected: what `fit` found in the training rows\n"
        "  to fix:   copy the model folder again, or train again\n"
        "  code:     broken-model"
    )


# -- what suits the data ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "unit"),
    [
        (["abandon", "able", "above"] * 9, "character"),
        (["AH B AE", "EY B AH L", "AH B AH V"] * 40, "word"),  # few, and often
        (["I am late .", "he runs home now"], "word"),
        ([f"word{n} and word{n + 1} again" for n in range(2000)], "subword"),
    ],
)
def test_a_token_is_what_suits_the_texts(texts, unit):
    if unit == "subword":
        pytest.importorskip("tokenizers")
    assert unit_of(texts, "auto") == unit
    assert unit_of(texts, "byte") == "byte"


def test_more_rows_have_more_pieces_and_fewer_epochs():
    assert [pieces_for(rows) for rows in (100, 20_000, 53_000, 10**6)] == [
        *(500, 2000, 5300, 8000)
    ]
    few = suggestions(["a b"] * 10, ["c d"] * 10)
    many = suggestions(["a b"] * 6000, ["c d e f g h i"] * 6000)
    assert (few["training.epochs"], few["training.batch_rows"]) == (40, 32)
    assert many["training.batch_rows"] == 64
    assert suggestions(["a b"], ["c " * 10**7])["training.epochs"] == 4
