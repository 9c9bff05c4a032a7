"""The gain of a change: that of the whole sentence, though only a part is looked at."""

from random import Random

import pytest
import torch

from unrolled.errors import BrokenModelError
from unrolled.models.ngrams import NGrams
from unrolled.ragged import Ragged
from unrolled.tasks._correct.input import EditInput
from unrolled.tasks._correct.judge import Judge
from unrolled.tasks._correct.tags import Changed
from unrolled.tasks._tag.settings import WordSettings

LINES = [
    "he goes to school by car",
    "she goes to work by bus",
    "he goes home",
    "they like the old school",
    "they go to the old house by car",
]
RIGHT = [line.split() for line in LINES * 3]


def judge_of(rows: list[list[str]]) -> Judge:
    reads = EditInput.learn(rows, WordSettings(), frozenset())
    return Judge.fit(reads.words, rows)


def of_whole(judge: Judge, words: list[str]) -> float:
    ids = [judge._id(word) for word in words] + [judge._known]
    ragged = Ragged(torch.tensor(ids), torch.tensor([len(ids)]))
    each = judge.ngrams.log_probabilities(ragged)
    return float(each.sum()) - judge._share * ids[:-1].count(0)


def test_a_gain_is_the_difference_of_the_whole_sentences():
    judge, draw = judge_of([*RIGHT, ["a", "rare", "word"]]), Random(0)
    known = [*sorted({word for row in RIGHT for word in row}), "strange"]
    for _ in range(200):
        words = [draw.choice(known) for _ in range(draw.randrange(9))]
        start = draw.randrange(len(words) + 1)
        stop = min(start + draw.randrange(3), len(words))
        new = tuple(draw.choice(known) for _ in range(draw.randrange(3)))
        [gain] = judge.gains([(words, Changed(start, stop, new))])
        after = [*words[:start], *new, *words[stop:]]
        assert gain == pytest.approx(of_whole(judge, after) - of_whole(judge, words))


def test_what_right_text_says_gains():
    judge = judge_of(RIGHT)
    words = ["he", "go", "to", "school"]
    good, bad = judge.gains(
        [(words, Changed(1, 2, ("goes",))), (words, Changed(1, 2, ("car",)))]
    )
    assert good > 0
    assert good > bad
    assert judge.gains([]) == []


def test_words_seen_once_are_counted_as_unknown():
    judge = judge_of([*RIGHT, ["a", "rare", "word"]])
    assert judge.is_usual("school")
    assert not judge.is_usual("rare")
    assert not judge.is_usual("never")


def test_it_comes_back_and_refuses_n_grams_of_another_vocabulary():
    judge = judge_of(RIGHT)
    asked = [(["he", "go", "home"], Changed(1, 2, ("goes",)))]
    assert Judge.restore(judge.reads, judge.state()).gains(asked) == judge.gains(asked)
    other = judge_of([["another", "another"], ["text", "text"]])
    with pytest.raises(BrokenModelError, match="the n-grams of the model are of"):
        Judge.restore(judge.reads, other.state())
    with pytest.raises(BrokenModelError):
        Judge.restore(judge.reads, {})
    assert isinstance(judge.ngrams, NGrams)
