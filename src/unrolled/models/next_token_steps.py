"""A next-token network that reads a token at a time: see decoding/steps.py."""

from typing import final

import torch
from torch import Tensor

from unrolled.cells._base import State
from unrolled.models.next_token import NextToken
from unrolled.ragged import Ragged


@final
class NextTokenSteps:
    """Rows under way: what was read before them, and what each depends on."""

    def __init__(
        self, network: NextToken, first: Ragged, given: Tensor | None = None
    ) -> None:
        """`first`: ids that each row begins with, (tokens,), one a row or more.

        `given` is (rows, fields), as the network's conditions take it.
        """
        self.network, self.tokens = network, network.tokens
        self._first, self._given = first, given
        self._state: State | None = None

    @torch.no_grad()
    def begin(self) -> Tensor:
        """Log-probabilities after what each row begins with, (rows, tokens)."""
        outputs, self._state = self.network.read(self._first, self._given, None)
        last = self._first.lengths.cumsum(0) - 1
        return self.network.log_probabilities(outputs.values[last])

    @torch.no_grad()
    def step(self, ids: Tensor) -> Tensor:
        """The same after one more id of each row, (rows,) to (rows, tokens)."""
        one = Ragged(ids, torch.ones(len(ids), dtype=torch.int64))
        outputs, self._state = self.network.read(one, self._given, self._state)
        return self.network.log_probabilities(outputs.values)

    def keep(self, rows: Tensor) -> None:
        """Goes on with these rows, (kept,)."""
        if self._given is not None:
            self._given = self._given[rows]
        if self._state is None:
            self._first = self._first.gather(rows)
        else:
            self._state = tuple(one[:, rows] for one in self._state)
