"""Text from what was heard: milliseconds of search for a second of sound.

Five seconds of log-probabilities over a blank and 29 letters, 50 a second, made up as
networks give them: sharp, with now and then several letters that are nearly as likely.
The prefix beam, alone and with 6-grams of letters, against the same beam as textbooks
write it, with a table of prefixes; both look at the same symbols of each frame. Their
texts and scores are compared before anything is timed.

    python benchmarks/ctc_decoding.py [--quick] [--cells alone] [--sizes 10]

Here `cells` are what is searched with, and `sizes` the widths of the beam.
"""

from collections.abc import Callable, Iterable
from itertools import chain, product
from math import exp, log
from random import Random
from typing import Any

import protocol
import torch
from torch import Tensor

from unrolled.cli.timing import Contestant, gate
from unrolled.decoding.ctc_prefixes import PrefixSearch
from unrolled.models.ngrams import NGrams
from unrolled.ragged import Ragged
from unrolled.tasks._transcribe.language import NgramScorer

SECONDS, RATE, SYMBOLS, SMALLEST, WEIGHT = 5, 50, 30, 0.001, 0.5
LONGEST_MS = {"alone": 10.0, "language": 30.0}
LIMITS = {"": 1e-4}
Ids = tuple[int, ...]


def heard() -> Tensor:
    """Log-probabilities (frames, symbols): a letter in each third frame."""
    generator = torch.Generator().manual_seed(0)
    frames = torch.randn(SECONDS * RATE, SYMBOLS, generator=generator)
    letters = torch.randint(1, SYMBOLS, (len(frames[::3]),), generator=generator)
    frames[:, 0] += 4
    frames[::3, 0] -= 4
    frames[torch.arange(0, len(frames), 3), letters] += 4
    return (1.5 * frames).log_softmax(1)


def counted() -> NGrams:
    """6-grams of texts that were made up, a few of them again and again."""
    random = Random(0)
    letters = range(1, SYMBOLS)
    words = [random.choices(letters, k=random.randint(2, 8)) for _ in range(99)]
    rows = [[*chain(*random.choices(words, k=6)), 0] for _ in range(2000)]
    values = torch.tensor([number for row in rows for number in row])
    lengths = torch.tensor([len(row) for row in rows])
    return NGrams.fit(Ragged(values, lengths), order=6, tokens=SYMBOLS)


def ours(frames: Tensor, width: int, ngrams: NGrams | None) -> Contestant:
    """The whole sound at once."""

    def turn() -> list[tuple[Ids, float]]:
        scorer = NgramScorer(ngrams) if ngrams else None
        beam = PrefixSearch(
            width=width, smallest=SMALLEST, scorer=scorer, weight=WEIGHT
        ).begin()
        beam.accept(frames)
        return [(one.ids, one.score) for one in beam.best(width)]

    return Contestant("ours", turn, read)


def textbook(frames: Tensor, width: int, ngrams: NGrams | None) -> Contestant:
    """A table of prefixes, each with its two probabilities, made anew at each frame."""

    def turn() -> list[tuple[Ids, float]]:
        said = Said(ngrams)
        beam = {(): (1.0, 0.0)}
        total = 0.0
        for row in frames.tolist():
            new = _longer(beam, row)
            said.learn(new)
            best = sorted(new, key=said.rank_in(new), reverse=True)[:width]
            largest = max(map(sum, (new[ids] for ids in best)))
            total += log(largest)
            beam = {ids: (new[ids][0] / largest, new[ids][1] / largest) for ids in best}
        return [(ids, total + said.rank_in(beam)(ids)) for ids in beam]

    return Contestant("textbook", turn, read)


def _longer(
    beam: dict[Ids, tuple[float, float]], row: list[float]
) -> dict[Ids, list[float]]:
    new: dict[Ids, list[float]] = {}
    likely = [c for c, nats in enumerate(row) if c == 0 or nats >= log(SMALLEST)]
    for ids, (blank, voiced) in beam.items():
        both, last = blank + voiced, ids[-1] if ids else 0
        here = new.setdefault(ids, [0.0, 0.0])
        here[0] += both * exp(row[0])
        here[1] += voiced * exp(row[last])
        for symbol in likely[1:]:
            mass = blank if symbol == last else both
            longer = new.setdefault((*ids, symbol), [0.0, 0.0])
            longer[1] += mass * exp(row[symbol])
        if last and last not in likely and ids[:-1] in beam:
            before = beam[ids[:-1]]
            same = ids[-2:-1] == (last,)
            here[1] += (before[0] + before[1] * (not same)) * exp(row[last])
    return {ids: ends for ids, ends in new.items() if sum(ends)}


class Said:
    """What the language model says of prefixes; it is asked for many at once."""

    def __init__(self, ngrams: NGrams | None) -> None:
        self.scorer = NgramScorer(ngrams) if ngrams else None
        self.known: dict[Ids, tuple[Any, list[float]]] = {}
        self.extra: dict[Ids, float] = {(): 0.0}
        if self.scorer:
            state, scores = self.scorer.begin()
            self.known[()] = state, scores.tolist()

    def learn(self, prefixes: Iterable[Ids]) -> None:
        """Weight · log p of the symbols of each, whose beginnings are known."""
        if not self.scorer:
            return
        new = [ids for ids in prefixes if ids not in self.extra]
        parents = {ids[:-1]: None for ids in new if ids[:-1] not in self.known}
        if parents:
            before = [self.known[ids[:-1]][0] for ids in parents]
            states, scores = self.scorer.extend(before, [ids[-1] for ids in parents])
            told = zip(states, scores.tolist(), strict=True)
            self.known.update(zip(parents, told, strict=True))
        for ids in new:
            scores = self.known[ids[:-1]][1]
            self.extra[ids] = self.extra[ids[:-1]] + WEIGHT * scores[ids[-1]]

    def rank_in(self, ends: Any) -> Callable[[Ids], float]:
        """The rank of prefixes with these probabilities."""
        return lambda ids: log(sum(ends[ids])) + self.extra.get(ids, 0.0)


def read(found: Any) -> dict[str, Tensor]:
    """Scores and texts, best first."""
    symbols = [float(number) for ids, _ in found for number in ids]
    scores = [score for _, score in found]
    return {"scores": torch.tensor(scores), "symbols": torch.tensor(symbols)}


def main() -> None:
    """Measures, prints, writes the CSV."""
    asked = protocol.ask(
        str(__doc__), cells=("alone", "language"), sizes=(10, 50), rows=(1,), threads=1
    )
    results = protocol.Results(__file__, asked)
    frames, ngrams = heard(), counted()
    for search, width in product(asked.cells, asked.sizes):
        language = ngrams if search == "language" else None
        contestants = [make(frames, width, language) for make in (ours, textbook)]
        truth = read(contestants[1].run())
        for one in contestants:
            gate(one, truth, LIMITS)
        case = {"search": search, "width": width, "path": "Python"}
        row = results.measure(case, contestants, peers=["textbook"], steps=SECONDS)
        row["factor"] = row["ours_ms"] / 1000
    print()
    for search, most in LONGEST_MS.items():
        quick = [
            most / row["ours_ms"]
            for row in results.rows
            if (row["search"], row["width"]) == (search, 10)
        ]
        protocol.require(f"{most:g} ms / ours, {search}", quick, 1.0, mean=False)
    results.write()


if __name__ == "__main__":
    main()
