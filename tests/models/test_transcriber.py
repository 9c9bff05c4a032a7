"""The network that transcribes: gradients, company, and a stream that is the whole."""

from typing import Any

import pytest
import torch

from tests.harness import needs_native
from unrolled.catalog import names
from unrolled.errors import SettingError
from unrolled.models.ctc_loss import ctc_loss
from unrolled.models.sound_augmentation import Augmentation
from unrolled.models.sound_layer import SoundLayer
from unrolled.models.transcriber import Transcriber
from unrolled.models.transcriber_settings import TranscriberSettings
from unrolled.ragged import Ragged

BANDS = 3


def network(normalize: str = "running", **given: Any) -> Transcriber:
    torch.manual_seed(0)
    reads = SoundLayer(
        torch.zeros(BANDS),
        torch.ones(BANDS),
        normalize=normalize,
        subsampling=2,
        channels=5,
        kernel=4,
        augmentation=Augmentation(),
    )
    plain = {"hidden": 6, "layers": 2, "bidirectional": False, "dropout": 0.0}
    plain["delay"] = 3
    settings = TranscriberSettings(**{**plain, **given})
    return Transcriber(reads, settings, symbols=4)


def sounds(*lengths: int) -> Ragged:
    generator = torch.Generator().manual_seed(1)
    values = torch.randn(sum(lengths), BANDS, generator=generator)
    return Ragged(values, torch.tensor(lengths))


def texts(*rows: list[int]) -> Ragged:
    return Ragged.from_list([torch.tensor(row, dtype=torch.int64) for row in rows])


def test_each_vector_has_a_distribution_over_the_blank_and_the_symbols():
    found = network().eval()(sounds(9, 0, 4))
    assert found.lengths.tolist() == [4, 0, 2]
    assert torch.allclose(found.values.exp().sum(1), torch.ones(6))
    both = network(bidirectional=True).eval()(sounds(9, 0, 4))
    assert both.lengths.tolist() == [4, 0, 2]


@pytest.mark.parametrize("bidirectional", [False, True])
def test_the_gradient_of_every_weight_is_the_slope_of_the_loss(bidirectional):
    asked = network(bidirectional=bidirectional).double()
    x = sounds(8, 0, 2, 6).map(torch.Tensor.double)
    said = texts([1, 2], [], [3], [2, 2])

    def loss() -> torch.Tensor:
        weights = torch.tensor([1.0, 1.0, 2.0, -0.5], dtype=torch.float64)
        return (ctc_loss(asked(x), said) * weights).sum()

    loss().backward()
    step = 1e-6
    for name, weight in asked.named_parameters():
        assert weight.grad is not None, name
        direction = torch.randn(weight.shape, dtype=torch.float64)
        with torch.no_grad():
            weight += step * direction
            above = float(loss())
            weight -= 2 * step * direction
            below = float(loss())
            weight += step * direction
        slope = float((weight.grad * direction).sum())
        assert abs((above - below) / (2 * step) - slope) < 1e-6 * (1 + abs(slope)), name


@needs_native
@torch.no_grad()
def test_the_company_of_a_row_changes_no_bit_of_it():
    asked, x = network("utterance", bidirectional=True).eval(), sounds(9, 0, 30, 1, 4)
    for row, found in enumerate(asked(x).to_list()):
        assert torch.equal(asked(x.gather([row])).values, found)


@needs_native
@pytest.mark.parametrize("cell", names("cells"))
@torch.no_grad()
def test_a_stream_in_any_chunks_gives_the_bits_of_the_whole(cell):
    asked, x = network(cell=cell).eval(), sounds(80)
    whole = asked(x).values
    for chunks in ([1] * 80, [80], [3, 0, 40, 37]):
        stream = asked.stream()
        made = [stream.accept(piece) for piece in x.values.split(chunks)]
        assert torch.equal(torch.cat([*made, stream.finish()]), whole)


@torch.no_grad()
def test_in_one_direction_a_vector_is_told_when_more_has_been_heard():
    asked, x = network("fixed").eval(), sounds(12)
    found = asked(x).values
    changed = x.values.clone()
    changed[8:10] += 1.0  # the fifth vector of six
    other = asked(Ragged(changed, x.lengths)).values
    assert torch.equal(found[:1], other[:1])
    assert not torch.equal(found[1], other[1])  # three vectors before it


def test_a_stream_of_nothing_ends_with_nothing():
    stream = network().stream()
    assert stream.accept(torch.zeros(0, BANDS)).shape == (0, 4)
    assert stream.finish().shape == (0, 4)


def test_a_network_in_both_directions_has_no_stream():
    with pytest.raises(SettingError) as refused:
        network(bidirectional=True).stream()
    assert str(refused.value) == (
        "a model that reads in both directions, from the end of a sound, too.\n"
        "  expected: one that can begin before the sound is over\n"
        "  to fix:   train with --no-bidirectional --set sound.normalize=running\n"
        "  code:     setting"
    )
