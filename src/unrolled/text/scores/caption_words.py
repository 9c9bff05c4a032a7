"""The words of a caption, as the scores of captions compare them.

    "A man's red T-shirt (3.5 m away), isn't it?"
     a man 's red t-shirt 3.5 m away is n't it

Lower case, and no marks of punctuation or brackets. Hyphens and apostrophes inside a
word stay, numbers stay whole, and the English endings 's 're 've 'll 'd 'm n't are
words of their own. A sign that stands for a word, such as & % # $ + =, is a word.

These are, on plain captions, the words of the Penn Treebank's tokenizer with the marks
of punctuation taken out, which the evaluation of COCO captions uses. That one has some
more rules, such as "cannot" to "can not". A language that writes no blanks has to be
given with blanks between its words.
"""

import re

_NOT = re.compile(r"(?<=\w)n't\b")
_WORD = re.compile(
    r"""
      n't\b | '(?:s|re|ve|ll|d|m)\b            # an ending
    | \d+(?:[.,:]\d+)+                         # a number, a time
    | \w+(?:['-](?!(?:s|re|ve|ll|d|m)\b)\w+)*  # a word, with hyphens inside
    | [&%#$€£¥@+=*^°~|<>/\\©®™]                # a sign that is said
    """,
    re.VERBOSE,
)


def caption_words(text: str) -> list[str]:
    """The words of one caption, in their order; none of a text without any."""
    plain = text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return _WORD.findall(_NOT.sub(" n't", plain))
