"""What a trace of a small trained classifier can be asked."""

import csv
import re
from pathlib import Path

import pytest
import torch
from torch.testing import assert_close

import unrolled
from unrolled.catalog import find
from unrolled.errors import SettingError, UnknownNameError
from unrolled.training.model import Model

TEXT = 'He is <b>great</b> & "lovely"'


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Model:
    path = tmp_path_factory.mktemp("rows") / "reviews.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["review", "rating"])
        table.writerows(find("tasks", "classify").sample() * 3)
    settings = {"model.hidden": 8, "training.epochs": 12, "training.threads": 1}
    return unrolled.train("classify", path, cell="lstm", settings=settings)


def test_arrays_are_asked_by_name(model):
    trace = model.trace("He is great")
    assert trace["stack.l0/h"].shape == (3, 8)
    assert_close(trace["stack.l0/h"], trace["stack.l0/o"] * trace["stack.l0/c"].tanh())
    with pytest.raises(UnknownNameError) as refusal:
        trace["stack.l0/z"]
    assert refusal.value.found == 'there is no "stack.l0/z" in this trace.'
    assert "stack.l0/h" in refusal.value.expected


def test_the_verdict_after_all_words_is_the_answer(model):
    trace = model.trace("He is great")
    answer = model.predict(["He is great"])[0]
    shares = trace["growing"][-1].exp().tolist()
    for name, share in zip(trace.record.names, shares, strict=True):
        assert share == pytest.approx(answer["probabilities"][name], abs=1e-5)
    assert trace.record.chosen == [answer["prediction"]]
    prefixes = ["He", "He is", "He is great"]
    for text, line in zip(prefixes, trace["growing"].exp().tolist(), strict=True):
        alone = model.predict([text])[0]["probabilities"]
        assert line == pytest.approx(list(alone.values()), abs=1e-5)


def test_other_scores_can_be_asked_about(model):
    trace = model.trace("He is great")
    positive, negative = (trace.gradient(name=n) for n in ("positive", "negative"))
    assert not torch.equal(positive.inputs, negative.inputs)
    trace.ask(name="negative")
    assert trace.explained.gradient["name"] == "negative"
    assert "negative" in trace.explained.influence["of"]
    with pytest.raises(SettingError, match='a score of "neutral"'):
        trace.gradient(name="neutral")
    with pytest.raises(SettingError, match="step 1 of 1"):
        trace.influence(step=1)


@pytest.mark.parametrize("text", ["", "great", "unheardof words"])
def test_a_text_of_any_length_can_be_looked_into(text, model):
    trace = model.trace(text)
    steps = len(text.split())
    assert trace["stack.l0/h"].shape == (steps, 8)
    assert trace["growing"].shape == (steps, 2)
    page = trace.html()
    assert page.startswith("<!doctype html>")
    assert ("gradient/inputs" in trace.record.arrays) is bool(steps)


def test_what_is_dropped_is_a_word_where_words_are_read(model):
    """Marks are steps of one letter, and yet the model reads words."""
    changed = model.trace("Great!!!").what_if(drop=0)
    assert [other for _, other in changed.labels["inputs"] if other] == ["!", "!", "!"]


def test_a_network_in_training_is_looked_at_while_it_rests(model):
    before = model.trace("He is great")["scores"]
    model.network.train()
    assert torch.equal(model.trace("He is great")["scores"], before)


def test_what_a_person_wrote_is_escaped_everywhere(model):
    page = model.trace(TEXT).html(beside=model.trace(TEXT).beside("<i>he</i>"))
    assert "<b>great" not in page  # the page has a <b> of its own
    assert "<i>he" not in page
    assert "&lt;b&gt;" in page
    data = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.S)
    assert data
    assert "<" not in data[1]


def test_a_trace_shows_itself_in_a_frame_of_its_own(model):
    shown = model.trace("He is great")._repr_html_()
    assert shown.startswith("<iframe srcdoc=")
    assert '"<!doctype' not in shown.replace("&lt;!doctype", "")


def test_pictures_come_one_at_a_time(model):
    trace = model.trace("He is great")
    for kind in ("network", "states", "output", "gradient", "influence"):
        assert "<figure" in trace.picture(kind), kind
    with pytest.raises(UnknownNameError, match='no picture of "sound"'):
        trace.picture("sound")
    with pytest.raises(UnknownNameError, match='no picture of "stack'):
        trace.picture("states", layer="stack.l7")


def test_it_is_kept_without_the_model(model, tmp_path):
    model.trace("He is great").save(tmp_path / "seen")
    assert sorted(p.name for p in Path(tmp_path / "seen").iterdir()) == [
        "trace.json",
        "trace.safetensors",
    ]


def test_a_task_that_shows_nothing_says_so(model, monkeypatch):
    from unrolled.tasks._base import Example
    from unrolled.tracing.trace import Trace

    with pytest.raises(SettingError) as refusal:
        Trace("guess", object(), model.network, Example("x", None, "x"))
    assert refusal.value.found == (
        "a model of the task guess, which shows nothing of its inside."
    )
