"""What a line asks of word vectors, as numbers, and the answer to it.

    king                          which words are like it?
    warm and funny                ... like these, taken together?
    king - man + woman            what is to woman as king to man?
    man : king :: woman : ?       the same

In a Batch: `inputs` are ids (tokens,), 0 for what has no vector; `evidence` says
whether each is added or taken away, (tokens, 1) of +1 and −1; `targets` are the letters
of the words without a vector, (letters,), for the answer to name them.
"""

import re
from typing import Any, NamedTuple

import torch
from torch import Tensor

from unrolled.ragged import Ragged
from unrolled.tasks._base import Batch
from unrolled.text.similar_words import SimilarWords
from unrolled.text.tokenizers import AbstractTokenizer
from unrolled.text.vocabulary import Vocabulary

_RELATION = re.compile(r"(\S+)\s*:\s*(\S+)\s*::\s*(\S+)\s*:\s*\?")
_SUM = re.compile(r"\S+(?:\s+[+−-]\s+\S+)+")


class Term(NamedTuple):
    """A piece of the line, and whether its vector is added (1) or taken away (−1)."""

    text: str
    sign: int


def terms(line: str) -> list[Term]:
    """The terms of a question; the whole line as one where it is none."""
    line = line.strip()
    relation = _RELATION.fullmatch(line)
    if relation:
        a, b, c = relation.groups()
        return [Term(a, -1), Term(b, 1), Term(c, 1)]
    if not _SUM.fullmatch(line):
        return [Term(line, 1)]
    first, *rest = line.split()
    pairs = zip(rest[0::2], rest[1::2], strict=True)
    return [Term(first, 1), *(Term(w, 1 if s == "+" else -1) for s, w in pairs)]


def encode(
    lines: list[str], tokenizer: AbstractTokenizer, vocabulary: Vocabulary
) -> Batch:
    """The lines as numbers."""
    rows = [
        [Term(token, t.sign) for t in terms(line) for token in tokenizer.tokens(t.text)]
        for line in lines
    ]
    strange = [[t.text for t in row if t.text not in vocabulary] for row in rows]
    ids = [vocabulary.ids(term.text for term in row) for row in rows]
    letters = [[ord(letter) for letter in " ".join(words)] for words in strange]
    inputs = _ragged(ids)
    signs = torch.tensor([float(term.sign) for row in rows for term in row])
    return Batch(inputs, _ragged(letters), inputs.with_values(signs[:, None]))


def answer(
    similar: SimilarWords, ids: Tensor, signs: Tensor, letters: Tensor, *, count: int
) -> dict[str, Any]:
    """The words most like what one row asks for: ids (tokens,), signs (tokens, 1).

    Of a difference every term is needed; of words taken together, one.
    """
    known = ids > 0
    given = {"unknown": "".join(map(chr, letters.tolist())).split(" ")}
    said = given if len(letters) else {}
    if not bool(known.all() if bool((signs < 0).any()) else known.any()):
        return {"prediction": [], "cosines": [], **said}
    places = ids[known] - 1
    query = (signs[known] * similar.directions[places]).sum(0)
    best = similar.best(query, places.tolist(), count)
    cosines = [found.cosine for found in best]
    return {"prediction": [found.word for found in best], "cosines": cosines, **said}


def _ragged(rows: list[list[int]]) -> Ragged:
    values = torch.tensor([one for row in rows for one in row], dtype=torch.int64)
    return Ragged(values, torch.tensor([len(row) for row in rows], dtype=torch.int64))
