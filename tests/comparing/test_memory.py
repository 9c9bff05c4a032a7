"""The memory tasks are what they say, and a cell climbs as far as it can."""

import pytest
import torch

from unrolled import catalog
from unrolled.comparing import memory
from unrolled.comparing.memory import memory_of
from unrolled.comparing.memory_tasks import Adding, Copying


def drawn(task, length, rows=2000):
    return task.draw(rows, length, torch.Generator().manual_seed(0))


def test_adding_asks_for_the_sum_of_one_number_in_each_half():
    x, wanted = drawn(Adding(), 11)
    rows = x.values.view(2000, 11, 2)
    numbers, marks = rows[..., 0], rows[..., 1]
    assert set(marks.flatten().tolist()) == {0.0, 1.0}
    assert torch.equal(marks[:, :5].sum(1), torch.ones(2000))
    assert torch.equal(marks[:, 5:].sum(1), torch.ones(2000))
    assert bool((marks.sum(0) > 0).all())  # every place is asked for
    torch.testing.assert_close((numbers * marks).sum(1, keepdim=True), wanted)


def test_always_answering_one_is_wrong_by_a_sixth():
    _, wanted = drawn(Adding(), 10, rows=200_000)
    found = Adding().error(torch.ones(200_000, 1, 1), wanted)
    assert found == pytest.approx(Adding.knows_nothing, rel=0.01)


def test_copying_shows_the_symbols_then_waits_then_asks():
    x, wanted = drawn(Copying(), 7, rows=3)
    ids = x.values.view(3, 17, 10).argmax(-1)
    assert torch.equal(ids[:, :5], wanted)
    assert ids[:, 5:].tolist() == [[8] * 7 + [9] + [8] * 4] * 3
    assert torch.equal(x.values.sum(1), torch.ones(51))


def test_a_guess_of_eight_symbols_is_wrong_seven_times():
    _, wanted = drawn(Copying(), 5, rows=20_000)
    found = torch.zeros(20_000, 5, 8)  # always the first symbol
    assert Copying().error(found, wanted) == pytest.approx(7 / 8, abs=0.01)
    right = torch.nn.functional.one_hot(wanted, 8).float()
    assert Copying().error(right, wanted) == 0.0


def test_a_gated_cell_remembers_short_rows(monkeypatch):
    monkeypatch.setattr(memory, "UPDATES", 400)
    told = []
    gru = catalog.find("cells", "gru")()
    found = memory_of(gru, Adding(), hidden=24, lengths=(4, 8), told=told.append)
    assert (found.length, found.is_end) == (8, True)
    assert found.steps == told
    assert all(one.error < Adding.knows_nothing / 10 for one in found.steps)


def test_it_is_the_same_twice_and_stops_where_it_fails(monkeypatch):
    monkeypatch.setattr(memory, "UPDATES", 50)
    monkeypatch.setattr(memory, "RATES", (1e-6, 1e-5))
    elman = catalog.find("cells", "elman")()
    before = torch.get_rng_state()
    found = memory_of(elman, Copying(), hidden=4, lengths=(5, 10))
    again = memory_of(elman, Copying(), hidden=4, lengths=(5, 10))
    assert found == again
    assert torch.equal(before, torch.get_rng_state())
    assert (found.length, found.is_end, len(found.steps)) == (0, False, 1)
    assert found.steps[0].updates == 50
    assert found.to_json()["steps"][0]["is_solved"] is False
