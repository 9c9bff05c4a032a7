"""The spelling of a word as a vector: every part, in any company."""

import pytest
import torch

from unrolled.cells.gru import GRU
from unrolled.models.tagger_settings import TaggerSettings
from unrolled.models.word_spelling import Sizes, Spellings, WordSpelling, beside
from unrolled.ragged import Ragged

SIZES = Sizes(words=9, letters=7, affixes=5, shapes=3)
KINDS = pytest.mark.parametrize("letters", ["recurrent", "convolution", "none"])


def spellings() -> Spellings:
    letters = Ragged(torch.tensor([1, 3, 2, 1, 4, 5, 6, 2]), torch.tensor([3, 5]))
    return Spellings(letters, torch.tensor([[1, 2], [3, 4]]), torch.tensor([0, 2]))


def spelling(letters: str, **given: int) -> WordSpelling:
    torch.manual_seed(0)
    settings = TaggerSettings(letters=letters, letters_hidden=4, **given)
    return WordSpelling(SIZES, GRU(), settings).eval()


@KINDS
def test_a_word_has_the_same_vector_alone_and_in_company(letters):
    network, words = spelling(letters, affixes=6), spellings()
    together = network(words)
    assert together.shape == (2, network.width)
    backwards = network(words.gather(torch.tensor([1, 0])))
    assert torch.equal(backwards, together.flip(0))
    alone = network(words.gather(torch.tensor([1])))
    torch.testing.assert_close(alone[0], together[1])


@KINDS
def test_its_width_is_that_of_its_parts(letters):
    of_letters = 0 if letters == "none" else 8
    assert spelling(letters, affixes=6).width == 8 + 6 + of_letters
    assert spelling(letters, affixes=0).width == 8 + of_letters


@KINDS
def test_no_words_have_no_vectors(letters):
    none = spellings().gather(torch.zeros(0, dtype=torch.int64))
    network = spelling(letters)
    assert network(none).shape == (0, network.width)


def test_affixes_are_added_up():
    network = spelling("none", affixes=6)
    assert network.affixes is not None
    table = network.affixes.table
    found = network(spellings())[:, 8:]
    expected = torch.stack([table[1] + table[2], table[3] + table[4]])
    torch.testing.assert_close(found, expected)


def test_a_convolution_sees_no_letter_of_the_next_word():
    letters = Ragged(torch.tensor([[1.0], [2.0], [3.0]]), torch.tensor([2, 1]))
    expected = [[0.0, 1.0, 2.0], [1.0, 2.0, 0.0], [0.0, 3.0, 0.0]]
    assert beside(letters).values.tolist() == expected
