"""The tagger of edits: its loss is the sum of what it is asked."""

import torch

from unrolled.models.edit_tagger import EditSizes, EditTagger, EditTruth, Read
from unrolled.models.edit_tagger_settings import EditTaggerSettings
from unrolled.models.tagger import Words
from unrolled.models.word_spelling import Sizes, Spellings
from unrolled.ragged import Ragged

SIZES = EditSizes(
    Sizes(words=9, letters=6, affixes=5, shapes=3),
    familiar=(4, 3),
    kinds=5,
    replacements=6,
    insertions=4,
)
SMALL = EditTaggerSettings(
    embedding=6, letters_hidden=4, affixes=4, hidden=7, dropout=0.0, token_dropout=0.0
)


def rows(*lengths: int) -> Read:
    generator = torch.Generator().manual_seed(1)

    def draw(below: int, *shape: int) -> torch.Tensor:
        return torch.randint(below, shape, generator=generator)

    tokens = sum(lengths)
    letters = Ragged(draw(6, 12), torch.tensor([3, 4, 5]))
    spellings = Spellings(letters, draw(5, 3, 8), draw(3, 3))
    words = Words(
        Ragged(draw(9, tokens), torch.tensor(lengths)), draw(3, tokens), spellings
    )
    return Read(words, torch.stack([draw(4, tokens), draw(3, tokens)], 1))


def truth(read: Read) -> EditTruth:
    tokens = len(read.words.ids.values)
    return EditTruth(
        read.words.ids.with_values(torch.arange(tokens) % 5),
        torch.tensor([1, 4]),
        torch.tensor([5, 2]),
        torch.tensor([2]),
        torch.tensor([3]),
    )


def made() -> EditTagger:
    torch.manual_seed(0)
    return EditTagger(SMALL, SIZES, counts=torch.ones(9, dtype=torch.int64)).eval()


def test_the_loss_is_that_of_the_kinds_and_of_the_words_where_there_are_any():
    network, read = made(), rows(3, 0, 4)
    true = truth(read)
    outputs = network(read)
    kinds = network.kinds(outputs.values)
    nats = [-float(kinds[n, k]) for n, k in enumerate(true.kinds.values.tolist())]
    replaced = network.replace.log_probabilities(outputs.values)
    inserted = network.insert.log_probabilities(outputs.values)
    nats[1] -= float(replaced[1, 5])
    nats[4] -= float(replaced[4, 2])
    nats[2] -= float(inserted[2, 3])
    loss = network(read, true)
    expected = torch.tensor([sum(nats[:3]), 0.0, sum(nats[3:])])
    torch.testing.assert_close(loss, expected)


def test_every_weight_has_a_gradient():
    network, read = made(), rows(3, 5)
    network(read, truth(read)).sum().backward()
    for name, weight in network.named_parameters():
        assert weight.grad is not None, name
        assert weight.grad.any(), name


def test_familiar_numbers_change_what_is_known_of_a_word():
    network, read = made(), rows(4)
    other = read._replace(familiar=(read.familiar + 1) % torch.tensor([4, 3]))
    assert not torch.allclose(network(read).values, network(other).values)


def test_kinds_of_a_token_have_the_bits_that_they_have_alone():
    network = made()
    outputs = network(rows(3, 5)).values.detach()
    together = network.kinds(outputs)
    alone = torch.cat([network.kinds(row[None]) for row in outputs])
    torch.testing.assert_close(together, alone, rtol=0, atol=1e-6)
    torch.testing.assert_close(together.exp().sum(1), torch.ones(len(outputs)))
