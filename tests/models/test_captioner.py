"""Captioner: the loss and its gradients by their definitions, and bits by picture."""

from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn.functional import log_softmax
from torch.testing import assert_close

from unrolled.models.captioner import Captioner, _unfair
from unrolled.models.captioner_settings import CaptionerSettings
from unrolled.models.encoder_decoder_base import Sides
from unrolled.models.in_row_blocks import in_row_blocks
from unrolled.models.picture_augmentation import augmented
from unrolled.models.picture_encoder import FeatureEncoder, PictureEncoder, regions_of
from unrolled.models.picture_settings import PictureSettings
from unrolled.ragged import Ragged
from unrolled.randomness import computing_on

WORDS, END = 7, 1
STILL: dict[str, Any] = {
    "dropout": 0.0,
    "shift": 0.0,
    "turn": 0.0,
    "scale": 0.0,
    "color": 0.0,
}
SMALL = PictureSettings(size=8, grid=4, channels=8, **STILL)


def settings(**changes: Any) -> CaptionerSettings:
    plain: dict[str, Any] = {
        "embedding": 5,
        "hidden": 6,
        "dropout": 0.0,
        "input_dropout": 0.0,
        "label_smoothing": 0.0,
    }
    return CaptionerSettings(**plain | changes)


def network(seed: int = 0, **changes: Any) -> Captioner:
    torch.manual_seed(seed)
    return Captioner(WORDS, PictureEncoder(SMALL), settings(**changes)).eval()


def pictures(count: int, *, size: int = 8, seed: int = 1) -> Ragged:
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.randint(0, 256, (count, 3, size, size), generator=generator)
    return Ragged(drawn.byte(), torch.ones(count, dtype=torch.int64))


def sides(lengths: list[int]) -> Sides:
    counts = torch.tensor(lengths)
    inputs = torch.arange(sum(lengths)) * 3 % WORDS
    targets = torch.arange(sum(lengths)) * 2 % WORDS
    shown = pictures(len(lengths))
    return Sides(shown, Ragged(inputs, counts), Ragged(targets, counts))


def plain_nats(net: Captioner, given: Sides) -> Tensor:
    """−log P of each target: one row after the other, as the papers write it."""
    x = net.reads.layers(given.source.values.double() / 127.5 - 1)
    regions = x.flatten(2).transpose(1, 2) + net.reads.places
    gist: Any = net.reads.gist
    whole = torch.relu(regions.flatten(1) @ gist.weight.T + gist.bias)
    found = []
    for row, (ids, true) in enumerate(
        zip(given.inputs.to_list(), given.targets.to_list(), strict=True)
    ):
        bridge: Any = net.bridge[0]
        h, c = torch.tanh(whole[row] @ bridge.weight.T + bridge.bias).view(2, -1)
        found.append(_row(net, regions[row], h, c, ids, true))
    return torch.cat(found)


def _row(
    net: Captioner, regions: Tensor, h: Tensor, c: Tensor, ids: Tensor, true: Tensor
) -> Tensor:
    decoder: Any = net.decoder
    stack, table = decoder.stack, net.writes.table
    said = table.new_zeros(decoder.outputs)
    nats = []
    for word, target in zip(ids, true, strict=True):
        read = torch.cat([table[word], said]) if decoder.looks else table[word]
        gates = read @ stack.weight_ih_l0.T + stack.bias_ih_l0
        gates = gates + h @ stack.weight_hh_l0.T + stack.bias_hh_l0
        i, f, g, o = gates.chunk(4)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        joint = h
        if decoder.looks:
            keys = regions @ decoder.keys.weight.T
            if decoder.v is None:
                scores = keys @ h
            else:
                scores = torch.tanh(keys + h @ decoder.asks.weight.T) @ decoder.v
            joint = torch.cat([h, scores.softmax(0) @ regions])
        said = torch.tanh(joint @ decoder.out.weight.T + decoder.out.bias)
        scores = said @ table.T + net.softmax.bias
        nats.append(-log_softmax(scores, 0)[target])
    return torch.stack(nats)


@pytest.mark.parametrize("attention", ["additive", "multiplicative", "none"])
def test_nats_and_the_gradient_of_every_tensor_are_those_of_a_plain_network(attention):
    net, given = network(attention=attention).double(), sides([3, 1, 4])
    expected = plain_nats(net, given)
    names, weights = zip(*net.named_parameters(), strict=True)
    wanted = torch.autograd.grad(expected.sum(), weights, allow_unused=True)
    found = net(given).nats.values
    assert_close(found, expected, rtol=0, atol=1e-12)
    mine = torch.autograd.grad(found.sum(), weights, allow_unused=True)
    for name, one, other in zip(names, mine, wanted, strict=True):
        # Without attention nothing but the state tells of the picture.
        assert (one is None) == (other is None), name
        if one is not None:
            assert_close(one, other, rtol=1e-9, atol=1e-12, msg=name)
            assert one.any(), name


@torch.no_grad()
def test_a_picture_has_the_same_bits_alone_in_company_and_on_two_threads():
    net, shown = network(), pictures(20)
    regions, states = net.encode(shown)
    for row in range(20):
        alone, state = net.encode(shown.gather([row]))
        assert torch.equal(alone.values, regions[row])
        for one, all_rows in zip(state, states, strict=True):
            assert torch.equal(one[:, 0], all_rows[:, row])
    with computing_on(2):
        assert torch.equal(net.encode(shown).values.values, regions.values)


def test_gradients_have_the_same_bits_on_any_number_of_threads():
    given = sides([3] * 40)  # three blocks of pictures
    found = []
    for threads in (1, 2):
        net = network()
        with computing_on(threads):
            net(given).nats.values.sum().backward()
        found.append({name: p.grad for name, p in net.named_parameters()})
    for name, grad in found[0].items():
        assert torch.equal(grad, found[1][name]), name


def test_blocks_have_the_gradients_of_the_whole():
    torch.manual_seed(0)
    layer = torch.nn.Conv2d(3, 4, 3).double()
    x = torch.randn(7, 3, 5, 5).double()
    weights = list(layer.parameters())
    factor = torch.randn(7, 4, 3, 3).double()
    found = in_row_blocks(layer, x, rows=3)
    mine = torch.autograd.grad((found * factor).sum(), weights)
    wanted = torch.autograd.grad((layer(x) * factor).sum(), weights)
    assert_close(found, layer(x))
    assert_close(mine, wanted)


def test_a_batch_without_pictures_is_no_mistake():
    net = network()
    none = sides([2]).source.gather([])
    with torch.no_grad():
        regions, (h, _) = net.encode(none)
    assert regions.values.shape == (0, net.reads.width)
    assert h.shape == (1, 0, 6)
    told = net(Sides(none, *(Ragged(torch.zeros(0).long(), none.lengths),) * 2))
    told.nats.values.sum().backward()


def test_a_caption_that_looks_unevenly_pays_for_it():
    # Two words over two regions: 1.0 + 0.5, 0.0 + 0.5; one over three: 0.2, 0.2, 0.6.
    weights = torch.tensor([1.0, 0.0, 0.5, 0.5, 0.2, 0.2, 0.6])
    attention = Ragged(weights, torch.tensor([2, 2, 3]))
    captions = Ragged(torch.zeros(3, 1), torch.tensor([2, 0, 1]))
    expected = [0.5**2 + 0.5**2, 0.0, 0.8**2 + 0.8**2 + 0.4**2]
    assert_close(_unfair(attention, captions), torch.tensor(expected))


def test_the_price_of_looking_unevenly_is_added_in_training_alone():
    given = sides([3, 2])
    free, priced = network(), network(look_everywhere=2.0)
    assert not priced(given).price.any()
    read = priced.encode(given.source)
    unfair = _unfair(priced.say(given.inputs, read).attention, given.inputs)
    found = priced.train()(given).price
    first, second = (2 * unfair).tolist()
    assert_close(found, torch.tensor([first, 0, 0, second, 0]))
    assert not free.train()(given).price.any()


def test_features_are_read_region_by_region_and_their_mean_is_the_whole():
    torch.manual_seed(0)
    reads = FeatureEncoder(3, 4, SMALL).eval()
    values = torch.randn(5, 3)
    regions, whole = reads(Ragged(values, torch.tensor([2, 3])))
    expected = torch.relu(values @ reads.linear.weight.T + reads.linear.bias)
    assert_close(regions.values, expected)
    assert_close(whole, torch.stack([expected[:2].mean(0), expected[2:].mean(0)]))


@pytest.mark.parametrize(
    ("size", "grid", "regions"), [(32, 8, 64), (33, 8, 25), (8, 8, 64), (64, 4, 16)]
)
def test_sides_are_halved_until_they_fit_the_grid(size, grid, regions):
    made = PictureSettings(size=size, grid=grid, channels=8, blocks=0)
    assert regions_of(made) == regions
    with torch.no_grad():
        found = PictureEncoder(made).eval()(pictures(1, size=size))
    assert found.regions.lengths.tolist() == [regions]


# -- pictures that are changed while training ----------------------------------------


def test_a_picture_that_may_not_change_does_not():
    shown = pictures(3).values
    assert torch.equal(augmented(shown, PictureSettings(**STILL)), shown.float())


def test_a_mirrored_picture_is_the_same_or_its_mirror():
    shown = pictures(1).values.expand(40, -1, -1, -1)
    torch.manual_seed(0)
    found = augmented(shown, PictureSettings(**STILL, mirror=True))
    true = shown[0].float()
    same = [torch.allclose(one, true, atol=0.01) for one in found]
    turned = [torch.allclose(one, true.flip(2), atol=0.01) for one in found]
    assert all(a != b for a, b in zip(same, turned, strict=True))
    assert 5 < sum(same) < 35


def test_a_shift_moves_the_whole_picture_by_no_more_than_it_may():
    dot = torch.zeros(50, 3, 16, 16, dtype=torch.uint8)
    dot[:, :, 8, 8] = 255
    torch.manual_seed(0)
    found = augmented(dot, PictureSettings(**STILL | {"shift": 0.125}))
    weights = found[:, 0] / found[:, 0].sum((1, 2), keepdim=True)
    place = (weights * torch.arange(16.0)).sum((1, 2)) - 8
    assert_close(found[:, 0].sum((1, 2)), torch.full((50,), 255.0), atol=0.1, rtol=0)
    assert place.abs().max() <= 2.001  # an eighth of 16 pixels
    assert place.max() > 1
    assert place.min() < -1


def test_changed_colors_stay_colors():
    torch.manual_seed(0)
    found = augmented(pictures(30).values, PictureSettings(**STILL | {"color": 0.5}))
    assert found.min() >= 0
    assert found.max() <= 255
    gray = torch.full((30, 3, 4, 4), 100, dtype=torch.uint8)
    lit = augmented(gray, PictureSettings(**STILL | {"color": 0.2}))
    assert torch.equal(lit[:, 0], lit[:, 2])  # no hue is changed
    assert len(lit[:, 0, 0, 0].unique()) > 20
