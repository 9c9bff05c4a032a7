"""Sentences of good English, one a line, to learn to correct bad ones.

    The word was coined by the French philosopher Auguste Comte.

They are the articles of Wikipedia that the set `wikipedia` has, in the same parts, cut
where a sentence ends. Errors are made in them by whoever learns from them.
"""

import re
from collections.abc import Iterator, Mapping
from typing import final

from typing_extensions import override

from unrolled.datasets._base import AbstractDataset, Parts
from unrolled.datasets._wikipedia import CREDIT, LICENSE, PACKAGE, articles

WORDS = range(4, 41)
"""Of a sentence."""
_END = re.compile(r"(?<=[.!?])[\"')]* (?=[\"'(]*[A-Z0-9])")
_LAST = re.compile(r"[\"'(]*([^\s\"'(]+)\.$")
_ABBREVIATIONS = re.compile(
    "Mr|Mrs|Ms|Dr|Prof|St|Mt|Ft|Gen|Col|Lt|Capt|Sgt|Rev|Hon|Gov|Sen|Rep|Sr|Jr|Bros|Inc"
    "|Ltd|Co|Corp|vs|cf|ca|approx|No|vol|Vol|pp|ed|eds|trans|fig|Fig|etc|al"
    # An initial, or one word of many stops: "J", "U.S".
    r"|[A-HJ-Za-z]|.*\..*"
)
_PLAIN = str.maketrans("\u201c\u201d\u2018\u2019\u00a0", "\"\"'' ")
"""Curly quotation marks are few, and most people type straight ones."""
# Letters of the alphabets of western Europe, digits and common marks; a full stop
# inside, as in "U.S." or "1.5"; at the end one mark of the three.
_SIGNS = r"\w ,;:'\"()%$–—-"
_CLEAN = re.compile(rf"[\"']?[A-Z][{_SIGNS}]*(?:\.[{_SIGNS}]+)*[.!?][\"']?")
_FOREIGN = re.compile(r"[^\x00-\xff–—]|_")


@final
class Sentences(AbstractDataset):
    """15,117 sentences of 97 articles."""

    title = "clean sentences of Wikipedia, one a line"
    description = (
        "15,117 English sentences of 4 to 40 words out of 97 articles of 2016, with"
        " straight quotation marks; sentences with signs of other scripts, with"
        " brackets that do not close, or without an end are left out. Whole articles"
        " are kept in one part: 79 to train, 8 to validate, 10 to test."
    )
    task = "correct"
    package = PACKAGE
    credit = CREDIT
    license = LICENSE
    columns = ("sentence",)
    suffix = ".txt"
    rows = {"train": 12_230, "valid": 1_561, "test": 1_326}
    result = "9971254063d9fddf"

    @override
    def convert(self, files: Mapping[str, bytes]) -> Parts:
        seen: set[str] = set()
        return {
            part: [
                (sentence,)
                for paragraphs in some.values()
                for paragraph in paragraphs
                for sentence in _sentences(" ".join(paragraph.split()))
                if _is_clean(sentence) and _is_first(sentence, seen)
            ]
            for part, some in articles(files).items()
        }


def _sentences(paragraph: str) -> Iterator[str]:
    """The paragraph cut after each end of a sentence, not after an abbreviation."""
    start = 0
    text = paragraph.translate(_PLAIN)
    for end in _END.finditer(text):
        sentence = text[start : end.end()].strip()
        last = _LAST.search(text[start : end.start()])
        if not (last and _ABBREVIATIONS.fullmatch(last[1])):
            yield sentence
            start = end.end()
    yield text[start:].strip()


def _is_clean(sentence: str) -> bool:
    return (
        len(sentence.split()) in WORDS
        and _CLEAN.fullmatch(sentence) is not None
        and sentence.count("(") == sentence.count(")")
        and sentence.count('"') % 2 == 0
        and not _FOREIGN.search(sentence)
    )


def _is_first(sentence: str, seen: set[str]) -> bool:
    """Whether it is the first of its letters, which are noted."""
    letters = "".join(filter(str.isalnum, sentence.casefold()))
    known = letters in seen
    seen.add(letters)
    return not known
