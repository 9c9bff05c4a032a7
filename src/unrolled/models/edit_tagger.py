"""What is to be done with each word of a sentence: a kind of edit, and a word for it.

    words ──► table, letters, familiar ──► stack, both ways ──┬─► kind      keep, past
    yesturday                                                 ├─► replace   by which
                                                              └─► insert    which

Two questions in place of one list of all edits: first what kind, then, only for words
that are replaced or that something is put in behind, which word. One word in ten is
wrong, so the long lists cost little in training and in use.

A word also has numbers that say how familiar it is to the training text, such as how
often it was seen there: no table of words can tell that of a word that is in none. An
occurrence in the very sentence that is learned must not count.

References: Omelianchuk et al. 2020, arXiv:2005.12592, for edits as tags; the words are
read as in models/tagger.py.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple, final

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from typing_extensions import override

from unrolled.engine.watch import seen
from unrolled.models.dropout import dropout
from unrolled.models.edit_tagger_settings import EditTaggerSettings
from unrolled.models.inputs import drop_along_rows
from unrolled.models.linear_layer import Linear
from unrolled.models.many_to_one import make_cell
from unrolled.models.over_rows import total
from unrolled.models.softmax import Softmax
from unrolled.models.stack import Stack
from unrolled.models.tagger import Words
from unrolled.models.word_spelling import Sizes, Table, WordSpelling
from unrolled.ragged import Ragged
from unrolled.text.vocabulary import UNKNOWN

FAMILIAR_WIDTH = 8


@dataclass(frozen=True)
class EditSizes:
    """How many different ones there are of everything."""

    words: Sizes
    familiar: tuple[int, ...]
    """Of each number that says how familiar a word is."""
    kinds: int
    replacements: int
    insertions: int


class Read(NamedTuple):
    """A batch of sentences as the network reads it."""

    words: Words
    familiar: Tensor
    """(tokens, numbers) int64."""


class EditTruth(NamedTuple):
    """What is to be done with the words of a batch."""

    kinds: Ragged
    """Values (tokens,) int64."""
    replaced: Tensor
    """Places of tokens that are replaced, (replaced,) int64."""
    replacements: Tensor
    """By which word each of them, (replaced,) int64."""
    before: Tensor
    """Places of tokens that something is put in behind, (before,) int64."""
    insertions: Tensor
    """Which word, (before,) int64."""


@final
class EditTagger(nn.Module):
    """From words to log-probabilities of edits, or to the loss of the true ones."""

    rarity: Tensor

    def __init__(
        self,
        settings: EditTaggerSettings,
        sizes: EditSizes,
        *,
        counts: Tensor,
        start: Tensor | None = None,
    ) -> None:
        """`counts` (words,) says how often each word was seen in training.

        `start` (words, embedding) is what the table begins with, if not by chance.
        """
        super().__init__()
        chosen: Any = settings
        cell, share = make_cell(chosen), settings.token_dropout
        self.dropout, self.word_dropout = settings.dropout, settings.embedding_dropout
        rarity = share / (share + (1 - share) * counts.clamp(min=1).float())
        self.register_buffer("rarity", rarity, persistent=False)
        self.spelling = WordSpelling(sizes.words, cell, settings)
        self.words = Table(sizes.words.words, settings.embedding, start)
        self.familiar = nn.ModuleList(
            Table(size, FAMILIAR_WIDTH) for size in sizes.familiar
        )
        self.stack = Stack(
            cell,
            inputs=self.spelling.width
            + settings.embedding
            + FAMILIAR_WIDTH * len(sizes.familiar),
            hidden=settings.hidden,
            layers=settings.layers,
            bidirectional=settings.bidirectional,
            dropout=settings.dropout,
        )
        width = self.stack.width
        self.kind = Linear(width, sizes.kinds)
        self.replace = Softmax(sizes.replacements, width, None)
        self.insert = Softmax(sizes.insertions, width, None)

    @override
    def forward(self, read: Read, truth: EditTruth | None = None) -> Ragged | Tensor:
        """What is known of each word, values (tokens, width).

        With the truth the loss of each row, (rows,), in nats.
        """
        x = read.words.ids.with_values(self._vectors(read))
        x = seen("inputs", drop_along_rows(x, self.dropout, self.training))
        outputs, _ = self.stack(x)
        outputs = drop_along_rows(outputs, self.dropout, self.training)
        return outputs if truth is None else self._loss(outputs, truth)

    def kinds(self, outputs: Tensor) -> Tensor:
        """Log-probabilities of each kind, (tokens, kinds), of outputs (tokens, width).

        A token has the bits that it has alone.
        """
        return self.kind.by_row(outputs).log_softmax(-1)

    def _loss(self, outputs: Ragged, truth: EditTruth) -> Tensor:
        scores = self.kind(outputs.values)
        each = cross_entropy(scores, truth.kinds.values, reduction="none")
        for head, places, words in (
            (self.replace, truth.replaced, truth.replacements),
            (self.insert, truth.before, truth.insertions),
        ):
            if len(places):
                nats = head(outputs.values.index_select(0, places), words)
                each = each.index_add(0, places, nats)
        return total(outputs.with_values(each[:, None]))[:, 0]

    def _vectors(self, read: Read) -> Tensor:
        """(tokens, numbers)."""
        words = read.words
        present, place = words.forms.unique(return_inverse=True)
        spelled = self.spelling(words.spellings.gather(present))
        ids = words.ids.values
        if self.training:
            is_read = torch.rand(ids.shape) >= self.rarity.index_select(0, ids)
            ids = torch.where(is_read, ids, UNKNOWN)
        looked_up = dropout(self.words(ids), self.word_dropout, self.training)
        familiar = [
            table(numbers)
            for table, numbers in zip(self.familiar, read.familiar.T, strict=True)
        ]
        return torch.cat([spelled.index_select(0, place), looked_up, *familiar], dim=-1)
