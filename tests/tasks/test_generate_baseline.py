"""The n-grams beside `generate`: groups, unseen ones, and the texts they write."""

import pytest
import torch

from unrolled.decoding.rules import Rules
from unrolled.decoding.sampling import sample
from unrolled.ragged import Ragged
from unrolled.tasks._generate import baseline as _generate_baseline
from unrolled.tasks._generate.baseline import GivenNGrams

END = 3
ROWS = Ragged.from_list(
    [torch.tensor(row) for row in ([1, 1, END], [2, 2, END], [1, 1, 1, END])] * 8
)
GIVEN = torch.tensor([[0.0, 0.5], [1.0, 0.5], [0.0, 9.0]] * 8)


def fitted() -> GivenNGrams:
    return GivenNGrams.fit(ROWS, GIVEN, [0], order=3, tokens=4)


def test_a_group_has_its_own_n_grams_and_numbers_are_not_heard():
    model = fitted()
    assert model.groups == [(0,), (1,)]
    asked = Ragged.from_list([torch.tensor([2, 2, END])] * 3)
    nats, tokens = model.nats(asked, torch.tensor([[1, 0.0], [1, 7.0], [0, 0.0]]))
    assert tokens.tolist() == [3, 3, 3]
    assert nats[0] == nats[1]
    assert nats[2] > nats[0] + 1
    assert float(nats[0]) == pytest.approx(
        -float(model.ngrams.log_probabilities(asked, torch.tensor([1] * 3))[:3].sum())
    )


def test_what_was_not_seen_together_leans_on_all_rows():
    model = fitted()
    chances = model.steps(torch.tensor([[7.0, 0.0], [0.0, 0.0], [1.0, 0.0]])).begin()
    ones = chances[:, 1].exp().tolist()
    assert ones[1] >= ones[0] > ones[2]
    assert chances.exp().sum(1).tolist() == pytest.approx([1, 1, 1], abs=1e-5)


def test_rare_groups_share_one_of_no_name(monkeypatch):
    monkeypatch.setattr(_generate_baseline, "MOST", 1)
    model = fitted()
    assert model.groups == [(0,)]
    assert len(model.ngrams.weights) == 2


def test_it_writes_as_it_weighs():
    model = fitted()
    given = torch.tensor([[1.0, 0.0], [0.0, 0.0]] * 10)
    drawn = sample(
        lambda rows: model.steps(given[rows]),
        Rules(end=END, longest=9),
        count=20,
        generator=torch.Generator().manual_seed(0),
    )
    for one, values in zip(drawn, given, strict=True):
        assert one is not None
        row = Ragged.from_list([torch.tensor([*one.ids, END])])
        nats, _ = model.nats(row, values[None])
        if one.ended:
            assert one.log_probability == pytest.approx(-float(nats), abs=1e-4)
    firsts = [one.ids[0] for one in drawn if one and one.ids]
    assert set(firsts[::2]) != set(firsts[1::2])


def test_a_folder_brings_it_back():
    model = fitted()
    back = GivenNGrams.restore(*model.state())
    mine, theirs = model.nats(ROWS, GIVEN)[0], back.nats(ROWS, GIVEN)[0]
    assert torch.equal(mine, theirs)
    found, tensors = model.state()
    with pytest.raises(ValueError, match="as many groups"):
        GivenNGrams.restore(found | {"groups": [[0]]}, tensors)
