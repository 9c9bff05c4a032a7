"""Settings that suit pairs of texts, where the user names none."""

from importlib.util import find_spec

from unrolled.settings import Value

SINGLE = 1.5  # words of a text, on average: with fewer it is spelled out
FEW = 200  # words in all: phonemes, digits, commands
OFTEN = 20  # how often each of so few words occurs at least, on average
ENOUGH = 2000  # rows from which sub-words are worth learning
TO_SEE = 16_000_000  # target tokens of a run: 25 passes over 53,000 short sentences


def unit_of(texts: list[str], wanted: str) -> str:
    """What a token of these texts is: as wanted, or by looking at them for "auto"."""
    if wanted != "auto":
        return wanted
    words = [text.split() for text in texts]
    total = sum(map(len, words))
    distinct = len({word for some in words for word in some})
    if distinct <= FEW and total >= OFTEN * distinct:
        return "word"
    if total <= SINGLE * len(texts):
        return "character"
    there = find_spec("tokenizers") is not None
    return "subword" if there and len(texts) >= ENOUGH else "word"


def pieces_for(rows: int) -> int:
    """How many sub-words to learn from so many rows: enough to be met often."""
    return max(500, min(8000, rows // 100 * 10))


def suggestions(sources: list[str], targets: list[str]) -> dict[str, Value]:
    """Values by "section.key" for training on these rows."""
    rows = len(targets)
    tokens = sum(len(text.split()) + 1 for text in targets) * 4 // 3
    size = pieces_for(rows)
    return {
        "source.vocabulary": size if unit_of(sources, "auto") == "subword" else 0,
        "target.vocabulary": size if unit_of(targets, "auto") == "subword" else 0,
        "training.epochs": max(4, min(40, round(TO_SEE / max(tokens, 1)))),
        "training.batch_rows": 64 if rows > 5_000 else 32,
        "training.table_rate": 1.0,
        "training.learning_rate": 0.003 if rows > 5_000 else 0.002,
        "training.tolerance": 0.0,
    }
