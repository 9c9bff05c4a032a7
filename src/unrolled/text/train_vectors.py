"""Word vectors learned from token lists: skip-gram, CBOW, or with sub-words.

    skip-gram    each word foretells its neighbors, one by one
    cbow         its neighbors together foretell a word: quicker, weaker on rare words
    subwords     skip-gram where a word is also the sum of its parts, 3 to 6 letters

all three against `negative` words drawn by frequency to the power of ¾. The learning
itself is gensim's. On one thread the same seed gives the same bits; on more, threads
write over each other's steps, so that no two runs agree.

References: Mikolov et al. 2013, "Distributed representations of words and phrases",
arXiv:1310.4546, equation 4; Bojanowski et al. 2017, arXiv:1607.04606, equation 1.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from unrolled.errors import MissingExtraError, UnreadableDataError
from unrolled.text.word_vectors import WordVectors

METHODS = ("skip-gram", "cbow", "subwords")
LONGEST = 10_000  # tokens of a list that gensim reads; what is longer is cut in pieces
BUCKETS = 200_000  # places for parts of words, which share one where they collide
LAST_RATE = 1e-4


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How vectors are learned."""

    method: str = "skip-gram"
    dim: int = 100
    """Numbers of a vector."""
    window: int = 5
    """How many words to each side are neighbors, at most; nearer ones more often."""
    negative: int = 5
    """Drawn words for each neighbor."""
    sample: float = 1e-3
    """Words above this share of the text are left out at times; 0 leaves none out."""
    rate: float = 0.025
    """The first step size; it falls to nearly 0 in a straight line."""
    epochs: int = 5
    seed: int = 0
    threads: int = 1


def train_vectors(
    texts: Sequence[Sequence[str]],
    recipe: Recipe,
    progress: Callable[[float], bool] = lambda _done: True,
) -> WordVectors:
    """A vector for every word of the texts, the most frequent word first.

    `progress` is told after each pass the share that is done, from 0 to 1, and says
    whether to go on. Raises UnreadableDataError for texts without any word, and
    MissingExtraError without gensim.
    """
    pieces = [
        list(text[start : start + LONGEST])
        for text in texts
        for start in range(0, len(text), LONGEST)
    ]
    if not pieces:
        raise UnreadableDataError(
            found="the texts hold no word that is known.",
            expected="running text, some thousands of words at least",
            fix="give more text, or lower text.min_count",
        )
    model = _model(recipe)
    model.build_vocab(pieces)
    for epoch in range(recipe.epochs):
        model.train(
            pieces,
            total_examples=len(pieces),
            epochs=1,
            start_alpha=_rate(recipe, epoch),
            end_alpha=_rate(recipe, epoch + 1),
        )
        if not progress((epoch + 1) / recipe.epochs):
            break
    found = model.wv
    return WordVectors(tuple(found.index_to_key), torch.tensor(found.vectors).float())


def _model(recipe: Recipe) -> Any:
    """An untrained model of gensim's."""
    try:
        from gensim.models import FastText, Word2Vec
    except ModuleNotFoundError:
        raise MissingExtraError(
            package="gensim", extra="vectors", purpose="learning word vectors"
        ) from None
    options = {
        "sg": int(recipe.method != "cbow"),
        "vector_size": recipe.dim,
        "window": recipe.window,
        "negative": recipe.negative,
        "sample": recipe.sample,
        "alpha": recipe.rate,
        "min_alpha": LAST_RATE,
        "min_count": 1,  # which words are known was decided before
        "seed": recipe.seed % 2**32,
        "workers": recipe.threads,
    }
    if recipe.method == "subwords":
        return FastText(bucket=BUCKETS, **options)
    return Word2Vec(**options)


def _rate(recipe: Recipe, epoch: int) -> float:
    """The step size at the start of an epoch."""
    last = min(LAST_RATE, recipe.rate)
    return recipe.rate - (recipe.rate - last) * epoch / recipe.epochs
