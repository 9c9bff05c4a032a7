"""How good vectors are on running text that they have not seen, without any marks.

    coverage            the share of the tokens that have a vector
    neighbor_accuracy   how often a word is more like its neighbor in the text, by
                        cosine, than like a word drawn by frequency; alike counts half

One-hot codes find all words equally unlike: 0.5. Neighbors stand at most `window` apart
and are different words; the word that is drawn is a function of the two and of their
place in the row, so that a row is scored alike in any company.
"""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import normalize

from unrolled.errors import BrokenModelError
from unrolled.ragged import Ragged
from unrolled.text.similar_words import SimilarWords
from unrolled.text.word_tests import Pair, Questions, agreement, solve, total

_MIX = (0x1E3779B97F4A7C15, 0x3F58476D1CE4E5B9)  # odd, large: the bits are well stirred
_AT_ONCE = 65_536  # pairs: their vectors of 100 numbers take 26 MB


def tallies(
    ids: Ragged, vectors: Tensor | None, counts: Tensor, *, window: int
) -> list[dict[str, Any]]:
    """Tokens, those with a vector, pairs of neighbors, and pairs won, for each row.

    `ids` holds (tokens,), 0 for unknown; `vectors` is (size, dim), or None for one-hot
    codes; `counts` (size,) says how often each token occurred in training.
    """
    rows = len(ids)
    won, pairs = torch.zeros(rows, dtype=torch.float64), torch.zeros(rows)
    directions = None if vectors is None else normalize(vectors, dim=1)
    frequency = counts.double().cumsum(0)
    for row, place, first, second in _neighbors(ids, window):
        drawn = _drawn(place, first, second, frequency)
        kept = (drawn != first) & (drawn != second)
        for part in torch.nonzero(kept)[:, 0].split(_AT_ONCE):
            one, near, far = first[part], second[part], drawn[part]
            half = torch.full((len(part),), 0.5, dtype=torch.float64)
            if directions is not None:
                gain = (directions[one] * (directions[near] - directions[far])).sum(1)
                half += gain.sign() / 2
            won.index_add_(0, row[part], half)
            pairs.index_add_(0, row[part], torch.ones(len(part)))
    known = torch.zeros(rows).index_add_(0, ids.row_of_token, (ids.values > 0).float())
    columns = (ids.lengths, known.long(), pairs.long(), won)
    names = ("tokens", "known", "pairs", "won")
    numbers = zip(*(column.tolist() for column in columns), strict=True)
    return [dict(zip(names, row, strict=True)) for row in numbers]


def summary(found: list[dict[str, Any]]) -> dict[str, float]:
    """The two metrics of all rows together."""
    tokens, known, pairs, won = (
        sum(row[name] for row in found) for name in ("tokens", "known", "pairs", "won")
    )
    return {
        "coverage": known / max(tokens, 1),
        "neighbor_accuracy": won / pairs if pairs else 0.5,
    }


def tested(
    similar: SimilarWords, pairs: list[Pair], questions: Questions, *, first: int
) -> dict[str, Any]:
    """What people said of words: metrics, and on how many of the questions."""
    found: dict[str, Any] = {}
    if pairs:
        agreed = agreement(similar, pairs)
        found |= {"spearman": agreed.spearman, "pairs": agreed.asked}
        found["pairs_answered"] = agreed.answered
    if questions:
        solved = total(solve(similar, questions, first=first))
        found |= {"analogy_accuracy": solved.accuracy, "analogies": solved.asked}
        found["analogies_answered"] = solved.answered
    return found


def one_hot_tested(learned: dict[str, Any]) -> dict[str, Any]:
    """The same for one-hot codes: all words are equally unlike, so nothing is known."""
    return {
        name: 0.0 if isinstance(value, float) else value
        for name, value in learned.items()
    }


def known_tests(found: Any) -> dict[str, dict[str, Any]]:
    """What was kept of `tested`. Raises BrokenModelError for anything else."""
    tests = found.get("tests") if isinstance(found, dict) else None
    whole = isinstance(tests, dict) and all(
        isinstance(one, dict) and all(type(n) in (int, float) for n in one.values())
        for one in tests.values()
    )
    if not isinstance(tests, dict) or not whole:
        raise BrokenModelError(
            found="the scores that the model keeps are damaged.",
            expected="numbers by name",
            fix="copy the model folder again, or train again",
        )
    return tests


def _neighbors(ids: Ragged, window: int) -> Iterator[tuple[Tensor, ...]]:
    """Row, place in it, word and neighbor of pairs of known words, (pairs,) each."""
    rows, values = ids.row_of_token, ids.values
    starts = ids.lengths.cumsum(0) - ids.lengths
    places = torch.arange(len(values)) - starts[rows]
    for distance in range(1, min(window, len(values) - 1) + 1):
        first, second = values[:-distance], values[distance:]
        same = rows[:-distance] == rows[distance:]
        kept = same & (first > 0) & (second > 0) & (first != second)
        parts = (rows[:-distance], places[:-distance], first, second)
        yield tuple(part[kept] for part in parts)


def _drawn(place: Tensor, first: Tensor, second: Tensor, frequency: Tensor) -> Tensor:
    """For each pair a known word, (pairs,), as likely as it is frequent."""
    mixed = first
    for part in (second, place):
        mixed = (mixed ^ (mixed >> 29)) * _MIX[0] + part * _MIX[1]
    mixed = (mixed ^ (mixed >> 29)) * _MIX[1]
    share = ((mixed ^ (mixed >> 32)) & 0xFFFFFF).double() / 2**24
    unknown, total = frequency[0], frequency[-1]
    places = torch.searchsorted(
        frequency, unknown + share * (total - unknown), side="right"
    )
    return places.clamp(max=len(frequency) - 1)
