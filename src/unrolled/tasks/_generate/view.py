"""A generator of texts looked into: each output is the next input.

"female: Mary"      what is given before the colon, and a text it could have written
"female"            what is given; the text is written, with seed 0
"Mary", ""          where the model has no given columns
given=("female",)   an example that says it by itself; the input is the text
"""

from dataclasses import replace

import torch
from torch import Tensor

from unrolled.decoding.settings import DecodingSettings
from unrolled.engine.watch import unwatched
from unrolled.errors import SettingError, UnreadableDataError
from unrolled.models.next_token import NextToken
from unrolled.randomness import stream
from unrolled.tasks._abilities import Wish
from unrolled.tasks._base import Example
from unrolled.tasks._generate.given import Asked, Given
from unrolled.tasks._next_token_view import log_probability_of
from unrolled.tasks._next_token_view import view_of as view_of_text
from unrolled.tasks._seeing import View
from unrolled.tasks._symbols import Symbols
from unrolled.tasks._text_input import text_of
from unrolled.tasks._writing import Writer


def view_of(
    network: NextToken, symbols: Symbols, given: Given, example: Example
) -> View:
    """The view of a text, and of what was given. Raises UnreadableDataError."""
    asked, text = _question(given, example)
    if text:
        values = given.usual(asked)
    else:
        values = given.drawn(asked, 1, stream(0, "given"))
        text = _written(network, symbols, values)
    view = view_of_text(network, symbols, text, {}, given=values, ends=True)
    named = given.named(values[0].tolist())
    answer = {"prediction": text, "log_probability": log_probability_of(view)}
    return replace(view, answer=answer | ({"given": named} if named else {}))


def _question(given: Given, example: Example) -> tuple[Asked, str]:
    """What is given, and the text, "" where one is to be written."""
    text = text_of(example).strip()
    if not given.fields:
        return [], text
    if example.given:
        return _as_given(given, example), text
    head, _, tail = text.partition(":")
    try:
        return given.asked([head]), tail.strip()
    except SettingError as why:
        raise UnreadableDataError(
            found=f"{example.place}: {why.found}",
            expected=f"{why.expected}, and after a colon the text to look at, if any",
            fix="write it before the text, as in VALUE: TEXT",
        ) from None


def _as_given(given: Given, example: Example) -> Asked:
    """The cells of a row, or what a person asks for by the same words as elsewhere."""
    try:
        return given.encode([example])[0].tolist()
    except UnreadableDataError as why:
        try:
            return given.asked([str(cell) for cell in example.given])
        except SettingError:
            raise why from None


@torch.no_grad()
def _written(network: NextToken, symbols: Symbols, values: Tensor) -> str:
    wish = Wish(seed=0, decoding=DecodingSettings())
    with unwatched():
        found = Writer(network=network, symbols=symbols, given=values).write(wish)
    return str(found[0]["text"]) if found else ""
