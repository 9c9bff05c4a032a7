"""Normalization of frames: by hand, in company and in pieces."""

import torch

from unrolled.models.sound_normalization import (
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


def test_an_utterance_is_measured_between_the_training_sounds_and_itself():
    x = sounds(PRIOR, 0, 3 * PRIOR)
    found = by_utterance(x, MEAN, SCALE)
    for row, share in ((0, 0.5), (2, 0.75)):
        own = x[row].mean(0)
        louder = own.mean() - MEAN.mean()
        center = louder + (1 - share) * MEAN + share * (own - louder)
        variance = (x[row] - center).square().mean(0)
        scale = ((1 - share) * SCALE.square() + share * variance).sqrt()
        assert torch.allclose(found[row], (x[row] - center) / scale, atol=1e-12)


def test_a_louder_utterance_is_the_same_one():
    x = sounds(30, 7)
    louder = x.map(lambda values: values + 2.5)
    one, other = by_utterance(x, MEAN, SCALE), by_utterance(louder, MEAN, SCALE)
    assert torch.allclose(one.values, other.values, atol=1e-12)


def test_silence_is_not_blown_up():
    still = Ragged(torch.full((1000, 2), -15.0).double(), torch.tensor([1000]))
    assert by_utterance(still, MEAN, SCALE).values.abs().max() < 2


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
