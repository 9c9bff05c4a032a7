"""Misspelled words, words run together, and words cut in two.

    spelling   their → thier          from a list of misspellings, or letter by letter
    joined     a lot → alot           without → with out

A misspelling is no word of the lexicon: who writes "form" for "from" has taken one word
for another, and only a list can tell which words those are.
"""

from collections.abc import Container, Mapping, Sequence
from random import Random
from typing import final

from unrolled.text.english.letter_slips import slip
from unrolled.text.english.mistakes_draft import Draft, one_of, weighted
from unrolled.text.english.word_forms import in_case_of

SECOND_SLIP = 0.15
"""How often a word of seven letters or more has two slips."""
TRIES = 4
SLIPPED_BLANK = 0.15
"""How often any two words are tried before those that people often join."""
_RUN_TOGETHER = {
    *("a lot", "in fact", "as well", "in spite", "at least", "each other", "of course"),
    *("in order", "all right", "no one", "ca n't", "can not", "so much", "any more"),
    *("any one", "every one", "every time", "some times", "high school", "thank you"),
    *("such as", "even though", "for example", "right now", "next week", "too much"),
    *("i am", "it is", "do not", "does not", "did not", "is not", "you are", "i have"),
}
_CUT = {
    "without": "with out",
    "into": "in to",
    "something": "some thing",
    "anything": "any thing",
    "everything": "every thing",
    "nothing": "no thing",
    "someone": "some one",
    "everyone": "every one",
    "anyone": "any one",
    "somebody": "some body",
    "everybody": "every body",
    "everywhere": "every where",
    "sometimes": "some times",
    "somewhere": "some where",
    "nowadays": "now a days",
    "however": "how ever",
    "whenever": "when ever",
    "wherever": "where ever",
    "whatever": "what ever",
    "although": "al though",
    "because": "be cause",
    "maybe": "may be",
    "today": "to day",
    "tomorrow": "to morrow",
    "together": "to gether",
    "already": "all ready",
    "always": "all ways",
    "almost": "all most",
    "another": "an other",
    "myself": "my self",
    "himself": "him self",
    "themselves": "them selves",
    "yourself": "your self",
    "inside": "in side",
    "outside": "out side",
    "weekend": "week end",
    "homework": "home work",
    "airport": "air port",
    "breakfast": "break fast",
    "afternoon": "after noon",
    "understand": "under stand",
    "become": "be come",
}


@final
class Misspelling:
    """One word misspelled; long words more often than short ones."""

    def __init__(
        self,
        misspellings: Mapping[str, Sequence[str]],
        lexicon: Container[str],
        listed: float,
    ) -> None:
        self.misspellings, self.lexicon, self.listed = misspellings, lexicon, listed

    def __call__(self, draft: Draft, draw: Random) -> bool:
        """Misspells a word. False where none is long enough."""
        weights = {
            place: min(len(word), 10) - 1.5
            for place, word in enumerate(draft.small)
            if len(word) > 2 and word.isalpha() and not draft.touched[place]
        }
        if not weights:
            return False
        place = weighted(draw, weights)
        kind, wrong = self.wrong(draft.small[place], draw)
        if not wrong:
            return False
        return draft.write(place, kind, in_case_of(draft.words[place], wrong))

    def wrong(self, word: str, draw: Random) -> tuple[str, str]:
        """The kind of misspelling and the word with it; empty if none was found."""
        listed = self.misspellings.get(word)
        for _ in range(TRIES):
            if listed and draw.random() < self.listed:
                kind, wrong = "listed", one_of(draw, listed)
            else:
                kind, wrong = slip(word, draw)
                if len(word) > 6 and draw.random() < SECOND_SLIP:
                    wrong = slip(wrong, draw)[1]
            if wrong != word and wrong and wrong not in self.lexicon:
                return f"spelling: {kind}", wrong
        return "", ""


@final
class Joined:
    """Two words run together, or one word cut in two."""

    def __init__(self, lexicon: Container[str]) -> None:
        self.lexicon = lexicon

    def __call__(self, draft: Draft, draw: Random) -> bool:
        """False where the sentence has no two words to join and none to cut."""
        ways = [self._usual, self._cut, self._any_two]
        if draw.random() < SLIPPED_BLANK:
            ways.reverse()
        return any(way(draft, draw) for way in ways)

    def _usual(self, draft: Draft, draw: Random) -> bool:
        """A pair that people often write in one word."""
        found = [
            n
            for n in _pairs(draft)
            if f"{draft.at(n)} {draft.at(n + 1)}" in _RUN_TOGETHER
        ]
        return _join(draft, draw, found)

    def _cut(self, draft: Draft, draw: Random) -> bool:
        found = draft.places(_CUT)
        if not found:
            return False
        place = one_of(draw, found)
        pieces = in_case_of(draft.words[place], _CUT[draft.small[place]]).split()
        return draft.write(place, "joined: cut", *pieces)

    def _any_two(self, draft: Draft, draw: Random) -> bool:
        """A blank that was not typed, beside a short word."""
        found = [
            n
            for n in _pairs(draft)
            if min(len(draft.at(n)), len(draft.at(n + 1))) < 4
            and draft.at(n).isalpha()
            and draft.at(n + 1).isalpha()
            and draft.at(n) + draft.at(n + 1) not in self.lexicon
        ]
        return _join(draft, draw, found)


def _pairs(draft: Draft) -> list[int]:
    touched = draft.touched
    return [n for n in range(len(draft) - 1) if not touched[n] and not touched[n + 1]]


def _join(draft: Draft, draw: Random, found: Sequence[int]) -> bool:
    if not found:
        return False
    place = one_of(draw, found)
    draft.write(place, "joined: together", draft.words[place] + draft.words[place + 1])
    draft.slots[place + 1] = []
    draft.touched[place + 1] = True
    return True
