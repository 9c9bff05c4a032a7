"""A network that says which token comes next, looked into.

inputs   <start> the    cat    sat
chosen   the     cat    sat    on        what really came next, or the likeliest
scores   log P of every token of the vocabulary after each step, in nats
"""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import linear

from unrolled.engine.watch import unwatched
from unrolled.models.next_token import NextToken
from unrolled.models.softmax import Softmax
from unrolled.randomness import computing_on
from unrolled.tasks._seeing import View
from unrolled.tasks._symbols import Symbols, ragged
from unrolled.text.vocabulary import UNKNOWN

START = "<start>"
"""What the end before a text is called."""


def view_of(
    network: NextToken,
    symbols: Symbols,
    text: str,
    answer: Mapping[str, Any],
    *,
    given: Tensor | None = None,
    ends: bool = False,
) -> View:
    """The view of one text after an end, as `with_end` lays it out.

    `given` is (rows, fields), of one row. A text that `ends` is followed by an end;
    what follows another nobody knows, and the likeliest token stands there.
    """
    tokens = symbols.tokenizer.tokens(text)
    ids = symbols.vocabulary.ids(tokens)
    inputs = ragged([[symbols.end, *ids]])

    def run() -> Tensor:
        outputs, _ = network.read(inputs, given)
        return log_probabilities(network, outputs.values)

    following = [*ids, symbols.end]
    if not ends:
        with unwatched(), torch.no_grad():
            last = run()[-1]
        last[UNKNOWN] = -torch.inf
        following[-1] = int(last.argmax())
    return View(
        axes={"inputs": [START, *tokens]},
        along={"stack": "inputs"},
        told="inputs",
        names=symbols.vocabulary.tokens,
        run=run,
        chosen=following,
        asked=-2 if ends else -1,
        answer=answer,
    )


def log_probabilities(network: NextToken, outputs: Tensor) -> Tensor:
    """Those of `NextToken.log_probabilities`, bit for bit, with gradients if enabled.

    (rows, tokens) from outputs (rows, hidden).
    """
    found = network.log_probabilities(outputs.detach())
    if not (torch.is_grad_enabled() and outputs.requires_grad):
        return found
    narrow = outputs if network.narrow is None else network.narrow(outputs)
    with computing_on(1):
        softmax = network.softmax
        again = (
            linear(narrow, softmax.weight, softmax.bias).log_softmax(-1)
            if isinstance(softmax, Softmax)
            else softmax.inner.log_prob(narrow)
        )
    # The fast product has no gradient: the bits are its own, the gradient is torch's.
    return found + (again - again.detach())


def log_probability_of(view: View) -> float:
    """Of all that was chosen, in nats: of a text that ends, the text's own."""
    with unwatched(), torch.no_grad():
        scores = view.run()
    return float(_chosen(scores, view.chosen).double().sum())


def _chosen(scores: Tensor, chosen: Sequence[int]) -> Tensor:
    columns = torch.tensor(chosen, dtype=torch.int64)
    return scores.gather(1, columns[:, None])[:, 0]
