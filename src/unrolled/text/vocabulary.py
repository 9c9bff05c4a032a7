"""Tokens to numbers and back.

    id      0        1      2      3     ...
    token   <unk>    the    film   a     ...     by count, then by alphabet

Number 0 stands for every token that is not known. There is no number for padding, since
nothing here is padded. Counts are kept: they tell how much of a text is known.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any, final

from unrolled.errors import BrokenModelError

UNKNOWN = 0
"""The id of every token that is not in the vocabulary."""
UNKNOWN_TOKEN = "<unk>"


@final
class Vocabulary:
    """The tokens that a model knows, numbered from 1; 0 is the unknown one."""

    def __init__(self, tokens: list[str], counts: list[int]) -> None:
        """`tokens` begins with the unknown one; `counts` has one number for each."""
        self._tokens, self._counts = tokens, counts
        self._ids = {token: number for number, token in enumerate(tokens)}

    @staticmethod
    def build(
        token_lists: Iterable[Iterable[str]], *, min_count: int = 1, max_size: int = 0
    ) -> "Vocabulary":
        """From the tokens of the training texts.

        A token must occur `min_count` times. At most `max_size` tokens are numbered,
        the unknown one among them; 0 sets no limit. The order depends on the counts
        alone, not on the order of the texts.
        """
        found: Counter[str] = Counter()
        for tokens in token_lists:
            found.update(tokens)
        total = found.total()
        found.pop(UNKNOWN_TOKEN, None)
        known = [pair for pair in found.items() if pair[1] >= min_count]
        known.sort(key=lambda pair: (-pair[1], pair[0]))
        known = known[: max(max_size - 1, 0)] if max_size else known
        kept = [count for _, count in known]
        return Vocabulary(
            [UNKNOWN_TOKEN, *(token for token, _ in known)], [total - sum(kept), *kept]
        )

    def __len__(self) -> int:
        """How many numbers there are, that of the unknown token included."""
        return len(self._tokens)

    def __contains__(self, token: str) -> bool:
        """Whether the token has a number of its own."""
        return self._ids.get(token, UNKNOWN) != UNKNOWN

    @property
    def counts(self) -> tuple[int, ...]:
        """Occurrences in training by id; at 0 those of all tokens left out."""
        return tuple(self._counts)

    @property
    def tokens(self) -> tuple[str, ...]:
        """All tokens by id."""
        return tuple(self._tokens)

    def ids(self, tokens: Iterable[str]) -> list[int]:
        """The number of each token."""
        find = self._ids.get
        return [find(token, UNKNOWN) for token in tokens]

    def token(self, number: int) -> str:
        """The token with that number. Raises IndexError if there is none."""
        if not 0 <= number < len(self):
            raise IndexError(f"no token {number} in a vocabulary of {len(self)}")
        return self._tokens[number]

    def unknown_share(self, token_lists: Iterable[Iterable[str]]) -> float:
        """The share of these tokens that is unknown, from 0 to 1; 0 of none."""
        total = unknown = 0
        for tokens in token_lists:
            numbers = self.ids(tokens)
            total += len(numbers)
            unknown += numbers.count(UNKNOWN)
        return unknown / total if total else 0.0

    def to_json(self) -> dict[str, Any]:
        """Plain values for a model folder."""
        return {"tokens": list(self._tokens), "counts": list(self._counts)}

    @staticmethod
    def from_json(found: Any) -> "Vocabulary":
        """The way back from `to_json`. Raises BrokenModelError for anything else."""
        if problem := _problem(found):
            raise BrokenModelError(
                found=f"the vocabulary of the model is damaged: {problem}.",
                expected="distinct tokens, the first of them the unknown one, and a"
                " count for each",
                fix="copy the model folder again, or train again",
            )
        return Vocabulary(found["tokens"], found["counts"])


def _problem(found: Any) -> str:
    """What keeps a JSON value from being a vocabulary; empty if nothing does."""
    keys = ("tokens", "counts")
    if not isinstance(found, dict) or not all(
        isinstance(found.get(key), list) for key in keys
    ):
        return "it lacks its tokens or its counts"
    tokens, counts = found["tokens"], found["counts"]
    if not all(isinstance(token, str) for token in tokens):
        return "a token is no text"
    if tokens[:1] != [UNKNOWN_TOKEN]:
        return f"it does not begin with {UNKNOWN_TOKEN}"
    if len(set(tokens)) < len(tokens):
        return "a token stands in it twice"
    if len(tokens) != len(counts):
        return f"{len(tokens)} tokens have {len(counts)} counts"
    if not all(type(count) is int and count >= 0 for count in counts):
        return "a count is no whole number from 0"
    return ""
