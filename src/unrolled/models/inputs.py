"""The first layer: token ids or plain numbers to the vectors that a stack reads.

TokenInput    ids (tokens,)               →  (tokens, width)   embedding or one-hot
VectorInput   numbers (tokens, features)  →  (tokens, features), standardized
"""

from typing import final

import torch
from torch import Tensor, nn
from typing_extensions import override

from unrolled.models.dropout import dropout, kept
from unrolled.ragged import Ragged
from unrolled.text.one_hot import one_hot
from unrolled.text.vocabulary import UNKNOWN


@final
class TokenInput(nn.Module):
    """Looks each token up in a learned table, or writes it as a one-hot code.

    While training, a share `token_dropout` of the tokens is read as the unknown one, so
    that the unknown one gets a meaning and no single word carries an answer alone
    (word dropout: Iyyer et al. 2015, "Deep unordered composition rivals syntactic
    methods for text classification"); and a share `dropout` of all numbers is dropped.
    `evidence` numbers for each token, counted elsewhere, may stand beside its vector.
    """

    def __init__(
        self,
        tokens: int,
        width: int,
        *,
        dropout: float,
        token_dropout: float,
        evidence: int = 0,
        start: Tensor | None = None,
    ) -> None:
        super().__init__()
        self.tokens, self.dropout, self.token_dropout = tokens, dropout, token_dropout
        self.evidence, self.width = evidence, (width or tokens) + evidence
        self.table = None
        if width:
            begin = torch.randn(tokens, width) / 10 if start is None else start.clone()
            self.table = nn.Parameter(begin)

    @override
    def forward(self, ids: Ragged, evidence: Ragged | None = None) -> Ragged:
        """Ids with values (tokens,) int64 to vectors with values (tokens, width).

        Evidence has values (tokens, evidence).
        """
        values = ids.values
        counted = None if evidence is None else evidence.values
        if self.training and self.token_dropout:
            read = kept(values.shape, self.token_dropout, values.device)
            values = torch.where(read.bool(), values, UNKNOWN)
            counted = None if counted is None else counted * read[:, None]
        if self.table is None:
            found = [one_hot(values, self.tokens)]
        else:
            found = [self.table.index_select(0, values)]
        if counted is not None:
            found.append(counted)
        # Dropped before they are joined: the gradient of the table is then a sum of
        # rows that lie end to end, which takes torch a third of the time.
        dropped = [dropout(part, self.dropout, self.training) for part in found]
        return ids.with_values(
            torch.cat(dropped, dim=-1) if dropped[1:] else dropped[0]
        )


@final
class VectorInput(nn.Module):
    """Shifts and scales each feature by what was measured on the training rows.

    While training, the first `noisy` features get noise of a normal distribution, so
    that few rows are not learned by heart (Bishop 1995, "Training with noise is
    equivalent to Tikhonov regularization").
    """

    mean: Tensor
    scale: Tensor

    def __init__(
        self,
        mean: Tensor,
        scale: Tensor,
        *,
        dropout: float,
        noise: float = 0.0,
        noisy: int = 0,
    ) -> None:
        super().__init__()
        self.width, self.dropout = len(mean), dropout
        self.noise, self.noisy = noise, noisy
        self.register_buffer("mean", mean.clone())
        self.register_buffer("scale", scale.clone())

    @override
    def forward(self, series: Ragged, evidence: Ragged | None = None) -> Ragged:
        """Values (tokens, features) to values (tokens, features), about 0 ± 1."""
        standard = series.map(lambda v: (v - self.mean) / self.scale)
        if self.training and self.noise:
            far = torch.zeros_like(standard.values)
            far[:, : self.noisy].normal_(0.0, self.noise)
            standard = standard.map(lambda v: v + far)
        return drop_along_rows(standard, self.dropout, self.training)


def drop_along_rows(x: Ragged, share: float, training: bool) -> Ragged:
    """Dropout with one mask for all tokens of a row: values (tokens, width)."""
    if not training or not share:
        return x
    ones = x.values.new_ones(len(x), x.values.shape[1])
    mask = dropout(ones, share, training)
    return x.with_values(x.values * mask.index_select(0, x.row_of_token))
