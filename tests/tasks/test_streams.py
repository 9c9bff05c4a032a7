"""Streams: every token is learned once an epoch, after all that came before it."""

import pytest
import torch
from torch import Tensor

from unrolled.models.next_token import NextToken
from unrolled.models.next_token_settings import NextTokenSettings
from unrolled.ragged import Ragged
from unrolled.tasks import _streams
from unrolled.tasks._streams import (
    FORGETS,
    UNCOUNTED,
    Chunk,
    Streams,
    begun_anew,
    pieces,
)


def text(tokens: int) -> Tensor:
    """Every token is its own place, so that it says where it stood."""
    return torch.arange(tokens)


def chunks(streams: Streams, epoch: int = 0) -> list[Chunk]:
    return [streams.gather(rows) for rows in streams.order(seed=0, epoch=epoch)]


def table(batch: Chunk) -> list[list[int]]:
    return [row.tolist() for row in batch.inputs.to_list()]


def targets(batch: Chunk) -> list[list[int]]:
    return [row.tolist() for row in batch.targets.to_list()]


def test_streams_by_hand():
    """17 tokens: 16 have a next one; 3 streams of 5, and the last one is left out."""
    streams = Streams.cut(text(17), streams=3, window=2)
    assert len(streams) == 3
    assert streams.length == 5
    assert [row.tolist() for row in streams.inputs.to_list()] == [
        [0, 1, 2, 3, 4],
        [5, 6, 7, 8, 9],
        [10, 11, 12, 13, 14],
    ]
    middle = streams.gather([6, 7, 8])  # from moment 2, of all three streams
    assert table(middle) == [[2, 3], [7, 8], [12, 13]]
    assert targets(middle) == [[3, 4], [8, 9], [13, 14]]
    assert not middle.begins
    last = streams.gather([12, 13, 14])
    assert table(last) == [[4], [9], [14]]
    assert targets(last) == [[5], [10], [15]]


@pytest.mark.parametrize("tokens", [2, 3, 9, 40, 101, 1000])
@pytest.mark.parametrize("window", [1, 7, 64])
@pytest.mark.parametrize("count", [1, 4, 32])
def test_every_token_is_a_target_once_from_the_drawn_beginning_on(
    tokens, window, count
):
    streams = Streams.cut(text(tokens), streams=count, window=window)
    assert 1 <= len(streams) <= count
    assert len(streams) * streams.length <= tokens - 1
    assert tokens - 1 - len(streams) * streams.length < len(streams)
    begins = set()
    for epoch in range(4):
        found = chunks(streams, epoch)
        begin = table(found[0])[0][0]
        begins.add(begin)
        assert 0 <= begin < max(min(window, streams.length - 1), 1)
        for row in range(len(streams)):
            read = [token for batch in found for token in table(batch)[row]]
            asked = [token for batch in found for token in targets(batch)[row]]
            first = row * streams.length
            assert read == list(range(first + begin, first + streams.length))
            assert asked == [token + 1 for token in read]
        assert [batch.begins for batch in found] == [True] + [False] * (len(found) - 1)
        lengths = [int(batch.inputs.lengths.max()) for batch in found]
        assert all(length == window for length in lengths[:-1])
        assert 1 <= lengths[-1] <= window
    if streams.length > 2 and window > 1:
        assert len(begins) > 1


def test_the_order_is_a_function_of_the_seed_and_the_epoch():
    streams = Streams.cut(text(1000), streams=2, window=50)
    orders = [
        streams.order(seed=s, epoch=e) for s, e in ((0, 0), (0, 0), (0, 1), (1, 0))
    ]
    assert orders[0] == orders[1]
    assert orders[0] != orders[2]
    assert orders[0] != orders[3]


def test_a_short_text_has_fewer_streams_rather_than_shorter_than_two_windows():
    assert len(Streams.cut(text(65), streams=32, window=8)) == 4
    assert len(Streams.cut(text(10), streams=32, window=8)) == 1
    assert len(Streams.cut(text(1000), streams=32, window=8)) == 32


@pytest.mark.parametrize("tokens", [0, 1])
def test_a_text_that_has_no_next_token_has_nothing_to_learn(tokens):
    streams = Streams.cut(text(tokens), streams=4, window=8)
    assert len(streams) == 1
    assert streams.length == 0
    assert streams.order(seed=0, epoch=0) == []


def test_some_streams_of_a_chunk_and_none():
    """As several processes share a batch: each takes every so-manieth row."""
    streams = Streams.cut(text(17), streams=3, window=2)
    some = streams.gather([6, 8])
    assert table(some) == [[2, 3], [12, 13]]
    assert some.streams.tolist() == [0, 2]
    none = streams.gather([])
    assert len(none) == 0
    assert none.targets.values.shape == (0,)


# -- pieces that are scored ----------------------------------------------------------


@pytest.mark.parametrize("tokens", [0, 1, 2, 4, 5, 6, 12, 13, 30])
def test_every_token_is_scored_once_with_what_came_before(monkeypatch, tokens):
    monkeypatch.setattr(_streams, "PIECE", 5)
    monkeypatch.setattr(_streams, "CONTEXT", 3)
    batch = pieces(text(tokens))
    scored = []
    for read, asked in zip(
        batch.inputs.to_list(), batch.targets.to_list(), strict=True
    ):
        counts = asked != UNCOUNTED
        assert (asked[counts] == read[counts] + 1).all()
        before = int(counts.nonzero()[0])
        assert before == (0 if not scored else 3)
        assert counts[before:].all()
        scored += asked[counts].tolist()
    assert scored == list(range(1, tokens))


def test_pieces_with_all_of_their_past_are_one_pass_over_the_whole(monkeypatch):
    torch.manual_seed(0)
    settings = NextTokenSettings(embedding=5, hidden=6, layers=2)
    network = NextToken(9, settings).double().eval()
    ids = torch.arange(41) * 5 % 9
    monkeypatch.setattr(_streams, "PIECE", 10_000)
    whole = pieces(ids)
    assert len(whole) == 1
    expected = network(whole.inputs, whole.targets).nats.values
    monkeypatch.setattr(_streams, "PIECE", 7)
    monkeypatch.setattr(_streams, "CONTEXT", 100)
    cut = pieces(ids)
    assert len(cut) == 6
    found = network(cut.inputs, cut.targets).nats.values
    found = found[cut.targets.values != UNCOUNTED]
    torch.testing.assert_close(found, expected, rtol=1e-10, atol=1e-10)
    monkeypatch.setattr(_streams, "CONTEXT", 0)
    without = pieces(ids)
    lone = network(without.inputs, without.targets).nats.values
    assert not torch.allclose(lone, expected)
    torch.testing.assert_close(lone[:7], expected[:7], rtol=1e-10, atol=1e-10)


def test_states_begin_anew_where_a_text_begins_and_now_and_then_elsewhere():
    end, rows = 7, 4000
    ids = torch.ones(rows * 2, dtype=torch.int64)
    ids[:1000:2] = end  # the first token of the first 500 rows
    inputs = Ragged(ids, torch.full((rows,), 2))
    torch.manual_seed(0)
    h, c = begun_anew((torch.ones(2, rows, 3), torch.ones(2, rows, 3)), inputs, end)
    goes_on = h[0, :, 0] > 0
    assert not goes_on[:500].any()
    share = 1 - float(goes_on[500:].float().mean())
    assert 0.5 * FORGETS < share < 1.5 * FORGETS
    assert torch.equal(h, goes_on[None, :, None].expand_as(h).float())
    assert torch.equal(h, c)
