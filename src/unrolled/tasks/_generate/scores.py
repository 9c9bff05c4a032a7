"""The metrics of held-out texts: how probable each symbol is, for each category too.

nats_per_token       −mean log P, over all tokens and the ends of texts
nats_by_given        the same of the rows of each category, on its own
perplexity, bits_per_character      as for a language model
"""

from collections import defaultdict
from collections.abc import Sequence

from torch import Tensor

from unrolled.tasks._base import Answers, Example, Metrics
from unrolled.tasks._generate.given import Given
from unrolled.tasks._language.scores import of_nats
from unrolled.tasks._symbols import Symbols

MOST = 40
"""Categories of a column that have a figure of their own."""


def tallies(nats: Tensor, tokens: Tensor, given: Tensor) -> Answers:
    """Of each row its nats and tokens, both (rows,), and what was given, (rows, f)."""
    rows = zip(nats.tolist(), tokens.tolist(), given.tolist(), strict=True)
    return [{"nats": n, "tokens": t, "given": g} for n, t, g in rows]


def scored(
    symbols: Symbols, given: Given, answers: Answers, examples: list[Example]
) -> Metrics:
    """The metrics of rows whose nats were counted by `tallies`."""
    found = of_nats(symbols, sum(one["nats"] for one in answers), examples)
    return found | {"nats_by_given": _by_category(given, answers)}


def _by_category(given: Given, answers: Answers) -> dict[str, float]:
    """Nats per token of the rows of each category, by its name."""
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    shown = [at for at in given.categories if given.sizes[at] <= MOST]
    for one in answers:
        for name in _names(given, shown, one["given"]):
            sums[name][0] += one["nats"]
            sums[name][1] += one["tokens"]
    return {name: nats / tokens for name, (nats, tokens) in sorted(sums.items())}


def _names(given: Given, shown: list[int], values: Sequence[float]) -> list[str]:
    """Categories of a row: female where one column is given, else sex=female."""
    fields = given.fields
    if len(fields) == 1:
        return [fields[at].name(values[at]) for at in shown]
    return [f"{fields[at].header}={fields[at].name(values[at])}" for at in shown]
