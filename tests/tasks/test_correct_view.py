"""What a run over one text to be corrected is: tags of its words, tracked changes."""

import json
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from tests.tasks.test_correct import pairs, trained
from unrolled.engine.watch import watching
from unrolled.models.edit_tagger import EditTruth
from unrolled.tasks._base import Example
from unrolled.tasks._correct.tags import KINDS, NUMBER
from unrolled.tasks._correct.view import changes_part
from unrolled.tasks._seeing import View
from unrolled.tasks.correct import Correct


@pytest.fixture(scope="module")
def learned() -> tuple[Correct, nn.Module]:
    task, network, _ = trained(pairs())
    return task, network


def view(learned: tuple[Any, nn.Module], text: str) -> View:
    task, network = learned
    return task.view(network, Example(text, None, "here"))


def chosen(shown: View, scores: Tensor) -> Tensor:
    return scores.detach().gather(1, torch.tensor(shown.chosen)[:, None])[:, 0]


def test_the_tags_of_a_wrong_sentence_are_told(learned):
    shown = view(learned, "She go to school .")
    assert shown.axes == {"inputs": ["<s>", "She", "go", "to", "school", "."]}
    assert (shown.read, shown.told, shown.along) == (
        "inputs",
        "inputs",
        {"stack": "inputs"},
    )
    tags = [shown.names[one] for one in shown.chosen]
    assert tags[:2] + tags[3:] == ["keep"] * 5
    assert tags[2] != "keep"
    assert shown.asked == 2
    assert shown.answer["prediction"] == "She goes to school ."
    assert tuple(shown.names) == KINDS


def test_the_tag_that_was_chosen_was_likely(learned):
    shown = view(learned, "He go to work .")
    scores = shown.run()
    assert scores.shape == (6, len(KINDS))
    torch.testing.assert_close(scores.detach().exp().sum(1), torch.ones(6))
    assert (chosen(shown, scores).exp() > 0.3).all()


@pytest.mark.parametrize("text", ["She go to school .", "zzz qqq", "go", ""])
def test_scores_are_the_nats_of_the_loss(learned, text: str):
    task, network = learned
    shown = view(learned, text)
    words = shown.axes["inputs"][1:]
    read = task.learned.reads.encode([words]).read
    none = torch.zeros(0, dtype=torch.int64)
    kinds = read.words.ids.with_values(torch.tensor(shown.chosen))
    # Of kinds alone: which word replaces another is a question of its own.
    truth = EditTruth(kinds, none, none, none, none)
    nats = network(read, truth)
    total = chosen(shown, shown.run()).sum()
    torch.testing.assert_close(total, -nats.detach()[0], atol=1e-6, rtol=1e-6)
    # What the answer was decided by has the bits of a row alone.
    outputs = network(read)
    with torch.no_grad():
        torch.testing.assert_close(shown.run(), network.kinds(outputs.values))


def test_each_sentence_of_a_text_begins_anew(learned):
    shown = view(learned, "She likes the dog . He go to work .")
    words = "<s> She likes the dog . <s> He go to work ."
    assert shown.axes["inputs"] == words.split()
    assert [at for at, one in enumerate(shown.chosen) if one != NUMBER["keep"]] == [8]
    with watching() as watch:
        shown.run()
    stack = [one for one in watch.passages if len(one.output.values) == 12]
    assert stack
    assert all(one.output.lengths.tolist() == [6, 6] for one in stack)
    assert [len(one.values) for one in watch.points["inputs"]] == [12]


@pytest.mark.parametrize("text", ["", "?!", "3.50"])
def test_a_text_without_words_is_left_as_it_is(learned, text: str):
    shown = view(learned, text)
    assert shown.answer == {"prediction": text, "edits": []}
    assert shown.axes["inputs"][0] == "<s>"
    assert {shown.names[one] for one in shown.chosen} == {"keep"}
    assert shown.run().shape == (len(shown.axes["inputs"]), len(KINDS))
    assert shown.asked == -1


def test_the_answer_is_that_of_the_task_and_is_not_watched(learned):
    task, network = learned
    with watching() as watch:
        shown = view(learned, "She like the dog .")
    assert not watch.passages
    [answer] = task.answer(
        network, task.encode([Example("She like the dog .", None, "")])
    )
    assert shown.answer == answer


def test_what_is_read_has_gradients(learned):
    shown = view(learned, "She go to school .")
    with watching() as watch:
        scores = shown.run()
        [read] = watch.points["inputs"]
        [grad] = torch.autograd.grad(scores[2, shown.chosen[2]], [read.values])
    assert (grad.norm(dim=1) > 0).all()


# -- tracked changes -------------------------------------------------------------------


def test_changes_are_counted_in_words(learned):
    shown = view(learned, "She go to school .")
    [part] = shown.parts
    [edit] = shown.answer["edits"]
    assert part["kind"] == "changes"
    assert part["tokens"] == ["She", "go", "to", "school", "."]
    assert part["edits"] == [
        {
            "start": 1,
            "stop": 2,
            "replacement": "goes",
            "type": "R:VERB:SVA",
            "why": edit["why"],
            "confidence": edit["confidence"],
        }
    ]
    json.dumps(part)


@pytest.mark.parametrize(
    ("text", "edit", "told"),
    [
        ("He go home", (3, 5, "goes"), (1, 2, "goes")),
        ("He goes home", (2, 2, " often"), (1, 1, "often")),  # put in
        ("goes home", (0, 0, "He "), (0, 0, "He")),  # put in before all
        ("He goes home", (12, 12, " now"), (3, 3, "now")),  # put in behind all
        ("He goes goes home", (7, 12, ""), (2, 3, "")),  # taken out with its blank
        ("the the end", (0, 4, ""), (0, 1, "")),
        ("some times it", (0, 10, "sometimes"), (0, 2, "sometimes")),  # merged
        ("alot of it", (0, 4, "a lot"), (0, 1, "a lot")),  # split
        ("dont go", (2, 2, "'"), (0, 1, "do'nt")),  # inside a word: the whole of it
        ("bananas go", (1, 6, "o"), (0, 1, "bos")),
        ("a b c", (0, 5, "x"), (0, 3, "x")),
    ],
)
def test_places_of_letters_become_places_of_words(text, edit, told):
    start, stop, replacement = edit
    given = {"start": start, "stop": stop, "replacement": replacement}
    rest = {"kind": "R:OTHER", "why": "another", "confidence": 0.9}
    [found] = changes_part(text, [given | rest])["edits"]
    assert (found["start"], found["stop"], found["replacement"]) == told


def test_no_edits_are_no_changes():
    assert changes_part("He goes", []) == {
        "kind": "changes",
        "tokens": ["He", "goes"],
        "edits": [],
    }
