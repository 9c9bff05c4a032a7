"""From scores of tags to answers: the best tags, how sure, and spans with places.

    {"prediction": ["B-PER", "O"], "tokens": ["Chirag", "works"],
     "confidence": [0.98, 0.99],
     "spans": [{"start": 0, "stop": 6, "text": "Chirag", "label": "PER",
                "confidence": 0.98}]}

The confidence of a word is the probability of its tag over all rows of tags that the
chain allows (a marginal); that of a span is the least of its words. Places count
characters of the text that was asked, or of the words joined by blanks.
"""

import math
from typing import Any

from torch import Tensor

from unrolled.decoding.viterbi import k_best, viterbi
from unrolled.models.tagger import Tagger
from unrolled.nn.crf import marginals
from unrolled.ragged import Ragged
from unrolled.tasks._base import Answers
from unrolled.tasks._tag.rows import Row
from unrolled.tasks._tag.targets import Tags
from unrolled.text.spans import offsets_of
from unrolled.text.tag_schemes import spans


def predictions(network: Tagger, scores: Ragged, tags: Tags) -> list[list[str]]:
    """The best tags of each row, from scores (tokens, tags)."""
    best = viterbi(scores, network.chain())
    return [tags.decode(row.tolist()) for row in best.to_list()]


def answers(
    network: Tagger, scores: Ragged, tags: Tags, rows: list[Row], *, k: int
) -> Answers:
    """One object for each row, from scores (tokens, tags)."""
    chain = network.chain()
    best = viterbi(scores, chain)
    sure = marginals(scores, chain).values.gather(1, best.values[:, None])[:, 0]
    each = scores.with_values(sure).to_list()
    triples = zip(rows, best.to_list(), each, strict=True)
    found = [_answer(tags, row, path, one) for row, path, one in triples]
    if k > 1:
        for answer, paths in zip(found, k_best(scores, chain, k), strict=True):
            answer["alternatives"] = [
                {"prediction": tags.decode(path), "probability": math.exp(log)}
                for path, log in paths
            ]
    return found


def _answer(tags: Tags, row: Row, path: Tensor, sure: Tensor) -> dict[str, Any]:
    predicted = tags.decode(path.tolist())
    confidence = [round(one, 6) for one in sure.tolist()]
    found: dict[str, Any] = {
        "prediction": predicted,
        "tokens": row.words,
        "confidence": confidence,
    }
    if tags.has_spans:
        marked = spans(predicted)
        places = offsets_of(marked, row.places)
        found["spans"] = [
            {
                "start": start,
                "stop": stop,
                "text": row.text[start:stop],
                "label": label,
                "confidence": min(confidence[span.start : span.stop]),
            }
            for span, (start, stop, label) in zip(marked, places, strict=True)
        ]
    return found


def line(answer: dict[str, Any]) -> str:
    """An answer as one line: [Chirag PER] worked, or Chirag/NOUN worked/VERB."""
    words, predicted = answer["tokens"], answer["prediction"]
    if "spans" not in answer:
        pairs = zip(words, predicted, strict=True)
        return " ".join(f"{word}/{tag}" for word, tag in pairs)
    shown = list(words)
    for span in spans(predicted):
        shown[span.start] = f"[{shown[span.start]}"
        shown[span.stop - 1] += f" {span.kind}]"
    return " ".join(shown)
