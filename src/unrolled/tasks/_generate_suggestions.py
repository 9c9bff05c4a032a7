"""Settings that suit short texts, where the user names none."""

from typing import Any

from unrolled.settings import Value
from unrolled.tasks._base import Example
from unrolled.tasks._text_input import text_of

FEW_WORDS = 3  # words of a text, on average: with more it is written word by word

LETTERS: dict[str, Value] = {
    "model.embedding": 64,
    "model.hidden": 256,
    "model.tied": False,
    "model.dropout": 0.3,
    "model.input_dropout": 0.0,
    "training.learning_rate": 0.004,
    "training.batch_rows": 128,
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
    return {
        "training.table_rate": 1.0,
        "training.tolerance": 0.0,
        **(LETTERS if small else WORDS),
    }
