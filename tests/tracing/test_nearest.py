"""Moments of a corpus: those found are those that looking at each example finds."""

from typing import Any

import pytest
import torch
from torch import Tensor

from tests.tasks.views import fitted
from unrolled.engine.watch import watching
from unrolled.errors import SettingError
from unrolled.tasks._base import Example
from unrolled.tracing import corpus
from unrolled.tracing.nearest import matching_moments, nearest_moments

WORDS = ["the", "cat", "sat", "on", "a", "mat", "and", "dog", "saw", "rug"]
LAYER = "stack.l0"


def texts(count: int) -> list[str]:
    torch.manual_seed(1)
    lengths = torch.randint(1, 9, (count,)).tolist()
    picks = [torch.randint(len(WORDS), (n,)).tolist() for n in lengths]
    return [" ".join(WORDS[at] for at in row) for row in picks]


TEXTS = texts(40)


def model(name: str) -> tuple[Any, Any, list[Example]]:
    settings: dict[str, Any] = {"model.hidden": 5}
    if name == "language_model":
        settings |= {"text.tokens": "word", "text.min_count": 1}
        task, network = fitted(name, settings, [(text,) for text in TEXTS])
        return (
            task,
            network,
            [Example(t, None, f"line {n}") for n, t in enumerate(TEXTS)],
        )
    if name == "tag":
        rows = [(t.split(), [w.upper() for w in t.split()]) for t in TEXTS]
        task, network = fitted(name, settings | {"model.bidirectional": True}, rows)
        return task, network, [Example(*row, "") for row in rows]
    if name == "generate":
        rows = [(t, "long" if len(t) > 20 else "short") for t in TEXTS]
        task, network = fitted(name, settings, rows)
        return task, network, [Example(t, None, "", (g,)) for t, g in rows]
    rows = [(t, "cats" if "cat" in t else "others") for t in TEXTS]
    task, network = fitted("classify", settings, rows)
    return task, network, [Example(*row, "") for row in rows]


def each_by_itself(task: Any, network: Any, rows: list[Example]) -> list[Tensor]:
    """States of the first layer, forwards, by views of one example each."""
    found = []
    for row in rows:
        view = task.view(network, row)
        with watching() as watch, torch.no_grad():
            view.run()
        [*_, first] = [one for one in watch.passages if len(one.inputs) == 1][:1]
        found.append(first.output.values)
    return found


@pytest.mark.parametrize("name", ["classify", "language_model", "generate"])
@pytest.mark.parametrize("lowest", [False, True])
def test_the_moments_are_the_peaks_of_all_examples(name, lowest, monkeypatch):
    monkeypatch.setattr(corpus, "AT_ONCE", 30)
    task, network, rows = model(name)
    found = nearest_moments(
        task, network, rows, layer=LAYER, units=[1, 3], count=6, lowest=lowest
    )
    sign = -1 if lowest else 1
    peaks = []
    for row, states in enumerate(each_by_itself(task, network, rows)):
        values = (sign * states[:, [1, 3]].mean(1)).tolist()
        around = [float("-inf"), *values, float("-inf")]
        for step, value in enumerate(values):
            if around[step] <= value > around[step + 2]:
                peaks.append((value, row, step))
    peaks.sort(key=lambda one: (-one[0], *one[1:]))
    assert [(sign * m.activity, m.row, m.step) for m in found] == peaks[:6]


def test_what_stands_around_a_moment_is_told():
    task, network, rows = model("language_model")
    for one in nearest_moments(task, network, rows, layer=LAYER, units=0, count=9):
        tokens = ["<end>", *TEXTS[one.row].split()]
        assert one.place == f"line {one.row}"
        assert one.label == tokens[one.step]
        assert one.before == tokens[max(0, one.step - 6) : one.step]
        assert one.after == tokens[one.step + 1 : one.step + 7]


def test_both_directions_of_a_tagger_can_be_asked():
    task, network, rows = model("tag")
    one, other = (
        nearest_moments(task, network, rows, layer=f"stack.{name}", units=2, count=3)
        for name in ("l0", "l0_reverse")
    )
    assert len(one) == len(other) == 3
    assert [m.activity for m in one] != [m.activity for m in other]


@pytest.mark.parametrize("length", [1, 2, 3])
def test_matches_are_the_spans_with_the_most_units_on(length, monkeypatch):
    monkeypatch.setattr(corpus, "AT_ONCE", 30)
    task, network, rows = model("language_model")
    states = each_by_itself(task, network, rows)
    row = next(n for n, one in enumerate(states) if len(one) > 5)
    units, found = matching_moments(
        task, network, rows, layer=LAYER, span=(row, 2, 2 + length), threshold=0.03
    )
    chosen = states[row][2 : 2 + length]
    expected = (chosen.abs() > 0.03).all(0) & (chosen.sign() == chosen[0].sign()).all(0)
    assert units == expected.nonzero()[:, 0].tolist()
    assert len(found) == 20
    order: list[tuple[float, int]] = []
    seen: set[tuple[int, int]] = {(row, step) for step in range(2, 2 + length)}
    for one in found:
        there = states[one.row][one.step : one.step + length]
        assert len(there) == len(one.words) == length
        on = ((there * chosen[0].sign()) > 0.03).all(0)
        assert one.activity == pytest.approx(float(on[units].double().mean()))
        any_on = (there > 0.03).all(0) | (there < -0.03).all(0)
        others = int(any_on.sum() - on[units].sum())
        order.append((-one.activity, others))
        mine = {(one.row, step) for step in range(one.step, one.step + length)}
        assert not mine & seen
        seen |= mine
    assert order == sorted(order)


def test_the_best_match_is_not_missed():
    """Every span that is left out shares fewer units, or overlaps one that is told."""
    task, network, rows = model("language_model")
    units, found = matching_moments(
        task, network, rows, layer=LAYER, span=(3, 0, 1), threshold=0.05, count=500
    )
    states = each_by_itself(task, network, rows)
    assert len(found) == sum(map(len, states)) - 1
    assert units


def test_a_series_has_numbers_for_words():
    rows = [
        ([float(n % 5 + k) for n in range(12)], "up" if k else "down")
        for k in (0, 1)
        for _ in range(3)
    ]
    task, network = fitted("classify", {"model.hidden": 4}, rows)
    examples = [Example(*row, "") for row in rows]
    [one] = nearest_moments(task, network, examples, layer=LAYER, units=0, count=1)
    view = task.view(network, examples[one.row])
    labels = list(view.axes["inputs"])
    assert one.words == [labels[one.step]]
    assert one.after == labels[one.step + 1 : one.step + 7]


@pytest.mark.parametrize("name", ["classify", "tag", "generate"])
def test_rows_without_true_answers_have_the_same_moments(name):
    task, network, rows = model(name)
    bare = [row._replace(target=None) for row in rows]
    with_answers, without, mixed = (
        nearest_moments(task, network, some, layer=LAYER, units=1, count=4)
        for some in (rows, bare, [*rows[:9], *bare[9:]])
    )
    assert with_answers == without == mixed


def refused(ask: Any) -> str:
    with pytest.raises(SettingError) as refusal:
        ask()
    return str(refusal.value).removesuffix("\n  code:     setting")


def test_what_is_not_there_is_told():
    task, network, rows = model("classify")

    def nearest(layer: str = LAYER, units: Any = 0) -> str:
        return refused(
            lambda: nearest_moments(task, network, rows, layer=layer, units=units)
        )

    assert nearest("stack.l7") == (
        'the layer "stack.l7" over 40 examples.\n'
        "  expected: one of stack.l0, stack.l0_reverse\n"
        "  to fix:   choose one of these"
    )
    assert nearest(units=5) == (
        "unit 5 of 5.\n  expected: numbers from 0 to 4\n  to fix:   choose another unit"
    )
    assert nearest(units=[]).startswith("no unit.\n")
    assert refused(
        lambda: nearest_moments(task, network, [], layer=LAYER, units=0)
    ) == (
        'the layer "stack.l0" over 0 examples.\n'
        "  expected: a recurrent layer that reads examples\n"
        "  to fix:   give a model and examples for it"
    )


def test_a_span_that_cannot_be_matched_is_told():
    task, network, rows = model("language_model")

    def matching(span: tuple[int, int, int], threshold: float = 0.1) -> str:
        return refused(
            lambda: matching_moments(
                task, network, rows, layer=LAYER, span=span, threshold=threshold
            )
        )

    assert matching((0, 4, 4)).endswith(
        "  expected: a first step and the one behind the last, as in Python\n"
        "  to fix:   choose a span inside the example"
    )
    assert matching((40, 0, 1)) == (
        "example 40 of 40.\n"
        "  expected: the number of an example, from 0\n"
        "  to fix:   choose another"
    )
    assert matching((0, 0, 1), 1.5) == (
        "no unit above 1.5 all along the span.\n"
        "  expected: at least one unit that is on\n"
        "  to fix:   choose a shorter span or a lower threshold"
    )


def corrector() -> tuple[Any, Any]:
    rows = [(t, t.replace("cat", "cats")) for t in TEXTS]
    return fitted("correct", {"model.hidden": 5}, rows)


def test_steps_that_no_text_shows_have_the_names_of_the_view():
    """A corrector reads a beginning before each sentence."""
    task, network = corrector()
    rows = [
        Example(t, None, t) for t in ("the cat sat on a mat .", "a dog saw a rug .")
    ]
    for moment in nearest_moments(task, network, rows, layer=LAYER, units=[1], count=4):
        steps = task.view(network, rows[moment.row]).axes["inputs"]
        assert steps[0] == "<s>"
        assert moment.label == steps[moment.step]


def test_examples_that_are_several_rows_are_refused():
    task, network = corrector()
    rows = [Example("the cat sat . a dog saw a rug .", None, "text")]
    with pytest.raises(SettingError, match="1 examples, read as 2 rows"):
        nearest_moments(task, network, rows, layer=LAYER, units=[1])
