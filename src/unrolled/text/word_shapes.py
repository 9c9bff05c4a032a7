"""What the spelling of a word says by itself: its shape, its ends, its letters.

    word        "McDonald's"
    key         "mcdonald's"                 under which its meaning is looked up
    shape       miXed                        what the key has lost
    affixes     ^m ^mc ^mcd ^mcdo  s$ 's$ d's$ ld's$
    letters     ^ M c D o n a l d ' s $      with a mark at both ends

A word that was never seen still has all of these but a meaning.
"""

LONGEST_AFFIX = 4
BEGIN, END = "\x02", "\x03"
"""The marks at the ends of a word; no text has these characters."""
LONGEST_WORD = 40
"""Letters that are read, half from each end; a link may have thousands."""
SHAPES = (
    "lower",
    "Title",
    "UPPER",
    "I",
    "miXed",
    "number",
    "with digits",
    "mark",
    "other",
)
"""The names of all shapes; `shape` gives a place in this list."""


def key(word: str, *, lowercase: bool = True) -> str:
    """The word without what its shape keeps: capitals, and which digits it has."""
    small = word.lower() if lowercase else word
    if small.isalpha():
        return small
    return "".join("0" if letter.isdecimal() else letter for letter in small)


def shape(word: str) -> int:
    """The place of its shape in SHAPES."""
    return SHAPES.index(_shape(word))


def _shape(word: str) -> str:
    if not any(map(str.isalnum, word)):
        return "mark"
    if any(map(str.isdigit, word)):
        return "with digits" if any(map(str.isalpha, word)) else "number"
    if word.islower():
        return "lower"
    if word.isupper():
        return "UPPER" if len(word) > 1 else "I"
    if word[0].isupper() and word[1:].islower():
        return "Title"
    is_cased = word.lower() != word.upper()
    return "miXed" if is_cased else "other"


def affixes(word: str) -> list[str]:
    """Its first and its last 1 to LONGEST_AFFIX letters, beginnings first.

    A word no longer than that is whole, with both marks, and so is no ending of
    another: "AG" behind a company tells nothing of "Chirag". Each word has as many.
    """
    small = key(word)
    sizes = range(1, LONGEST_AFFIX + 1)
    begins = [small[:n] + (END if n >= len(small) else "") for n in sizes]
    ends = [(BEGIN if n >= len(small) else "") + small[-n:] for n in sizes]
    return [BEGIN + part for part in begins] + [part + END for part in ends]


def letters(word: str) -> list[str]:
    """Its characters, with a mark at both ends."""
    if len(word) > LONGEST_WORD:
        word = word[: LONGEST_WORD // 2] + word[-LONGEST_WORD // 2 :]
    return [BEGIN, *word, END]
