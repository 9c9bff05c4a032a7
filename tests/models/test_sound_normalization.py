"""Normalization of frames: by hand, in company and in pieces."""

import torch

from unrolled.models.sound_normalization import (
    FLOOR,
    MEMORY,
    PRIOR,
    Heard,
    by_utterance,
    fixed,
    running,
)
from unrolled.ragged import Ragged

SCALE = torch.tensor([2.0, 0.5], dtype=torch.float64)
MEAN = torch.tensor([1.0, -1.0], dtype=torch.float64)


def sounds(*lengths: int) -> Ragged:
    generator = torch.Generator().manual_seed(3)
    values = torch.randn(sum(lengths), 2, generator=generator, dtype=torch.float64)
    return Ragged(values, torch.tensor(lengths))


def begun(rows: int) -> Heard:
    return Heard(MEAN.repeat(rows, 1), 0)


def test_fixed_figures_are_taken_off_and_divided_by():
    x = Ragged(torch.tensor([[3.0, 0.0]], dtype=torch.float64), torch.tensor([1]))
    assert fixed(x, MEAN, SCALE).values.tolist() == [[1.0, 2.0]]


def test_an_utterance_has_mean_0_and_scale_1_and_silence_is_not_blown_up():
    x = sounds(5, 0, 4)
    found = by_utterance(x, SCALE)
    for row in (found[0], found[2]):
        assert torch.allclose(row.mean(0), torch.zeros(2).double(), atol=1e-12)
        assert torch.allclose(row.std(0, correction=0), torch.ones(2).double())
    frames = torch.tensor([[4.0, 4.0], [4.0, 4.1]], dtype=torch.float64)
    still = Ragged(frames, torch.tensor([2]))
    [[none, low], [zero, high]] = by_utterance(still, SCALE).values.tolist()
    assert none == zero == 0
    assert abs(high - 0.05 / (FLOOR * 0.5)) < 1e-9
    assert abs(high + low) < 1e-9


def test_a_running_mean_moves_as_its_equation_says():
    x = sounds(400, 3)
    found, heard = running(x, SCALE, begun(2))
    for row in range(2):
        m = MEAN.clone()
        for t, frame in enumerate(x[row], 1):
            m = m + (frame - m) / min(PRIOR + t, MEMORY)
            assert torch.equal(found[row][t - 1], (frame - m) / SCALE)
        assert torch.equal(heard.mean[row], m)
    assert heard.frames == 400


def test_in_pieces_it_gives_the_bits_of_the_whole():
    whole = sounds(350).map(torch.Tensor.float)
    wanted, last = running(whole, SCALE.float(), Heard(MEAN.float()[None], 0))
    heard, found = Heard(MEAN.float()[None], 0), []
    for piece in whole.values.split([1, 0, 17, 249, 83]):
        one = Ragged(piece, torch.tensor([len(piece)]))
        made, heard = running(one, SCALE.float(), heard)
        found.append(made.values)
    assert torch.equal(torch.cat(found), wanted.values)
    assert torch.equal(heard.mean, last.mean)
    assert heard.frames == last.frames == 350
