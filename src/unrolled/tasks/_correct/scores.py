"""The metrics of corrected texts.

gleu                    n-grams shared with the right texts; see text/scores/gleu.py
f0.5, precision, recall edits that agree with those of a right text; text/edits
false_alarms            the share of right texts that were changed all the same
exact                   texts that came out as one of the right ones
by_kind                 the edits by what they change: spelling, articles, ...
"""

from collections.abc import Sequence

from unrolled.tasks._base import Metrics
from unrolled.tasks._correct.learning import words_of
from unrolled.tasks._correct.rows import Row
from unrolled.text.edits.between import Edit, edits
from unrolled.text.edits.edit_scores import by_class, false_alarms, score_edits
from unrolled.text.scores.gleu import gleu


def correct_scores(rows: Sequence[Row], predictions: Sequence[str]) -> Metrics:
    """Metrics of predictions for texts whose right ones are known."""
    if not rows:
        return {}
    sources = [row.text for row in rows]
    words = [words_of(text) for text in sources]
    wanted = [
        [edits(mine, words_of(right)) for right in row.rights]
        for mine, row in zip(words, rows, strict=True)
    ]
    proposed = [
        _edits(mine, text, row.text)
        for mine, text, row in zip(words, predictions, rows, strict=True)
    ]
    found = score_edits(proposed, wanted)
    alarms = false_alarms(sources, predictions, [row.rights[0] for row in rows])
    exact = [
        text.split() in [right.split() for right in row.rights]
        for text, row in zip(predictions, rows, strict=True)
    ]
    return {
        "f0.5": found.f_half,
        "precision": found.precision,
        "recall": found.recall,
        "gleu": gleu(sources, predictions, [row.rights for row in rows]),
        "false_alarms": alarms.share,
        "right_texts": alarms.clean,
        "exact": sum(exact) / len(exact),
        "by_kind": {
            name: {
                "precision": part.precision,
                "recall": part.recall,
                "f0.5": part.f_half,
                "support": part.wanted,
            }
            for name, part in by_class(proposed, wanted).items()
        },
    }


def _edits(words: list[str], prediction: str, source: str) -> list[Edit]:
    return [] if prediction == source else edits(words, words_of(prediction))
