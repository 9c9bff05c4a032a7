"""Classify: every kind of answer is learned, told, scored, kept and brought back."""

import json
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from unrolled.errors import BrokenModelError, SettingError
from unrolled.readers import Cell
from unrolled.settings import Value, flat, make
from unrolled.tasks._base import Answers, Example, Metrics, Shape
from unrolled.tasks._decisions import Rule
from unrolled.tasks._pieces import answer_all
from unrolled.tasks.classify import Classify

SMALL: dict[str, Value] = {
    "model.hidden": 8,
    "model.embedding": 8,
    "model.dropout": 0.0,
    "model.embedding_dropout": 0.0,
    "model.token_dropout": 0.0,
}
TEXTS = ["good film", "not good", "bad film", "not bad"]
ANSWERS: dict[str, list[Cell]] = {
    "label": ["yes", "no", "no", "yes"],
    "labels": ["up|sure", "down", "down|sure", "up"],
    "rating": ["4", "2", "1", "3"],
    "number": ["2.5", "-1.5", "-2.5", "1.5"],
}
BY_KIND = pytest.mark.parametrize("kind", ANSWERS)


def rows(inputs: list[Any], answers: list[Any], times: int = 1) -> list[Example]:
    pairs = list(zip(inputs, answers, strict=True)) * times
    return [Example(x, y, f"a.csv, line {n}") for n, (x, y) in enumerate(pairs, 2)]


def waves(count: int) -> list[Example]:
    """Series that rise or fall, of unequal length, with the same mean and spread."""
    generator = torch.Generator().manual_seed(0)
    inputs, answers = [], []
    for n in range(count):
        length = 5 + n % 4
        line = torch.linspace(-1, 1, length) * (1 if n % 2 else -1)
        noise = 0.3 * torch.randn(length, generator=generator)
        inputs.append((line + noise).tolist())
        answers.append("rising" if n % 2 else "falling")
    return rows(inputs, answers)


def fitted(examples: list[Example], **given: Value) -> Classify:
    """A task that has seen the examples; `given` are settings, as section__key."""
    changes = {key.replace("__", "."): value for key, value in given.items()}
    torch.manual_seed(0)
    settings = make(Classify.sections, SMALL | changes)
    return Classify.fit(examples, settings, {"target": "mood"})


def trained(
    examples: list[Example], steps: int = 60, **given: Value
) -> tuple[Classify, nn.Module, list[float]]:
    """The task, its network after some steps of Adam on all rows, and its losses."""
    task = fitted(examples, **given)
    network, batch = task.build(), task.encode_to_learn(examples)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.03)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = task.loss(network, batch).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return task, network.eval(), losses


def asked(task: Classify, network: nn.Module, examples: list[Example]) -> Answers:
    return answer_all(task, network, task.encode(examples))


# -- learning ------------------------------------------------------------------------


@BY_KIND
def test_every_kind_of_answer_is_learned_though_it_hangs_on_order(kind):
    examples = rows(TEXTS, ANSWERS[kind], times=4)
    task, network, losses = trained(examples, task__kind=kind, model__evidence=False)
    assert losses[-1] < losses[0] / 4
    task.settle(network, examples)
    found = [answer["prediction"] for answer in asked(task, network, examples[:4])]
    if kind == "labels":
        expected = [sorted(str(cell).split("|")) for cell in ANSWERS[kind]]
        assert found == expected
    elif kind == "number":
        assert found == pytest.approx([float(str(c)) for c in ANSWERS[kind]], abs=0.5)
    else:
        assert found == ANSWERS[kind]


@pytest.mark.parametrize("kind", ["label", "labels", "rating"])
def test_evidence_stands_beside_the_tokens_and_number_answers_have_none(kind):
    examples = rows(TEXTS, ANSWERS[kind], times=13)
    task, network, losses = trained(examples, task__kind=kind, steps=30)
    names = len(task.targets.names)
    assert task.evidence.channels == 2 * names
    assert network.get_parameter("stack.weight_ih_l0").shape[1] == 8 + 2 * names
    assert losses[-1] < losses[0]
    number = fitted(rows(TEXTS, ANSWERS["number"], times=13))
    assert number.targets.kind == "number"
    assert number.evidence.channels == 0
    assert number.encode_to_learn(examples[:0]).evidence is None


def test_what_a_row_is_told_in_training_is_not_counted_with_its_own_label():
    examples = rows(TEXTS, ANSWERS["label"], times=13)
    task = fitted(examples)
    learn, ask = task.encode_to_learn(examples), task.encode(examples)
    assert learn.evidence is not None
    assert ask.evidence is not None
    assert learn.evidence.values.shape == ask.evidence.values.shape
    assert not torch.equal(learn.evidence.values, ask.evidence.values)
    assert isinstance(learn.targets, Tensor)
    assert isinstance(ask.targets, Tensor)
    assert torch.equal(learn.targets, ask.targets)
    assert torch.equal(learn.inputs.values, ask.inputs.values)


def test_series_are_learned():
    examples = waves(40)
    task, network, losses = trained(examples, steps=40)
    assert task.reads.notes() == ["series of 1 numbers at each moment, standardized"]
    assert losses[-1] < losses[0] / 4
    found = [answer["prediction"] for answer in asked(task, network, examples)]
    assert found == [example.target for example in examples]


def test_a_series_of_vectors_and_one_hot_letters_can_be_read():
    pairs = [[[0.0, 1.0], [1.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]]]
    task, network, losses = trained(rows(pairs, ["a", "b"], times=4), steps=40)
    assert losses[-1] < losses[0] / 4
    names = rows(["ab", "ba"], ["first", "second"], times=4)
    task, network, losses = trained(names, model__embedding=0, model__evidence=False)
    assert losses[-1] < losses[0] / 4
    assert flat(task.settings)["model.embedding"] == 0
    assert "reads.table" not in dict(network.named_parameters())


def test_rows_in_other_company_get_the_same_answer():
    examples = rows(TEXTS, ANSWERS["label"], times=4)
    task, network, _ = trained(examples, steps=5)
    texts = [*TEXTS, "", "film " * 20]
    together = asked(task, network, rows(texts, [None] * 6))
    for text, answer in zip(texts, together, strict=True):
        (alone,) = asked(task, network, rows([text], [None]))
        assert alone["prediction"] == answer["prediction"]
        assert alone["probabilities"] == pytest.approx(
            answer["probabilities"], abs=1e-6
        )
    assert asked(task, network, []) == []


def test_vectors_of_a_file_decide_the_width_of_the_embedding(tmp_path):
    path = tmp_path / "vectors.txt"
    path.write_text("good 1 2 3\nbad 4 5 6\n")
    examples = rows(TEXTS, ANSWERS["label"])
    task = fitted(examples, text__vectors=str(path))
    assert flat(task.settings)["model.embedding"] == 3
    table = task.build().get_parameter("reads.table")
    assert table.shape == (5, 3)
    assert [1.0, 2.0, 3.0] in table.tolist()
    back = Classify.restore(task.settings, *kept(task))
    back.build().load_state_dict(task.build().state_dict(), strict=True)


# -- the loss ------------------------------------------------------------------------


def test_a_rare_label_counts_more_if_the_weights_are_balanced():
    examples = rows(["a b", "c d"], ["rare", "common"]) + rows(["e f"], ["common"], 5)
    plain, balanced = fitted(examples), fitted(examples, task__class_weights="balanced")
    assert balanced.weights.tolist() == pytest.approx([7 / (6 * 2), 7 / (1 * 2)])
    network, batch = plain.build(), plain.encode(examples)
    wanted = batch.targets
    assert isinstance(wanted, Tensor)
    ratio = balanced.loss(network.eval(), batch) / plain.loss(network, batch)
    torch.testing.assert_close(ratio, balanced.weights[wanted])
    assert balanced.weights[wanted].mean().item() == pytest.approx(1)


def test_grades_can_be_balanced_and_several_labels_cannot():
    examples = rows(["a", "b", "c"], ["1", "2", "2"])
    task = fitted(examples, task__class_weights="balanced", task__kind="rating")
    assert task.weights.tolist() == pytest.approx([1.5, 0.75])
    several = rows(TEXTS, ANSWERS["labels"])
    with pytest.raises(
        SettingError, match=r"class_weights=balanced for labels answers"
    ):
        fitted(several, task__class_weights="balanced", task__kind="labels")


def test_smoothing_belongs_to_training_alone():
    examples = rows(TEXTS, ANSWERS["label"], times=2)
    plain, smooth = fitted(examples), fitted(examples, task__smoothing=0.4)
    network, batch = plain.build(), plain.encode(examples)
    network.eval()
    assert torch.equal(plain.loss(network, batch), smooth.loss(network, batch))
    network.train()
    assert not torch.equal(plain.loss(network, batch), smooth.loss(network, batch))


@BY_KIND
def test_no_rows_have_no_loss_and_a_gradient_of_zero(kind):
    task = fitted(rows(TEXTS, ANSWERS[kind], times=2), task__kind=kind)
    network = task.build()
    loss = task.loss(
        network, task.encode_to_learn(rows(TEXTS, ANSWERS[kind])).gather([])
    )
    assert loss.shape == (0,)
    loss.sum().backward()
    for name, weight in network.named_parameters():
        assert weight.grad is not None, name
        assert not weight.grad.any(), name


# -- answers, scores, baselines ------------------------------------------------------


@BY_KIND
def test_answers_scores_and_baselines_are_plain_json(kind):
    examples = rows(TEXTS, ANSWERS[kind], times=3)
    task, network, _ = trained(examples, steps=3, task__kind=kind)
    task.settle(network, examples)
    task.fit_baselines(examples, examples)
    answers = asked(task, network, examples)
    metrics = task.score(answers, examples)
    base = task.baselines(examples)
    for found in (answers, metrics, base):
        assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert task.chosen_by[0] in metrics
    assert len(base) == 2
    for one in base.values():
        assert one.keys() == metrics.keys()
    for answer in answers:
        assert isinstance(task.text(answer), str)


@pytest.mark.parametrize(
    ("kind", "chosen"),
    [
        ("label", ("accuracy", 1)),
        ("labels", ("macro_f1", 1)),
        ("rating", ("mae", -1)),
        ("number", ("mae", -1)),
    ],
)
def test_the_best_model_is_chosen_by_the_metric_of_its_kind(kind, chosen):
    assert fitted(rows(TEXTS, ANSWERS[kind]), task__kind=kind).chosen_by == chosen


def test_the_majority_is_blind_and_the_bag_sees_words_but_no_order():
    examples = rows(TEXTS, ANSWERS["label"], times=10) + rows(["so so"], ["yes"])
    task = fitted(examples)
    assert list(task.baselines(examples)) == ["majority"]
    task.fit_baselines(examples, examples)
    found = task.baselines(rows(["a b c", "not good"], ["no", "no"]))
    assert list(found) == ["majority", "word 1-2-grams, naive Bayes"]
    assert found["majority"]["accuracy"] == 0.0
    assert found["word 1-2-grams, naive Bayes"]["confusion"][0][0] >= 1
    series = fitted(waves(8))
    series.fit_baselines(waves(8), waves(8))
    assert list(series.baselines(waves(8))) == ["majority", "summary figures, linear"]


def test_a_baseline_is_calibrated_on_the_same_rows_as_the_network():
    examples = rows(TEXTS, ANSWERS["labels"], times=10)
    task = fitted(examples, task__kind="labels")
    assert task.bag_rule.thresholds == [0.5] * 3
    task.fit_baselines(examples, examples)
    assert len(task.bag_rule.thresholds) == 3
    label = fitted(rows(TEXTS, ANSWERS["label"], times=10))
    label.fit_baselines(rows(TEXTS, ANSWERS["label"]), rows(TEXTS, ANSWERS["label"]))
    assert label.bag_rule.temperature != 1.0


def test_a_baseline_answers_by_what_was_fitted_for_it():
    examples = rows(TEXTS, ANSWERS["label"], times=10)
    task = fitted(examples)
    task.fit_baselines(examples, examples)
    name = "word 1-2-grams, naive Bayes"
    fit = task.baselines(examples)[name]["calibration_error"]
    task.bag_rule = Rule(temperature=50.0)
    assert task.baselines(examples)[name]["calibration_error"] > fit + 0.2


def test_settling_makes_probabilities_honest():
    """Eight of ten rows are right and the network is sure: 0.8 is what it may say."""
    examples = rows(["a b", "c d"], ["x", "y"], times=20)
    task, network, _ = trained(examples, steps=60, model__evidence=False)
    wrong = rows(["a b"] * 8 + ["c d"] * 2, ["x"] * 10)
    before = asked(task, network, wrong)
    notes = task.settle(network, wrong)
    after = asked(task, network, wrong)
    assert notes == [
        f"probabilities calibrated: temperature {task.rule.temperature:.2f}"
    ]

    def sure(found: Answers) -> float:
        return max(found[0]["probabilities"].values())

    assert sure(before) > 0.97
    assert sure(after) == pytest.approx(0.8, abs=0.06)


# -- what it says --------------------------------------------------------------------


def test_it_says_what_it_found():
    task = fitted(rows(TEXTS, ANSWERS["label"]))
    assert task.notes() == [
        "tokens: words, a vocabulary of 5",
        "answers: label (no, yes)",
    ]
    many = [f"c{n}" for n in range(10)]
    shown = ", ".join(many[:8])
    task = fitted(rows(["a b"] * 10, many))
    assert task.notes()[-1] == f"answers: label ({shown}, ...)"
    assert fitted(rows(TEXTS, ANSWERS["number"])).notes()[-1] == "answers: number"


def test_rows_as_a_person_sees_them():
    task = fitted(rows(TEXTS, ANSWERS["labels"], times=2), task__kind="labels")
    look = task.look(rows(["Not GOOD", "unheard of"], ["up|new", ""]))
    assert look.tokens == [["not", "good"], ["unheard", "of"]]
    assert look.names == [["up", "new"], []]
    assert look.numbers == []
    number = fitted(rows([[1.0, 2.0], [3.0, 1.0]], ["1.5", "2.5"]))
    assert number.look(rows([[1.0]], ["7"])) == ([], [], [7.0], ())


def test_the_task_describes_itself():
    assert Classify.shape is Shape.MANY_TO_ONE
    assert [column.role for column in Classify.columns] == ["input", "target"]
    assert set(Classify.sections) == {"text", "sound", "model", "task"}
    assert len(Classify.sample()) == 10


# -- kept with a model ---------------------------------------------------------------


def kept(task: Classify) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """What `state` gives, after a journey through JSON."""
    files, tensors = task.state()
    return json.loads(json.dumps(files, allow_nan=False)), tensors


CASES = [(kind, "text") for kind in ANSWERS] + [("label", "series")]


@pytest.mark.parametrize(("kind", "reads"), CASES)
def test_a_task_that_comes_back_gives_the_same_bits(kind, reads):
    texts = rows(TEXTS, ANSWERS[kind], times=13)
    examples = waves(12) if reads == "series" else texts
    task, network, _ = trained(examples, steps=3, task__kind=kind)
    task.settle(network, examples)
    task.fit_baselines(examples, examples)
    back = Classify.restore(task.settings, *kept(task))
    other = back.build().eval()
    other.load_state_dict(network.state_dict(), strict=True)
    unseen = [*examples, *rows(["" if reads == "text" else []], [examples[0].target])]

    def everything(of: Classify, net: nn.Module) -> tuple[Answers, Metrics, Any, Any]:
        answers = asked(of, net, unseen)
        return answers, of.score(answers, unseen), of.baselines(unseen), of.chosen_by

    assert everything(back, other) == everything(task, network)
    assert back.targets == task.targets
    assert back.weights.tolist() == task.weights.tolist()
    assert back.state()[0] == task.state()[0]
    assert back.state()[1].keys() == task.state()[1].keys()


def test_a_task_may_be_kept_before_it_has_a_baseline():
    task = fitted(rows(TEXTS, ANSWERS["label"]), model__evidence=False)
    back = Classify.restore(task.settings, *kept(task))
    assert back.bag is None
    assert back.evidence.channels == 0
    assert list(back.baselines(rows(TEXTS, ANSWERS["label"]))) == ["majority"]


@pytest.mark.parametrize("lost", ["tokenizer.json", "vocabulary.json"])
def test_a_model_that_lost_a_file_is_refused(lost):
    task = fitted(rows(TEXTS, ANSWERS["label"]))
    files, tensors = kept(task)
    del files[lost]
    with pytest.raises(BrokenModelError, match=f"the model folder has no {lost}"):
        Classify.restore(task.settings, files, tensors)


def test_a_rule_of_other_labels_is_refused():
    task = fitted(rows(TEXTS, ANSWERS["labels"]), task__kind="labels")
    files, tensors = kept(task)
    files["task.json"]["rule"]["thresholds"].pop()
    with pytest.raises(
        BrokenModelError, match=r"a temperature above 0 and 3 thresholds"
    ):
        Classify.restore(task.settings, files, tensors)
