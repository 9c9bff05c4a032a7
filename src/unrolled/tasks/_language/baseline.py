"""The n-gram model beside a language model: the same tokens, the same sentences."""

from collections.abc import Sequence

from torch import Tensor

from unrolled.models.ngrams import NGrams, best_order
from unrolled.ragged import Ragged
from unrolled.tasks._base import Example, Metrics
from unrolled.tasks._language.scores import compare_orders, of_nats
from unrolled.tasks._language.settings import LanguageSettings
from unrolled.tasks._symbols import Symbols

WORDS, SMALLER = (2, 3, 4, 5), (3, 4, 5, 6, 7, 8)


def fit_ngrams(train: Ragged, valid: Ragged, *, symbols: Symbols, order: int) -> NGrams:
    """Kneser-Ney n-grams of ids, values (tokens,), of the order that suits `valid`."""
    orders: Sequence[int] = WORDS if symbols.unit == "word" else SMALLER
    return best_order(
        train, valid, tokens=len(symbols), orders=(order,) if order else orders
    )


def ngram_scores(
    ngrams: NGrams,
    symbols: Symbols,
    rows: Ragged,
    examples: list[Example],
    settings: LanguageSettings,
) -> Metrics:
    """The metrics of the n-grams on rows of ids, values (tokens,)."""

    def nats(texts: list[str]) -> list[float]:
        asked = symbols.rows(texts)
        each: Tensor = -ngrams.log_probabilities(asked)
        return [float(row.sum()) for row in asked.with_values(each)]

    total = -float(ngrams.log_probabilities(rows).sum())
    return of_nats(symbols, total, examples) | compare_orders(nats, examples, settings)
