"""Word and character n-grams as 64-bit numbers: the features of a bag of words.

An n-gram is known by a hash of its tokens, so no table of strings is kept, and at 64
bits two of a million n-grams share a number once in 30 million collections.

    he is great   →   hash(he) hash(is) hash(great) hash(he is) hash(is great)
"""

from hashlib import blake2b

import numpy as np
import torch

from unrolled.ragged import Ragged

# An odd multiplier makes "a b" and "b a" differ (Knuth's MMIX linear congruence).
STEP = np.uint64(6364136223846793005)
START = np.uint64(1)  # the code of what stands before a text


def hashed_ngrams(token_lists: list[list[str]], longest: int) -> Ragged:
    """All n-grams of 1 to `longest` tokens of each text, as int64 values (n-grams,)."""
    codes = _codes(token_lists)
    rows = []
    for tokens in token_lists:
        first = _coded(codes, tokens)
        rows.append(np.concatenate([_ngrams(first, n + 1) for n in range(longest)]))
    return _ragged(rows)


def ngrams_at_tokens(token_lists: list[list[str]], n: int) -> Ragged:
    """The n-gram that ends at each token, as int64 values (tokens,).

    At the start of a text the missing tokens are a sign of their own: "what" as the
    first word is another pair than "say what".
    """
    codes = _codes(token_lists)
    before = np.full(n - 1, START)
    rows = [_ngrams(np.append(before, _coded(codes, t)), n) for t in token_lists]
    return _ragged(rows)


def _codes(token_lists: list[list[str]]) -> dict[str, int]:
    """A 64-bit hash of each token, the same on every machine and in every run."""
    codes: dict[str, int] = {}
    for token in {token for tokens in token_lists for token in tokens}:
        digest = blake2b(token.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        codes[token] = int.from_bytes(digest, "little")
    return codes


def _coded(codes: dict[str, int], tokens: list[str]) -> np.ndarray:
    return np.array([codes[token] for token in tokens], np.uint64)


def _ngrams(first: np.ndarray, n: int) -> np.ndarray:
    """Hashes of the n-grams of n tokens, from the tokens' own, (tokens,), in order."""
    grams = first
    for order in range(2, n + 1):
        # Each order adds its own number, so that no order meets another.
        kept = grams[: max(0, len(first) - order + 1)]
        grams = kept * STEP + first[order - 1 :] + np.uint64(order)
    return grams


def _ragged(rows: list[np.ndarray]) -> Ragged:
    values = np.concatenate(rows) if rows else np.zeros(0, np.uint64)
    lengths = torch.tensor([len(row) for row in rows], dtype=torch.int64)
    return Ragged(torch.from_numpy(values.view(np.int64)), lengths)
