"""A picture once for each word of its caption, bright where the word looked.

    ┌────┐ ┌────┐ ┌────┐
    │▒▒▒▒│ │░ ▒▒│ │▒▒▒▒│       a veil of black lies over each; its opacity at a region
    │▒▒▒▒│ │░░▒▒│ │▒░░▒│       is 0.75 · (1 − weight / largest weight of the word)
    └────┘ └────┘ └────┘
      a      red   cross

Reference: Xu et al. 2015, "Show, attend and tell", arXiv:1502.03044, figure 3.
"""

from collections.abc import Mapping, Sequence
from math import isqrt
from typing import Any
from zlib import crc32

import torch
from torch import Tensor

from unrolled.drawing.frame import figure, number, table, text
from unrolled.drawing.png import png_uri

DARKEST = 0.75
SIDE = 112
"""Pixels of a picture on the page."""


def draw(part: Mapping[str, Any], *, words: Sequence[str], attention: Tensor) -> str:
    """The figure of a part "picture": "png" (a data URI) and "side".

    `attention` (words, side · side) has the weights of each word over the regions, line
    by line; (0, 0) where the network has no attention.
    """
    side: int = part["side"]
    name = f"picture{crc32(part['png'].encode()):08x}"
    pairs = list(zip(words, attention, strict=False)) if attention.numel() else []
    first = (
        f'<image id="{name}" width="100" height="100" href="{text(part["png"])}"'
        ' preserveAspectRatio="none" style="image-rendering:pixelated"/>'
    )
    shown = [_small(first, "(picture)", "The picture as the network reads it")]
    for word, weights in pairs:
        content = f'<use href="#{name}"/>{_veiled(weights)}'
        shown.append(_small(content, word, f"{word}: {_most(weights, side)}"))
    style = "display:flex;flex-wrap:wrap;gap:12px"
    return figure(
        heading="Where each word looked",
        sentence=_told(pairs, side),
        numbers=_numbers(pairs, side),
        picture=f'<div style="{style}">{"".join(shown)}</div>',
        table=_table(pairs, side),
    )


def veil(weights: Tensor) -> Tensor:
    """Black of the opacity that leaves weights (side²,) to be seen, (2, side, side)."""
    side = isqrt(len(weights))
    share = weights / weights.max().clamp(min=1e-12)
    opacity = (255 * DARKEST * (1 - share)).round().byte().view(side, side)
    return torch.stack([torch.zeros_like(opacity), opacity])


def _veiled(weights: Tensor) -> str:
    uri = png_uri(veil(weights))
    size = 'width="100" height="100" preserveAspectRatio="none"'
    return f'<image {size} href="{uri}"/>'


def _small(content: str, word: str, label: str) -> str:
    """A picture with its word; who cannot see it hears the label."""
    return (
        f'<div style="width:{SIDE}px;text-align:center"><svg role="img"'
        f' aria-label="{text(label)}" width="{SIDE}" height="{SIDE}"'
        f' viewBox="0 0 100 100" style="border:1px solid var(--rule)">{content}</svg>'
        f'<div aria-hidden="true" style="font-size:.875rem;overflow-wrap:anywhere">'
        f"{text(word)}</div></div>"
    )


def _most(weights: Tensor, side: int) -> str:
    at = int(weights.argmax())
    return f"looked most at line {at // side + 1}, column {at % side + 1} of {side}"


def _told(pairs: Sequence[tuple[str, Tensor]], side: int) -> str:
    if not pairs:
        return "The network sees the whole picture at once; no word looks at a part."
    word, weights = max(pairs, key=lambda pair: float(pair[1].max()))
    return (
        "Bright is where the network looked while it wrote the word below. The word"
        f" that looked at one place most of all is “{word}”: it {_most(weights, side)}."
    )


def _numbers(pairs: Sequence[tuple[str, Tensor]], side: int) -> str:
    told = f"Regions: {side} × {side}."
    if not pairs:
        return told
    mean = sum(_regions(weights) for _, weights in pairs) / len(pairs)
    return (
        f"{told} Regions that a word looked at, as exp of the entropy of its weights:"
        f" {number(mean, digits=1)} of {side * side} on average."
    )


def _regions(weights: Tensor) -> float:
    return float(torch.special.entr(weights.double()).sum().exp())


def _table(pairs: Sequence[tuple[str, Tensor]], side: int) -> str:
    rows = []
    for word, weights in pairs:
        at = int(weights.argmax())
        place = [f"{at // side + 1}", f"{at % side + 1}"]
        share = number(float(weights.max()), digits=3)
        rows.append([word, *place, share, number(_regions(weights), digits=1)])
    heads = ["word", "line", "column", "weight there", "regions looked at"]
    return table(heads, rows, caption="where each word looked most") if rows else ""
