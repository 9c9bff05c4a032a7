"""Tags to spans and back: how whole entities are written as one tag for each token.

             Ann   Rome  Oslo  New   York  now
    IOB1     I-P   I-L   B-L   B-L   I-L   O      B where two would run together
    BIO      B-P   B-L   B-L   B-L   I-L   O      also called IOB2
    BIOES    S-P   S-L   S-L   B-L   E-L   O      or IOBES, BILOU, BMEWO
    plain    NNP   NNP   NNP   NNP   NNP   RB     no spans: parts of speech

Other spellings are read as BIOES: L is E, U and W are S, M is I. What follows the first
hyphen is the kind, and may hold hyphens: B-creative-work.

Spans are counted as by conlleval, the script of the CoNLL-2000 shared task, whose rules
do not ask for the scheme: I-X that continues nothing begins a span, and so does another
kind. The script knows E and no S; here S is a span alone, and nothing runs on after E.

Reference: Ramshaw and Marcus 1995, arXiv:cmp-lg/9505040; Tjong Kim Sang and Veenstra
1999, arXiv:cs/9907006.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from unrolled.errors import SettingError

SCHEMES = ("plain", "IOB1", "BIO", "BIOES")
"""Every way of writing spans that can be read and written."""
OUTSIDE = "O"
_SPELLED = {"L": "E", "U": "S", "W": "S", "M": "I"}
_INSIDE = ("B", "I", "E", "S")


class Span(NamedTuple):
    """The tokens [start, stop) and what they are: (3, 5, "LOC")."""

    start: int
    stop: int
    kind: str


class Allowed(NamedTuple):
    """Which tags may begin, follow and end; tags by their place in the list."""

    start: list[bool]
    """Whether a sequence may begin with this tag."""
    between: list[list[bool]]
    """[before][after]: whether the second may follow the first."""
    stop: list[bool]
    """Whether a sequence may end with this tag."""


def cut(tag: str) -> tuple[str, str]:
    """A tag to its prefix (O, B, I, E or S) and kind: "U-ORG" is ("S", "ORG").

    A tag without a hyphen has no kind; one of another form keeps its first part.
    """
    prefix, _, kind = tag.partition("-")
    return _SPELLED.get(prefix, prefix), kind


def detect(rows: Iterable[list[str]]) -> str:
    """Which of SCHEMES the tags of these sentences are written in.

    "plain" if any tag is none of O, B-X, I-X and so on, or if there is none. IOB1 is
    told from BIO by how more spans begin: with I-X, or with B-X behind another kind.
    """
    prefixes: set[str] = set()
    by_inside = by_begin = 0
    for tags in rows:
        before = (OUTSIDE, "")
        for tag in tags:
            now = cut(tag)
            prefixes.add(now[0])
            follows = before[0] != OUTSIDE and before[1] == now[1]
            by_inside += now[0] == "I" and not follows
            by_begin += now[0] == "B" and not follows
            before = now
    if not prefixes or not prefixes <= {OUTSIDE, *_INSIDE}:
        return "plain"
    if prefixes & {"E", "S"}:
        return "BIOES"
    return "IOB1" if by_inside > by_begin else "BIO"


def spans(tags: Sequence[str]) -> list[Span]:
    """The spans of one sentence in their order, counted as conlleval counts them."""
    found: list[Span] = []
    start = -1
    before = (OUTSIDE, "")
    for at, tag in enumerate([*tags, OUTSIDE]):
        now = cut(tag)
        begins = _begins(before, now)
        if start >= 0 and (begins or now[0] == OUTSIDE):
            found.append(Span(start, at, before[1]))
            start = -1
        if begins:
            start = at
        before = now
    return found


def _begins(before: tuple[str, str], now: tuple[str, str]) -> bool:
    prefix, kind = now
    if prefix == OUTSIDE:
        return False
    over = before[0] in (OUTSIDE, "E", "S")
    return prefix in ("B", "S") or kind != before[1] or (prefix in ("I", "E") and over)


def tags_of(spans: Iterable[Span], length: int, scheme: str) -> list[str]:
    """The tags of a sentence of `length` tokens; `spans` may not overlap.

    "plain" gives each token of a span the bare kind. Raises SettingError for a scheme
    that is not in SCHEMES.
    """
    _check(scheme)
    tags = [OUTSIDE] * length
    before = Span(-1, -1, "")
    for span in sorted(spans):
        touching = before.stop == span.start and before.kind == span.kind
        for at in range(span.start, span.stop):
            prefix = _prefix(scheme, at, span, touching=touching)
            tags[at] = _join(prefix, span.kind)
        before = span
    return tags


def to_scheme(tags: Sequence[str], *, of: str, to: str) -> list[str]:
    """The same spans written in the scheme `to`, whatever the tags are written in.

    Where `of` or `to` is "plain" there are no spans, and the tags stay as they are.
    With `of` and `to` the same, tags that break the scheme are mended: a BIO sentence
    that begins with I-X begins with B-X. Raises SettingError for an unknown scheme.
    """
    _check(of)
    _check(to)
    if "plain" in (of, to):
        return list(tags)
    return tags_of(spans(tags), len(tags), to)


def transitions(tags: Sequence[str], scheme: str) -> Allowed:
    """What the scheme permits among these tags: in BIO, no I-X but behind B-X or I-X.

    Everything is permitted in "plain". Raises SettingError for an unknown scheme.
    """
    _check(scheme)
    pairs = [cut(tag) for tag in tags]
    outside = (OUTSIDE, "")
    return Allowed(
        start=[_may_follow(outside, now, scheme) for now in pairs],
        between=[
            [_may_follow(before, now, scheme) for now in pairs] for before in pairs
        ],
        stop=[_may_follow(before, outside, scheme) for before in pairs],
    )


def _may_follow(before: tuple[str, str], now: tuple[str, str], scheme: str) -> bool:
    same = before[1] == now[1]
    if scheme == "IOB1":  # B is there to part two spans, and for nothing else
        return now[0] != "B" or (before[0] in ("B", "I") and same)
    if scheme == "BIO":
        return now[0] != "I" or (before[0] in ("B", "I") and same)
    if scheme == "BIOES":
        continues = now[0] in ("I", "E")
        is_open = before[0] in ("B", "I")
        return continues == is_open and (same or not is_open)
    return True


def _prefix(scheme: str, at: int, span: Span, *, touching: bool) -> str:
    first, last = at == span.start, at == span.stop - 1
    if scheme == "plain":
        return ""
    if scheme == "BIOES" and last:
        return "S" if first else "E"
    return "B" if first and (scheme != "IOB1" or touching) else "I"


def _join(prefix: str, kind: str) -> str:
    return f"{prefix}-{kind}" if prefix and kind else prefix or kind


def _check(scheme: str) -> None:
    if scheme not in SCHEMES:
        raise SettingError(
            found=f'there is no tag scheme "{scheme}".',
            expected=f"one of {', '.join(SCHEMES)}",
            fix="name one of these; IOB2 is BIO, and IOBES or BILOU is BIOES",
        )
