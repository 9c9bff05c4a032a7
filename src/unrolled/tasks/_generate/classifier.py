"""A judge of written texts that has never met the network: which category is it?

    Mary   →   ^ M a r y $   →   n-grams of 1 to 4   →   a linear model   →   female

It is fitted to the training rows alone, and its share of right answers on held-out
texts says how much its judgement is worth: where people themselves give Robin to both,
no judge is always right.
"""

from collections.abc import Mapping, Sequence
from typing import Self, final

import torch
from torch import Tensor

from unrolled.errors import BrokenModelError
from unrolled.models.bag_of_words import BagOfWords, linear_bag
from unrolled.ragged import Ragged
from unrolled.text.hashed_ngrams import hashed_ngrams

BEGIN, END = "<begin>", "<end>"
LONGEST = 4
PARTS = ("features", "weights", "bias")


@final
class Judge:
    """A linear model of character n-grams for each of some given columns."""

    def __init__(self, bags: dict[int, BagOfWords]) -> None:
        """`bags` by the place of the column; each knows two categories or more."""
        self.bags = bags

    @classmethod
    def fit(cls, texts: Sequence[str], given: Tensor, sizes: Sequence[int]) -> Self:
        """From training rows: what is given (rows, fields), and `Given.sizes`."""
        ngrams = _ngrams(texts)
        return cls(
            {
                at: linear_bag(ngrams, given[:, at].long(), kind="label", scores=size)
                for at, size in enumerate(sizes)
                if size > 1
            }
        )

    def agrees(self, texts: Sequence[str], given: Tensor) -> Tensor:
        """Whether it names all categories that are given (rows, fields): (rows,)."""
        ngrams = _ngrams(texts)
        right = torch.ones(len(texts), dtype=torch.bool)
        for at, bag in self.bags.items():
            right &= bag.scores(ngrams).argmax(1) == given[:, at].long()
        return right

    def tensors(self) -> dict[str, Tensor]:
        """What a model folder keeps: weights (n-grams + 1, categories) and the like."""
        return {
            f"{at}.{name}": part
            for at, bag in self.bags.items()
            for name, part in bag._asdict().items()
        }

    @classmethod
    def restore(cls, tensors: Mapping[str, Tensor], sizes: Sequence[int]) -> Self:
        """The way back from `tensors`, (n-grams, ...). Raises BrokenModelError."""
        bags = {}
        for at in sorted({int(name.partition(".")[0]) for name in tensors}):
            bag = BagOfWords(*(tensors[f"{at}.{part}"] for part in PARTS))
            size = sizes[at] if 0 <= at < len(sizes) else 0
            if (
                bag.features.dtype != torch.int64
                or {bag.weights.dtype, bag.bias.dtype} != {torch.float32}
                or bag.weights.shape != (len(bag.features) + 1, size)
                or bag.bias.shape != (size,)
            ):
                raise BrokenModelError(
                    found="the classifier that the model keeps is damaged.",
                    expected="a weight for each n-gram and category",
                    fix="copy the model folder again, or train again",
                )
            bags[at] = bag
        return cls(bags)


def _ngrams(texts: Sequence[str]) -> Ragged:
    return hashed_ngrams([[BEGIN, *text, END] for text in texts], LONGEST)
