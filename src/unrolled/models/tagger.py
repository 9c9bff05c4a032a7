"""Tags for words, aligned (many to many): every word sees the whole row.

    word ──► table ──────────┐
    word ──► letters, ends ──┴─► stack, both directions ──► linear ──► scores ──► chain
    Chirag   (models/word_spelling.py)                      of each tag         B-PER

The chain is a conditional random field (nn/crf.py), which scores rows of tags as a
whole and knows which may follow which; or each word is decided by itself (softmax).

References: Huang, Xu and Yu 2015, arXiv:1508.01991; Lample et al. 2016,
arXiv:1603.01360. A word that was seen c times is read as the unknown one with the
probability a / (a + c), so that the unknown one gets the meaning of rare words:
Kiperwasser and Goldberg 2016, arXiv:1603.04351, section 4. Some of these words lose
their spelling as well, and only the words around them tell their tag.
"""

from typing import Any, NamedTuple, final

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from typing_extensions import override

from unrolled.engine.watch import seen
from unrolled.models.dropout import dropout
from unrolled.models.inputs import drop_along_rows
from unrolled.models.linear_layer import Linear
from unrolled.models.many_to_one import make_cell
from unrolled.models.over_rows import total
from unrolled.models.stack import Stack
from unrolled.models.tagger_settings import TaggerSettings
from unrolled.models.word_spelling import Sizes, Spellings, Table, WordSpelling
from unrolled.nn.chain import Chain
from unrolled.nn.crf import CRF, Constraints
from unrolled.ragged import Ragged
from unrolled.text.vocabulary import UNKNOWN


class Words(NamedTuple):
    """Rows of words as numbers."""

    ids: Ragged
    """Places in the vocabulary, values (tokens,) int64."""
    forms: Tensor
    """Which of the spellings each word has, (tokens,) int64."""
    spellings: Spellings
    """Distinct spellings; there may be some that no word here has."""


@final
class Tagger(nn.Module):
    """From words to the scores of each tag, and to the loss of the true ones."""

    rarity: Tensor

    def __init__(
        self,
        settings: TaggerSettings,
        sizes: Sizes,
        constraints: Constraints,
        *,
        counts: Tensor,
        start: Tensor | None = None,
    ) -> None:
        """`counts` (words,) says how often each word was seen in training.

        `start` (words, embedding) is what the table begins with, if not by chance.
        """
        super().__init__()
        chosen: Any = settings
        cell, tags = make_cell(chosen), len(constraints.start)
        self.dropout, self.word_dropout = settings.dropout, settings.embedding_dropout
        self.spelling_dropout = settings.spelling_dropout
        share = settings.token_dropout
        rarity = share / (share + (1 - share) * counts.clamp(min=1).float())
        self.register_buffer("rarity", rarity, persistent=False)
        self.spelling = WordSpelling(sizes, cell, settings)
        width = self.spelling.width
        self.words = None
        if settings.embedding:
            self.words = Table(sizes.words, settings.embedding, start)
            width += settings.embedding
        self.stack = Stack(
            cell,
            inputs=width,
            hidden=settings.hidden,
            layers=settings.layers,
            bidirectional=settings.bidirectional,
            dropout=settings.dropout,
        )
        self.head = Linear(self.stack.width, tags)
        self.constraints = constraints
        self.crf = CRF(tags, constraints) if settings.head == "crf" else None

    @override
    def forward(self, words: Words, truth: Ragged | None = None) -> Ragged | Tensor:
        """Scores with values (tokens, tags); with the truth the loss of each row.

        The truth has values (tokens,) int64, and the loss (rows,) is in nats.
        """
        x = words.ids.with_values(self._vectors(words))
        x = seen("inputs", drop_along_rows(x, self.dropout, self.training))
        outputs, _ = self.stack(x)
        outputs = drop_along_rows(outputs, self.dropout, self.training)
        scores = outputs.map(self.head)
        return scores if truth is None else self._loss(scores, truth)

    def chain(self) -> Chain:
        """What is known of neighboring tags: (tags, tags), (tags,) and (tags,)."""
        return self.constraints.chain() if self.crf is None else self.crf.chain()

    def _loss(self, scores: Ragged, truth: Ragged) -> Tensor:
        if self.crf is not None:
            return -self.crf.log_likelihood(scores, truth)
        each = cross_entropy(scores.values, truth.values, reduction="none")
        return total(scores.with_values(each[:, None]))[:, 0]

    def _vectors(self, words: Words) -> Tensor:
        """(tokens, width)."""
        present, place = words.forms.unique(return_inverse=True)
        spelled = self.spelling(words.spellings.gather(present))
        ids, each = words.ids.values, spelled.index_select(0, place)
        if self.training:
            is_read = torch.rand(ids.shape) >= self.rarity.index_select(0, ids)
            ids = torch.where(is_read, ids, UNKNOWN)
            is_spelled = torch.rand(ids.shape) >= self.spelling_dropout
            each = each * (is_read | is_spelled)[:, None]
        if self.words is None:
            return each
        looked_up = dropout(self.words(ids), self.word_dropout, self.training)
        return torch.cat([each, looked_up], dim=-1)
