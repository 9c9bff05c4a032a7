"""The table of word vectors: kept in a model folder, and out of reach of gradients."""

import torch

from unrolled.models.many_to_one import count_weights
from unrolled.models.word_table import WordTable, vectors_of


def test_vectors_are_state_and_no_weights():
    values = torch.tensor([[0.0, 0.0], [1.0, 2.0]])
    table = WordTable(values)
    assert torch.equal(vectors_of(table), values)
    assert torch.equal(table.state_dict()["vectors"], values)
    assert count_weights(table) == 0
