"""The lead: what stands first in a text, taken as its summary.

The baseline of summarizing, and hard to beat on news, which are written so that the
first sentences say it all (Nallapati et al. 2016, arXiv:1611.04230, section 5).
"""

import re

_END = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][\"')\]]))\s+|\n\s*\n")


def first_words(text: str, count: int) -> str:
    """So many words of the text, as they stand."""
    return " ".join(text.split()[:count])


def first_sentences(text: str, count: int) -> str:
    """So many sentences of the text; marks and empty lines end them."""
    found = [part.strip() for part in _END.split(text.strip()) if part.strip()]
    return " ".join(found[:count])


def sentences(text: str) -> int:
    """How many sentences a text has, at least one."""
    return max(len([part for part in _END.split(text.strip()) if part.strip()]), 1)
