"""Settings that suit what is read, where the user names none.

Measured once on real sets, by changing one thing at a time:

    words        the defaults of every section
    characters   a name has no spare letters: little dropout, none of whole tokens; few
                 symbols, each seen often: larger steps, and no start from company
    series       the same for numbers
    sounds       as for series; a word is the same wherever a recording begins, and one
                 microphone is heard best against what it heard in training
"""

from unrolled.settings import Value
from unrolled.tasks._base import Example
from unrolled.tasks._text_input import unit_of
from unrolled.text.settings import TextSettings

SMALL_TOKENS: dict[str, Value] = {
    "text.start": "random",
    "model.hidden": 128,
    "model.dropout": 0.3,
    "model.embedding_dropout": 0.1,
    "model.token_dropout": 0.0,
    "training.learning_rate": 0.004,
    "training.table_rate": 1.0,
}
SERIES: dict[str, Value] = {
    "model.pooling": "max+mean+last",
    "model.dropout": 0.3,
    "training.learning_rate": 0.004,
}
SOUNDS: dict[str, Value] = {
    "sound.normalize": "fixed",
    "model.hidden": 128,
    "model.pooling": "max+mean",
    "model.dropout": 0.3,
    "training.learning_rate": 0.004,
    "training.epochs": 30,
}


def suggestions(
    examples: list[Example], kind: str, text: TextSettings
) -> dict[str, Value]:
    """Values by "section.key" for inputs of that kind: text, series or sound."""
    if kind != "text":
        return SERIES if kind == "series" else SOUNDS
    small = unit_of(examples, text) in ("character", "byte")
    return SMALL_TOKENS if small else {}
