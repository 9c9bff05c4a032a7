"""A table of word vectors looked into: the nearest words, and where they lie.

    king     → queen 0.78, prince 0.74, ...      cosines, the best first
    map      the word and its nearest ones on the two directions in which they differ
             most (principal components of their directions, each of length 1)
    one-hot  a 1 among zeros: every two words are equally unlike, their cosine is 0
    dense    some numbers: a cosine says how alike two words are

Nothing here runs along time, so there are no states and no gradients over time.

Reference: principal components: Pearson 1901, "On lines and planes of closest fit to
systems of points in space".
"""

from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import normalize

from unrolled.errors import UnreadableDataError
from unrolled.randomness import computing_on
from unrolled.tasks._base import Batch
from unrolled.tasks._seeing import View
from unrolled.text.similar_words import SimilarWords


def view_of(
    similar: SimilarWords, batch: Batch, answer: dict[str, Any], line: str, place: str
) -> View:
    """The view of a question that `answer` answers, from a batch of one row.

    Raises UnreadableDataError where the question has no vector.
    """
    words = answer["prediction"]
    if not words:
        unknown = ", ".join(f'"{word}"' for word in answer.get("unknown", []))
        raise UnreadableDataError(
            found=f"{place}: no vector for {unknown or 'an empty line'}.",
            expected="words of the text that the vectors were learned from",
            fix="ask for another word",
        )
    query = _query(similar, batch)
    rows = [similar.row(word) for word in words]

    def run() -> Tensor:
        with computing_on(1):
            return (similar.directions[rows] @ query)[None]

    asked = [similar.words[row] for row in _known(batch).tolist()]
    return View(
        axes={"inputs": asked, "answer": ["nearest"]},
        along={},
        told="answer",
        names=words,
        unit="cosine",
        run=run,
        chosen=[0],
        answer=answer,
        parts=[_neighbors(similar, query, answer, line.strip())],
    )


def _known(batch: Batch) -> Tensor:
    """The rows of the words that have a vector, (known,)."""
    ids = batch.inputs.values
    return ids[ids > 0] - 1


def _query(similar: SimilarWords, batch: Batch) -> Tensor:
    """The direction that is asked for, (dim,), of length 1."""
    signs: Any = batch.evidence
    known = signs.values[batch.inputs.values > 0]
    total = (known * similar.directions[_known(batch)]).sum(0)
    return normalize(total.float(), dim=0)


def _neighbors(
    similar: SimilarWords, query: Tensor, answer: dict[str, Any], line: str
) -> dict[str, Any]:
    words, cosines = answer["prediction"], answer["cosines"]
    rows = [similar.row(word) for word in words]
    places = _map(torch.cat([query[None], similar.directions[rows]]))
    size, dim = similar.directions.shape
    return {
        "kind": "neighbors",
        "word": line,
        "nearest": [list(pair) for pair in zip(words, cosines, strict=True)],
        "map": dict(zip([line, *words], places.tolist(), strict=True)),
        "one_hot": {"numbers": size, "not_zero": 1, "cosine": 0.0},
        "dense": {"numbers": dim, "vector": query.tolist()},
        "sentence": (
            f"One-hot, a word is a 1 and {size - 1:,} zeros, and the cosine of any two"
            f' words is 0. Dense, a word is {dim} numbers, and "{line}" has a cosine of'
            f' {cosines[0]:.2f} with "{words[0]}".'
        ),
    }


def _map(points: Tensor) -> Tensor:
    """The two first principal components, (points, 2), of (points, dim)."""
    wide = points.double()
    with computing_on(1):
        left, sizes, _ = torch.linalg.svd(wide - wide.mean(0), full_matrices=False)
        found = left * sizes
    found = torch.cat([found, found.new_zeros(len(found), 2)], dim=1)[:, :2]
    # A component may as well point the other way: its largest entry is made positive.
    largest = found.gather(0, found.abs().argmax(0, keepdim=True))
    return found * torch.where(largest < 0, -1.0, 1.0)
