"""Entities in their sentence: what was found, what it is called, how sure it is.

    ╭─────────────╮              ╭────────╮
    │ Ada Lovelace│ was born in  │ London │
    ╰ PER 98 % ━━─╯              ╰ LOC 71%╯

Each label has a color and a kind of border besides its name, so that none is told by
color alone. The bar under a label is as long as its confidence is high. The table has
the same in the BIO view: B where a span begins, I where it goes on, O outside.

Reference: Ramshaw and Marcus 1995, "Text chunking using transformation-based learning",
arXiv:cmp-lg/9505040.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from unrolled.drawing.frame import figure, table, text
from unrolled.drawing.shapes import listed

COLORS = ("gate", "plus", "minus", "warn")
BORDERS = ("solid", "dashed", "dotted", "double")


def draw(part: Mapping[str, Any]) -> str:
    """The figure of a part "spans": "tokens" and "spans".

    Each span has "start" and "stop" (token numbers, stop beyond the last), "label" and
    "confidence" (0 to 1, or None).
    """
    tokens: list[str] = list(part["tokens"])
    spans = apart(part["spans"])
    styles = styles_of([span["label"] for span in spans])
    label = _told(tokens, spans)
    return figure(
        heading="What was found in the sentence",
        sentence=label,
        numbers=_numbers(tokens, spans),
        picture=_picture(tokens, spans, styles, label),
        table=_bio(tokens, spans),
    )


def apart(spans: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """From left to right; of two that share a token the one that begins first."""
    chosen: list[Mapping[str, Any]] = []
    for span in sorted(spans, key=lambda one: (one["start"], -one["stop"])):
        if span["stop"] > span["start"] >= (chosen[-1]["stop"] if chosen else 0):
            chosen.append(span)
    return chosen


def styles_of(labels: Sequence[str]) -> dict[str, tuple[str, str]]:
    """A color and a border for each label, in the order of the alphabet."""
    names = sorted(set(labels))
    kinds = [(color, border) for border in BORDERS for color in COLORS]
    return {name: kinds[place % len(kinds)] for place, name in enumerate(names)}


def percent(share: float) -> str:
    """Of 1, without decimals; never 100 for what is less."""
    return f"{min(round(100 * share), 99 if share < 1 else 100)} %"


def _told(tokens: Sequence[str], spans: Sequence[Mapping[str, Any]]) -> str:
    if not spans:
        return "The network marked nothing in this sentence."
    found = [
        f"“{' '.join(tokens[span['start'] : span['stop']])}” as {span['label']}"
        for span in spans
    ]
    return f"The network marked {listed(found)}."


def _numbers(tokens: Sequence[str], spans: Sequence[Mapping[str, Any]]) -> str:
    covered = sum(span["stop"] - span["start"] for span in spans)
    known = [span["confidence"] for span in spans if span["confidence"] is not None]
    least = f", the least sure with {percent(min(known))}" if known else ""
    return f"Spans: {len(spans)}, over {covered} of {len(tokens)} tokens{least}."


def _picture(
    tokens: Sequence[str],
    spans: Sequence[Mapping[str, Any]],
    styles: Mapping[str, tuple[str, str]],
    label: str,
) -> str:
    parts: list[str] = []
    at = 0
    for span in spans:
        parts += [_plain(token) for token in tokens[at : span["start"]]]
        parts.append(_mark(tokens[span["start"] : span["stop"]], span, styles))
        at = span["stop"]
    parts += [_plain(token) for token in tokens[at:]]
    style = "display:flex;flex-wrap:wrap;gap:8px 6px;align-items:flex-start"
    return (
        f'<div role="img" aria-label="{text(label)}" style="{style}">'
        f"{''.join(parts)}</div>"
    )


def _plain(token: str) -> str:
    return f'<span style="padding:3px 0;overflow-wrap:anywhere">{text(token)}</span>'


def _mark(
    tokens: Sequence[str],
    span: Mapping[str, Any],
    styles: Mapping[str, tuple[str, str]],
) -> str:
    color, border = styles[span["label"]]
    sure = span["confidence"]
    told = f" {percent(sure)}" if sure is not None else ""
    bar = (
        f'<span style="display:block;height:3px;width:{100 * sure:.0f}%;'
        f'background:var(--{color});border-radius:2px"></span>'
        if sure is not None
        else ""
    )
    around = f"{3 if border == 'double' else 1.5}px {border} var(--{color})"
    tint = f"color-mix(in srgb,var(--{color}) 12%,transparent)"
    return (
        f'<span style="border:{around};border-radius:7px;background:{tint};'
        f'padding:1px 7px 3px;max-width:100%">'
        f'<span style="overflow-wrap:anywhere;font-weight:600">'
        f"{text(' '.join(tokens))}</span>"
        f'<span style="display:block;font-size:.75rem;line-height:1.4;'
        f'white-space:nowrap"><b>{text(span["label"])}</b>{told}</span>{bar}</span>'
    )


def _bio(tokens: Sequence[str], spans: Sequence[Mapping[str, Any]]) -> str:
    tags = ["O"] * len(tokens)
    sure = [""] * len(tokens)
    for span in spans:
        for place in range(span["start"], span["stop"]):
            mark = "B" if place == span["start"] else "I"
            tags[place] = f"{mark}-{span['label']}"
            told = span["confidence"]
            sure[place] = percent(told) if told is not None else ""
    rows = zip(tokens, tags, sure, strict=True)
    return table(["token", "tag", "confidence"], rows, caption="each token, BIO view")
