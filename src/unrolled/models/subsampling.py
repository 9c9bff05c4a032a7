"""Convolutions along time that make one frame of several, and see no later ones.

    x_1 x_2 x_3 x_4 x_5 x_6 x_7        frames, two become one, each sees four
        └─ 0 0 x_1 x_2 → y_1
              x_1 x_2 x_3 x_4 → y_2
                    x_3 x_4 x_5 x_6 → y_3          x_7 waits for an x_8

    y_j = max(0, W [x_{js−k+1}; ...; x_{js}] + b)      stride s, kernel k

A row of n frames gives n // s of them, so what a row gives never depends on where a
batch or a chunk ends. Steps of two follow each other up to the subsampling asked for;
where that is 1, one convolution looks at each frame and those before it.
"""

from math import log2
from typing import final

import torch
from torch import Tensor, nn
from typing_extensions import override

from unrolled.models.linear_layer import Linear
from unrolled.ragged import Ragged
from unrolled.time_major import spans


@final
class Convolution(nn.Module):
    """One of them: `kernel` frames at a time, every `stride` frames."""

    def __init__(self, inputs: int, outputs: int, *, kernel: int, stride: int) -> None:
        super().__init__()
        self.kernel, self.stride = kernel, stride
        self.linear = Linear(kernel * inputs, outputs)

    @override
    def forward(self, x: Ragged) -> Ragged:
        """Values (frames, inputs) to (fewer frames, outputs)."""
        lengths = x.lengths // self.stride
        starts = torch.zeros_like(lengths)
        moment = spans(starts, lengths) * self.stride + self.stride - self.kernel
        seen = moment[:, None] + torch.arange(self.kernel)
        begin = x.offsets[:-1].repeat_interleave(lengths)[:, None]
        silent = len(x.values)  # a frame of zeros behind the last one
        index = torch.where(seen >= 0, begin + seen, silent).flatten()
        padded = torch.cat([x.values, x.values.new_zeros(1, x.values.shape[1])])
        windows = padded.index_select(0, index.to(padded.device))
        return Ragged(
            self._of(windows.view(len(seen), self.linear.weight.shape[1])), lengths
        )

    def before(self) -> int:
        """Frames of zeros that stand before the first one of a stream."""
        return self.kernel - self.stride

    def go_on(self, waiting: Tensor, frames: Tensor) -> tuple[Tensor, Tensor]:
        """What new frames (n, inputs) give, (m, outputs), and those that wait then.

        `waiting` (w, inputs) is what has not been used up; at first, zeros.
        """
        waiting = torch.cat([waiting, frames])
        if len(waiting) < self.kernel:
            return frames.new_zeros(0, self.linear.weight.shape[0]), waiting
        windows = waiting.unfold(0, self.kernel, self.stride)  # (m, inputs, kernel)
        flat = windows.transpose(1, 2).reshape(len(windows), -1)
        return self._of(flat), waiting[len(windows) * self.stride :]

    def _of(self, windows: Tensor) -> Tensor:
        learns = torch.is_grad_enabled()
        return torch.relu(
            self.linear(windows) if learns else self.linear.by_row(windows)
        )


@final
class Subsampling(nn.Module):
    """As many of them as it takes; `width` is what the last one gives."""

    def __init__(self, inputs: int, *, factor: int, channels: int, kernel: int) -> None:
        super().__init__()
        self.factor, self.width = factor, channels
        halvings = round(log2(factor))
        widths = [inputs, *[channels] * halvings]
        self.steps = nn.ModuleList(
            Convolution(width, channels, kernel=kernel, stride=min(factor, 2))
            for width in (widths[:-1] or widths)
        )

    @override
    def forward(self, x: Ragged) -> Ragged:
        """Values (frames, inputs) to (frames // factor, width)."""
        for step in self.steps:
            x = step(x)
        return x

    def begin(self) -> list[Tensor]:
        """What waits before a stream begins: (frames, inputs) of each step."""
        made: list[Tensor] = []
        for step in self.convolutions():
            weight = step.linear.weight
            inputs = weight.shape[1] // step.kernel
            made.append(weight.new_zeros(step.before(), inputs))
        return made

    @torch.no_grad()
    def go_on(
        self, waiting: list[Tensor], frames: Tensor
    ) -> tuple[Tensor, list[Tensor]]:
        """What new frames (n, inputs) of a stream give, (m, width), and what waits."""
        left: list[Tensor] = []
        for step, held in zip(self.convolutions(), waiting, strict=True):
            frames, held = step.go_on(held, frames)
            left.append(held)
        return frames, left

    def convolutions(self) -> list[Convolution]:
        """The steps, first to last."""
        return [step for step in self.steps if isinstance(step, Convolution)]
