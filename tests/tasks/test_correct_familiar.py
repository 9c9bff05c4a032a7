"""How familiar words are: against counting by hand, without the sentence itself."""

from collections import Counter
from itertools import pairwise
from random import Random

import pytest
import torch

from unrolled.errors import BrokenModelError
from unrolled.tasks._correct.familiar import MOST, SIZES, Familiar
from unrolled.tasks._correct.input import flat

WORDS = 7


def rows(seed: int, count: int) -> list[list[int]]:
    draw = Random(seed)
    return [
        [draw.randrange(WORDS) for _ in range(draw.randrange(6))] for _ in range(count)
    ]


def step(count: int) -> int:
    return min(count.bit_length(), MOST + 1)


def by_hand(
    counted: list[list[int]], asked: list[int], own: list[int]
) -> list[list[int]]:
    def pairs_in(row: list[int]) -> Counter[tuple[int, int]]:
        return Counter(pairwise([*row, WORDS])) if row else Counter()

    alone = Counter(w for row in counted for w in row if w) - Counter(own)
    pairs = sum(map(pairs_in, counted), Counter()) - pairs_in(own)
    around = [WORDS, *asked, WORDS]
    return [
        [
            step(alone[word]),
            step(pairs[before, word]),
            step(pairs[word, behind]),
            step(pairs[before, behind]),
        ]
        for before, word, behind in zip(around, around[1:], around[2:], strict=False)
    ]


def test_numbers_are_those_of_counting_by_hand():
    counted = rows(0, 60)
    familiar = Familiar.fit(flat(counted), words=WORDS)
    asked = rows(1, 40)
    found = familiar.numbers(flat(asked))
    assert found.tolist() == [n for row in asked for n in by_hand(counted, row, [])]
    assert found.dtype == torch.int64


def test_the_own_sentence_does_not_tell_of_its_words():
    counted = rows(2, 50)
    familiar = Familiar.fit(flat(counted), words=WORDS)
    asked = [row[::-1] if n % 3 else row for n, row in enumerate(counted)]
    found = familiar.numbers(flat(asked), flat(counted)).tolist()
    expected = [
        n
        for row, own in zip(asked, counted, strict=True)
        for n in by_hand(counted, row, own)
    ]
    assert found == expected
    alone = Familiar.fit(flat([[1, 2, 3]]), words=WORDS)
    assert not alone.numbers(flat([[1, 2, 3]]), flat([[1, 2, 3]])).any()


def test_numbers_stay_below_their_sizes_and_no_words_have_none():
    familiar = Familiar.fit(flat([[1] * 40_000]), words=WORDS)
    found = familiar.numbers(flat([[1, 1], [], [2]]))
    assert (found < torch.tensor(SIZES)).all()
    assert familiar.numbers(flat([[], []])).shape == (0, 4)
    nothing = Familiar.fit(flat([[]]), words=WORDS)
    assert not nothing.numbers(flat([[1, 2]])).any()


def test_it_comes_back_from_its_tensors_and_not_from_others():
    familiar = Familiar.fit(flat(rows(3, 20)), words=WORDS)
    back = Familiar.restore(familiar.state(), words=WORDS)
    asked = flat(rows(4, 20))
    assert torch.equal(back.numbers(asked), familiar.numbers(asked))
    for name in familiar.state():
        damaged = familiar.state()
        del damaged[name]
        with pytest.raises(BrokenModelError, match="one for each of 7 words"):
            Familiar.restore(damaged, words=WORDS)
    with pytest.raises(BrokenModelError):
        Familiar.restore(familiar.state(), words=WORDS + 1)
