"""One run of an encoder and a decoder, for who looks inside: see tasks/_seeing.py.

    inputs    I    am   late  .            the encoder, and the attention of each output
    outputs   Je   suis en    retard  .  <end>                       the decoder
    scores    log P of every token after those before

The answer is searched as always, with the tree of the search recorded; then it is known
and goes through the network once, as a target does in training.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from torch import Tensor

from unrolled.decoding.beam_tree import Tree, recording
from unrolled.engine.watch import unwatched
from unrolled.models.copying import LEAST, Copies
from unrolled.models.encoder_decoder_base import AbstractEncoderDecoder, Sides
from unrolled.tasks._base import Answers, Batch
from unrolled.tasks._pairs.answerer import AbstractAnswerer
from unrolled.tasks._pairs.forced import Forced, forced, sides_of
from unrolled.tasks._pieces import resting
from unrolled.tasks._seeing import View
from unrolled.tasks._symbols import END


class Asked(NamedTuple):
    """One source, in the words of its task."""

    read: str
    """The axis of its steps: "inputs" of a text, "regions" of a picture."""
    steps: Sequence[str]
    along: Mapping[str, str]
    """The layers of its encoder; those of the decoder are the same for all."""
    unknown: Sequence[str] = ()
    """Words that the vocabulary of the target lacks, in the order of their numbers."""
    parts: Sequence[Mapping[str, Any]] = ()


class Answered(NamedTuple):
    """An answer that was searched, as the network has written it."""

    answer: Mapping[str, Any]
    sides: Sides
    tokens: Sequence[str]
    """What it reads, without the end."""
    parts: Sequence[Mapping[str, Any]] = ()


def names_of(answerer: AbstractAnswerer, asked: Asked) -> list[str]:
    """What the columns of the scores are called."""
    return [*answerer.target.vocabulary.tokens, *asked.unknown]


def searched(
    answerer: AbstractAnswerer,
    batch: Batch,
    names: Sequence[str],
    ask: Callable[[], Answers],
) -> Answered:
    """What `ask` finds for the one source of the batch, and what was written for it.

    Nothing is written where the rules leave no answer. The part "beam" has what the
    search had in view.
    """
    target, tokens, ids = answerer.target, [], []
    with unwatched(), resting(answerer.network), recording() as trees:
        [answer] = ask()
        [tree] = trees
        if tree.best is not None:
            [[told]] = answerer.told(batch, [[tree.best]])
            tokens, ids = told["tokens"], list(tree.best.ids)
    sides = sides_of(
        answerer.source(batch),
        ids,
        end=target.end,
        known=len(target),
        copies=answerer.copies(batch),
    )
    return Answered(answer, sides, tokens, [beam_part(tree, names)])


def view_of(
    network: AbstractEncoderDecoder,
    asked: Asked,
    answered: Answered,
    names: Sequence[str],
) -> View:
    """The run over this source and this answer to it."""
    sides = answered.sides
    columns = len(names)
    target = sides.targets if sides.copies is None else sides.copies.target
    with unwatched(), resting(network):
        told = forced(network, sides, columns=columns)
    outputs = [*answered.tokens, END]
    parts = [*asked.parts, *answered.parts]
    if sides.copies is not None:
        parts.append(copies_part(asked.steps, outputs, told, sides.copies))
    return View(
        axes={asked.read: list(asked.steps), "outputs": outputs},
        along={**asked.along, "decoder.stack": "outputs"},
        read=asked.read,
        told="outputs",
        names=names,
        run=partial(_scores, network, sides, columns),
        chosen=target.values.tolist(),
        asked=last_word(answered.tokens),
        answer=answered.answer,
        parts=parts,
    )


def last_word(tokens: Sequence[str]) -> int:
    """The place of the last token with a letter in it; without one, of the last.

    It depends on more than a full stop does. 0 where there are no tokens.
    """
    words = [n for n, token in enumerate(tokens) if any(map(str.isalnum, token))]
    return words[-1] if words else max(len(tokens) - 1, 0)


def _scores(network: AbstractEncoderDecoder, sides: Sides, columns: int) -> Tensor:
    """(outputs, names)."""
    return forced(network, sides, columns=columns).scores


def beam_part(tree: Tree, names: Sequence[str]) -> dict[str, Any]:
    """What a search had in view; "left_out" counts nodes that are not told of."""
    nodes = tree.nodes(names, end=END)
    return {"kind": "beam", "nodes": nodes, "left_out": len(tree) - len(nodes)}


def copies_part(
    steps: Sequence[str], outputs: Sequence[str], told: Forced, copies: Copies
) -> dict[str, Any]:
    """From where words were copied: all numbers are probabilities.

    "copied" has for each of the "outputs" the one that it was copied and not written,
    "share" for each word of the "source" the largest one that an output was copied from
    there.
    """
    weights = told.attention.values.view(len(outputs), len(steps))
    same = copies.target.values[:, None] == copies.source.values
    weights = weights * same
    among = weights / weights.sum(1, keepdim=True).clamp(min=LEAST)
    each = among * told.copied[:, None]
    return {
        "kind": "copies",
        "source": list(steps),
        "share": [round(one, 4) for one in each.amax(0).tolist()],
        "outputs": list(outputs),
        "copied": [round(one, 4) for one in told.copied.tolist()],
    }
