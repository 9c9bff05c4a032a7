"""How likely each slip of the pen is, before any misspelling has been seen.

Given that a word has gone wrong, for each of its letters:

    dropped                2 %     one of two equal letters      8 %
    doubled                2 %     another letter put in         1 %, over all letters
    swapped with the next  1 %
    for another            2 %, over all letters; a vowel for a vowel and a
                           neighbor on the keyboard ten times as likely as others
    the first letter       a fifth of all that

The numbers are rounded from what lists of misspellings show: four of five are one edit
away, a letter left out is the most frequent one, and the first letter is mostly right.

Reference: Damerau 1964, "A technique for computer detection and correction of spelling
errors", for the four kinds and their shares; Yannakoudakis and Fawthrop 1983, "The
rules of spelling errors", for the first letter.
"""

DROPPED, DROPPED_DOUBLE = 0.02, 0.08
DOUBLED, PUT_IN = 0.02, 0.01 / 26
SWAPPED = 0.01
EXCHANGED, LIKELY_EXCHANGED = 0.0003, 0.003
FIRST = 0.2

BEGIN, END = "^", "$"
"""Marks that stand before and behind a word."""

_VOWELS = frozenset("aeiouy")
_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def _beside() -> frozenset[tuple[str, str]]:
    """Letters that touch each other on the keyboard, both ways round."""
    places = {
        letter: (row, column + row / 2)
        for row, letters in enumerate(_KEYBOARD)
        for column, letter in enumerate(letters)
    }
    return frozenset(
        (one, other)
        for one, (row, column) in places.items()
        for other, (next_row, next_column) in places.items()
        if one != other and abs(row - next_row) <= 1 and abs(column - next_column) <= 1
    )


_BESIDE = _beside()


def usual(right: str, wrong: str, before: str) -> float:
    """The probability that `right` is written as `wrong`.

    Each is one letter or empty, or both are the same two letters in another order.
    `before` is the letter that stands before them, BEGIN at the start of a word.
    """
    share = FIRST if before == BEGIN else 1.0
    if len(right) == 2:
        return share * SWAPPED
    if not wrong:
        return share * (DROPPED_DOUBLE if right == before else DROPPED)
    if not right:
        return share * (DOUBLED if wrong == before else PUT_IN)
    likely = (right, wrong) in _BESIDE or (right in _VOWELS and wrong in _VOWELS)
    return share * (LIKELY_EXCHANGED if likely else EXCHANGED)
