"""Tag: learned from words and from texts, answered with places, kept and damaged."""

from typing import Any

import pytest
import torch
from torch import nn

import unrolled
from unrolled.errors import BrokenModelError, UnknownLabelError
from unrolled.settings import Value, make
from unrolled.tasks._base import Example
from unrolled.tasks._pieces import answer_all, measure_all
from unrolled.tasks._tag.sample import SAMPLE
from unrolled.tasks.tag import Tag

SMALL: dict[str, Value] = {
    "model.hidden": 8,
    "model.embedding": 8,
    "model.letters_hidden": 4,
    "model.affixes": 4,
    "model.dropout": 0.0,
    "model.embedding_dropout": 0.0,
    "model.token_dropout": 0.0,
    "task.loose_ends": 0.0,
}
HEADS = pytest.mark.parametrize("head", ["crf", "softmax"])
LETTERS = pytest.mark.parametrize("letters", ["recurrent", "convolution", "none"])
TEXTS: list[tuple[str, Any]] = [
    ("Ann lives in Rome.", [[0, 3, "PER"], [13, 17, "LOC"]]),
    ("In Rome, nobody runs.", [[3, 7, "LOC"]]),
    ("Ann  Lee runs!", [[0, 8, "PER"]]),
    ("Nobody runs.", []),
]


def examples(times: int = 1) -> list[Example]:
    rows = [(words.split(), tags.split()) for words, tags in SAMPLE] * times
    return [Example(*row, f"a.conll, line {n}") for n, row in enumerate(rows, 1)]


def texts() -> list[Example]:
    return [Example(*row, f"a.jsonl, line {n}") for n, row in enumerate(TEXTS * 4, 1)]


def fitted(rows: list[Example], **given: Value) -> Tag:
    changes = {key.replace("__", "."): value for key, value in given.items()}
    settings = make(Tag.sections, SMALL | changes)
    return Tag.fit(rows, settings, {"target": "tag"})


def trained(
    rows: list[Example], steps: int = 40, **given: Value
) -> tuple[Tag, nn.Module, list[float]]:
    """The task, its network after some steps of Adam on all rows, and its losses."""
    torch.manual_seed(0)
    task = fitted(rows, **given)
    network, batch = task.build(), task.encode_to_learn(rows)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.03)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = task.loss(network, batch).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return task, network.eval(), losses


def asked(task: Tag, network: nn.Module, *inputs: Any) -> list[dict[str, Any]]:
    rows = [Example(one, None, f"input {n}") for n, one in enumerate(inputs, 1)]
    return answer_all(task, network, task.encode(rows))


# -- learning ------------------------------------------------------------------------


@HEADS
@LETTERS
def test_tags_are_learned_though_one_hangs_on_the_words_around(head, letters):
    task, network, losses = trained(
        examples(), model__head=head, model__letters=letters
    )
    assert losses[-1] < losses[0] / 10
    found = measure_all(task, network, task.encode(examples()))
    scores = task.score(found, examples())
    assert scores["f1"] == 1.0
    assert scores["token_accuracy"] == scores["known_accuracy"] == 1.0


@HEADS
def test_all_rows_of_tags_follow_the_scheme_from_the_first_step(head):
    task = fitted(examples(), model__head=head)
    torch.manual_seed(3)
    network = task.build()
    for answer in measure_all(task, network, task.encode(examples())):
        tags = answer["prediction"]
        pairs = zip(["O", *tags], tags, strict=False)
        assert all(
            not now.startswith("I-") or before[2:] == now[2:] for before, now in pairs
        )


def test_spans_of_a_text_are_learned_and_answered_with_their_places():
    task, network, _ = trained(texts())
    text = "Ann  Lee lives in Rome!"
    (answer,) = asked(task, network, text)
    assert answer["tokens"] == ["Ann", "Lee", "lives", "in", "Rome", "!"]
    assert answer["prediction"] == ["B-PER", "I-PER", "O", "O", "B-LOC", "O"]
    first, second = answer["spans"]
    assert (first["start"], first["stop"], first["text"]) == (0, 8, "Ann  Lee")
    assert (second["text"], second["label"]) == ("Rome", "LOC")
    assert text[second["start"] : second["stop"]] == "Rome"
    found = measure_all(task, network, task.encode(texts()))
    assert task.score(found, texts())["f1"] == 1.0


def test_plain_tags_are_learned_and_chosen_by_accuracy():
    rows = [
        Example(
            words.split(),
            ["CAP" if w[0].isupper() else "low" for w in words.split()],
            "a",
        )
        for words, _ in SAMPLE
    ]
    task, network, _ = trained(rows)
    assert task.chosen_by == ("accuracy", 1)
    (answer,) = asked(task, network, ["Zed", "sees", "Rome"])
    assert answer["prediction"] == ["CAP", "low", "CAP"]
    assert "spans" not in answer
    assert Tag.text(answer) == "Zed/CAP sees/low Rome/CAP"
    assert task.notes()[-1] == "tags: plain (2: CAP, low)"


def test_some_rows_are_learned_without_the_mark_at_their_end_or_with_one():
    rows = [
        Example(["Ann", "runs", "."], ["B-PER", "O", "O"], "a"),
        Example(["In", "Rome"], ["O", "B-LOC"], "b"),
    ]
    always = fitted(rows, task__loose_ends=1.0)
    torch.manual_seed(0)
    batch = always.encode_to_learn(rows)
    first, second = (row.words for row in batch.rows)
    assert first == ["Ann", "runs"]
    assert second[:2] == ["In", "Rome"]
    assert second[2] in (".", "?", "!")
    assert batch.targets is not None
    tags = [always.tags.decode(row.tolist()) for row in batch.targets.to_list()]
    assert tags == [["B-PER", "O"], ["O", "B-LOC", "O"]]
    assert always.encode(rows).rows[0].words == rows[0].input
    never = fitted(rows, task__loose_ends=0.0).encode_to_learn(rows)
    assert [row.words for row in never.rows] == [row.input for row in rows]


# -- answering -----------------------------------------------------------------------


def test_a_list_of_words_is_taken_as_it_is_and_stands_in_the_joined_text():
    task, network, _ = trained(examples())
    words = ["Carla", "Diaz", "lives", "in", "Rome"]
    as_list, as_json, as_text = asked(
        task,
        network,
        words,
        '["Carla", "Diaz", "lives", "in", "Rome"]',
        " ".join(words),
    )
    assert as_list == as_json == as_text
    assert as_list["tokens"] == words
    assert [span["text"] for span in as_list["spans"]] == ["Carla Diaz", "Rome"]
    assert Tag.text(as_list) == "[Carla Diaz PER] lives in [Rome LOC]"


def test_confidence_is_a_probability_and_that_of_a_span_its_least():
    task, network, _ = trained(examples(), steps=10)
    for answer in asked(task, network, "Carla Diaz met Bob", "", "Rome"):
        assert len(answer["confidence"]) == len(answer["tokens"])
        assert all(0 <= one <= 1 for one in answer["confidence"])
        for span in answer["spans"]:
            assert span["confidence"] in answer["confidence"]
    (empty,) = asked(task, network, "")
    assert empty["prediction"] == empty["tokens"] == empty["spans"] == []
    assert Tag.text(empty) == ""


def test_k_best_rows_of_tags_come_with_falling_probabilities():
    task, network, _ = trained(examples(), steps=10, task__k_best=3)
    (answer,) = asked(task, network, "Jordan works")
    found = answer["alternatives"]
    assert len(found) == 3
    assert found[0]["prediction"] == answer["prediction"]
    chances = [one["probability"] for one in found]
    assert chances == sorted(chances, reverse=True)
    assert 0 < sum(chances) <= 1 + 1e-6
    assert len({tuple(one["prediction"]) for one in found}) == 3


# -- what is found, and wrong --------------------------------------------------------


def test_it_says_what_it_found():
    notes = fitted(examples()).notes()
    assert notes[0].startswith("words: a vocabulary of ")
    assert notes[-1] == "tags: spans, written in BIO (3: LOC, ORG, PER)"


def test_a_look_at_the_data_tells_the_kinds_of_each_row():
    look = fitted(examples()).look(examples())
    assert look.tokens[0] == ["Ann", "lives", "in", "Rome"]
    assert look.names[0] == ["LOC", "PER"]
    plain = [Example(["a", "b", "c"], ["X", "Y", "X"], "a")]
    assert fitted(plain).look(plain).names == [["X", "Y"]]


@pytest.mark.parametrize(("rows", "epochs"), [(0, 60), (3_000, 20), (14_000, 8)])
def test_few_rows_are_seen_more_often(rows, epochs):
    found = Tag.suggest([Example([], [], "a")] * rows, {})
    assert found["training.epochs"] == epochs


def test_an_unknown_tag_of_a_further_row_is_named():
    task = fitted(examples())
    with pytest.raises(UnknownLabelError, match=r'"B-EVENT", not a known label'):
        task.encode([Example(["Expo"], ["B-EVENT"], "b.conll, line 1")])


def test_baselines_are_scored_beside_it():
    task = fitted(examples())
    assert task.baselines(examples()) == {}
    task.fit_baselines(examples(), [])
    found = task.baselines(examples())
    assert list(found) == ["most frequent tag", "linear, 5 words"]
    assert found["most frequent tag"]["f1"] < found["linear, 5 words"]["f1"] == 1.0


# -- keeping -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def parts() -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
    task = fitted(examples())
    task.fit_baselines(examples(), [])
    return task.state()


@pytest.mark.parametrize("name", ["tags.json", "spelling.json", "vocabulary.json"])
@pytest.mark.parametrize("damage", [None, 3, [], {}])
def test_a_damaged_or_missing_file_is_refused(parts, name, damage):
    files, tensors = parts
    settings = make(Tag.sections, SMALL)
    with pytest.raises(BrokenModelError):
        Tag.restore(settings, files | {name: damage}, tensors)
    rest = {key: value for key, value in files.items() if key != name}
    with pytest.raises(BrokenModelError):
        Tag.restore(settings, rest, tensors)


def test_a_model_trains_from_the_columns_of_a_file_and_comes_back(tmp_path):
    data = tmp_path / "names.conll"
    lines = [
        "\n".join(f"{w}\t{t}" for w, t in zip(words.split(), tags.split(), strict=True))
        for words, tags in SAMPLE
    ]
    data.write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    few: dict[str, Value] = {"training.epochs": 2, "data.valid_share": 0.2}
    model = unrolled.train("tag", data, out=tmp_path / "model", settings=SMALL | few)
    assert set(model.metrics["metrics"]) >= {"f1", "precision", "recall"}
    back = unrolled.load(tmp_path / "model")
    text = "Ann works in New York"
    assert back.predict([text]) == model.predict([text])
    assert back.evaluate(data)["baseline"] == model.evaluate(data)["baseline"]
