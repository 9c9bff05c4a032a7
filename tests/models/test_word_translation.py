"""IBM model 1: by hand on two sentences, by plain loops on many, and kept on disk."""

import itertools
import math
import random
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
import torch

from unrolled.errors import BrokenModelError
from unrolled.models import word_translation
from unrolled.models.word_links import Links
from unrolled.models.word_translation import Pair, WordTranslation
from unrolled.ragged import Ragged
from unrolled.text.vocabulary import Vocabulary
from unrolled.text.words import Words

TATOEBA = Path("/work/shared/data/translation/tatoeba_en_fr/train.tsv")


def pair(source: str, target: str) -> Pair:
    return source.split(), target.split()


HOUSE = [pair("the house", "la maison"), pair("the flower", "la fleur")]


def by_loops(pairs: list[Pair], iterations: int) -> dict[tuple[str | None, str], float]:
    """t(f | e) by e and f as the equations say it; None is the empty word."""
    shares: dict[tuple[str | None, str], float] = defaultdict(lambda: 1.0)
    for _ in range(iterations):
        counts: dict[tuple[str | None, str], float] = defaultdict(float)
        for source, target in pairs:
            words = [None, *source]
            for f in target:
                total = sum(shares[e, f] for e in words)
                for e in words:
                    counts[e, f] += shares[e, f] / total
        given: dict[str | None, float] = defaultdict(float)
        for (e, _), count in counts.items():
            given[e] += count
        shares = defaultdict(float, {k: c / given[k[0]] for k, c in counts.items()})
    return shares


def random_pairs(count: int, seed: int) -> list[Pair]:
    """Sentences of 0 to 5 words, each with a translation; some words stand twice."""
    chance = random.Random(seed)

    def sentence(letters: str) -> list[str]:
        return chance.choices(letters, k=chance.randrange(6))

    return [(sentence("abcdef"), sentence("uvwxyz")) for _ in range(count)]


# -- what is learned -----------------------------------------------------------------


def test_the_house_by_hand():
    """Each iteration, with the empty word ∅, which stands in all sentences like "the".

    First, a third of each French word goes to ∅, "the" and the third word. ∅ and "the"
    got 1/3 + 1/3 of "la", 1/3 of "maison", 1/3 of "fleur"; "house" 1/3 of "la" and 1/3
    of "maison". So t(la|the) = 1/2, t(maison|the) = 1/4, t(la|house) = 1/2.

    Second, "la" is shared alike again, 1/3 each; of "maison" "house" gets
    1/2 / (1/4 + 1/4 + 1/2) = 1/2, "the" 1/4. So t(maison|house) =
    1/2 / (1/3 + 1/2) = 3/5, and t(la|the) = 2/3 / (2/3 + 1/4 + 1/4) = 4/7.
    """
    first = WordTranslation.learn(HOUSE, iterations=1)
    assert first.options("the") == {
        "la": pytest.approx(1 / 2),
        "maison": pytest.approx(1 / 4),
        "fleur": pytest.approx(1 / 4),
    }
    assert first.options("house") == pytest.approx({"la": 1 / 2, "maison": 1 / 2})
    second = WordTranslation.learn(HOUSE, iterations=2)
    assert second.options("the")["la"] == pytest.approx(4 / 7)
    assert second.options("the")["fleur"] == pytest.approx(3 / 14)
    assert second.options("house") == pytest.approx({"maison": 3 / 5, "la": 2 / 5})
    assert list(second.options("house")) == ["maison", "la"]
    assert second.options(None) == second.options("the")


@pytest.mark.parametrize("iterations", [1, 2, 5])
def test_it_is_what_plain_loops_find(iterations, monkeypatch):
    monkeypatch.setattr(word_translation, "LEAST", 0.0)
    pairs = random_pairs(60, seed=iterations)
    model = WordTranslation.learn(pairs, iterations=iterations)
    expected = by_loops(pairs, iterations)
    found = {
        (e, f): share
        for e in [None, *"abcdef"]
        for f, share in model.options(e).items()
    }
    assert found.keys() == expected.keys()
    assert found == pytest.approx(dict(expected), abs=1e-12)


def links_of(pairs: list[Pair]) -> Links:
    """Letters to numbers, a and u to 1."""
    source = [[0, *(ord(word) - 96 for word in words)] for words, _ in pairs]
    target = [[ord(word) - 116 for word in words] for _, words in pairs]
    return Links.of(ragged(source), ragged(target))


def ragged(rows: list[list[int]]) -> Ragged:
    return Ragged.from_list([torch.tensor(row, dtype=torch.int64) for row in rows])


def test_the_nats_are_those_of_the_equation():
    """Summed over all ways to choose an e for each f, as the model is defined."""
    pairs = random_pairs(12, seed=1)
    links = links_of(pairs)
    shares = links.normalized(np.random.default_rng(0).random(len(links.source)))
    places = zip(links.source.tolist(), links.target.tolist(), strict=True)
    t = dict(zip(places, shares.tolist(), strict=True))
    expected = 0.0
    for source, target in pairs:
        e = [0, *(ord(word) - 96 for word in source)]
        f = [ord(word) - 116 for word in target]
        ways = itertools.product(e, repeat=len(f))
        all_ways = [math.prod(t[pair] for pair in zip(w, f, strict=True)) for w in ways]
        expected += math.log(sum(all_ways) / len(e) ** len(f))
    assert links.expect(shares)[1] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_no_iteration_makes_the_translations_less_probable(seed):
    links = links_of(random_pairs(40, seed=seed))
    shares, before = np.full(len(links.source), 1 / 6), -math.inf
    for _ in range(60):
        counts, nats = links.expect(shares)
        assert nats >= before - 1e-9
        shares, before = links.normalized(counts), nats
        given = np.bincount(links.source, shares)
        assert given[given > 0] == pytest.approx(1.0)


def test_after_thousands_of_iterations_the_numbers_are_still_numbers():
    """What is hardly ever chosen falls to 0, and a word may be left with nothing."""
    model = WordTranslation.learn(HOUSE, iterations=3_000)
    for word in (None, "the", "house", "flower"):
        assert all(0 <= share <= 1 for share in model.options(word).values())
    assert next(iter(model.options("house"))) == "maison"


def test_with_too_many_links_evenly_spread_pairs_are_read(monkeypatch):
    pairs = [pair(f"s{k}", f"t{k}") for k in range(10)]  # of 2 links each
    monkeypatch.setattr(word_translation, "MOST_LINKS", 10)
    model = WordTranslation.learn(pairs)
    assert set(model.source.tokens) == {"<unk>", "s0", "s3", "s6", "s9"}


# -- translations --------------------------------------------------------------------


def test_each_word_becomes_its_best_and_unknown_ones_are_copied():
    pairs = [*HOUSE, pair("a flower", "une fleur"), pair("a house", "une maison")]
    model = WordTranslation.learn(pairs)
    assert model.translate(["a", "Paris", "house"]) == ["une", "Paris", "maison"]
    assert model.translate([]) == []
    assert model.options("Paris") == {}


def test_a_word_is_left_out_where_the_empty_word_says_the_same_more_often():
    source = Vocabulary.build([["we", "do", "dance"]])
    target = Vocabulary.build([["nous", "dansons", "."]])
    nous, dansons, dot = target.ids(["nous", "dansons", "."])
    says = {"we": {nous: 0.9}, "do": {dot: 0.4, dansons: 0.3}, "dance": {dansons: 0.5}}
    options = [{dot: 0.5, dansons: 0.4}, *(says[word] for word in source.tokens[1:])]
    model = WordTranslation(source, target, options)
    assert model.translate(["we", "do", "dance"]) == ["nous", "dansons"]


@pytest.mark.parametrize(
    "pairs", [[], [([], [])], [(["a"], [])], [([], ["x"])]], ids=str
)
def test_next_to_nothing_to_learn_from_copies(pairs):
    model = WordTranslation.learn(pairs)
    assert model.translate(["a", "b"]) == ["a", "b"]
    again = WordTranslation.restore(*model.state())
    assert again.options(None) == model.options(None)


# -- in a model folder ---------------------------------------------------------------


def test_what_is_kept_translates_the_same():
    model = WordTranslation.learn(random_pairs(200, seed=3))
    again = WordTranslation.restore(*model.state())
    for word in [None, *"abcdefg"]:
        assert list(again.options(word).items()) == list(model.options(word).items())
    assert again.translate(list("abcdefg")) == model.translate(list("abcdefg"))


def test_improbable_words_are_not_kept_but_the_best_always_is():
    """300 words for one: each has a probability of 1/300, the first of them stays."""
    many = [pair("a", f"w{k:03}") for k in range(300)]
    model = WordTranslation.learn(many)
    assert len(model.options("a")) == 1
    assert len(model.state()[1]["target"]) == 2


BROKEN = {
    "nothing": (lambda t: t.clear(), '"many" is no list of int32'),
    "kind": (
        lambda t: t.update({"target": t["target"].float()}),
        '"target" is no list of int32',
    ),
    "shape": (
        lambda t: t.update({"probability": t["probability"][None]}),
        '"probability" is no list of float64',
    ),
    "words": (
        lambda t: t.update({"many": t["many"][1:]}),
        "4 words have 3 numbers of entries",
    ),
    "negative": (lambda t: t["many"].fill_(-1), "4 words have 4 numbers of entries"),
    "many": (lambda t: t["many"].fill_(1), "not as many as their words and numbers"),
    "short": (
        lambda t: t.update({"target": t["target"][1:]}),
        "not as many as their words and numbers",
    ),
    "beyond": (lambda t: t["target"].fill_(4), "an entry is of no word"),
    "below": (lambda t: t["target"].fill_(-1), "an entry is of no word"),
    "large": (lambda t: t["probability"].fill_(1.5), "is not from 0 to 1"),
    "twice": (lambda t: t["target"].fill_(1), "the same translation twice"),
    "nan": (lambda t: t["probability"].fill_(math.nan), "is not from 0 to 1"),
}


@pytest.mark.parametrize(("damage", "said"), BROKEN.values(), ids=BROKEN)
def test_damaged_tensors_are_refused(damage, said):
    words, tensors = WordTranslation.learn(HOUSE).state()
    damage(tensors)
    with pytest.raises(BrokenModelError) as caught:
        WordTranslation.restore(words, tensors)
    assert said in caught.value.found
    assert caught.value.found.startswith("the word translation of the model is damaged")
    assert caught.value.fix == "copy the model folder again, or train again"


@pytest.mark.parametrize("words", [None, [], {}, {"source": {}}, {"target": 3}])
def test_damaged_words_are_refused(words):
    _, tensors = WordTranslation.learn(HOUSE).state()
    with pytest.raises(
        BrokenModelError, match="the vocabulary of the model is damaged"
    ):
        WordTranslation.restore(words, tensors)


# -- at full size --------------------------------------------------------------------


@pytest.mark.skipif(not TATOEBA.exists(), reason="the Tatoeba sentences are not here")
def test_fifty_thousand_sentences_take_seconds():
    lines = TATOEBA.read_text("utf-8").splitlines()
    words = Words(lowercase=False)
    rows = [line.split("\t")[:2] for line in lines]
    pairs = [(words.tokens(source), words.tokens(target)) for source, target in rows]
    start = time.monotonic()
    model = WordTranslation.learn(pairs)
    assert time.monotonic() - start < 20
    assert model.translate(["I", "eat", "bread"]) == ["Je", "manger", "pain"]
    assert sum(t.nbytes for t in model.state()[1].values()) < 2_000_000
