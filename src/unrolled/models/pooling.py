"""From the states of a whole sequence to one vector, for many-to-one answers.

    last        the state that has read everything (in each direction)
    mean        the average over the tokens
    max         the largest value of each unit over the tokens
    attention   an average weighted by what a small net finds worth reading
    inputs      the average of what the stack read: a bag of words beside the network

Several may stand side by side: "max+mean" is twice as wide. A row without tokens gives
zeros, so an empty sentence has an answer too: the one for knowing nothing.

Reference for attention: Yang et al. 2016, "Hierarchical attention networks for document
classification", equations 5 to 7.
"""

from typing import final

import torch
from torch import Tensor, nn
from typing_extensions import override

from unrolled.engine.watch import seen
from unrolled.errors import SettingError
from unrolled.models.linear_layer import Linear
from unrolled.models.over_rows import largest, largest_and_mean, mean, total
from unrolled.ragged import Ragged

KINDS = ("last", "mean", "max", "attention", "inputs")


@final
class Pooling(nn.Module):
    """One vector a row, (rows, width of all kinds together)."""

    def __init__(self, kinds: str, width: int, *, inputs: int = 0) -> None:
        super().__init__()
        self.kinds = kinds.split("+")
        unknown = [kind for kind in self.kinds if kind not in KINDS]
        if unknown:
            raise SettingError(
                found=f'the pooling "{kinds}" names "{unknown[0]}".',
                expected=f"some of {', '.join(KINDS)}, joined by +",
                fix="write model.pooling=max+mean, for example",
            )
        widths = dict.fromkeys(KINDS, width) | {"inputs": inputs}
        self.width = sum(widths[kind] for kind in self.kinds)
        self.attention = Attention(width) if "attention" in self.kinds else None

    @override
    def forward(self, states: Ragged, last: Tensor, x: Ragged) -> Tensor:
        """From states, values (tokens, width), last states (rows, width) and inputs x.

        x has values (tokens, inputs).
        """
        ways = {"mean": mean, "max": largest, "attention": self.attention}
        found = {"last": last}
        if "inputs" in self.kinds:
            found["inputs"] = mean(x)
        if {"max", "mean"} <= set(self.kinds):
            found["max"], found["mean"] = largest_and_mean(states)
        for kind in self.kinds:  # not a set: the order decides how gradients are added
            if kind not in found:
                found[kind] = ways[kind](states)
        return torch.cat([found[kind] for kind in self.kinds], dim=-1)


@final
class Attention(nn.Module):
    """An average of the states, weighted by a small net that reads each of them."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.score = nn.Sequential(
            Linear(width, width), nn.Tanh(), Linear(width, 1, bias=False)
        )

    @override
    def forward(self, states: Ragged) -> Tensor:
        """From values (tokens, width) to (rows, width)."""
        counts = states.with_values(self.weights(states))
        shares = seen("pooling", counts).values[:, None]
        return total(states.map(lambda values: values * shares))

    def weights(self, states: Ragged) -> Tensor:
        """How much each token counts, (tokens,); the tokens of a row add up to 1."""
        scores, rows = self.score(states.values), states.row_of_token
        # The softmax is the same whatever is taken off; so no power overflows.
        top = largest(states.with_values(scores.detach())).index_select(0, rows)
        powers = states.with_values((scores - top).exp())
        return (powers.values / total(powers).index_select(0, rows)).squeeze(-1)
