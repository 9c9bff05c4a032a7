"""What drawn texts are like: as many as asked for, with the mix of the scored rows.

    novelty              the share that is no training text
    uniqueness           the share of different ones
    agreement            the share whose categories the judge names as they were given
    classifier_accuracy  the same of true held-out texts: how far the judge can be right
    mean_length          tokens of a text; real_mean_length of the true ones
    samples              some of them, each with the nearest training text

Drawn as `unrolled generate` draws where nothing else is asked for, with a seed of their
own.
"""

from typing import Any, NamedTuple, final

import torch
from torch import Tensor

from unrolled.decoding.rules import Rules
from unrolled.decoding.sampling import sample
from unrolled.decoding.settings import DecodingSettings
from unrolled.decoding.steps import Drawn
from unrolled.randomness import stream
from unrolled.tasks._base import Metrics
from unrolled.tasks._contrast import Begin, guided
from unrolled.tasks._generate.classifier import Judge
from unrolled.tasks._generate.given import Given
from unrolled.tasks._symbols import Symbols
from unrolled.text.edit_distance import Neighbors
from unrolled.text.vocabulary import UNKNOWN

SHOWN = 8
LONGER = 2  # so many times the longest true text is where a drawn one is cut


class Known(NamedTuple):
    """What the drawn texts are compared with."""

    given: Given
    symbols: Symbols
    texts: frozenset[str]
    """The training texts."""
    judge: Judge | None


@final
class Probe:
    """Draws texts and looks at them."""

    def __init__(self, known: Known, texts: list[str], given: Tensor) -> None:
        """`texts` are the true ones that are scored, `given` is (texts, fields)."""
        self.known, self.texts, self.given = known, texts, given
        lengths = [len(known.symbols.ids(text)) for text in texts]
        self._lengths = torch.tensor(lengths).double()

    def figures(self, begin: Begin, count: int, how: DecodingSettings) -> Metrics:
        """Metrics of texts drawn from Steps for what is given, (rows, fields)."""
        lot = torch.randint(
            len(self.texts), (count,), generator=stream(0, "probe", "given")
        )
        given, symbols = self.given[lot], self.known.symbols
        start = guided(begin, self.known.given.contrast, how.guidance)
        longest = LONGER * int(self._lengths.max()) + 1
        drawn = sample(
            lambda rows: start(given[rows]),
            Rules(end=symbols.end, longest=longest, banned=(UNKNOWN,)),
            count=count,
            generator=stream(0, "probe", "texts"),
            chances=how,
        )
        found = [one or Drawn((), 0.0, False) for one in drawn]
        texts = [symbols.text(one.ids) for one in found]
        new = [text not in self.known.texts for text in texts]
        return {
            "novelty": sum(new) / count,
            "uniqueness": len(set(texts)) / count,
            **self._judged(texts, given),
            "mean_length": sum(len(one.ids) for one in found) / count,
            "real_mean_length": float(self._lengths.mean()),
            "samples": self._samples(texts[:SHOWN], given),
        }

    def _judged(self, texts: list[str], given: Tensor) -> Metrics:
        judge = self.known.judge
        if judge is None:
            return {}
        true = judge.agrees(self.texts, self.given)
        return {
            "agreement": float(judge.agrees(texts, given).double().mean()),
            "classifier_accuracy": float(true.double().mean()),
        }

    def _samples(self, texts: list[str], given: Tensor) -> list[dict[str, Any]]:
        neighbors = Neighbors(sorted(self.known.texts))
        rows = []
        for text, values in zip(texts, given.tolist(), strict=False):
            nearest, distance = neighbors.nearest(text)
            named = self.known.given.named(values)
            rows.append({"text": text, "given": named, "nearest": nearest})
            rows[-1]["edits"] = distance
        return rows
