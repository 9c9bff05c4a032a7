"""Correct: learned from pairs and from right text, answered with places, kept."""

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import unrolled
from unrolled.errors import BrokenModelError, UnreadableDataError
from unrolled.settings import Value, make
from unrolled.tasks._base import Example
from unrolled.tasks._correct.decision import Decision
from unrolled.tasks._correct.sample import SAMPLE
from unrolled.tasks._pieces import answer_all, mean_loss
from unrolled.tasks.correct import Correct

SMALL: dict[str, Value] = {
    "model.hidden": 16,
    "model.embedding": 12,
    "model.letters_hidden": 6,
    "model.affixes": 6,
    "model.dropout": 0.0,
    "model.embedding_dropout": 0.0,
    "model.token_dropout": 0.0,
    "task.least_words": 1,
    "task.copies": 2,
    "mistakes.clean": 0.2,
}
CLEAN = [
    "He goes to the old house every Sunday.",
    "She likes the old house a lot.",
    "They have seen the new school in the town.",
    "The children go to the new school every day.",
    "We did not know what to do.",
    "I have seen the children in the old town.",
]


def pairs(times: int = 1) -> list[Example]:
    rows = list(SAMPLE) * times
    return [Example(*row, f"a.tsv, line {n}") for n, row in enumerate(rows, 1)]


def right_text(times: int = 1) -> list[Example]:
    return [
        Example(line, None, f"a.txt, line {n}")
        for n, line in enumerate(CLEAN * times, 1)
    ]


def trained(
    rows: list[Example], steps: int = 80, **given: Value
) -> tuple[Correct, nn.Module, list[float]]:
    """The task, its network after some steps of Adam on all rows, and its losses."""
    torch.manual_seed(0)
    changes = {key.replace("__", "."): value for key, value in given.items()}
    task = Correct.fit(rows, make(Correct.sections, SMALL | changes), {})
    network, batch = task.build(), task.encode_to_learn(rows)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.02)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = task.loss(network, batch).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    network.eval()
    task.settle(network, rows)
    return task, network, losses


@pytest.fixture(scope="module")
def learned() -> tuple[Correct, nn.Module, list[float]]:
    return trained(pairs())


def asked(task: Correct, network: nn.Module, *inputs: Any) -> list[dict[str, Any]]:
    rows = [Example(one, None, f"input {n}") for n, one in enumerate(inputs, 1)]
    return answer_all(task, network, task.encode(rows))


# -- learning ------------------------------------------------------------------------


def test_pairs_are_learned_and_their_changes_are_made(learned):
    task, network, losses = learned
    assert losses[-1] < 0.1 * losses[0]
    found = asked(task, network, *(wrong for wrong, _ in SAMPLE))
    right = [
        one["prediction"] == wanted
        for one, (_, wanted) in zip(found, SAMPLE, strict=True)
    ]
    assert sum(right) >= 8


def test_right_text_is_enough_to_learn_from():
    task, network, losses = trained(right_text(4), steps=30)
    assert losses[-1] < 0.7 * losses[0]
    rows = right_text()
    batch = task.encode_to_score(rows)
    assert mean_loss(task, network, batch) > 0
    wrong = [row.text for row in batch.rows]
    assert [row.rights for row in batch.rows] == [(line,) for line in CLEAN]
    assert wrong != CLEAN
    assert [row.text for row in task.encode_to_score(right_text()).rows] == wrong


def test_every_copy_of_right_text_is_a_row_to_learn_from():
    task, _, _ = trained(right_text(), steps=0, task__copies=3)
    assert len(task.encode_to_learn(right_text())) == 3 * len(CLEAN)


def test_a_list_of_misspellings_is_learned_as_single_words(tmp_path: Path):
    path = tmp_path / "words.csv"
    lines = ["wrong,right", "skool,school", "houze,house", "evry,every"]
    path.write_text("\n".join(lines) + "\n")
    given: dict[str, Value] = {
        "task__misspellings": str(path),
        "task__single_words": 0.5,
    }
    task, _, _ = trained(right_text(), steps=0, **given)
    assert "spelling: 3 misspellings known" in task.notes()
    assert len(task.encode_to_learn(right_text())) == 2 * len(CLEAN) + 6


def test_rows_without_any_word_are_refused():
    rows = [Example(" ", None, "a.txt, line 1"), Example("", None, "a.txt, line 2")]
    with pytest.raises(UnreadableDataError) as told:
        Correct.fit(rows, make(Correct.sections, SMALL), {})
    assert str(told.value) == (
        "the training rows have no word in them.\n"
        "  expected: right texts, some hundreds of sentences at least\n"
        "  to fix:   look at the file, or name the column of the texts\n"
        "  code:     unreadable-data"
    )


def test_an_empty_right_cell_of_a_file_is_told_with_its_line(tmp_path: Path):
    path = tmp_path / "pairs.tsv"
    path.write_text("wrong\tright\nHe go\tHe goes\nShe go\t\nI goes\tI go\n")
    with pytest.raises(UnreadableDataError, match="line 3: the right text is empty"):
        unrolled.train("correct", path, settings=SMALL, out=tmp_path / "model")


def test_without_rows_nothing_is_settled(learned):
    task, network, _ = learned
    mine = Correct(task.settings, task.learned, Decision(threshold=0.8))
    for rows in ([], [Example("", "He goes", "p")]):
        assert mine.settle(network, rows) == [
            "nothing to fit on in the validation rows: changes are made from a"
            " probability of 0.80"
        ]
        assert mine.decision == Decision(threshold=0.8)


# -- answers -------------------------------------------------------------------------


def test_edits_have_places_kinds_reasons_and_lead_to_the_answer(learned):
    task, network, _ = learned
    [found] = asked(task, network, "She  go to school .")
    assert found["prediction"] == "She  goes to school ."
    [edit] = found["edits"]
    assert 0 < edit.pop("confidence") <= 1
    assert edit == {
        "start": 5,
        "stop": 7,
        "original": "go",
        "replacement": "goes",
        "kind": "R:VERB:SVA",
        "why": "agreement of verb and subject",
    }


@pytest.mark.parametrize("text", ["", "  ", "\n", "  He  goes to\tschool .\n", "¿?"])
def test_a_text_that_needs_nothing_comes_back_byte_for_byte(learned, text):
    task, network, _ = learned
    [found] = asked(task, network, text)
    assert found == {"prediction": text, "edits": []}


def test_a_text_of_several_sentences_is_corrected_sentence_by_sentence(learned):
    task, network, _ = learned
    [found] = asked(task, network, "She go to school . He go to school .\n\nHe goes .")
    assert found["prediction"] == (
        "She goes to school . He goes to school .\n\nHe goes ."
    )
    assert [edit["start"] for edit in found["edits"]] == [4, 22]


def test_a_very_long_text_is_answered(learned):
    task, network, _ = learned
    [found] = asked(task, network, "He go to school . " * 1200)
    assert found["prediction"] == "He goes to school . " * 1200


def test_an_answer_is_one_line():
    answer = {"prediction": "a\r\nb\u2028c\nd\x0be"}
    assert Correct.text(answer) == "a b c d e"


def test_a_right_text_beside_an_input_is_not_needed_and_a_text_is(learned):
    task, network, _ = learned
    batch = task.encode([Example("She go to school .", "", "p")])
    [found] = answer_all(task, network, batch)
    assert found["prediction"] == "She goes to school ."
    with pytest.raises(UnreadableDataError, match="nothing where a text should be"):
        asked(task, network, None)


def test_nothing_is_changed_where_nothing_is_sure_enough(learned):
    task, network, _ = learned
    careful = Correct(task.settings, task.learned, Decision(threshold=1.1))
    [found] = asked(careful, network, "She go to school .")
    assert found["edits"] == []


# -- scores --------------------------------------------------------------------------


def test_copying_and_spelling_stand_beside_the_model(learned):
    task, _, _ = learned
    found = task.baselines(pairs())
    assert list(found) == ["copy", "dictionary", "noisy channel"]
    assert found["copy"]["f0.5"] == 0.0
    assert task.baselines([]) == {}


def test_further_right_answers_count(learned):
    task, _, _ = learned
    rows = [Example("He go .", "He goes .", "p", references=("He went .",))]
    found = task.score([{"prediction": "He went ."}], rows)
    assert found["exact"] == found["f0.5"] == 1.0


# -- kept ----------------------------------------------------------------------------


def test_a_folder_of_a_model_from_right_text_gives_the_same_scores(tmp_path: Path):
    path = tmp_path / "right.txt"
    path.write_text("\n".join(CLEAN * 3) + "\n")
    few: dict[str, Value] = {**SMALL, "training.epochs": 2, "training.threads": 1}
    model = unrolled.train("correct", path, settings=few, out=tmp_path / "model")
    back = unrolled.load(tmp_path / "model")
    assert back.evaluate(path)["metrics"] == model.evaluate(path)["metrics"]
    assert back.predict(CLEAN) == model.predict(CLEAN)
    assert any("changes are made from" in note for note in model.notes)


@pytest.mark.parametrize(
    "name", ["decision.json", "corrector.json", "listed.json", "replacements.json"]
)
def test_a_damaged_file_is_told(learned, name):
    task, _, _ = learned
    files, tensors = task.state()
    for odd in ({}, [1], None):
        with pytest.raises(BrokenModelError):
            Correct.restore(task.settings, {**files, name: odd}, tensors)
    missing = {key: value for key, value in files.items() if key != name}
    with pytest.raises(BrokenModelError):
        Correct.restore(task.settings, missing, tensors)
