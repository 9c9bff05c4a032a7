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


def hashed_ngrams(token_lists: list[list[str]], longest: int) -> Ragged:
    """All n-grams of 1 to `longest` tokens of each text, as int64 values (n-grams,)."""
    codes: dict[str, int] = {}
    for token in {token for tokens in token_lists for token in tokens}:
        digest = blake2b(token.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        codes[token] = int.from_bytes(digest, "little")
    rows = [_row(tokens, codes, longest) for tokens in token_lists]
    values = np.concatenate(rows) if rows else np.zeros(0, np.uint64)
    lengths = torch.tensor([len(row) for row in rows], dtype=torch.int64)
    return Ragged(torch.from_numpy(values.view(np.int64)), lengths)


def _row(tokens: list[str], codes: dict[str, int], longest: int) -> np.ndarray:
    first = np.array([codes[token] for token in tokens], np.uint64)
    grams, parts = first, [first]
    for n in range(2, longest + 1):
        # Odd orders must not meet even ones: each order starts from its own number.
        grams = grams[: len(first) - n + 1] * STEP + first[n - 1 :] + np.uint64(n)
        parts.append(grams)
    return np.concatenate(parts)
