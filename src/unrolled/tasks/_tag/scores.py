"""The metrics of tags: of spans as conlleval counts them, of plain tags by the word.

f1, precision, recall   whole spans, with their ends and their kind
accuracy                plain tags that are right; `token_accuracy` beside spans
known_accuracy          the same for words that training has seen, and
unknown_accuracy        for words that it has not
by_kind, errors         numbers for each kind of span, and what went wrong
by_tag                  the same for each plain tag
words                   how many of them are known, and how many not
"""

from collections import Counter
from typing import Any

import torch

from unrolled.tasks._base import Metrics
from unrolled.tasks._span_metrics import span_scores
from unrolled.text.tag_schemes import spans

ROUNDS = 1000

TagLists = list[list[str]]


def tag_scores(
    predicted: TagLists, wanted: TagLists, known: list[list[bool]], *, has_spans: bool
) -> Metrics:
    """Metrics of rows of tags; `known` says of each word whether training had it."""
    pairs = zip(predicted, wanted, strict=True)
    right = [[p == w for p, w in zip(*pair, strict=True)] for pair in pairs]
    flat = [hit for row in right for hit in row]
    is_known = [one for row in known for one in row]
    found: Metrics
    if has_spans:
        scores = span_scores(predicted, wanted)
        first = ("f1", "precision", "recall", "token_accuracy")
        found = {name: scores.pop(name) for name in first}
        pairs = zip(map(spans, predicted), map(spans, wanted), strict=True)
        shares = [(2 * len({*p} & {*w}), len(p) + len(w)) for p, w in pairs]
        found["f1_interval"] = ratio_interval(shares)
    else:
        scores: dict[str, Any] = {"by_tag": _by_tag(predicted, wanted)}
        found = {"accuracy": _share(flat)}
        shares = [(sum(row), len(row)) for row in right]
        found["accuracy_interval"] = ratio_interval(shares)
    both = list(zip(flat, is_known, strict=True))
    for name, wants in (("known_accuracy", True), ("unknown_accuracy", False)):
        part = [hit for hit, one in both if one == wants]
        if part:
            found[name] = _share(part)
    counts = {"known": is_known.count(True), "unknown": is_known.count(False)}
    return found | {"words": counts} | scores


def ratio_interval(rows: list[tuple[int, int]], seed: int = 0) -> list[float]:
    """A 95 % bootstrap interval for Σ first / Σ second over rows: [low, high].

    Rows are drawn with replacement, ROUNDS times: Efron and Tibshirani 1993, "An
    introduction to the bootstrap", chapter 13. Without rows, [0, 0].
    """
    if not rows:
        return [0.0, 0.0]
    generator = torch.Generator().manual_seed(seed)
    both = torch.tensor(rows, dtype=torch.float64)
    sums = torch.stack(
        [
            both[torch.randint(len(both), (len(both),), generator=generator)].sum(0)
            for _ in range(ROUNDS)
        ]
    )
    ends = torch.tensor([0.025, 0.975], dtype=torch.float64)
    return (sums[:, 0] / sums[:, 1].clamp(min=1)).quantile(ends).tolist()


def _by_tag(predicted: TagLists, wanted: TagLists) -> dict[str, dict[str, float]]:
    """Precision, recall, F1 and how many there are, of each tag."""
    found = Counter(tag for row in predicted for tag in row)
    there = Counter(tag for row in wanted for tag in row)
    hits = Counter(
        p
        for guess, true in zip(predicted, wanted, strict=True)
        for p, w in zip(guess, true, strict=True)
        if p == w
    )
    return {
        tag: {
            "precision": hits[tag] / max(found[tag], 1),
            "recall": hits[tag] / max(there[tag], 1),
            "f1": 2 * hits[tag] / (found[tag] + there[tag]),
            "support": there[tag],
        }
        for tag in sorted({*found, *there})
    }


def _share(hits: list[bool]) -> float:
    return sum(hits) / max(len(hits), 1)
