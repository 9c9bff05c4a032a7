"""What the rows of a run are like, in figures, for `unrolled doctor`.

    {"train": {"rows", "labels", "lengths", "tokens", "once", "repeated",
               "contradicted", "ceiling", "telling"},
     "valid": {"rows", "labels", "lengths", "tokens", "unknown", "strange", "leaked"}}

`once` is the share of tokens whose word no other text has: what Good (1953, Biometrika
40) expects to be unknown in more text of the same kind; `unknown` is the share that is.
`ceiling` is the accuracy of whoever knows the training rows by heart, below 1 where
equal inputs carry different labels. `telling` names for each label a word that stands
in its rows and in no others. A figure that a task has not is left out.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import torch

from unrolled.tasks._base import AbstractTask, Example, Look, Shape
from unrolled.text.vocabulary import UNKNOWN
from unrolled.training.examples import key_of

MOST_ROWS = 20_000
"""Beyond so many, rows are no longer looked at one by one."""
MOST_LABELS = 50
MOST_TOLD = 2_000
"""Rows in which words are sought that give a label away."""
TELLS = 0.95
"""In what share of a label's rows a word stands, and of other rows does not."""
FEWEST_TOLD = 20
"""Rows of a label, for a word in all of them to be more than chance."""
Facts = dict[str, Any]


def facts_of(
    task: AbstractTask,
    train: list[Example],
    valid: list[Example],
    *,
    apart: bool,
) -> Facts:
    """Of the rows to learn from and of those to choose by.

    `apart` says that the two were cut from the same rows, and share no input by that.
    """
    facts: Facts = {"train": {"rows": len(train)}, "valid": {"rows": len(valid)}}
    if task.reads_tables or len(train) > MOST_ROWS:
        return facts
    looks = {"train": task.look(train), "valid": task.look(valid)}
    for name, look in looks.items():
        facts[name] |= _plain(look)
    if any(looks["train"].tokens):
        different = set(map(tuple, looks["train"].tokens))
        rows = Counter(token for row in different for token in set(row))
        once = [rows[token] == 1 for row in different for token in row]
        facts["train"]["once"] = sum(once) / len(once)
        facts["valid"] |= _unknown(looks["valid"], rows)
    if task.shape is Shape.MANY_TO_ONE:
        facts["train"] |= _repeated(train)
        facts["train"] |= _telling(looks["train"])
    if not (apart or task.follows_on) and valid:
        learned = {key_of(row) for row in train}
        shared = sum(key_of(row) in learned for row in valid)
        facts["valid"]["leaked"] = shared / len(valid)
    return facts


def known_of(task: AbstractTask, rows: list[Example]) -> Facts:
    """Of rows that a finished model is shown: what is unknown, is so to its vocabulary.

    As in `unrolled check`, of those tasks that give each token a number.
    """
    if task.reads_tables:
        return {"rows": len(rows)}
    look = task.look(rows)
    facts: Facts = {"rows": len(rows)} | _plain(look)
    ids = task.encode(rows).inputs.values if look.tokens else torch.zeros(0)
    flat = [token for row in look.tokens for token in row]
    if ids.ndim == 1 and not ids.is_floating_point() and 0 < len(flat) == len(ids):
        pairs = zip(flat, ids.tolist(), strict=True)
        strange = Counter(token for token, number in pairs if number == UNKNOWN)
        facts["unknown"] = strange.total() / len(flat)
        facts["strange"] = [token for token, _ in strange.most_common(5)]
    return facts


def _plain(look: Look) -> Facts:
    """Labels and lengths."""
    facts: Facts = {}
    counts = Counter(name for names in look.names for name in names)
    if counts and len(counts) <= MOST_LABELS:
        facts["labels"] = dict(counts.most_common())
    lengths = sorted(look.lengths or map(len, look.tokens))
    if lengths:
        facts["lengths"] = [lengths[0], lengths[len(lengths) // 2], lengths[-1]]
        facts["tokens"] = sum(lengths)
    return facts


def _unknown(look: Look, known: Counter[str]) -> Facts:
    """How much of these rows is in words that no training row has, and which."""
    strange = Counter(t for row in look.tokens for t in row if t not in known)
    total = sum(map(len, look.tokens))
    shown = [token for token, _ in strange.most_common(5)]
    return {"unknown": strange.total() / total, "strange": shown} if total else {}


def _repeated(rows: Sequence[Example]) -> Facts:
    """How many rows have the input of another row, with its answer or with another."""
    groups: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        groups[key_of(row)].append(str(row.target))
    against = [group for group in groups.values() if len(set(group)) > 1]
    best = sum(Counter(group).most_common(1)[0][1] for group in groups.values())
    count = max(len(rows), 1)
    return {
        "repeated": (len(rows) - len(groups)) / count,
        "contradicted": sum(map(len, against)) / count,
        "ceiling": best / count,
    }


def _telling(look: Look) -> Facts:
    """For each label a word that gives it away, if all labels have one."""
    if any(len(names) != 1 for names in look.names):
        return {}
    step = -(-len(look.names) // MOST_TOLD) or 1
    pairs = zip(look.names[::step], look.tokens[::step], strict=False)
    rows = [(names[0], set(row)) for names, row in pairs]
    labels = Counter(label for label, _ in rows)
    if len(labels) < 2 or min(labels.values()) < FEWEST_TOLD:
        return {}
    words = Counter(word for _, row in rows for word in row)
    together = Counter((label, word) for label, row in rows for word in row)
    found: dict[str, str] = {}
    for (label, word), both in together.most_common():
        if both < TELLS * labels[label]:
            continue
        elsewhere = words[word] - both
        if elsewhere <= (1 - TELLS) * (len(rows) - labels[label]):
            found.setdefault(label, word)
    return {"telling": found} if len(found) >= len(labels) - 1 else {}
