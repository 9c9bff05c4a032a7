"""Bytes: printable ones stand for themselves, each with its character's place."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unrolled.text.bytes import Bytes


@pytest.mark.parametrize(
    ("text", "tokens", "spans"),
    [
        ("", [], []),
        ("Hi\n", ["h", "i", "<0x0A>"], [(0, 1), (1, 2), (2, 3)]),
        ("né", ["n", "<0xC3>", "<0xA9>"], [(0, 1), (1, 2), (1, 2)]),
        ("\x7f~", ["<0x7F>", "~"], [(0, 1), (1, 2)]),
    ],
)
def test_a_text_is_cut(text, tokens, spans):
    tokenizer = Bytes(lowercase=True)
    assert tokenizer.tokens(text) == tokens
    assert tokenizer.spans(text) == spans


@settings(deadline=None)  # the machine may be busy
@given(text=st.text(max_size=20))
def test_the_text_can_be_put_together_again(text: str):
    tokens = Bytes(lowercase=False).tokens(text)
    codes = [int(t[3:5], 16) if len(t) > 1 else ord(t) for t in tokens]
    assert bytes(codes).decode() == text
    assert len(Bytes(lowercase=False).spans(text)) == len(tokens)
