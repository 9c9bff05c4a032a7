"""What can be said of answers without their sources: an n-gram model of the targets.

It stands beside the nats and the accuracy of the network: what the network has more, it
has from reading the source.
"""

from collections.abc import Mapping

from torch import Tensor

from unrolled.errors import BrokenModelError
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
    ids, tokens = targets.values, len(targets.values)
    if not tokens:
        return {"nats_per_token": 0.0, "token_accuracy": 0.0}
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


def from_tensors(tensors: Mapping[str, Tensor], tokens: int) -> NGrams | None:
    """The way back, from tensors (n-grams,); None where there are none.

    Raises BrokenModelError, also for those of another number of tokens.
    """
    mine = {
        name.removeprefix("targets."): one
        for name, one in tensors.items()
        if name.startswith("targets.")
    }
    if not mine:
        return None
    found = NGrams.restore(mine)
    if found.tokens != tokens:
        raise BrokenModelError(
            found=f"the n-grams of the targets are of {found.tokens} tokens, not of"
            f" {tokens}.",
            expected="what `fit` found in the training rows",
            fix="copy the model folder again, or train again",
        )
    return found
