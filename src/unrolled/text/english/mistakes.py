"""Mistakes for clean English sentences, so that a corrector can learn without pairs.

    He goes to the old house every Sunday .
    He go to old hause every sunday .        agreement, article, spelling, capital

    mistakes_spelling.py      misspelled words; words joined or cut
    mistakes_small_words.py   articles, prepositions, pronouns, confusions
    mistakes_nouns_verbs.py   number, agreement, verb forms, comparatives
    mistakes_marks.py         commas, marks, capital letters
    mistakes_order.py         order, small words left out, words too many

A share of the sentences stays clean, since a corrector must learn to leave text alone.
The others have one mistake or more: a Poisson number, with a mean that grows with the
sentence and differs from one to the next, as writers do. Kinds are drawn by their
weights, which are near to what learners of English write.

References: Rozovskaya and Roth 2010, "Generating confusion sets for context-sensitive
error correction", for mistakes like those of learners; Grundkiewicz et al. 2019,
"Neural grammatical error correction systems with unsupervised pre-training on synthetic
data", for confusion sets and spelling noise over clean text.
"""

import math
from collections.abc import Container, Mapping, Sequence
from random import Random
from typing import NamedTuple, final

import torch

from unrolled.text.english import mistakes_marks as marks
from unrolled.text.english import mistakes_order as orders
from unrolled.text.english import mistakes_small_words as small_words
from unrolled.text.english.mistakes_draft import Draft, Kind, Slip, weighted
from unrolled.text.english.mistakes_nouns_verbs import (
    Agreement,
    Number,
    VerbForm,
    WordForms,
    comparison,
)
from unrolled.text.english.mistakes_settings import MistakesSettings
from unrolled.text.english.mistakes_spelling import Joined, Misspelling

TRIES = 6
"""Kinds that are drawn for one mistake, until one finds a place in the sentence."""


class Mistaken(NamedTuple):
    """A sentence with mistakes, and what they are."""

    tokens: list[str]
    slips: list[Slip]
    """Place counts the words of the clean sentence."""


@final
class Mistakes:
    """Makes mistakes in tokenized English sentences."""

    def __init__(
        self,
        settings: MistakesSettings,
        lexicon: Container[str],
        misspellings: Mapping[str, Sequence[str]],
        confusions: Mapping[str, Sequence[str]],
    ) -> None:
        """From what is known of the language; all but the settings may be empty.

        `lexicon` holds the words of the clean text in small letters: a form that is not
        in it is never made by rules of grammar, and a misspelling is never in it.
        `misspellings` and `confusions` give wrong words for a right one in small
        letters; misspellings that are right words belong to the confusions.
        """
        self.settings = settings
        forms = WordForms(lexicon)
        self._kinds: dict[str, Kind] = {
            "spelling": Misspelling(misspellings, lexicon, settings.listed),
            "confusion": small_words.Confusion(confusions, lexicon),
            "article": small_words.article,
            "preposition": small_words.preposition,
            "number": Number(forms),
            "agreement": Agreement(forms),
            "verb": VerbForm(forms),
            "pronoun": small_words.pronoun,
            "comparison": comparison,
            "comma": marks.comma,
            "mark": marks.mark,
            "capital": marks.capital,
            "joined": Joined(lexicon),
            "order": orders.order,
            "missing": orders.missing,
            "extra": orders.extra,
        }
        self._weights = {name: getattr(settings, name) for name in self._kinds}

    def make(
        self, tokens: Sequence[str], generator: Random | torch.Generator
    ) -> list[str]:
        """The sentence with its mistakes, the same for the same generator."""
        return self.explained(tokens, generator).tokens

    def explained(
        self, tokens: Sequence[str], generator: Random | torch.Generator
    ) -> Mistaken:
        """As make(), with the mistakes by name; see mistakes_draft.py for Slip."""
        draw = _random(generator)
        draft = Draft(tokens)
        for _ in range(self._count(len(tokens), draw)):
            self._add(draft, draw)
        return Mistaken(draft.tokens(), draft.slips)

    def _add(self, draft: Draft, draw: Random) -> None:
        """One mistake of a kind that finds its place; none if many kinds find none."""
        for _ in range(TRIES):
            if self._kinds[weighted(draw, self._weights)](draft, draw):
                return

    def _count(self, words: int, draw: Random) -> int:
        """How many mistakes: none in clean sentences, else at least one."""
        if draw.random() < self.settings.clean or not any(self._weights.values()):
            return 0
        mean = self.settings.per_word * words * (0.5 + draw.random())
        return min(max(_poisson(mean, draw), 1), (words + 1) // 2)


def _poisson(mean: float, draw: Random) -> int:
    """Knuth 1969, volume 2, section 3.4.1, algorithm Q."""
    least, product, count = math.exp(-mean), draw.random(), 0
    while product > least:
        product *= draw.random()
        count += 1
    return count


def _random(generator: Random | torch.Generator) -> Random:
    """Python's own generator, since one of torch takes ten times as long for a draw."""
    if isinstance(generator, Random):
        return generator
    seed = torch.randint(1 << 62, (), generator=generator)
    return Random(int(seed))
