"""The metrics of summaries: ROUGE, and what they do with their sources."""

from unrolled.tasks._base import Metrics
from unrolled.text.scores.rouge import mean_rouge
from unrolled.text.scores.summary_scores import summary_scores


def scored(
    sources: list[str], predictions: list[str], references: list[list[str]]
) -> Metrics:
    """ROUGE F1 from 0 to 1, and shares: see text/scores/rouge.py and summary_scores.py.

    Beside the shares of the summaries stand those of the first references.
    """
    ours = summary_scores(sources, predictions)
    theirs = summary_scores(sources, [several[0] for several in references])
    return {
        **mean_rouge(predictions, references),
        "compression": ours.compression,
        "novel_pairs": ours.novelty[1],
        "repetition": ours.repetition,
        "copied": ours.copied,
        "of_references": {
            "compression": theirs.compression,
            "novel_pairs": theirs.novelty[1],
            "repetition": theirs.repetition,
            "copied": theirs.copied,
        },
    }
