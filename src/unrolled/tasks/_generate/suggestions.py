"""Settings that suit short texts, where the user names none."""

from typing import Any

from unrolled.settings import Value
from unrolled.tasks._base import Example
from unrolled.tasks._text_input import text_of

FEW_WORDS = 3  # words of a text, on average: with more it is written word by word

TO_SEE = 3_500_000  # tokens of a run: 12 passes over 41,550 names

LETTERS: dict[str, Value] = {
    "model.embedding": 64,
    "model.hidden": 384,
    "model.tied": False,
    "model.dropout": 0.5,
    "model.input_dropout": 0.0,
    "training.learning_rate": 0.006,
}
WORDS: dict[str, Value] = {
    "model.embedding": 128,
    "model.hidden": 256,
    "model.dropout": 0.4,
    "model.input_dropout": 0.2,
    "training.learning_rate": 0.003,
}


def unit_of(examples: list[Example], settings: Any) -> str:
    """What a token is: as `text.tokens` says, else by the words of a text."""
    if settings.tokens != "auto":
        return settings.tokens
    words = sum(len(text_of(row).split()) for row in examples) / max(len(examples), 1)
    return "character" if words <= FEW_WORDS else "word"


def suggestions(examples: list[Example], settings: Any) -> dict[str, Value]:
    """Values by "section.key"."""
    small = unit_of(examples, settings) in ("character", "byte")
    texts = [text_of(row) for row in examples]
    tokens = sum(len(text) if small else len(text.split()) for text in texts) + 1
    rows = len(examples)
    return {
        "training.epochs": max(4, min(40, round(TO_SEE / tokens))),
        "training.batch_rows": 128 if rows > 20_000 else 64 if rows > 2_000 else 32,
        "training.table_rate": 1.0,
        "training.tolerance": 0.0,
        **(LETTERS if small else WORDS),
    }
