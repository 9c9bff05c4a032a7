"""Tokenizers by name, and back from plain values."""

import json
from typing import Any

import pytest

from unrolled.errors import BrokenModelError, UnknownNameError
from unrolled.text.tokenizers import (
    NAMES,
    AbstractTokenizer,
    make_tokenizer,
    tokenizer_from_json,
)

TEXTS = ["He is great", "It isn't, naïve!"]


def test_the_list_is_closed():
    assert NAMES == ("word", "character", "byte", "subword")
    with pytest.raises(UnknownNameError) as refused:
        make_tokenizer("os.system", lowercase=True)
    assert str(refused.value) == (
        'there is no "os.system" among the tokenizers.\n'
        "  expected: one of word, character, byte, subword\n"
        "  to fix:   choose one of these\n"
        "  code:     unknown-name"
    )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lowercase", [True, False])
def test_each_one_comes_back_from_json(name: str, lowercase: bool):
    made = make_tokenizer(name, lowercase=lowercase, texts=TEXTS, size=50)
    again = tokenizer_from_json(json.loads(json.dumps(made.to_json())))
    assert isinstance(made, AbstractTokenizer)
    assert (again.name, again.lowercase) == (name, lowercase)
    for text in [*TEXTS, "Unseen 🙂", ""]:
        assert again.tokens(text) == made.tokens(text)
        assert len(made.spans(text)) == len(made.tokens(text))
    assert ("H" in "".join(made.tokens("He"))) is not lowercase


@pytest.mark.parametrize(
    "found",
    [
        None,
        [],
        "word",
        {},
        {"name": "word"},
        {"name": "word", "lowercase": 1},
        {"name": "os.system", "lowercase": True},
        {"name": ["word"], "lowercase": True},
    ],
    ids=str,
)
def test_anything_else_is_refused(found: Any):
    with pytest.raises(BrokenModelError) as refused:
        tokenizer_from_json(found)
    assert str(refused.value) == (
        "the tokenizer of the model is damaged.\n"
        "  expected: a name, one of word, character, byte, subword, and lowercase true"
        " or false\n"
        "  to fix:   copy the model folder again, or train again\n"
        "  code:     broken-model"
    )
