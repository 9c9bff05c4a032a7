"""Classify with rejection: settings, made-up rows, metrics, and a folder's way back."""

import json

import pytest
import torch

from unrolled.errors import SettingError
from unrolled.settings import make
from unrolled.tasks._base import Example
from unrolled.tasks._pieces import answer_all
from unrolled.tasks.classify import Classify

SMALL = {
    "model.hidden": 8,
    "model.dropout": 0.0,
    "model.bidirectional": False,
    "model.pooling": "max+mean",
}


def waves(count, *, kinds=("falling", "rising"), seed=0):
    """Series that fall, rise or stand still."""
    chance = torch.Generator().manual_seed(seed)
    slopes = {"falling": -1.0, "rising": 1.0, "none": 0.0}
    rows = []
    for n in range(count):
        kind = kinds[n % len(kinds)]
        line = slopes[kind] * torch.linspace(-1, 1, 6 + n % 4)
        noise = 0.1 * torch.randn(len(line), generator=chance)
        rows.append(Example((line + noise).tolist(), kind, f"a.csv, line {n + 2}"))
    return rows


def trained(examples, *, steps=40, **given):
    settings = {key.replace("__", "."): value for key, value in given.items()}
    torch.manual_seed(0)
    task = Classify.fit(examples, make(Classify.sections, SMALL | settings), {})
    network, batch = task.build(), task.encode_to_learn(examples)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.03)
    for _ in range(steps):
        optimizer.zero_grad()
        task.loss(network, batch).mean().backward()
        optimizer.step()
    return task, network.eval()


def told(task, network, examples):
    return answer_all(task, network, task.encode(examples))


def test_without_the_settings_nothing_is_refused():
    task, network = trained(waves(20), steps=1)
    assert task.targets.names == ["falling", "rising"]
    assert task.settle(network, waves(20)) == [
        f"probabilities calibrated: temperature {task.rule.temperature:.2f}"
    ]
    answer = told(task, network, waves(1))[0]
    assert answer.keys() == {"prediction", "probabilities"}
    assert "refusal" not in task.state()[0]["task.json"]


@pytest.mark.parametrize("given", [{"task__reject": 0.1}, {"task__strangers": 1.0}])
def test_none_stands_behind_the_labels(given):
    task, _ = trained(waves(20), steps=0, task__none_label="neither", **given)
    assert task.targets.names == ["falling", "rising", "neither"]


def test_a_label_of_the_data_may_be_the_one_for_none_of_them():
    rows = waves(30, kinds=("falling", "none", "rising"))
    task, _ = trained(rows, steps=0, task__reject=0.1)
    assert task.targets.names == ["falling", "rising", "none"]
    assert task.encode(rows[:3]).targets.tolist() == [0, 2, 1]


def test_what_is_unlike_all_is_refused_and_the_known_are_not():
    rows = waves(60)
    task, network = trained(rows, task__reject=0.05, task__strangers=1.0)
    task.fit_baselines(rows, rows)
    valid = waves(60, seed=1)
    notes = task.settle(network, valid)
    assert notes[-1].startswith("none of them: further than ")
    answers = told(task, network, valid)
    assert sum(a["refused"] for a in answers) <= 3
    flat = waves(20, kinds=("none",), seed=2)
    found = task.score(told(task, network, valid + flat), valid + flat)
    assert found["false_rejection"] <= 0.05
    assert found["rejection"] >= 0.8
    right = found["accuracy"] * 80
    refused = found["rejection"] * 20 + (1 - found["false_rejection"]) * 60
    assert right == pytest.approx(refused)
    assert "calibration_error" not in found
    assert task.text({**answers[0], "refused": False}).startswith("falling\t")
    strange = told(task, network, flat)[0]
    best = max(strange["probabilities"][k] for k in ("falling", "rising"))
    assert strange["prediction"] == "none"
    assert task.text(strange) == f"(none of them)\t{1 - best:.3f}"


def test_shares_of_no_rows_are_left_out_and_baselines_have_the_same_metrics():
    rows = waves(20)
    task, network = trained(rows, steps=5, task__reject=0.1)
    task.settle(network, rows)
    task.fit_baselines(rows, rows)
    for part in (rows, waves(6, kinds=("none",))):
        mine = task.score(told(task, network, part), part)
        assert ("rejection" in mine) == (part[0].target == "none")
        assert ("false_rejection" in mine) == (part[0].target != "none")
        for found in task.baselines(part).values():
            assert found.keys() == mine.keys()
    assert task.score([], []) == {}


def test_made_up_rows_are_learned_as_none_and_the_loss_is_of_the_real_rows():
    rows = waves(20)
    task, network = trained(rows, steps=0, task__strangers=1.5)
    batch = task.encode_to_learn(rows)
    torch.manual_seed(1)
    both = task.rejection.with_strangers(batch)
    assert (len(batch), len(both)) == (20, 50)
    assert both.targets.tolist() == [*batch.targets.tolist(), *[2] * 30]
    network.train()
    torch.manual_seed(1)
    loss = task.loss(network, batch)
    each = torch.nn.functional.cross_entropy(
        network(both.inputs), both.targets, reduction="none"
    )
    torch.testing.assert_close(loss, each[:20] + each[20:].sum() / 20)
    network.eval()
    torch.testing.assert_close(task.loss(network, batch), each[:20])
    assert task.loss(network.train(), batch.gather([])).shape == (0,)


def test_rows_that_are_none_are_not_what_others_are_made_of():
    rows = waves(30, kinds=("falling", "none", "rising"))
    task, _ = trained(rows, steps=0, task__strangers=1.0)
    only = task.encode([row for row in rows if row.target == "none"])
    assert len(task.rejection.with_strangers(only)) == 10
    assert len(task.rejection.with_strangers(task.encode(rows))) == 50


def test_one_known_label_beside_none_is_refused_by_odds_alone():
    rows = waves(40, kinds=("rising", "none"))
    task, network = trained(rows, task__reject=0.05)
    notes = task.settle(network, rows)
    assert notes[-1].startswith("none of them: log-odds below ")
    found = task.score(told(task, network, rows), rows)
    assert found["rejection"] >= 0.9


def test_texts_have_no_made_up_rows_and_other_answers_no_none():
    texts = [Example(t, "yn"[n % 2], "here") for n, t in enumerate(["a b", "c d"] * 5)]
    task, network = trained(texts, steps=0, task__strangers=0.5, model__embedding=4)
    with pytest.raises(SettingError) as caught:
        task.loss(network.train(), task.encode_to_learn(texts))
    assert str(caught.value) == (
        "task.strangers=0.5 for texts.\n"
        "  expected: sounds or series: of them others can be made up\n"
        "  to fix:   leave it out, and give rows with the label none\n"
        "  code:     setting"
    )
    with pytest.raises(SettingError) as caught:
        trained(texts, steps=0, task__reject=0.1, task__kind="labels")
    assert str(caught.value) == (
        "task.reject or task.strangers for labels answers.\n"
        "  expected: answers that are one label\n"
        "  to fix:   add --set task.kind=label, or leave both 0\n"
        "  code:     setting"
    )


def test_texts_may_be_refused_by_a_threshold():
    texts = [Example(t, "yn"[n % 2], "here") for n, t in enumerate(["a b", "c d"] * 9)]
    task, network = trained(texts, task__reject=0.1, model__embedding=4)
    task.settle(network, texts)
    assert {a["refused"] for a in told(task, network, texts)} == {False}


def test_it_comes_back_with_the_same_answers():
    rows = waves(40)
    task, network = trained(rows, steps=10, task__reject=0.2, task__strangers=0.5)
    task.settle(network, rows)
    task.fit_baselines(rows, rows)
    files, tensors = task.state()
    files = json.loads(json.dumps(files, allow_nan=False))
    back = Classify.restore(task.settings, files, tensors)
    other = back.build().eval()
    other.load_state_dict(network.state_dict())
    asked = rows + waves(9, kinds=("none",))
    assert told(back, other, asked) == told(task, network, asked)
    assert back.baselines(asked) == task.baselines(asked)
    assert back.state()[0] == task.state()[0]
    assert task.rejection.learned is None
