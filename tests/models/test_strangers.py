"""Made-up rows: of the numbers of the real ones, in an order that was never meant."""

from itertools import pairwise

import torch

from unrolled.models.strangers import strangers
from unrolled.ragged import Ragged
from unrolled.randomness import drawing_from


def made(x, labels, count, seed=0):
    with drawing_from(seed, "strangers"):
        return strangers(x, labels, count)


def lines():
    """Row r of kind r counts up from 100 r; so each number says where it is from."""
    rows = [100.0 * r + torch.arange(5.0 + r)[:, None] for r in range(4)]
    return Ragged.from_list([row.repeat(1, 2) for row in rows]), torch.arange(4)


def way_of(row, rows):
    """Which way a row was made, by what it holds; None for no way that we know."""
    numbers = row[:, 0].tolist()
    for real in (r[:, 0].tolist() for r in rows):
        if numbers == real[::-1]:
            return "backwards"
        if any(numbers == real[c:] + real[:c] for c in range(1, len(real))):
            return "turned"
    source = [int(n // 100) for n in numbers]
    steps = [b - a for a, b in pairwise(numbers)]
    if all(n == int(n) for n in numbers):
        changes = [i for i, step in enumerate(steps) if step != 1]
        if len(changes) == 1 and source[0] != source[-1]:
            begins = numbers[0] == 100 * source[0]
            ends = numbers[-1] == rows[source[-1]][-1, 0]
            return "joined" if begins and ends else None
        return None
    return "noise"


def test_every_way_is_used_and_no_row_is_a_real_one():
    x, labels = lines()
    found = made(x, labels, 200)
    rows = x.to_list()
    ways = [way_of(row, rows) for row in found.to_list()]
    assert set(ways) == {"backwards", "turned", "joined", "noise"}
    assert min(ways.count(way) for way in set(ways)) > 25
    assert len(found) == 200


def test_noise_has_the_mean_and_spread_of_a_row():
    x = Ragged.from_list([torch.randn(4000, 2) * torch.tensor([1.0, 3.0]) + 5])
    wanted = torch.tensor([[5.0, 5.0], [1.0, 3.0]])
    for row in made(x, torch.tensor([0]), 20).to_list():
        found = torch.stack([row.mean(0), row.std(0)])
        torch.testing.assert_close(found, wanted, atol=0.3, rtol=0)


def test_rows_of_one_kind_alone_are_not_joined():
    x, _ = lines()
    found = made(x, torch.zeros(4, dtype=torch.int64), 100)
    ways = {way_of(row, x.to_list()) for row in found.to_list()}
    assert ways == {"backwards", "turned", "noise"}


def test_empty_rows_and_no_rows():
    none = Ragged(torch.zeros(0, 3), torch.zeros(2, dtype=torch.int64))
    found = made(none, torch.tensor([0, 1]), 30)
    assert (len(found), found.values.shape) == (30, (0, 3))
    nothing = none.gather([])
    assert len(made(nothing, torch.zeros(0, dtype=torch.int64), 5)) == 0
    x, labels = lines()
    assert made(x, labels, 0).values.shape == (0, 2)


def test_the_stream_of_chance_decides():
    x, labels = lines()
    first, again, other = (made(x, labels, 9, seed) for seed in (1, 1, 2))
    assert torch.equal(first.values, again.values)
    assert not torch.equal(first.lengths, other.lengths) or not torch.equal(
        first.values, other.values
    )
