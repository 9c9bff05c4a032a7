"""Correct written anew: learned, answered with edits, left alone by a margin, kept."""

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import unrolled
from unrolled.errors import BrokenModelError
from unrolled.settings import Value, make
from unrolled.tasks._base import Example
from unrolled.tasks._correct.answers import drafted
from unrolled.tasks._correct.errors import Errors
from unrolled.tasks._correct.margin import Written, best_margin, margin_of
from unrolled.tasks._correct.rows import Row
from unrolled.tasks._correct.sample import SAMPLE
from unrolled.tasks._pieces import answer_all
from unrolled.tasks.correct_sequence import CorrectSequence
from unrolled.text.english.mistakes_settings import MistakesSettings

SMALL: dict[str, Value] = {
    "model.hidden": 24,
    "model.embedding": 24,
    "model.dropout": 0.0,
    "model.input_dropout": 0.0,
    "model.label_smoothing": 0.0,
    "model.copy": True,
    "task.joint": True,
    "task.beam": 2,
    "target.tokens": "word",
}
LINES = ["He goes to the old house.", "She likes the dog a lot.", "They see the house."]


def pairs() -> list[Example]:
    return [Example(*row, f"a.tsv, line {n}") for n, row in enumerate(SAMPLE, 1)]


@pytest.fixture(scope="module")
def learned() -> tuple[CorrectSequence, nn.Module]:
    torch.manual_seed(0)
    rows = pairs()
    task = CorrectSequence.fit(rows, make(CorrectSequence.sections, SMALL), {})
    network, batch = task.build(), task.encode_to_learn(rows)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.02)
    for _ in range(150):
        optimizer.zero_grad()
        task.loss(network, batch).mean().backward()
        optimizer.step()
    network.eval()
    task.settle(network, rows)
    return task, network


def asked(task: CorrectSequence, network: nn.Module, *texts: str) -> list[Any]:
    rows = [Example(text, None, "input") for text in texts]
    return answer_all(task, network, task.encode(rows))


def test_pairs_are_learned_and_told_as_edits(learned):
    task, network = learned
    found = asked(task, network, *(wrong for wrong, _ in SAMPLE))
    wanted = [right for _, right in SAMPLE]
    assert sum(a["prediction"] == w for a, w in zip(found, wanted, strict=True)) >= 5
    [edit] = found[0]["edits"]
    assert (edit["start"], edit["stop"], edit["replacement"]) == (4, 6, "goes")
    assert edit["kind"] == "R:VERB:SVA"
    assert 0.5 < edit["confidence"] <= 1


@pytest.mark.parametrize("text", ["", "  \n", "  He  goes to school .\t"])
def test_a_text_that_needs_nothing_comes_back_byte_for_byte(learned, text):
    [found] = asked(*learned, text)
    assert found == {"prediction": text, "edits": []}


def test_a_large_margin_leaves_everything_alone(learned):
    task, network = learned
    margin, task.margin = task.margin, 1e9
    found = asked(task, network, *(wrong for wrong, _ in SAMPLE))
    task.margin = margin
    assert all(not one["edits"] for one in found)


def test_without_rows_the_margin_stays(learned):
    task, network = learned
    assert task.settle(network, []) == [
        "no validation rows to fit on: a text is changed if that is"
        f" {task.margin:.1f} nats likelier"
    ]


def test_right_text_gets_copies_with_mistakes_and_the_same_ones_to_be_scored():
    given = SMALL | {"errors.copies": 3, "mistakes.clean": 0.0}
    rows = [Example(line, None, "p") for line in LINES]
    task = CorrectSequence.fit(rows, make(CorrectSequence.sections, given), {})
    assert len(task.encode_to_learn(rows)) == 3 * len(LINES)
    scored = [task.errors.scored(row) for row in rows]
    assert [row.target for row in scored] == LINES
    assert [row.input for row in scored] != LINES
    assert [task.errors.scored(row) for row in rows] == scored
    assert [task.errors.scored(row) for row in scored] == scored


def test_what_was_written_keeps_the_blanks_of_the_text():
    draft = drafted("  He  go\tto school.", "He goes to a school .", confidence=0.7)
    assert draft.text == "  He  goes\tto a school."
    assert [edit["replacement"] for edit in draft.edits()] == ["goes", " a"]
    assert drafted("", "", confidence=1.0).text == ""


def test_the_margin_is_the_least_that_leaves_right_texts_alone():
    rows = [Row("a b", ("a c",), ""), Row("d e", ("d e",), ""), Row("f", ("f",), "")]
    written = [Written("a c", 5.0), Written("d x", 1.2), Written("f", 0.0)]
    assert best_margin(rows, written, false_alarms=0.0) == 1.5
    assert (
        best_margin(rows, [*written[:1], *written[2:], written[2]], false_alarms=0.0)
        == 0
    )
    assert best_margin([], [], false_alarms=0.1) == 0.0


def test_a_model_from_right_text_comes_back(tmp_path: Path):
    path = tmp_path / "right.txt"
    path.write_text("\n".join(LINES * 4) + "\n")
    few: dict[str, Value] = {**SMALL, "training.epochs": 2, "training.threads": 1}
    model = unrolled.train("correct_sequence", path, settings=few, out=tmp_path / "m")
    back = unrolled.load(tmp_path / "m")
    assert back.evaluate(path)["metrics"] == model.evaluate(path)["metrics"]
    assert back.predict(LINES) == model.predict(LINES)
    assert {"f0.5", "gleu", "false_alarms"} < set(model.metrics["metrics"])
    assert model.metrics["baseline"]["copy"]["f0.5"] == 0.0


@pytest.mark.parametrize("odd", [None, [], {}, {"words": [1], "listed": []}])
def test_damaged_words_are_told(odd):
    with pytest.raises(BrokenModelError, match="with which words mistakes are made"):
        Errors.from_json(MistakesSettings(), odd)


@pytest.mark.parametrize("odd", [None, {}, {"nats": "much"}])
def test_a_damaged_margin_is_told(odd):
    with pytest.raises(BrokenModelError, match="when a text is changed"):
        margin_of(odd)


def test_words_for_mistakes_come_back():
    made = Errors(MistakesSettings(), ["house"], [("hoose", "house")])
    back = Errors.from_json(
        MistakesSettings(), made.to_json() | {"listed": [["a", "b"]]}
    )
    assert back.words == made.words
    assert back.listed == [("a", "b")]
