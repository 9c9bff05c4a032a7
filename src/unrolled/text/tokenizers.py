"""The tokenizers by name: how a text is cut is a setting, kept with the model.

    word        words, numbers, marks, emoji            text/words.py
    character   code points                             text/characters.py
    byte        bytes of UTF-8                          text/bytes.py
    subword     pieces learned from the texts           text/subwords.py, extra `text`

The list is closed: a name in a model folder chooses one of these four and nothing else.
"""

from collections.abc import Iterable
from typing import Any

from unrolled.errors import BrokenModelError, UnknownNameError
from unrolled.text._tokenizer import AbstractTokenizer
from unrolled.text.bytes import Bytes
from unrolled.text.characters import Characters
from unrolled.text.subwords import Subwords
from unrolled.text.words import Words

__all__ = ["NAMES", "AbstractTokenizer", "make_tokenizer", "tokenizer_from_json"]

_PLAIN = {kind.name: kind for kind in (Words, Characters, Bytes)}
NAMES = (*_PLAIN, Subwords.name)
"""What `make_tokenizer` accepts."""


def make_tokenizer(
    name: str, *, lowercase: bool, texts: Iterable[str] = (), size: int = 8000
) -> AbstractTokenizer:
    """A tokenizer by its name.

    Only "subword" reads `texts` (those it learns from) and `size` (the most pieces).
    Raises UnknownNameError, and MissingExtraError for "subword" without its package.
    """
    if name in _PLAIN:
        return _PLAIN[name](lowercase=lowercase)
    if name == Subwords.name:
        return Subwords.train(texts, size=size, lowercase=lowercase)
    raise UnknownNameError(
        found=f'there is no "{name}" among the tokenizers.',
        expected=f"one of {', '.join(NAMES)}",
        fix="choose one of these",
    )


def tokenizer_from_json(found: Any) -> AbstractTokenizer:
    """The way back from `to_json`. Raises BrokenModelError for anything else."""
    name = found.get("name") if isinstance(found, dict) else None
    if name not in NAMES or not isinstance(found.get("lowercase"), bool):
        raise BrokenModelError(
            found="the tokenizer of the model is damaged.",
            expected=f"a name, one of {', '.join(NAMES)}, and lowercase true or false",
            fix="copy the model folder again, or train again",
        )
    if name == Subwords.name:
        return Subwords.from_json(found)
    return _PLAIN[name](lowercase=found["lowercase"])
