"""The metrics of a language model.

    nats_per_token       −mean log P, over all tokens and the ends of rows
    perplexity           its exponential: so many equally likely tokens to choose from
    bits_per_character   the same text counted by characters, whatever a token is
    accuracy             the likeliest token is the true one; at_3, at_5: among so many
    word_order           sentences that are likelier than each of their own shuffles

Words that are not known count as one token <unk>: a perplexity holds for its vocabulary
only, and the share of unknown ones is told beside it.
"""

import math
from collections.abc import Callable

from unrolled.models.next_token import NextToken
from unrolled.tasks._base import Answers, Batch, Example, Metrics
from unrolled.tasks._language.settings import LanguageSettings
from unrolled.tasks._next_token import nats_and_ranks, sum_of_rows
from unrolled.tasks._symbols import Symbols
from unrolled.tasks._text_input import text_of
from unrolled.tasks._word_order import sentences, share_won, shuffles
from unrolled.text.vocabulary import UNKNOWN

WITHIN = (1, 3, 5)


def measured(network: NextToken, batch: Batch) -> Answers:
    """Of each row its nats, its tokens, and how many were among the 1, 3, 5 best."""
    nats, ranks = nats_and_ranks(network, batch)
    total, counted = sum_of_rows(nats.map(lambda v: v.double()), batch)
    hits = [
        sum_of_rows(ranks.map(lambda v, k=k: (v < k).double()), batch)[0].tolist()
        for k in WITHIN
    ]
    rows = zip(total.tolist(), counted.tolist(), *hits, strict=True)
    return [{"nats": n, "tokens": t, "hits": list(rest)} for n, t, *rest in rows]


def scored(symbols: Symbols, answers: Answers, examples: list[Example]) -> Metrics:
    """The metrics of rows that were measured."""
    tokens = sum(one["tokens"] for one in answers)
    found = of_nats(symbols, sum(one["nats"] for one in answers), examples)
    names = ("accuracy", *(f"accuracy_at_{k}" for k in WITHIN[1:]))
    for place, name in enumerate(names):
        found[name] = sum(one["hits"][place] for one in answers) / max(tokens, 1)
    return found


def of_nats(symbols: Symbols, nats: float, examples: list[Example]) -> Metrics:
    """What the sum of all nats says: per token, per character, with their numbers."""
    texts = [text_of(row) for row in examples]
    rows = symbols.rows(texts)
    tokens = max(len(rows.values), 1)
    unknown = float((rows.values == UNKNOWN).sum()) / tokens
    found: Metrics = {
        "perplexity": math.exp(min(nats / tokens, 700.0)),
        "nats_per_token": nats / tokens,
        "tokens": tokens,
        "unknown_share": unknown,
    }
    if not unknown:  # a text with holes has no number of bits
        characters = sum(len(text) + 1 for text in texts)  # and the end of its line
        found["bits_per_character"] = nats / math.log(2) / max(characters, 1)
    return found


def compare_orders(
    nats: Callable[[list[str]], list[float]],
    examples: list[Example],
    settings: LanguageSettings,
) -> Metrics:
    """The share of sentences that are likelier than each of their own shuffles."""
    chosen = sentences([text_of(row) for row in examples], settings.sentences)
    texts, groups = [], []
    for number, sentence in enumerate(chosen):
        others = shuffles(sentence, settings.shuffles)
        if others:  # "no no no no no" has none
            texts += [sentence, *others]
            groups += [number] * (1 + len(others))
    if not texts:
        return {}
    found = share_won(nats(texts), groups)
    return {"word_order": found, "sentences": len(set(groups))}
