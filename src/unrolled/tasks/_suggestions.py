"""Settings that suit what is read, where the user names none.

Measured once on real sets, by changing one thing at a time:

    words        the defaults of every section
    characters   a name has no spare letters: little dropout, none of whole tokens; few
                 symbols, each seen often: larger steps, and no start from company
    series       larger steps, and noise in place of what words have to drop; few rows:
                 smaller batches, and all epochs, since the score of a handful of
                 validation rows stays as it is for many of them
    sounds       as for series, each measured against all training sounds and disturbed
                 less than for whole sentences, which are read by many more steps
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
    "model.noise": 0.4,
    "training.learning_rate": 0.004,
}
FEW_SERIES: dict[str, Value] = {
    **SERIES,
    "training.batch_rows": 8,
    "training.patience": 60,
}
FEW = 500
"""So many series are no longer few."""
SOUNDS: dict[str, Value] = {
    "sound.normalize": "fixed",
    "sound.tempo": 0.15,
    "sound.pitch": 0.12,
    "sound.color": 0.0,
    "sound.noise": 0.3,
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
    if kind == "series":
        return SERIES if len(examples) >= FEW else FEW_SERIES
    if kind == "sound":
        return SOUNDS
    small = unit_of(examples, text) in ("character", "byte")
    return SMALL_TOKENS if small else {}
