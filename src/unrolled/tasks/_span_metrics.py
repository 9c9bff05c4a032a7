"""Whole entities found, missed and invented, counted as conlleval counts them.

    precision    of the spans that were found, the share that is right
    recall       of the spans that are there, the share that was found
    f1           2 · precision · recall / (precision + recall), over all spans together

A span is right if it begins, ends and is named as in the truth: half a name is no name
found. A share of nothing is 0. What went wrong with the others:

    type               a found span has the ends of a true one of another kind
    boundary           it overlaps a true span of its kind, with other ends
    boundary_and_type  it overlaps only true spans of other kinds, with other ends
    invented           it overlaps no true span
    missed             a true span that no found one overlaps

A wrong span that was found counts once, by the first line that fits. Which tags make a
span is told in text/tag_schemes.py.

Reference: conlleval, the script of the CoNLL-2000 shared task (Tjong Kim Sang and
Buchholz 2000).
"""

from collections import Counter
from typing import Any

from unrolled.text.tag_schemes import Span, spans

ERRORS = ("type", "boundary", "boundary_and_type", "invented", "missed")


def span_scores(predicted: list[list[str]], truth: list[list[str]]) -> dict[str, Any]:
    """Scores from 0 to 1 of tagged sentences; tags in any scheme but "plain".

    Gives precision, recall, f1, token_accuracy; "by_kind", for each kind its
    precision, recall, f1, support (true spans) and found; "errors", a count for each
    of ERRORS; and "counts" of tokens, spans, found and correct. `predicted` and `truth`
    hold as many tags for each sentence (else ValueError).
    """
    found, there, right = Counter[str](), Counter[str](), Counter[str]()
    errors = Counter[str]()
    tokens = equal = 0
    for guess, true in zip(predicted, truth, strict=True):
        tokens += len(true)
        equal += sum(one == other for one, other in zip(guess, true, strict=True))
        guessed, wanted = spans(guess), spans(true)
        found.update(span.kind for span in guessed)
        there.update(span.kind for span in wanted)
        right.update(span.kind for span in set(guessed) & set(wanted))
        errors.update(_errors(guessed, wanted))
    return {
        **_shares(right.total(), found.total(), there.total()),
        "token_accuracy": equal / max(tokens, 1),
        "by_kind": {
            kind: {
                **_shares(right[kind], found[kind], there[kind]),
                "support": there[kind],
                "found": found[kind],
            }
            for kind in sorted({*found, *there})
        },
        "errors": {error: errors[error] for error in ERRORS},
        "counts": {
            "tokens": tokens,
            "spans": there.total(),
            "found": found.total(),
            "correct": right.total(),
        },
    }


def report(scores: dict[str, Any]) -> str:
    """The scores as conlleval prints them, in percent, a line for each kind."""
    counts = scores["counts"]
    lines = [
        f"processed {counts['tokens']} tokens with {counts['spans']} phrases;"
        f" found: {counts['found']} phrases; correct: {counts['correct']}.",
        f"accuracy: {100 * scores['token_accuracy']:6.2f}%; {_percent(scores)}",
    ]
    lines += [
        f"{kind:>17}: {_percent(one)}  {one['found']}"
        for kind, one in scores["by_kind"].items()
    ]
    return "\n".join(lines)


def _shares(right: int, found: int, there: int) -> dict[str, float]:
    return {
        "precision": right / max(found, 1),
        "recall": right / max(there, 1),
        "f1": 2 * right / max(found + there, 1),
    }


def _percent(scores: dict[str, float]) -> str:
    precision, recall, f1 = (
        100 * scores[name] for name in ("precision", "recall", "f1")
    )
    return f"precision: {precision:6.2f}%; recall: {recall:6.2f}%; FB1: {f1:6.2f}"


def _errors(guessed: list[Span], wanted: list[Span]) -> list[str]:
    """The kind of each error in one sentence."""
    right = set(wanted)
    made = [_error(span, wanted) for span in guessed if span not in right]
    missed = sum(not _overlapping(span, guessed) for span in wanted)
    return made + ["missed"] * missed


def _error(span: Span, wanted: list[Span]) -> str:
    near = _overlapping(span, wanted)
    if not near:
        return "invented"
    if any(one[:2] == span[:2] for one in near):
        return "type"
    same = any(one.kind == span.kind for one in near)
    return "boundary" if same else "boundary_and_type"


def _overlapping(span: Span, others: list[Span]) -> list[Span]:
    return [one for one in others if one.start < span.stop and span.start < one.stop]
