"""Captions as a page to look at: each picture, and where its words looked.

What a word did not look at is dark, as in the figures of Xu et al. 2015,
arXiv:1502.03044: the opacity of a region is 1 − weight / largest weight of the word.
Self-contained HTML without a script, for light and dark screens and for print.
"""

from collections.abc import Sequence
from html import escape
from math import isqrt
from typing import NamedTuple

from torch import Tensor

from unrolled.drawing.picture_attention import veil
from unrolled.drawing.png import png_uri

MOST = 100
"""Pictures on a page."""
STYLE = """\
:root { color-scheme: light dark; --ink: #1f2328; --faint: #59636e; --page: #ffffff;
  --rule: #d1d9e0 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --faint: #9198a1;
  --page: #0d1117; --rule: #3d444d } }
body { margin: 0 auto; padding: 1.2rem; max-width: 1000px; background: var(--page);
  color: var(--ink); font: 15px/1.5 system-ui, sans-serif }
h1 { font-size: 1.3rem; margin: 0 }
h2 { font-size: 1rem; margin: 0 0 .4rem; font-weight: 600 }
p { margin: .2rem 0; color: var(--faint) }
section { border-top: 1px solid var(--rule); margin-top: 1rem; padding-top: .8rem }
.words { display: flex; flex-wrap: wrap; gap: .6rem }
figure { margin: 0; text-align: center } figcaption { font-size: .85rem }
svg { display: block; width: 112px; height: 112px; border: 1px solid var(--rule) }
.pixels { image-rendering: pixelated }
"""
HEAD = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Captions</title>
"""


class Shown(NamedTuple):
    """A picture with its caption."""

    name: str
    """Its file, or where it stood."""
    picture: Tensor
    """(3, size, size) uint8."""
    caption: str
    words: Sequence[str]
    weights: Sequence[Tensor]
    """What each word gave the regions, (regions,); empty without attention."""


def page_of(shown: Sequence[Shown], *, left_out: int = 0) -> str:
    """The page of these pictures; `left_out` more are only counted."""
    parts = [f"<style>\n{STYLE}</style></head><body>", "<h1>Captions</h1>"]
    if any(one.weights for one in shown):
        parts.append(
            "<p>Beside each picture, where each word looked: bright is most.</p>"
        )
    for number, one in enumerate(shown):
        parts.append(_section(number, one))
    if left_out:
        parts.append(f"<p>{left_out:,} more are not shown.</p>")
    return HEAD + "\n".join([*parts, "</body></html>\n"])


def _section(number: int, one: Shown) -> str:
    words = zip(one.words, one.weights, strict=False)
    figures = [_figure(number, word, weights) for word, weights in words]
    alt = escape(f"{one.name}: {one.caption}", quote=True)
    first = (
        f'<svg viewBox="0 0 100 100" role="img" aria-label="{alt}">'
        f'<image id="p{number}" class="pixels" width="100" height="100"'
        f' href="{png_uri(one.picture)}"/></svg>'
    )
    name = f"<figcaption>{escape(one.name.rpartition('/')[2])}</figcaption>"
    return "\n".join(
        [
            f"<section><h2>{escape(one.caption) or '(no words)'}</h2>",
            f'<div class="words"><figure>{first}{name}</figure>',
            *figures,
            "</div></section>",
        ]
    )


def _figure(number: int, word: str, weights: Tensor) -> str:
    """The picture under a veil that is thin where the word looked."""
    side = isqrt(len(weights))
    most = int(weights.argmax())
    alt = f"{word}: looked most at line {most // side + 1}, column {most % side + 1}"
    return (
        '<figure><svg viewBox="0 0 100 100" role="img"'
        f' aria-label="{escape(alt, quote=True)} of {side}">'
        f'<use href="#p{number}"/><image width="100" height="100"'
        f' preserveAspectRatio="none" href="{png_uri(veil(weights))}"/></svg>'
        f"<figcaption>{escape(word)}</figcaption></figure>"
    )
