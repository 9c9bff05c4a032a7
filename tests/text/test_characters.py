"""Characters: composed, in small letters, each with its place."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unrolled.text.characters import Characters


@pytest.mark.parametrize(
    ("text", "tokens", "spans"),
    [
        ("", [], []),
        ("aB c", ["a", "b", " ", "c"], [(0, 1), (1, 2), (2, 3), (3, 4)]),
        ("né", ["n", "é"], [(0, 1), (1, 2)]),
        ("ne\u0301!", ["n", "é", "!"], [(0, 1), (1, 3), (3, 4)]),
        ("İx", ["i", "\u0307", "x"], [(0, 1), (0, 1), (1, 2)]),
        ("ΟΔΟΣ", ["ο", "δ", "ο", "σ"], [(0, 1), (1, 2), (2, 3), (3, 4)]),  # noqa: RUF001
        ("\u1112\u1161\u11ab!", ["한", "!"], [(0, 3), (3, 4)]),
        ("🇫🇷", ["🇫", "🇷"], [(0, 1), (1, 2)]),
    ],
)
def test_a_text_is_cut(text, tokens, spans):
    tokenizer = Characters(lowercase=True)
    assert tokenizer.tokens(text) == tokens
    assert tokenizer.spans(text) == spans


def test_capitals_may_stay():
    assert Characters(lowercase=False).tokens("Éa") == ["É", "a"]


@settings(deadline=None)  # the machine may be busy
@given(text=st.text(max_size=20), lowercase=st.booleans())
def test_one_span_for_each_token(text: str, lowercase: bool):
    tokenizer = Characters(lowercase=lowercase)
    tokens, spans = tokenizer.tokens(text), tokenizer.spans(text)
    assert len(tokens) == len(spans)
    if not lowercase:
        assert "".join(tokens) == unicodedata.normalize("NFC", text)
