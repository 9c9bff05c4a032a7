"""Rows made on the spot: short texts whose label is the word that praises or blames."""

import csv
from pathlib import Path
from random import Random
from typing import Any

from unrolled.tasks._base import Example

PRAISE = ("great", "lovely", "fine", "superb", "warm")
BLAME = ("terrible", "boring", "bad", "awful", "cold")
OTHERS = ("the", "film", "story", "acting", "plot", "was", "and", "very", "a", "she")


def texts(rows: int, *, seed: int = 0) -> list[tuple[str, str]]:
    """Texts of 2 to 13 words, each with its label."""
    chance, made = Random(seed), []
    for _ in range(rows):
        label = chance.choice(("positive", "negative"))
        words = [chance.choice(OTHERS) for _ in range(chance.randint(1, 12))]
        telling = chance.choice(PRAISE if label == "positive" else BLAME)
        words.insert(chance.randint(0, len(words)), telling)
        made.append((" ".join(words), label))
    return made


def many_words(rows: int, *, seed: int = 0) -> list[tuple[str, str]]:
    """Texts of 9 to 33 words out of some five thousand, each with its label."""
    chance, made = Random(seed), []
    for _ in range(rows):
        label = chance.choice(("positive", "negative"))
        length = chance.randint(8, 32)
        words = [f"w{int(5000 * chance.random() ** 2)}" for _ in range(length)]
        made.append((" ".join([*words, label[:3]]), label))
    return made


def write(path: Path, rows: list[tuple[str, str]]) -> Path:
    """A CSV file with the columns text and label."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "label"), *rows])
    return path


def examples(rows: list[tuple[Any, Any]]) -> list[Example]:
    """The rows as a task takes them."""
    return [Example(a, b, f"row {n}") for n, (a, b) in enumerate(rows, start=1)]
