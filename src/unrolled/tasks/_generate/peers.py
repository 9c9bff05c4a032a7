"""What the network is held against: the training texts, n-grams, and a judge.

texts     no text is new that is among them
n-grams   the cheap baseline, with the same figures
judge     which category a text sounds like
"""

from collections.abc import Mapping
from typing import Any, Self, final

from torch import Tensor

from unrolled.errors import BrokenModelError
from unrolled.tasks._base import Example
from unrolled.tasks._generate.baseline import GivenNGrams
from unrolled.tasks._generate.classifier import Judge
from unrolled.tasks._generate.given import Given
from unrolled.tasks._generate.settings import GenerateSettings
from unrolled.tasks._symbols import Symbols
from unrolled.tasks._text_input import text_of


@final
class Peers:
    """Training texts at once; n-grams and the judge when `fit` is asked for."""

    def __init__(self, texts: frozenset[str]) -> None:
        self.texts = texts
        self.ngrams: GivenNGrams | None = None
        self.judge: Judge | None = None

    def fit(
        self,
        examples: list[Example],
        symbols: Symbols,
        given: Given,
        settings: GenerateSettings,
    ) -> None:
        """Counts n-grams and fits the judge on the training rows."""
        values = given.encode(examples)
        texts = [text_of(row) for row in examples]
        self.ngrams = GivenNGrams.fit(
            symbols.rows(texts),
            values,
            given.categories,
            order=settings.order,
            tokens=len(symbols),
        )
        if settings.samples and max(given.sizes, default=0) > 1:
            self.judge = Judge.fit(texts, values, given.sizes)

    def state(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        """JSON values and tensors, (n-grams, ...), for a model folder."""
        files: dict[str, Any] = {"texts.json": sorted(self.texts)}
        tensors: dict[str, Tensor] = {}
        if self.ngrams:
            files["baseline.json"], kept = self.ngrams.state()
            tensors |= {f"baseline.{name}": one for name, one in kept.items()}
        if self.judge:
            kept = self.judge.tensors()
            tensors |= {f"judge.{name}": one for name, one in kept.items()}
        return files, tensors

    @classmethod
    def restore(
        cls,
        files: Mapping[str, Any],
        tensors: Mapping[str, Tensor],
        symbols: Symbols,
        given: Given,
    ) -> Self:
        """The way back from `state`, (n-grams, ...). Raises BrokenModelError."""
        made = cls(frozenset(map(str, files["texts.json"])))
        if "baseline.json" in files:
            kept = _under("baseline.", tensors)
            made.ngrams = GivenNGrams.restore(files["baseline.json"], kept)
            fits = made.ngrams.at == tuple(given.categories)
            if not fits or made.ngrams.ngrams.tokens != len(symbols):
                raise BrokenModelError(
                    found="the n-grams of the model are of other symbols or columns.",
                    expected="those of its own vocabulary and given columns",
                    fix="copy the model folder again, or train again",
                )
        if kept := _under("judge.", tensors):
            made.judge = Judge.restore(kept, given.sizes)
        return made


def _under(mark: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {k.removeprefix(mark): t for k, t in tensors.items() if k.startswith(mark)}
