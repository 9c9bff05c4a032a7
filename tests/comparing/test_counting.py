"""Weights are those of the modules, and widths are found that agree."""

import pytest

from tests.training.made_up import texts, write
from unrolled.comparing.counting import NEAR, count, width_for
from unrolled.comparing.growth import growth
from unrolled.training.run import Job, prepare

GIVEN = {"model.embedding": 8, "model.hidden": 12, "model.evidence": False}


@pytest.fixture(scope="module")
def task(tmp_path_factory):
    path = write(tmp_path_factory.mktemp("rows") / "r.csv", texts(80))
    return prepare(Job(task="classify", data=[path], given=GIVEN)).task


@pytest.mark.parametrize(("cell", "gates"), [("elman", 1), ("gru", 3), ("lstm", 4)])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_the_recurrent_part_by_hand(task, cell, gates, layers, bidirectional):
    ways = 2 if bidirectional else 1
    changes = {"cell": cell, "layers": layers, "bidirectional": bidirectional}
    # W (gates · 12, inputs), R (gates · 12, 12), two biases, for each way and layer
    first = ways * gates * 12 * (8 + 12 + 2)
    second = ways * gates * 12 * (12 * ways + 12 + 2) if layers == 2 else 0
    assert count(task, changes).recurrent == first + second


def test_the_whole_is_the_sum_of_all_parameters(task):
    network = task.build()
    there = sum(p.numel() for p in network.parameters())
    parts = dict(network.named_parameters())
    of_stack = sum(p.numel() for n, p in parts.items() if n.startswith("stack."))
    assert count(task, {}) == (there, of_stack)


def test_a_feed_forward_part_is_its_hidden_layer(task):
    changes = {"network": "feedforward", "places": 10, "hidden": 5}
    assert count(task, changes).recurrent == 10 * 8 * 5 + 5


@pytest.mark.parametrize("cell", ["elman", "gru", "lstm"])
@pytest.mark.parametrize("wanted", [60, 1000, 54_321])
def test_a_width_is_the_nearest_of_all(task, cell, wanted):
    twin = _with(task, cell)
    width = width_for(twin, wanted)
    missed = {
        near: abs(count(twin, {"hidden": near}).recurrent - wanted)
        for near in (max(width - 1, 1), width, width + 1)
    }
    assert missed[width] == min(missed.values())
    if wanted > 50_000:
        assert missed[width] <= NEAR * wanted


def _with(task, cell):
    import copy
    from dataclasses import replace

    twin = copy.copy(task)
    model = replace(task.settings["model"], cell=cell)
    twin.settings = {**task.settings, "model": model}
    return twin


def test_counting_draws_nothing_from_the_users_chance(task):
    import torch

    before = torch.get_rng_state()
    count(task, {})
    assert torch.equal(before, torch.get_rng_state())


def test_growth_of_series_knows_no_one_hot_code(tmp_path):
    rows = [(f"{n % 3} {n % 5} 1 2", "odd" if n % 2 else "even") for n in range(30)]
    job = Job(task="classify", data=[write(tmp_path / "s.csv", rows)], given=GIVEN)
    found = growth(prepare(job).task, {"hidden": 12})
    assert [one.feed_forward for one in found] == [n * 12 + 12 for n in (10, 50, 200)]
    assert {one.one_hot for one in found} == {None}


def test_growth_is_of_the_users_vocabulary(task):
    words = len(task.reads.vocabulary)
    found = growth(task, {"hidden": 12})
    assert [one.tokens for one in found] == [10, 50, 200]
    assert len({one.recurrent for one in found}) == 1
    assert [one.feed_forward for one in found] == [
        n * 8 * 12 + 12 for n in (10, 50, 200)
    ]
    assert [one.one_hot for one in found] == [
        n * words * 12 + 12 for n in (10, 50, 200)
    ]
