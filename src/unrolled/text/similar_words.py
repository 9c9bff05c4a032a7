"""What word vectors know of words: which are alike, and which stand in like relations.

    nearest     the words v with the largest cosine   v·q / (|v| |q|)
    analogy     a : b :: c : ?    the same with q = b − a + c, all three of length 1,
                and a, b, c themselves left out ("3CosAdd")

A word that has no vector takes that of its small letters; without that it is unknown.

References: Mikolov, Yih and Zweig 2013, "Linguistic regularities in continuous space
word representations", NAACL, section 4; the name 3CosAdd is of Levy and Goldberg 2014.
"""

from collections.abc import Sequence
from typing import NamedTuple, final

import torch
from torch import Tensor
from torch.nn.functional import normalize

from unrolled.randomness import computing_on


class Neighbor(NamedTuple):
    """A word, and how alike it is: from −1 to 1."""

    word: str
    cosine: float


@final
class SimilarWords:
    """Words with their directions."""

    def __init__(self, words: Sequence[str], values: Tensor) -> None:
        """`values` is (words, dim); a word of zeros is like none."""
        self.words: list[str] = list(words)
        self.directions = normalize(values.float(), dim=1)
        self._rows = {word: row for row, word in enumerate(words)}

    def row(self, word: str) -> int:
        """Where the word, or the same in small letters, stands; −1 if it is unknown."""
        return self._rows.get(word, self._rows.get(word.lower(), -1))

    def unknown(self, words: Sequence[str]) -> list[str]:
        """Those of the words that have no vector."""
        return [word for word in words if self.row(word) < 0]

    def cosine(self, first: str, second: str) -> float:
        """How alike two known words are."""
        one, other = self.directions[self.row(first)], self.directions[self.row(second)]
        return float(one @ other)

    def nearest(self, word: str, count: int = 10) -> list[Neighbor]:
        """The words most like a known one, itself left out."""
        row = self.row(word)
        return self.best(self.directions[row], [row], count)

    def analogy(self, a: str, b: str, c: str, count: int = 10) -> list[Neighbor]:
        """What is to c as b is to a, the best first, of known words."""
        rows = [self.row(word) for word in (a, b, c)]
        first, second, third = self.directions[rows]
        return self.best(second - first + third, rows, count)

    def best_analogies(self, rows: Tensor, first: int) -> Tensor:
        """For questions a b c as rows (questions, 3): the answers' rows, (questions,).

        Only the first so many words may be answers; 0 admits all.
        """
        among = self.directions[: first or len(self.directions)]
        a, b, c = (self.directions[rows[:, place]] for place in range(3))
        found = (b - a + c) @ among.T
        for given in rows.T:
            mine = torch.nonzero(given < len(among))[:, 0]
            found[mine, given[mine]] = -torch.inf
        return found.argmax(1)

    def best(
        self, query: Tensor, left_out: Sequence[int], count: int
    ) -> list[Neighbor]:
        """The words most like a query (dim,), rows that are left out not among them.

        Cosines are rounded to four digits.
        """
        # One product a query, on one thread: the same bits in any company.
        with computing_on(1):
            cosines = self.directions @ normalize(query.float(), dim=0)
        cosines[list(left_out)] = -torch.inf
        count = min(count, len(self.words) - len(set(left_out)))
        best = cosines.argsort(descending=True, stable=True)[: max(count, 0)].tolist()
        return [Neighbor(self.words[n], round(float(cosines[n]), 4)) for n in best]
