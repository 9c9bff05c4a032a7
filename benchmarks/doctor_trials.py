"""The runs of `benchmarks/doctor.py`: each is broken in one way, or healthy."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from doctor_rows import (
    BAD,
    FRENCH,
    GOOD,
    PLAIN,
    Row,
    digits,
    far,
    given_names,
    graded,
    mistaken,
    pictures,
    reviews,
    season,
    sentences,
    sounds,
    stories,
    tagged,
    waves,
    written,
)


class Trial(NamedTuple):
    """A run, and what the doctor has to say of it."""

    name: str
    expected: str
    """The name of the finding; "" for a healthy run."""
    task: str
    make: Callable[[Path], dict[str, Any]]
    """Writes files to a folder; returns what `unrolled.train` is given."""


# -- runs ------------------------------------------------------------------------------

NO_DROPOUT = {
    "model__dropout": 0.0,
    "model__embedding_dropout": 0.0,
    "model__token_dropout": 0.0,
}
LAST_STATE = {
    "model.pooling": "last",
    "model.evidence": False,
    **{key.replace("__", "."): share for key, share in NO_DROPOUT.items()},
}
"""One answer from the state after the last word, and nothing beside it."""


def classify(
    rows: list[Row], *, valid: list[Row] | None = None, **given: Any
) -> Callable[[Path], dict[str, Any]]:
    """Texts and labels; names of settings are written with __ for the dot."""

    def make(folder: Path) -> dict[str, Any]:
        options = settings_of(given)
        options["data"] = written(folder / "train.csv", rows, "text", "label")
        if valid is not None:
            options["valid"] = written(folder / "valid.csv", valid, "text", "label")
        return options

    return make


def of_rows(
    rows: list[Row], *headers: str, **given: Any
) -> Callable[[Path], dict[str, Any]]:
    """Any table of rows."""

    def make(folder: Path) -> dict[str, Any]:
        return settings_of(given) | {"data": written(folder / "a.csv", rows, *headers)}

    return make


def settings_of(given: dict[str, Any]) -> dict[str, Any]:
    """Options of `unrolled.train`, with all that has a section under "settings"."""
    more = given.pop("more", {})
    options = {k: v for k, v in given.items() if "__" not in k}
    settings = {k.replace("__", "."): v for k, v in given.items() if "__" in k}
    return options | {"settings": {**more, **settings, "training.threads": 1}}


def shuffled(rows: list[Row], seed: int = 0) -> list[Row]:
    """The labels in another order than the texts."""
    labels = [row[-1] for row in rows]
    Random(seed).shuffle(labels)
    return [(*row[:-1], label) for row, label in zip(rows, labels, strict=True)]


def spoken_out(rows: list[Row]) -> list[Row]:
    """The label left in the text."""
    return [(f"{text} rated_{label}", label) for text, label in rows]


def with_vectors(
    rows: list[Row], *, center: float, spread: float, **given: Any
) -> Callable[[Path], dict[str, Any]]:
    """Word vectors of 16 numbers each, drawn around a center."""

    def make(folder: Path) -> dict[str, Any]:
        chance, path = Random(0), folder / "vectors.txt"
        words = [*PLAIN, *GOOD, *BAD, "not"]
        lines = [
            " ".join(
                [word, *(f"{chance.gauss(center, spread):.2f}" for _ in range(16))]
            )
            for word in words
        ]
        text = "\n".join([f"{len(words)} 16", *lines]) + "\n"
        path.write_text(text, encoding="utf-8")
        return classify(rows, vectors=str(path), **given)(folder)

    return make


RELU = {"cell": "elman", "model__cell_options": "nonlinearity=relu"}

BROKEN = [
    Trial(
        "learning rate 100 times too high",
        "learning rate too high",
        "classify",
        classify(reviews(400), training__learning_rate=0.2, epochs=8),
    ),
    Trial(
        "learning rate 1e-6",
        "learning rate too low",
        "classify",
        classify(reviews(400), training__learning_rate=1e-6, epochs=8),
    ),
    Trial(
        "elman, the deciding word 150 steps back",
        "vanishing gradient",
        "classify",
        classify(
            far(300, 150),
            cell="elman",
            bidirectional=False,
            epochs=6,
            model__embedding=0,
            more=LAST_STATE,
        ),
    ),
    Trial(
        "word vectors of length 12,000",
        "saturated gates",
        "classify",
        with_vectors(reviews(400), center=0, spread=3000, epochs=6, more=LAST_STATE),
    ),
    Trial(
        "relu, and word vectors all far from zero",
        "dead units",
        "classify",
        with_vectors(
            reviews(400), center=20, spread=1, epochs=6, more=LAST_STATE, **RELU
        ),
    ),
    Trial(
        "elman with relu, learning rate 0.3",
        "learning rate too high",
        "classify",
        classify(
            reviews(400), training__learning_rate=0.3, epochs=6, more=LAST_STATE, **RELU
        ),
    ),
    Trial(
        "98 % of one label",
        "label imbalance",
        "classify",
        classify(reviews(600, share=0.98), epochs=6),
    ),
    Trial(
        "validation in another language",
        "unknown words",
        "classify",
        classify(
            reviews(400),
            valid=[
                (
                    " ".join(Random(i).choices(FRENCH, k=9)),
                    ("positive", "negative")[i % 2],
                )
                for i in range(80)
            ],
            epochs=6,
        ),
    ),
    Trial(
        "40 rows, 512 units",
        "overfit",
        "classify",
        classify(
            reviews(40),
            hidden=512,
            epochs=30,
            training__patience=30,
            model__pooling="mean",
            **NO_DROPOUT,
        ),
    ),
    Trial(
        "validation rows are training rows",
        "leakage",
        "classify",
        classify(reviews(400), valid=reviews(400)[:100], epochs=6),
    ),
    Trial(
        "the label left in the text",
        "leakage",
        "classify",
        classify(spoken_out(reviews(400)), epochs=6),
    ),
    Trial(
        "shuffled labels",
        "nothing to learn",
        "classify",
        classify(shuffled(reviews(600)), epochs=8),
    ),
    Trial(
        "0.01 minutes",
        "stopped too early",
        "language_model",
        of_rows(sentences(3000), "text", minutes=0.01),
    ),
]

SMALL = {"training__learning_rate": 0.005, "training__batch_rows": 16}

HEALTHY = [
    Trial("reviews", "", "classify", classify(reviews(800), epochs=8)),
    Trial(
        "gru that reads to the end of 20 words",
        "",
        "classify",
        classify(far(600, 20), cell="gru", epochs=20, more=LAST_STATE),
    ),
    Trial(
        "waves",
        "",
        "classify",
        of_rows(waves(300), "series", "label", epochs=12, hidden=32),
    ),
    Trial("names in text", "", "tag", of_rows(tagged(400), "text", "tags", epochs=8)),
    Trial(
        "sentences of a grammar",
        "",
        "language_model",
        of_rows(sentences(800), "text", epochs=8, hidden=64),
    ),
    Trial(
        "names from female and male",
        "",
        "generate",
        of_rows(given_names(1500), "name", "gender", epochs=10),
    ),
    Trial(
        "numbers in words to digits",
        "",
        "translate",
        of_rows(digits(1500), "source", "target", epochs=12, hidden=64),
    ),
    Trial(
        "months with a season",
        "",
        "forecast",
        of_rows(season(400), "value", epochs=20, hidden=24, task__horizon=6),
    ),
    Trial(
        "grades by counting",
        "",
        "classify",
        of_rows(graded(800), "text", "rating", epochs=12, task__kind="rating"),
    ),
    Trial(
        "the gist of three sentences",
        "",
        "summarize",
        of_rows(stories(800), "text", "summary", epochs=12, hidden=64, **SMALL),
    ),
    Trial(
        "verbs without their s",
        "",
        "correct",
        of_rows(mistaken(300), "wrong", "right", epochs=6),
    ),
    Trial(
        "tones to letters",
        "",
        "transcribe",
        of_rows(sounds(150), "sound", "text", epochs=20, hidden=32, **SMALL),
    ),
    Trial(
        "bars in pictures",
        "",
        "caption",
        of_rows(pictures(300), "picture", "caption", epochs=20, hidden=48, **SMALL),
    ),
]
