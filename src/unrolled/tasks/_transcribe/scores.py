"""The metrics of transcripts: word and character error rate, and where they come from.

REF: four *** two        the worst texts are shown, with what was said above
HYP: four one too        what was heard
          I   S
"""

from collections.abc import Sequence

from unrolled.tasks._base import Metrics
from unrolled.text.scores.word_errors import (
    WordErrors,
    align,
    character_error_rate,
    print_out,
    word_errors,
)

WORST = 5
"""Texts that are shown."""


def transcript_rates(found: Sequence[str], wanted: Sequence[str]) -> Metrics:
    """`wer` and `cer` of the texts that were found, beside those wanted."""
    return {
        "wer": word_errors(wanted, found).rate,
        "cer": character_error_rate(wanted, found),
    }


def transcript_scores(
    found: Sequence[str], wanted: Sequence[str], places: Sequence[str]
) -> Metrics:
    """The same, with the kinds of errors, and the texts that have most of them."""
    rows: list[tuple[int, Metrics]] = []
    kinds = WordErrors(0, 0, 0, 0)
    for said, heard, place in zip(wanted, found, places, strict=True):
        steps = align(said.split(), heard.split())
        here = WordErrors.of(steps)
        kinds = WordErrors(*map(sum, zip(kinds, here, strict=True)))
        if here.errors:
            shown = {"place": place, "errors": here.errors}
            rows.append((here.errors, {**shown, "alignment": print_out(steps)}))
    rows.sort(key=lambda row: -row[0])
    return {
        **transcript_rates(found, wanted),
        "word_errors": {
            "substitutions": kinds.substitutions,
            "deletions": kinds.deletions,
            "insertions": kinds.insertions,
            "words": kinds.length,
        },
        "worst": [row for _, row in rows[:WORST]],
    }
