"""A tagger looked into: the words, how likely each tag of each word is, and its spans.

    inputs   Chirag   worked   at   Microsoft
    B-PER    −0.02    −6.1     ...                log-probability of each tag, in nats
    O        −4.2     −0.01    ...

With a chain these are marginals, over all rows of tags that it allows: their
exponentials are the confidences of the answer. Without one they are a softmax.
"""

from typing import Any

import torch
from torch import Tensor

from unrolled.decoding.viterbi import viterbi
from unrolled.engine.watch import unwatched
from unrolled.models.tagger import Tagger
from unrolled.nn.log_marginals import log_marginals
from unrolled.tasks._seeing import View
from unrolled.tasks._tag import answers as tag_answers
from unrolled.tasks._tag.batch import TagBatch
from unrolled.tasks._tag.targets import Tags
from unrolled.text.tag_schemes import Span, spans


def view_of(network: Tagger, batch: TagBatch, tags: Tags, *, k: int) -> View:
    """The view of a batch of one row; `k` as in `TagSettings.k_best`."""
    with unwatched(), torch.no_grad():
        scores = network(batch.words)
        best = viterbi(scores, network.chain()).values.tolist()
        rows = list(batch.rows)
        [answer] = tag_answers.answers(network, scores, tags, rows, k=k)

    def run() -> Tensor:
        found = network(batch.words).values
        if network.crf is None:
            return found.log_softmax(-1)
        return log_marginals(found, network.chain())

    return View(
        axes={"inputs": batch.rows[0].words},
        along={"stack": "inputs"},
        told="inputs",
        names=tags.names,
        run=run,
        chosen=best,
        asked=next(
            (at for at, tag in enumerate(best) if tags.names[tag] != tags.outside), -1
        ),
        answer=answer,
        parts=[_spans(answer, has_spans=tags.has_spans)],
    )


def _spans(answer: dict[str, Any], *, has_spans: bool) -> dict[str, Any]:
    """The answer as spans of words; a plain tag is a span of its one word."""
    predicted, sure = answer["prediction"], answer["confidence"]
    if has_spans:
        found = spans(predicted)
    else:
        found = [Span(at, at + 1, tag) for at, tag in enumerate(predicted)]
    marked = [
        {
            "start": one.start,
            "stop": one.stop,
            "label": one.kind,
            "confidence": min(sure[one.start : one.stop]),
        }
        for one in found
    ]
    return {"kind": "spans", "tokens": answer["tokens"], "spans": marked}
