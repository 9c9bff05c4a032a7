"""What a network says of texts: the best next tokens, and how surprising each is."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

from unrolled.models.next_token import NextToken
from unrolled.ragged import Ragged
from unrolled.tasks._base import Answers, Batch
from unrolled.tasks._streams import UNCOUNTED
from unrolled.tasks._symbols import Symbols, ragged
from unrolled.text.vocabulary import UNKNOWN

AT_ONCE = 512  # tokens whose chances of 20,000 others are held at a time: 40 MB
TEXTS = 64  # that are read side by side: paragraphs of 1,000 words fill 64 MB


def with_end(
    symbols: Symbols, texts: Iterable[str], *, to_learn: bool
) -> tuple[Ragged, Ragged]:
    """Inputs and targets, values (tokens,): a text after an end, and then its own end.

    Where there is nothing to learn, the text is read to its last token; its targets are
    then of no meaning.
    """
    rows = [symbols.ids(text) for text in texts]
    inputs = ragged([[symbols.end, *row] for row in rows])
    targets = ragged([[*row, symbols.end] for row in rows]) if to_learn else inputs
    return inputs, targets


def sum_of_rows(each_token: Ragged, batch: Batch) -> tuple[Tensor, Tensor]:
    """The sum over the tokens of each row that count, and how many do: both (rows,)."""
    counts = _ids(batch.targets) != UNCOUNTED
    row = each_token.row_of_token
    values = each_token.values * counts
    total = values.new_zeros(len(each_token)).index_add(0, row, values)
    number = counts.new_zeros(len(each_token), dtype=values.dtype)
    return total, number.index_add(0, row, counts.to(values.dtype))


@torch.no_grad()
def nats_and_ranks(network: NextToken, batch: Batch) -> tuple[Ragged, Ragged]:
    """−log P of each target, and how many tokens are likelier: values (tokens,).

    Both are 0 where a target does not count.
    """
    outputs, _ = network.read(batch.inputs)
    targets = _ids(batch.targets)

    def weigh(some: Tensor) -> tuple[Tensor, Tensor]:
        found = network.log_probabilities(outputs.values[some])
        mine = found.gather(1, targets[some, None])
        # What is as likely stands before it: a network that knows nothing hits nothing.
        return -mine.squeeze(1), found.shape[1] - 1 - (found < mine).sum(1)

    counted = (targets != UNCOUNTED).nonzero().squeeze(1)
    nats = outputs.values.new_zeros(len(targets))
    ranks = torch.zeros(len(targets), dtype=torch.int64)
    for some in counted.split(AT_ONCE):
        nats[some], ranks[some] = weigh(some)
    return batch.inputs.with_values(nats), batch.inputs.with_values(ranks)


@torch.no_grad()
def best_next(
    network: NextToken, symbols: Symbols, inputs: Ragged, best: int
) -> Answers:
    """The best next tokens after each row of ids, values (tokens,)."""
    outputs, _ = network.read(inputs)
    last = inputs.lengths.cumsum(0) - 1
    chances = network.log_probabilities(outputs.values[last]).exp()
    chances[:, UNKNOWN] = 0
    found = chances.topk(min(best, chances.shape[1]), dim=1)
    answers: Answers = []
    for values, ids in zip(found.values.tolist(), found.indices.tolist(), strict=True):
        named = dict(zip(symbols.tokens(ids), values, strict=True))
        answers.append({"prediction": next(iter(named)), "probabilities": named})
    return answers


def surprisals(network: NextToken, symbols: Symbols, texts: list[str]) -> Answers:
    """Nats of each token of each text and of its end, as `unrolled score` has them."""
    answers: Answers = []
    for at in range(0, len(texts), TEXTS):
        some = texts[at : at + TEXTS]
        batch = Batch(*with_end(symbols, some, to_learn=True))
        nats, _ = nats_and_ranks(network, batch)
        ids = batch.inputs.with_values(_ids(batch.targets))
        for number, text in enumerate(some):
            answers.append(
                {
                    "text": text,
                    "log_probability": -float(nats[number].double().sum()),
                    "tokens": symbols.tokens(ids[number].tolist()),
                    "surprisal": nats[number].tolist(),
                }
            )
    return answers


def _ids(targets: Any) -> Tensor:
    """The ids of targets that are Ragged, as those of a next-token batch are."""
    return targets.values
