"""The tagger: scores, losses, and what it reads of a word."""

import pytest
import torch

from unrolled.decoding.viterbi import viterbi
from unrolled.models.tagger import Tagger, Words
from unrolled.models.tagger_settings import TaggerSettings
from unrolled.models.word_spelling import Sizes, Spellings
from unrolled.nn.crf import Constraints
from unrolled.ragged import Ragged

SIZES = Sizes(words=6, letters=4, affixes=4, shapes=2)
HEADS = pytest.mark.parametrize("head", ["crf", "softmax"])
LENGTHS = torch.tensor([3, 0, 1, 2])


def words() -> Words:
    ids = Ragged(torch.tensor([1, 2, 3, 4, 5, 1]), LENGTHS)
    letters = Ragged(torch.tensor([1, 2, 3, 1, 2]), torch.tensor([2, 3]))
    spelled = Spellings(letters, torch.tensor([[1], [2]]), torch.tensor([0, 1]))
    return Words(ids, torch.tensor([0, 1, 1, 0, 1, 0]), spelled)


def free(tags: int) -> Constraints:
    one = torch.ones(tags, dtype=torch.bool)
    return Constraints(one, one.expand(tags, tags), one)


def tagger(constraints: Constraints | None = None, **given: float | str) -> Tagger:
    torch.manual_seed(0)
    small = {"hidden": 4, "letters_hidden": 3, "embedding": 5, "affixes": 2}
    settings = TaggerSettings(**(small | given))  # type: ignore[arg-type]
    counts = torch.tensor([0, 1, 1, 100, 100, 100])
    return Tagger(settings, SIZES, constraints or free(3), counts=counts)


def gather(asked: Words, rows: list[int]) -> Words:
    forms = asked.ids.with_values(asked.forms).gather(rows).values
    return Words(asked.ids.gather(rows), forms, asked.spellings)


@HEADS
def test_every_word_has_a_score_for_every_tag_in_any_company(head):
    network = tagger(head=head).eval()
    scores = network(words())
    assert scores.values.shape == (6, 3)
    assert torch.equal(scores.lengths, LENGTHS)
    for row in range(4):
        alone = network(gather(words(), [row]))
        torch.testing.assert_close(alone.values, scores[row])


@HEADS
def test_the_loss_of_a_row_is_its_log_likelihood_in_nats(head):
    network = tagger(head=head).eval()
    truth = Ragged(torch.tensor([0, 1, 2, 0, 1, 1]), LENGTHS)
    found = network(words(), truth)
    scores = network(words())
    assert found.shape == (4,)
    assert found.tolist()[1] == 0.0
    if head == "softmax":
        logs = scores.values.log_softmax(1).gather(1, truth.values[:, None])[:, 0]
        each = [-part.sum() for part in logs.split(LENGTHS.tolist())]
        torch.testing.assert_close(found, torch.stack(each))
    else:
        expected = -network.crf.log_likelihood(scores, truth)
        torch.testing.assert_close(found, expected)


@HEADS
def test_a_forbidden_move_is_never_taken(head):
    constraints = free(3)
    between = constraints.between.clone()
    between[:, 2] = False
    start = torch.tensor([True, True, False])
    network = tagger(Constraints(start, between, constraints.stop), head=head).eval()
    with torch.no_grad():
        network.head.bias.copy_(torch.tensor([0.0, 0.0, 50.0]))
    best = viterbi(network(words()), network.chain())
    assert (best.values != 2).all()


def test_rare_words_are_read_as_the_unknown_one_in_training_and_no_others():
    network = tagger(token_dropout=0.5, dropout=0.0, embedding_dropout=0.0)
    assert network.rarity.tolist()[1:] == pytest.approx([0.5, 0.5] + 3 * [1 / 101])
    seen: list[torch.Tensor] = []
    table = network.words
    assert table is not None
    table.register_forward_hook(lambda _, given, __: seen.append(given[0]))
    for _ in range(200):
        network(words())
    read = torch.stack(seen)
    share = (read == 0).float().mean(0)
    assert share[[0, 1, 5]].tolist() == pytest.approx([0.5] * 3, abs=0.12)
    assert share[2:5].max() < 0.06
    network.eval()
    network(words())
    assert torch.equal(seen[-1], words().ids.values)


def test_words_read_as_the_unknown_one_may_lose_their_spelling_and_no_others():
    given = {"token_dropout": 0.5, "dropout": 0.0, "embedding_dropout": 0.0}
    for share, expected in ((1.0, 0.5), (0.5, 0.25), (0.0, 0.0)):
        network, seen = tagger(spelling_dropout=share, **given), []
        network.stack.register_forward_pre_hook(
            lambda _, x, seen=seen: seen.append(x[0].values)
        )
        for _ in range(200):
            network(words())
        hidden = (torch.stack(seen)[:, :, : network.spelling.width] == 0).all(2)
        often = hidden.float().mean(0)
        assert often[[0, 1, 5]].tolist() == pytest.approx([expected] * 3, abs=0.12)
        assert often[2:5].max() < 0.06
        network.eval()
        network(words())
        assert seen[-1][:, : network.spelling.width].any(1).all()


def test_without_an_embedding_a_word_is_its_spelling():
    network = tagger(embedding=0).eval()
    assert network.words is None
    scores = network(words()).values
    one = Words(
        Ragged(torch.tensor([4]), torch.tensor([1])), torch.tensor([0]), words()[2]
    )
    other = one._replace(ids=Ragged(torch.tensor([5]), torch.tensor([1])))
    assert torch.equal(network(one).values, network(other).values)
    assert scores.shape == (6, 3)


def test_the_table_begins_with_what_it_is_given():
    start = torch.arange(30.0).view(6, 5)
    network = Tagger(
        TaggerSettings(embedding=5),
        SIZES,
        free(2),
        counts=torch.ones(6, dtype=torch.int64),
        start=start,
    )
    assert network.words is not None
    assert torch.equal(network.words.table.detach(), start)
