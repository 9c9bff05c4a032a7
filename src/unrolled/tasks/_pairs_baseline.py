"""What can be said of answers without their sources: an n-gram model of the targets.

It stands beside the nats and the accuracy of the network: what the network has more, it
has from reading the source.
"""

from collections.abc import Mapping

from torch import Tensor

from unrolled.models.ngrams import NGrams
from unrolled.ragged import Ragged
from unrolled.tasks._base import Metrics
from unrolled.tasks._symbols import ragged

ORDER = 4
AT_ONCE = 512  # tokens whose chances of 20,000 others are held at a time: 80 MB


def fit_ngrams(targets: Ragged, tokens: int) -> NGrams:
    """Kneser-Ney n-grams of ids with their ends, values (tokens,)."""
    return NGrams.fit(targets, tokens=tokens, order=ORDER)


def ngram_scores(ngrams: NGrams, targets: Ragged) -> Metrics:
    """Nats of each token, and how often it was the likeliest, of ids (tokens,)."""
    ids, tokens = targets.values, max(len(targets.values), 1)
    hits = sum(
        int((ngrams.next(contexts).argmax(1) == true).sum())
        for contexts, true in zip(_contexts(targets), ids.split(AT_ONCE), strict=True)
    )
    nats = -float(ngrams.log_probabilities(targets).sum())
    return {"nats_per_token": nats / tokens, "token_accuracy": hits / tokens}


def _contexts(targets: Ragged) -> list[Ragged]:
    """The last tokens before each token, in pieces."""
    rows: list[list[int]] = []
    for row in targets.to_list():
        ids = row.tolist()
        rows += [ids[max(at - ORDER + 1, 0) : at] for at in range(len(ids))]
    return [ragged(rows[at : at + AT_ONCE]) for at in range(0, len(rows), AT_ONCE)]


def to_tensors(ngrams: NGrams) -> dict[str, Tensor]:
    """What a model folder keeps of them, (n-grams,)."""
    return {f"targets.{name}": one for name, one in ngrams.state().items()}


def from_tensors(tensors: Mapping[str, Tensor]) -> NGrams | None:
    """The way back, from tensors (n-grams,); None where there are none.

    Raises BrokenModelError.
    """
    mine = {
        name.removeprefix("targets."): one
        for name, one in tensors.items()
        if name.startswith("targets.")
    }
    return NGrams.restore(mine) if mine else None
