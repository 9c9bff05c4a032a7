"""Capital letters: how a word is written, and another word written the same way.

    lower   received      capital   Received      upper   RECEIVED      mixed   iPhone

A word of one capital letter counts as capital, not as upper: "I", "A".
"""

from enum import Enum


class Case(Enum):
    """How a word uses capital letters."""

    LOWER = "lower"
    CAPITAL = "capital"
    UPPER = "upper"
    MIXED = "mixed"


def case_of(word: str) -> Case:
    """How the word is written; words without letters are lower."""
    if word == word.lower():
        return Case.LOWER
    if word[:1] == word[:1].upper() and word[1:] == word[1:].lower():
        return Case.CAPITAL
    return Case.UPPER if word == word.upper() else Case.MIXED


def written_like(word: str, model: str) -> str:
    """`word` with the capital letters of `model`; its own where it has some itself.

    recieve → receive, Recieve → Receive, RECIEVE → RECEIVE, recieve → iPhone.
    """
    case = case_of(model)
    if case is Case.UPPER:
        return word.upper()
    if case is Case.CAPITAL and case_of(word) is Case.LOWER:
        return word[:1].upper() + word[1:]
    return word
