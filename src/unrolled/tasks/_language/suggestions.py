"""Settings that suit a language model, where the user names none."""

from typing import Any

from unrolled.settings import Value
from unrolled.tasks._base import Example
from unrolled.tasks._text_input import text_of

FEW_WORDS = 250_000  # fewer teach spelling, and no vocabulary
TO_SEE = {"word": 5_000_000, "character": 12_000_000}  # tokens of a run

WORDS: dict[str, Value] = {
    "model.embedding": 256,
    "model.hidden": 256,
    "model.dropout": 0.5,
    "model.input_dropout": 0.4,
    "model.word_dropout": 0.1,
    "model.weight_dropout": 0.3,
    "model.activation_penalty": 1.0,
    "model.slowness_penalty": 0.5,
    "training.learning_rate": 0.003,
}
CHARACTERS: dict[str, Value] = {
    "model.embedding": 64,
    "model.hidden": 512,
    "model.tied": False,
    "model.dropout": 0.2,
    "model.input_dropout": 0.0,
    "training.learning_rate": 0.004,
    "training.batch_rows": 64,
}


def unit_of(examples: list[Example], settings: Any) -> str:
    """What a token is: as `text.tokens` says, else by the words of all rows."""
    if settings.tokens != "auto":
        return settings.tokens
    words = sum(len(text_of(row).split()) for row in examples)
    return "character" if words < FEW_WORDS else "word"


def suggestions(examples: list[Example], settings: Any) -> dict[str, Value]:
    """Values by "section.key"."""
    unit = unit_of(examples, settings)
    small = unit in ("character", "byte")
    texts = [text_of(row) for row in examples]
    tokens = sum(len(text) if small else len(text.split()) for text in texts) + 1
    wanted = TO_SEE["character" if small else "word"]
    return {
        "training.epochs": max(4, min(40, round(wanted / tokens))),
        "training.table_rate": 1.0,
        "training.tolerance": 0.0,
        **(CHARACTERS if small else WORDS),
    }
