"""The first layer for sounds: in training, at rest, in company and in chunks."""

from typing import Any

import pytest
import torch

from tests.harness import needs_native
from unrolled.errors import SettingError
from unrolled.models.sound_augmentation import Augmentation
from unrolled.models.sound_layer import SoundLayer
from unrolled.ragged import Ragged

BANDS = 5
STREAMED = pytest.mark.parametrize("normalize", ["fixed", "running"])


def layer(normalize: str = "fixed", subsampling: int = 2, **changes: Any) -> SoundLayer:
    torch.manual_seed(0)
    return SoundLayer(
        torch.arange(5.0) - 10,
        torch.arange(1.0, 6.0),
        normalize=normalize,
        subsampling=subsampling,
        channels=7,
        kernel=4,
        augmentation=Augmentation(rate=8000, **changes),
    )


def sounds(*lengths: int) -> Ragged:
    generator = torch.Generator().manual_seed(1)
    values = 3 * torch.randn(sum(lengths), BANDS, generator=generator) - 8
    return Ragged(values, torch.tensor(lengths))


@needs_native
@pytest.mark.parametrize("normalize", ["fixed", "running", "utterance"])
@torch.no_grad()
def test_the_company_of_a_row_changes_no_bit_of_it(normalize):
    network, x = layer(normalize).eval(), sounds(9, 0, 30, 1, 4)
    together = network(x).to_list()
    for row, found in enumerate(together):
        assert torch.equal(network(x.gather([row])).values, found)


@needs_native
@STREAMED
@torch.no_grad()
def test_a_stream_in_any_chunks_gives_the_bits_of_the_whole(normalize):
    network, x = layer(normalize, 4).eval(), sounds(100)
    whole = network(x).values
    for chunks in ([1] * 100, [100], [3, 0, 40, 57]):
        stream = network.stream()
        made = [stream.accept(piece) for piece in x.values.split(chunks)]
        assert torch.equal(torch.cat(made), whole)


def test_a_sound_measured_against_itself_has_no_stream():
    with pytest.raises(SettingError) as refused:
        layer("utterance").stream()
    assert str(refused.value) == (
        "a model that measures each sound against itself (sound.normalize=utterance).\n"
        "  expected: one that can begin before the sound is over\n"
        "  to fix:   train with --no-bidirectional --set sound.normalize=running\n"
        "  code:     setting"
    )


def test_only_in_training_a_sound_is_changed():
    network, x = layer(tempo=0.2, pitch=0.1, volume=6.0, noise=1.0), sounds(50, 20)
    rested = network.eval()(x)
    assert torch.equal(rested.values, layer().eval()(x).values)
    lengths = {tuple(network.train()(x).lengths.tolist()) for _ in range(5)}
    assert len(lengths) > 1


def test_in_training_a_row_keeps_the_vectors_that_its_text_needs():
    network, x = layer(tempo=0.5, subsampling=4).train(), sounds(40, 40)
    for _ in range(20):
        found = network(x, fewest=torch.tensor([10, 9])).lengths
        assert int(found[0]) >= 10
        assert int(found[1]) >= 9
