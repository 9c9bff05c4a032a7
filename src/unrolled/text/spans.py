"""Spans of characters to tags of tokens, and back.

    text      Chirag lives in New York.      spans  [[0, 6, "PER"], [16, 24, "LOC"]]
    offsets   (0, 6) (7, 12) (13, 15) (16, 19) (20, 24) (24, 25)
    tags      B-PER  O       O        B-LOC    I-LOC    O

    check_spans(text, spans, where=...)        the spans in order, or what is wrong
    fit(text, offsets, spans)                  spans of tokens, and how well they fit
    tags_from_offsets(text, offsets, ...)      the tags
    offsets_of(spans, offsets)                 spans of tokens to spans of characters

Positions count characters from 0, and `stop` is the first character behind a span, as
in Python, spaCy, doccano and Label Studio.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from unrolled.errors import UnreadableDataError
from unrolled.text.tag_schemes import Span, tags_of

Offsets = Sequence[tuple[int, int]]
"""Where each token stands: text[start:stop], in the order of the text."""
_EXPECTED = 'spans such as [0, 6, "PER"]: start, stop and label'
_MEND = "correct the spans of that row, or leave it out"


class Fit(NamedTuple):
    """Spans of characters, brought to whole tokens."""

    spans: list[Span]
    """In the order of the text, without overlap."""
    widened: int
    """How many began or ended inside a token, and now hold all of it."""
    lost: int
    """How many hold no token, or only tokens that a span before them holds."""


def check_spans(text: str, spans: Any, *, where: str) -> list[tuple[int, int, str]]:
    """The spans of one text in their order.

    `where` names the row in messages, as in "notes.jsonl, line 4". Raises
    UnreadableDataError for a span that is not two whole numbers and a label, is empty,
    runs backwards, leaves the text, or overlaps another.
    """
    if not isinstance(spans, list):
        raise _refused(where, "no list of spans", _EXPECTED)
    found = [_checked(text, span, where) for span in spans]
    found.sort(key=lambda span: span[:2])
    for before, now in pairwise(found):
        if now[0] < before[1]:
            raise _refused(
                where,
                f"{_shown(text, before)} and {_shown(text, now)} overlap",
                "spans that share no character, since a token has one tag",
            )
    return found


def fit(text: str, offsets: Offsets, spans: Sequence[Sequence[Any]]) -> Fit:
    """Spans [start, stop, label] as spans of the tokens at `offsets`.

    A span that cuts a token is widened to hold it; blanks at its ends do not count. A
    token that two spans claim stays with the first.
    """
    starts = [start for start, _ in offsets]
    stops = [stop for _, stop in offsets]
    found: list[Span] = []
    widened = lost = taken = 0
    for start, stop, label in sorted(spans, key=lambda span: (span[0], span[1])):
        inside = text[start:stop]
        start += len(inside) - len(inside.lstrip())
        stop -= len(inside) - len(inside.rstrip())
        first = max(bisect_right(stops, start), taken)
        last = bisect_left(starts, stop)
        if start >= stop or first >= last:
            lost += 1
            continue
        widened += starts[first] < start or stops[last - 1] > stop
        found.append(Span(first, last, label))
        taken = last
    return Fit(found, widened, lost)


def tags_from_offsets(
    text: str, offsets: Offsets, spans: Sequence[Sequence[Any]], scheme: str
) -> list[str]:
    """One tag for each token, from spans [start, stop, label] that `check_spans` took.

    How many spans had to be widened to whole tokens, or were lost, `fit` tells.
    """
    return tags_of(fit(text, offsets, spans).spans, len(offsets), scheme)


def offsets_of(spans: Sequence[Span], offsets: Offsets) -> list[tuple[int, int, str]]:
    """Spans of tokens as (start, stop, label) in characters of the text."""
    return [
        (offsets[span.start][0], offsets[span.stop - 1][1], span.kind) for span in spans
    ]


def _checked(text: str, span: Any, where: str) -> tuple[int, int, str]:
    if not isinstance(span, (list, tuple)) or len(span) != 3:
        raise _refused(where, f"{_short(span)} is no span", _EXPECTED)
    start, stop, label = span
    whole = all(type(place) is int for place in (start, stop))
    if not whole or not isinstance(label, str) or not label.strip():
        raise _refused(where, f"{_short(list(span))} is no span", _EXPECTED)
    if not 0 <= start <= len(text) or stop > len(text):
        raise _refused(
            where,
            f"the span [{start}, {stop}, {label}] leaves the text",
            f"positions from 0 to {len(text)}, the characters of that text",
        )
    if stop <= start:
        raise _refused(
            where,
            f"the span [{start}, {stop}, {label}] holds no character",
            "a stop behind the start; it counts the first character outside",
        )
    return start, stop, label


def _shown(text: str, span: tuple[int, int, str]) -> str:
    start, stop, label = span
    return f'[{start}, {stop}, {label}] "{_short(text[start:stop])}"'


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:37] + "..."


def _refused(where: str, problem: str, expected: str) -> UnreadableDataError:
    return UnreadableDataError(
        found=f"{where}: {problem}.", expected=expected, fix=_MEND
    )
