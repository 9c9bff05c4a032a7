"""Many rows in pieces: every row gets its own answer, in its own place, at rest."""

from typing import Any, cast

import pytest
import torch
from torch import Tensor, nn

from unrolled.ragged import Ragged
from unrolled.tasks import _pieces
from unrolled.tasks._base import AbstractTask, Batch
from unrolled.tasks._pieces import all_scores, answer_all, mean_loss

LENGTHS = [3, 0, 7, 1, 3, 2, 0, 5]


class Sums(nn.Module):
    """Scores (rows, 2): the sum of a row's tokens, and the tokens of the batch."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[bool, bool, int]] = []

    def forward(self, x: Ragged, evidence: Ragged | None = None) -> Tensor:
        self.seen.append((self.training, torch.is_grad_enabled(), len(x.values)))
        extra = 0.0 if evidence is None else evidence.values.sum()
        sums = [float(row.sum()) + float(extra) for row in x.to_list()]
        return torch.tensor([[one, len(x.values)] for one in sums]).reshape(-1, 2)


class Asks:
    """The two methods of a task that are needed here."""

    def answer(self, network: nn.Module, batch: Batch) -> list[dict[str, Any]]:
        return [{"sum": row[0]} for row in network(batch.inputs).tolist()]

    def loss(self, network: nn.Module, batch: Batch) -> Tensor:
        return network(batch.inputs)[:, 0]


TASK = cast(AbstractTask, Asks())


def batch(lengths: list[int] | None = None) -> Batch:
    lengths = LENGTHS if lengths is None else lengths
    values = torch.arange(float(sum(lengths))) + 1
    return Batch(Ragged(values, torch.tensor(lengths, dtype=torch.int64)))


def sums(of: Batch) -> list[float]:
    return [float(row.sum()) for row in of.inputs.to_list()]


@pytest.fixture(params=[1, 4, 8, 10_000], ids="{} at once".format)
def pieces_of(request, monkeypatch):
    monkeypatch.setattr(_pieces, "TOKENS_AT_ONCE", request.param)
    return request.param


def test_every_row_has_its_answer_in_its_place(pieces_of):
    found = answer_all(TASK, Sums(), batch())
    assert [answer["sum"] for answer in found] == sums(batch())


def test_every_row_has_its_scores_in_its_place(pieces_of):
    network = Sums()
    found = all_scores(network, batch())
    assert found[:, 0].tolist() == sums(batch())
    longest = max(pieces_of, max(LENGTHS))
    assert all(tokens <= longest for _, _, tokens in network.seen)
    assert (len(network.seen) == 1) == (pieces_of == 10_000)


def test_the_mean_loss_is_that_of_all_rows(pieces_of):
    expected = sum(sums(batch())) / len(LENGTHS)
    assert mean_loss(TASK, Sums(), batch()) == pytest.approx(expected)


def test_no_rows_have_no_answers_and_no_loss_but_a_number_of_scores():
    empty = batch([])
    assert answer_all(TASK, Sums(), empty) == []
    assert mean_loss(TASK, Sums(), empty) == 0.0
    assert all_scores(Sums(), empty).shape == (0, 2)


def test_evidence_goes_with_its_rows(monkeypatch):
    monkeypatch.setattr(_pieces, "TOKENS_AT_ONCE", 1)
    one = batch([2, 1])
    counted = one.inputs.with_values(torch.tensor([[10.0], [20.0], [40.0]]))
    found = all_scores(Sums(), Batch(one.inputs, None, counted))
    assert found[:, 0].tolist() == [1 + 2 + 30, 3 + 40]


@pytest.mark.parametrize("training", [True, False])
def test_a_network_rests_while_it_is_asked_and_is_then_as_before(training):
    network = Sums().train(training)
    for ask in (
        lambda: answer_all(TASK, network, batch()),
        lambda: mean_loss(TASK, network, batch()),
        lambda: all_scores(network, batch()),
    ):
        network.seen.clear()
        ask()
        assert network.seen
        assert all(seen[:2] == (False, False) for seen in network.seen)
        assert network.training is training
        assert torch.is_grad_enabled()


def test_a_network_that_fails_is_as_before_too():
    class Fails(Sums):
        def forward(self, *inputs: Ragged | None) -> Tensor:
            raise RuntimeError(f"no {len(inputs)}")

    network = Fails().train()
    with pytest.raises(RuntimeError, match="no 2"):
        all_scores(network, batch())
    assert network.training
    assert torch.is_grad_enabled()
