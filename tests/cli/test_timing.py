"""Turns, controls and the gate: what makes a time fair."""

import time

import pytest
import torch
from torch import nn

from unrolled.cli import timing
from unrolled.cli.timing import Contestant, Times, UnequalError, gate, take_turns


def fixed(seconds):
    """A contestant that takes so long."""
    return lambda: time.sleep(seconds)


def test_the_slower_one_is_slower_and_prepare_is_not_timed():
    slow = Contestant("slow", fixed(0.003))
    quick = Contestant("quick", fixed(0.0001), prepare=fixed(0.006))
    times = take_turns([slow, quick], seconds=0.0)
    assert times.median("quick") < 0.002 < times.median("slow")
    assert times.best(["slow", "quick"]) == "quick"


def test_everyone_begins_in_turn_and_takes_as_many_turns(monkeypatch):
    said = []
    names = "abc"
    contestants = [Contestant(n, lambda n=n: said.append(n)) for n in names]
    monkeypatch.setattr(timing, "MOST_IN_A_BLOCK", 1)
    monkeypatch.setattr(timing, "STEADY", 1e9)
    times = take_turns(contestants, rounds=6, seconds=60.0)
    assert said[0::2] == said[1::2]  # each turn after one that is not timed
    rounds = ["".join(said[n : n + 6 : 2]) for n in range(0, len(said), 6)]
    assert rounds == ["abc", "abc", "bca", "cab", "abc", "bca", "cab"]  # first: warm
    assert {len(each) for each in times.seconds.values()} == {6}
    assert times.discarded == 0
    assert times.steady


def test_each_turn_of_a_block_is_prepared():
    said = []
    one = Contestant("a", lambda: said.append("run"), prepare=lambda: said.append("p"))
    take_turns([one], seconds=0.0)
    assert said == ["p", "run"] * (len(said) // 2)
    assert len(said) > 20  # blocks of a quick contestant hold many turns


def test_the_first_turn_of_a_block_is_not_timed():
    pauses = iter([0.02, 0.001, 0.001, 0.02, 0.001])
    one = Contestant("a", lambda: time.sleep(next(pauses)))
    assert 0.001 <= timing._block(one, 2) < 0.01
    assert 0.001 <= timing._block(one, 1) < 0.01


def test_a_round_is_steady_within_five_percent_of_the_usual_control():
    assert timing._steady([1.0, 1.0, 1.06, 1.0, 1.04, 0.94]) == [0, 1, 3, 4]


def test_of_too_few_steady_rounds_all_are_counted(monkeypatch):
    monkeypatch.setattr(timing, "_steady", lambda _: [0, 2])
    times = take_turns([Contestant("a", tuple)], seconds=0.0)
    assert not times.steady
    assert len(times.seconds["a"]) == timing.FEWEST_ROUNDS
    assert times.discarded == 0


def test_steady_rounds_alone_are_counted(monkeypatch):
    monkeypatch.setattr(timing, "_steady", lambda _: [0, 1, 2, 4, 5])
    times = take_turns([Contestant("a", tuple)], rounds=7, seconds=60.0)
    assert times.steady
    assert times.discarded == 2
    assert len(times.seconds["a"]) == 5


def test_quartiles_stand_around_the_median():
    times = Times({"a": [5.0, 1.0, 2.0, 4.0, 3.0]}, 0, True, 0.0)
    assert times.median("a") == 3.0
    assert times.quartiles("a") == (2.0, 4.0)


def answer(*values):
    return Contestant("ours", lambda: {"output": torch.tensor(values)})


def test_the_gate_measures_by_the_largest_value():
    truth = {"output": torch.tensor([-4.0, 1.0]).double()}
    assert gate(answer(-4.0, 1.2), truth, {"": 0.06}) == pytest.approx(0.05)
    with pytest.raises(UnequalError) as caught:
        gate(answer(-4.0, 1.2), truth, {"": 1.0, "output": 1e-5})
    assert str(caught.value) == (
        "ours: output is off by 5.0e-02 of its largest value, more than 1e-05;"
        " not timed"
    )


def test_what_is_no_number_is_not_equal():
    truth = {"output": torch.tensor([1.0])}
    with pytest.raises(UnequalError, match="nan"):
        gate(answer(float("nan")), truth, {"": 1e9})


def test_touch_changes_no_weight_and_every_version():
    layer = nn.Linear(3, 2)
    before = [weight.clone() for weight in layer.parameters()]
    versions = [weight._version for weight in layer.parameters()]
    timing.touch(layer)
    pairs = zip(layer.parameters(), before, versions, strict=True)
    assert all(torch.equal(w, b) and w._version > v for w, b, v in pairs)


def test_the_machine_and_its_libraries_are_named():
    assert f"{torch.get_num_threads()} thread" in timing.machine()
    assert timing.libraries().startswith(f"torch {torch.__version__}")
    assert timing.product_rate(64, tries=1) > 1e6
