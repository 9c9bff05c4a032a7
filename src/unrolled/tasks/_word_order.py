"""Does a model know the order of words? Sentences beside shuffles of themselves.

    I love to go to the gym          −21.3 nats      the same words,
    love I go to the gym to          −35.9 nats      in another order

A sentence is won if it is likelier than each of its shuffles. Words are what stands
between blanks, so that marks and clitics stay with their word.
"""

import re
from collections.abc import Sequence

import torch

from unrolled.randomness import stream

FEWEST, MOST = 5, 40  # words of a sentence: two words have but one other order
_END_OF_SENTENCE = re.compile(
    r"(?:(?<=[.!?])|(?<=[.!?][\"')\]])|(?<=[.!?][\"')\]]{2}))\s+(?=[\"'(\[]?[A-Z0-9])"
)


def sentences(texts: Sequence[str], most: int, *, seed: int = 0) -> list[str]:
    """At most so many sentences of the texts, evenly by chance, of 5 to 40 words."""
    found = [
        sentence
        for text in texts
        for sentence in _END_OF_SENTENCE.split(text)
        if FEWEST <= len(sentence.split()) <= MOST
        and sentence.rstrip()[-1:] in ".!?\"'"
    ]
    order = torch.randperm(len(found), generator=stream(seed, "sentences")).tolist()
    return [found[place] for place in sorted(order[:most])]


def shuffles(sentence: str, count: int, *, seed: int = 0) -> list[str]:
    """So many other orders of its words; fewer where it has no more."""
    words = sentence.split()
    generator = stream(seed, "shuffles", sentence)
    found: list[str] = []
    for _ in range(10 * count):
        order = torch.randperm(len(words), generator=generator).tolist()
        mixed = " ".join(words[place] for place in order)
        if mixed != " ".join(words) and mixed not in found:
            found.append(mixed)
        if len(found) == count:
            break
    return found


def share_won(nats: Sequence[float], groups: Sequence[int]) -> float:
    """The share of groups whose first member has the fewest nats; NaN of none.

    `groups` numbers the members in a row: a sentence, then its shuffles.
    """
    best: dict[int, bool] = {}
    first: dict[int, float] = {}
    for group, cost in zip(groups, nats, strict=True):
        if group not in first:
            first[group] = cost
        else:
            best[group] = best.get(group, True) and first[group] < cost
    return sum(best.values()) / len(best) if best else float("nan")
