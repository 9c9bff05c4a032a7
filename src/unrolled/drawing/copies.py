"""Which words of the source an answer took over as they are.

    the  minister  said  on  Tuesday
     0     64 %     2 %   0    91 %
           ━━━━               ━━━━━━

The bar under a word is as long as its share; shares of 1 % and more stand there as
numbers too.

Reference: Gu et al. 2016, "Incorporating copying mechanism in sequence-to-sequence
learning", arXiv:1603.06393.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from unrolled.drawing.frame import figure, number, table, text
from unrolled.drawing.shapes import listed
from unrolled.drawing.spans import percent

SHOWN = 0.01
"""The least share that is marked."""


def draw(part: Mapping[str, Any]) -> str:
    """The figure of a part "copies": "source" (words) and "share" (one each, 0 to 1).

    A share is the largest probability, over the words of the answer, that the word was
    copied from here.
    """
    source: list[str] = list(part["source"])
    shares: list[float] = [float(share) for share in part["share"]]
    label = _told(source, shares)
    parts = [_word(*pair) for pair in zip(source, shares, strict=True)]
    style = "display:flex;flex-wrap:wrap;gap:6px 8px;align-items:flex-start"
    return figure(
        heading="What the answer copied",
        sentence=label,
        numbers=(
            f"Copied with at least {percent(0.5)}: {sum(s >= 0.5 for s in shares)} of"
            f" {len(source)} source words. Sum of the shares:"
            f" {number(sum(shares))}."
        ),
        picture=(
            f'<div role="img" aria-label="{text(label)}" style="{style}">'
            f"{''.join(parts)}</div>"
        ),
        table=table(
            ["source word", "share"],
            [[w, percent(s)] for w, s in zip(source, shares, strict=True)],
            caption="each word of the source",
        ),
    )


def _told(source: Sequence[str], shares: Sequence[float]) -> str:
    pairs = sorted(zip(source, shares, strict=True), key=lambda pair: -pair[1])
    taken = [f"“{word}”" for word, share in pairs if share >= 0.5]
    if not taken:
        return (
            "No word of the source was copied with a probability of 50 % or more: the"
            " network would rather write each word itself."
        )
    return f"The answer copied from the source: {listed(taken)}."


def _word(word: str, share: float) -> str:
    told = percent(share) if share >= SHOWN else ""
    heavy = "font-weight:600;" if share >= 0.5 else ""
    tint = f"color-mix(in srgb,var(--gate) {22 * share:.0f}%,transparent)"
    bar = (
        f'<span style="display:block;height:3px;width:{100 * share:.0f}%;'
        'background:var(--gate);border-radius:2px"></span>'
        if told
        else ""
    )
    small = (
        f'<span style="display:block;font-size:.75rem;line-height:1.4">{told}</span>'
    )
    return (
        f'<span style="{heavy}background:{tint};border-radius:4px;padding:2px 4px;'
        f'overflow-wrap:anywhere">{text(word)}{bar}{small if told else ""}</span>'
    )
