"""The metrics of translations, as `unrolled evaluate` has them."""

from importlib.util import find_spec

from unrolled.tasks._base import Metrics
from unrolled.text.scores.translation_scores import (
    bleu_by_length,
    exact,
    token_error_rate,
    translation_scores,
)

SCORER = "sacrebleu"


def scored(
    sources: list[str], predictions: list[str], references: list[list[str]]
) -> Metrics:
    """BLEU and chrF from 0 to 100, the others from 0 on.

    Without the extra `metrics` those two are left out: `note` says so.
    """
    found: Metrics = {}
    if is_there():
        scores = translation_scores(predictions, references)
        buckets = bleu_by_length(sources, predictions, references)
        found = {
            "bleu": scores.bleu.value,
            "chrf": scores.chrf.value,
            "length_ratio": scores.length_ratio,
            "signatures": {
                "bleu": scores.bleu.signature,
                "chrf": scores.chrf.signature,
            },
            "bleu_by_length": {
                one.lengths: {"bleu": one.bleu, "sentences": one.sentences}
                for one in buckets
            },
        }
    return found | {
        "exact": exact(predictions, references),
        "token_error_rate": token_error_rate(predictions, references),
    }


def is_there() -> bool:
    """Whether BLEU and chrF can be computed."""
    return find_spec(SCORER) is not None


def note() -> list[str]:
    """What is left out, in words; nothing where nothing is."""
    if is_there():
        return []
    return [f'BLEU and chrF need {SCORER}: pip install "unrolled[metrics]"']
