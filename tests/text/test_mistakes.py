"""Mistakes in whole sentences: how many, of which kinds, and always the same."""

from collections import Counter
from random import Random

import pytest
import torch

from unrolled.errors import SettingError
from unrolled.text.english.mistakes import Mistakes
from unrolled.text.english.mistakes_settings import MistakesSettings

SENTENCES = [
    one.split()
    for one in (
        "He goes to the old house every Sunday because it is quiet there .",
        "Many children have seen the bigger cat , but they did n't tell me .",
        "I was waiting for you at the station when the last train left .",
        "However , there are three reasons for taking a different road to Paris .",
        "She said that my advice had been useful , and thanked us for it .",
    )
]


def _usual(**settings: float) -> Mistakes:
    return Mistakes(MistakesSettings(**settings), (), {}, {})


def test_the_share_of_clean_sentences_is_as_it_was_set():
    for clean in (0.0, 0.3, 1.0):
        mistakes, draw = _usual(clean=clean), Random(0)
        made = [mistakes.explained(SENTENCES[n % 5], draw) for n in range(2000)]
        assert sum(not one.slips for one in made) / 2000 == pytest.approx(
            clean, abs=0.03
        )
        assert all(
            (one.tokens == SENTENCES[n % 5]) == (not one.slips)
            for n, one in enumerate(made)
        )


def test_the_number_of_mistakes_grows_with_the_sentence():
    mistakes, draw = _usual(clean=0.0, per_word=0.2), Random(0)
    tokens = SENTENCES[0] + SENTENCES[1]
    counts = [len(mistakes.explained(tokens, draw).slips) for _ in range(2000)]
    assert sum(counts) / 2000 == pytest.approx(0.2 * len(tokens), rel=0.05)
    assert max(counts) > 10 > 2 > min(counts)


def test_of_the_usual_mistakes_a_third_is_spelling():
    mistakes, draw = _usual(), Random(0)
    kinds = Counter(
        slip.kind.partition(":")[0]
        for n in range(4000)
        for slip in mistakes.explained(SENTENCES[n % 5], draw).slips
    )
    total = sum(kinds.values())
    assert len(kinds) == 16
    assert 0.2 < kinds["spelling"] / total < 0.36
    for frequent in ("article", "preposition", "number", "verb", "comma"):
        assert 0.04 < kinds[frequent] / total < 0.16


def test_the_same_generator_gives_the_same_mistakes():
    mistakes = _usual()
    for n in range(50):
        tokens = SENTENCES[n % 5]
        assert mistakes.make(tokens, Random(n)) == _usual().make(tokens, Random(n))
        one, other = (torch.Generator().manual_seed(n) for _ in range(2))
        assert mistakes.make(tokens, one) == mistakes.make(tokens, other)


def test_a_generator_goes_on_from_where_it_was():
    generator = torch.Generator().manual_seed(0)
    made = {tuple(_usual().make(SENTENCES[0], generator)) for _ in range(20)}
    assert len(made) > 5


def test_the_clean_sentence_is_not_changed():
    tokens = list(SENTENCES[0])
    _usual(clean=0.0).make(tokens, Random(0))
    assert tokens == SENTENCES[0]


def test_the_shortest_sentences_are_no_trouble():
    mistakes, draw = _usual(clean=0.0), Random(0)
    for _ in range(300):
        assert mistakes.make([], draw) == []
        assert len(mistakes.explained(["Run"], draw).slips) <= 1
        mistakes.make(["!"], draw)
        mistakes.make(["", " "], draw)


def test_no_token_is_too_strange():
    mistakes, draw = _usual(clean=0.0, per_word=0.5), Random(0)
    alphabet = [
        *"abesy'I.,A1",
        "\u00df",
        "\u0130",
        "\u0301",
        "\U0001f600",
        "\u6f22",
        "\n",
    ]
    for _ in range(3000):
        tokens = [
            "".join(draw.choices(alphabet, k=draw.randrange(1, 6)))
            for _ in range(draw.randrange(8))
        ]
        made = mistakes.make(tokens, draw)
        assert all(isinstance(token, str) and token for token in made)


def test_a_lexicon_may_have_counts():
    mistakes = Mistakes(MistakesSettings(clean=0.0), {"cats": 3}, {}, {})
    assert mistakes.make(["cats"], Random(0))


def test_without_any_kind_nothing_is_wrong():
    kinds = [
        name
        for name in vars(MistakesSettings())
        if name not in ("clean", "per_word", "listed")
    ]
    none = _usual(clean=0.0, **dict.fromkeys(kinds, 0.0))
    assert none.make(SENTENCES[0], Random(0)) == SENTENCES[0]


def test_a_share_above_one_is_refused():
    with pytest.raises(SettingError, match="clean"):
        MistakesSettings(clean=1.5)
