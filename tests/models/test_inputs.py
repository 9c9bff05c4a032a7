"""The first layer: tables, one-hot codes, series, and what is dropped in training."""

import pytest
import torch

from tests.harness import normal
from unrolled.models.inputs import TokenInput, VectorInput, drop_along_rows
from unrolled.ragged import Ragged

IDS = Ragged(torch.tensor([3, 0, 1, 3, 2]), torch.tensor([2, 0, 3]))


def token_input(tokens: int = 4, width: int = 5, **changes) -> TokenInput:
    plain = {"dropout": 0.0, "token_dropout": 0.0}
    return TokenInput(tokens, width, **(plain | changes))


def test_a_token_becomes_its_row_of_the_table():
    layer = token_input()
    assert layer.table is not None
    assert layer.width == 5
    found = layer(IDS)
    assert found.lengths.tolist() == [2, 0, 3]
    assert torch.equal(found.values, layer.table[[3, 0, 1, 3, 2]])


def test_only_tokens_that_occur_move_the_table_and_each_as_often_as_it_occurs():
    layer = token_input()
    layer(IDS).values.sum().backward()
    assert layer.table is not None
    assert layer.table.grad is not None
    assert layer.table.grad[:, 0].tolist() == [1.0, 1.0, 1.0, 2.0]
    other = token_input()
    other(Ragged(torch.tensor([1]), torch.tensor([1]))).values.sum().backward()
    assert other.table is not None
    assert other.table.grad is not None
    assert other.table.grad[:, 0].tolist() == [0.0, 1.0, 0.0, 0.0]


def test_a_one_hot_code_is_an_embedding_whose_table_is_the_identity():
    one_hot, embedding = token_input(width=0), token_input(width=4)
    assert one_hot.table is None
    assert one_hot.width == 4
    with torch.no_grad():
        assert embedding.table is not None
        embedding.table.copy_(torch.eye(4))
    assert torch.equal(one_hot(IDS).values, embedding(IDS).values)
    assert not list(one_hot.parameters())


def test_a_table_begins_small_or_with_what_it_is_given():
    torch.manual_seed(0)
    drawn = token_input(tokens=2000, width=20).table
    assert drawn is not None
    assert float(drawn.detach().std()) == pytest.approx(0.1, rel=0.02)
    start = normal(4, 5, seed=0).float()
    given = token_input(start=start).table
    assert given is not None
    assert torch.equal(given, start)
    with torch.no_grad():
        given.zero_()
    assert start.any(), "the start that was given is not to be changed"


def test_evidence_stands_beside_the_vector_of_its_token():
    layer = token_input(evidence=2)
    counted = IDS.with_values(normal(5, 2, seed=1).float())
    found = layer(IDS, counted)
    assert layer.width == 7
    assert torch.equal(found.values[:, :5], layer(IDS, None).values)
    assert torch.equal(found.values[:, 5:], counted.values)
    none = torch.zeros(0, dtype=torch.int64)
    empty = layer(Ragged(none, none), Ragged(torch.zeros(0, 2), none))
    assert empty.values.shape == (0, 7)


# -- dropout -------------------------------------------------------------------------


def test_at_rest_nothing_is_dropped():
    layer = token_input(dropout=0.5, token_dropout=0.5).eval()
    assert layer.table is not None
    assert torch.equal(layer(IDS).values, layer.table[[3, 0, 1, 3, 2]])


def test_the_share_of_tokens_that_are_read_as_unknown_is_as_asked():
    torch.manual_seed(0)
    layer = token_input(width=0, token_dropout=0.3, evidence=1).train()
    ids = Ragged(torch.full((20_000,), 3), torch.tensor([12_000, 8_000]))
    counted = ids.with_values(torch.full((20_000, 1), 7.0))
    found = layer(ids, counted).values
    unknown = found[:, 0] == 1
    assert float(unknown.float().mean()) == pytest.approx(0.3, abs=0.02)
    assert torch.equal(found[:, 3] == 0, unknown)
    assert torch.equal(found[:, 4] == 0, unknown), "an unknown token says nothing"
    assert not found[:, 1:3].any()


def test_the_numbers_of_a_token_are_dropped_one_by_one_and_scaled_up():
    torch.manual_seed(0)
    layer = token_input(tokens=2, width=40, dropout=0.25).train()
    assert layer.table is not None
    ids = Ragged(torch.ones(500, dtype=torch.int64), torch.tensor([500]))
    found = layer(ids).values
    kept = found != 0
    assert float(kept.float().mean()) == pytest.approx(0.75, abs=0.02)
    expected = (layer.table[1] / 0.75).expand(500, -1)
    torch.testing.assert_close(found[kept], expected[kept])
    assert len(kept.unique(dim=0)) > 450, "each token has a mask of its own"


def test_along_a_row_one_mask_is_shared():
    torch.manual_seed(1)
    x = Ragged(torch.ones(60, 50), torch.tensor([20, 0, 40]))
    found = drop_along_rows(x, 0.4, training=True)
    first, _, second = found.to_list()
    for row in (first, second):
        assert torch.equal(row, row[:1].expand_as(row))
    assert not torch.equal(first[0], second[0])
    assert found.values.unique().tolist() == pytest.approx([0.0, 1 / 0.6])
    many = drop_along_rows(Ragged(torch.ones(400, 50), torch.ones(400)), 0.4, True)
    assert float((many.values == 0).float().mean()) == pytest.approx(0.4, abs=0.02)


def test_without_a_share_or_at_rest_a_batch_is_handed_on_as_it_is():
    x = Ragged(torch.randn(3, 2), torch.tensor([3]))
    assert drop_along_rows(x, 0.0, training=True) is x
    assert drop_along_rows(x, 0.5, training=False) is x
    empty = Ragged(torch.zeros(0, 2), torch.zeros(0, dtype=torch.int64))
    assert len(drop_along_rows(empty, 0.5, training=True)) == 0


# -- series --------------------------------------------------------------------------


def test_a_series_is_shifted_and_scaled_feature_by_feature():
    layer = VectorInput(torch.tensor([10.0, -1.0]), torch.tensor([2.0, 0.5]), dropout=0)
    series = Ragged(torch.tensor([[12.0, -1.0], [10.0, -2.0]]), torch.tensor([1, 1]))
    assert layer(series).values.tolist() == [[1.0, 0.0], [0.0, -2.0]]
    assert layer.width == 2


def test_mean_and_scale_are_kept_with_the_weights_and_are_not_trained():
    layer = VectorInput(torch.tensor([1.0]), torch.tensor([2.0]), dropout=0)
    other = VectorInput(torch.tensor([0.0]), torch.tensor([1.0]), dropout=0)
    other.load_state_dict(layer.state_dict(), strict=True)
    assert (other.mean.item(), other.scale.item()) == (1.0, 2.0)
    assert not list(layer.parameters())


def test_a_series_may_lose_whole_features_in_training():
    torch.manual_seed(0)
    layer = VectorInput(torch.zeros(50), torch.ones(50), dropout=0.5).train()
    found = layer(Ragged(torch.ones(8, 50), torch.tensor([8]))).values
    assert torch.equal(found, found[:1].expand_as(found))
    assert 5 < int((found[0] == 0).sum()) < 45


def test_noise_is_added_to_the_first_features_while_training():
    layer = VectorInput(
        torch.tensor([5.0, 0.0]),
        torch.tensor([2.0, 1.0]),
        dropout=0,
        noise=0.5,
        noisy=1,
    )
    values = torch.tensor([[7.0, 1.0]]).expand(20_000, 2)
    series = Ragged(values, torch.tensor([20_000]))
    assert layer.eval()(series).values[0].tolist() == [1.0, 1.0]
    torch.manual_seed(0)
    found = layer.train()(series).values
    assert found[:, 1].eq(1.0).all()
    assert found[:, 0].mean().item() == pytest.approx(1.0, abs=0.02)
    assert found[:, 0].std().item() == pytest.approx(0.5, abs=0.02)
