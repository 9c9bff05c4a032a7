"""Alignments against all paths, and worked ones."""

from itertools import groupby, product

import pytest
import torch
from torch import Tensor

from unrolled.decoding.ctc_alignment import Span, align, frames_needed, word_spans
from unrolled.errors import DivergedError, ShapeError


def frames_of(text: str, p: float = 0.9) -> Tensor:
    """In each frame that symbol with probability p; "-" is the blank."""
    ids = [0 if letter == "-" else ord(letter) - ord("a") + 1 for letter in text]
    frames = torch.full((len(ids), 5), (1 - p) / 4)
    frames[range(len(ids)), ids] = p
    return frames.log()


def spans_of(path: tuple[int, ...]) -> list[Span]:
    found, frame = [], 0
    for symbol, run in groupby(path):
        length = len(list(run))
        if symbol:
            found.append(Span(frame, frame + length))
        frame += length
    return found


@pytest.mark.parametrize("ids", [(), (1,), (1, 1), (1, 2), (2, 1, 1), (1, 1, 1)])
@pytest.mark.parametrize("seed", range(5))
def test_it_is_the_best_of_all_paths(ids, seed):
    generator = torch.Generator().manual_seed(seed)
    frames = torch.randn(6, 3, generator=generator).log_softmax(1)
    paths = {
        path: sum(float(frames[t, symbol]) for t, symbol in enumerate(path))
        for path in product(range(3), repeat=6)
        if tuple(symbol for symbol, _ in groupby(path) if symbol) == ids
    }
    best = max(paths, key=lambda path: paths[path])
    assert align(frames, ids) == spans_of(best)


def test_each_symbol_lasts_from_a_frame_to_before_another():
    found = align(frames_of("--aa-bccc-cdd-"), [1, 2, 3, 3, 4])
    assert found == [Span(2, 4), Span(5, 6), Span(6, 9), Span(10, 11), Span(11, 13)]


def test_equal_symbols_are_divided_by_a_blank_that_nobody_heard():
    frames = frames_of("aaaab")
    frames[1, 0] += 1.0  # a little likelier there
    assert align(frames, [1, 1, 2]) == [Span(0, 1), Span(2, 4), Span(4, 5)]


def test_of_equal_paths_it_is_the_one_that_goes_on_later():
    even = torch.zeros(5, 3)
    assert align(even, [1]) == [Span(4, 5)]
    assert align(even, [1, 2]) == [Span(3, 4), Span(4, 5)]
    assert align(even, [1, 1]) == [Span(2, 3), Span(4, 5)]


def test_frames_needed_are_symbols_and_a_blank_between_equal_ones():
    assert frames_needed([]) == 0
    assert frames_needed([1]) == 1
    assert frames_needed([1, 2, 1]) == 3
    assert frames_needed([1, 1, 2, 2, 2]) == 8


@pytest.mark.parametrize("ids", [[1], [1, 2], [1, 1, 2], [2, 2, 2]])
def test_in_fewer_frames_than_needed_nothing_can_be_heard(ids):
    needed = frames_needed(ids)
    generator = torch.Generator().manual_seed(0)
    frames = torch.randn(needed, 3, generator=generator).log_softmax(1)
    assert align(frames[:-1], ids) is None
    found = align(frames, ids)
    assert found is not None
    assert all(span.stop == span.start + 1 for span in found)
    loss = torch.nn.functional.ctc_loss
    size, targets = torch.tensor([len(ids)]), torch.tensor([ids])
    for length, finite in [(needed - 1, False), (needed, True)]:
        if length:
            nats = loss(frames[:length, None], targets, torch.tensor([length]), size)
            assert bool(nats.isfinite()) is finite


def test_what_has_no_probability_cannot_be_aligned():
    frames = frames_of("aba")
    frames[:, 3] = -torch.inf
    assert align(frames, [3]) is None
    assert align(frames, [1, 2]) is not None


def test_nothing_said_in_no_frames_or_some():
    assert align(torch.zeros(0, 3), []) == []
    assert align(torch.zeros(2, 3), []) == []
    assert align(torch.zeros(0, 3), [1]) is None


def test_a_word_lasts_from_its_first_symbol_to_its_last():
    ids = [4, 1, 2, 4, 4, 3, 4]
    spans = [Span(2 * n, 2 * n + 1) for n in range(7)]
    assert word_spans(spans, ids, separator=4) == [Span(2, 5), Span(10, 11)]
    assert word_spans([], [], separator=4) == []
    assert word_spans(spans, ids, separator=9) == [Span(0, 13)]


def test_frames_of_another_shape_or_without_numbers_are_refused():
    with pytest.raises(ShapeError, match=r"have the shape \(3,\)"):
        align(torch.zeros(3), [1])
    with pytest.raises(DivergedError, match="not a number"):
        align(torch.full((2, 2), torch.nan), [1])
