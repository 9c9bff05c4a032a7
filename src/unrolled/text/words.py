"""Words, numbers, marks and pictures: one regular expression, after Penn Treebank.

    "I don't think it's 9/10... :)"   →   I do n't think it 's 9/10 ... :)

* English contractions are cut as in the Penn Treebank (do n't, it 's, we 're), so that
  raw text and text that was tokenized long ago give the same tokens; French elisions
  too (l' homme). Other words keep their apostrophes and hyphens: O'Brien, well-made.
* A number keeps what is inside it (3.50, 10:30, 9/10); a mark stands alone, but for
  runs of dots or dashes, Penn's quotes and brackets (`` '' -lrb-) and emoticons.
* An emoji with its skin tone, joiners and flag letters is one token, as are a link, a
  @name, a #topic, and a placeholder such as <unk> or [NAME].
* Scripts without blanks between words (Han, kana, Thai, Lao, Khmer, Burmese) give one
  token for each character with its marks; a vowel sign belongs to its letter anywhere.
* <br /> is a blank, and so is a control character. A curly apostrophe is read as '.

Reference: the tokenizer of the Penn Treebank, Marcus et al. 1993, for English.
"""

import re
import unicodedata
from functools import cache
from typing import final

from typing_extensions import override

from unrolled.text._tokenizer import AbstractTokenizer, without_breaks

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f"  # kana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
)
_HAS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_CLITICS = re.compile(
    r"((?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)'(?=\w\w))?"  # l'|homme
    r"(.*?)(n't)?((?:'(?:s|re|ve|ll|d|m))*)",  # could|n't|'ve
    re.IGNORECASE,
)


@final
class Words(AbstractTokenizer):
    """The default for text in most languages."""

    name = "word"

    @override
    def tokens(self, text: str) -> list[str]:
        text = _readable(text)
        found = _pattern_for(text).findall(text)
        if "'" in text:
            found = [piece for token in found for piece in _cut(token)]
        return [token.lower() for token in found] if self.lowercase else found

    @override
    def spans(self, text: str) -> list[tuple[int, int]]:
        text = _readable(text)
        found: list[tuple[int, int]] = []
        for match in _pattern_for(text).finditer(text):
            start = match.start()
            for piece in _cut(match[0]):
                found.append((start, start + len(piece)))
                start += len(piece)
        return found


def _readable(text: str) -> str:
    """As long as the text, with straight apostrophes and without <br />."""
    return without_breaks(text).replace("\u2019", "'")


def _cut(token: str) -> tuple[str, ...] | list[str]:
    """Takes the clitics off a word: don't to do and n't. Most tokens have none."""
    found = _CLITICS.fullmatch(token) if "'" in token and len(token) > 2 else None
    if found is None:
        return (token,)
    elided, middle, negation, behind = found.groups("")
    tail = ["'" + part for part in behind.split("'")[1:]]
    return [part for part in (elided, middle, negation, *tail) if part]


def _pattern_for(text: str) -> re.Pattern[str]:
    # One class for a letter is three times as fast as two, and nearly all texts
    # need no more.
    unspaced = not text.isascii() and _HAS_UNSPACED.search(text) is not None
    return _pattern(unspaced=unspaced)


@cache
def _pattern(*, unspaced: bool) -> re.Pattern[str]:
    marks = _marks()
    letter = rf"(?:[^\W{_UNSPACED}]|[{marks}])" if unspaced else rf"[\w{marks}]"
    word = rf"{letter}+(?:[-'·]{letter}+)*"
    picture = (
        "[\U0001f000-\U0001faff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff]"
        "[\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
    )
    kinds = [
        r"(?:https?://|www\.)\S*[^\s.,;:!?)\]}'\"]",  # link
        r"\d+(?:[.,:/]\d+)+(?!\w)",  # number
        r"(?:[^\W\d_]\.){2,}",  # U.S.
        word,
        rf"'(?:[sdmSDM]|re|ve|ll|RE|VE|LL|em|til|tis|twas|\d\ds)(?!{letter})",
        rf"[@#]{letter}+",
        r"[#*]\ufe0f?\u20e3|[\U0001f1e6-\U0001f1ff]{2}",  # key, flag
        rf"{picture}(?:\u200d{picture})*",
        r"-[lrLR][rcsRCS][bB]-|</?\w+>|\[[A-Z_]+\]",
        r"</?3|[:;=]['o-]?(?:[)(\]\[|/\\*]+|[dpoDPO](?!\w))",  # emoticon
        r"\.{2,}|-{2,}|``|''",
        rf"[^\W{marks}][{marks}]*",  # a letter of an unspaced script
        r"[^\s\x00-\x1f\x7f]",
    ]
    return re.compile("|".join(kinds))


@cache
def _marks() -> str:
    r"""Combining marks and joiners, as ranges of a character class.

    \w leaves them out, and so would cut Hindi and accented letters into pieces.
    """
    ranges: list[list[int]] = []
    for code in [*range(0x300, 0x12000), *range(0x1E000, 0x1E900)]:
        if unicodedata.category(chr(code))[0] == "M" or code in (0x200C, 0x200D):
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"{chr(low)}-{chr(high)}" for low, high in ranges)
