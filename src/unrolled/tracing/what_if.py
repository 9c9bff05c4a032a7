"""What if one word were another? The same input with one thing changed.

    He is not great      drop="not"                    He is great
    He is great          change=("great", "awful")     He is awful
    He is great          insert=(2, "not")             He is not great
    Is he great          swap=(0, 1)                   he Is great

A place is a number, counted from 0, or the word itself where it stands once. In a text
places count words, as the tokenizer of words cuts them, or characters where the model
reads characters; in a list they count its entries. What two runs make of two inputs,
`compared` says step by step (tracing/comparison.py).
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch

from unrolled.errors import SettingError
from unrolled.readers import Cell
from unrolled.series import Series
from unrolled.text.characters import Characters
from unrolled.text.words import Words
from unrolled.tracing.comparison import Comparison, compared

__all__ = ["Comparison", "compared", "edited"]

Place = int | str
"""Where: a number from 0, or what stands there."""
UNITS = {"word": "word", "subword": "word", "character": "letter", "byte": "letter"}
"""What a place of a text counts, by what one token of the model is."""


def edited(
    cell: Cell,
    *,
    unit: str = "word",
    change: tuple[Place, Any] | None = None,
    drop: Place | None = None,
    swap: tuple[Place, Place] | None = None,
    insert: tuple[Place, Any] | None = None,
) -> Cell:
    """The input with one edit: of these four exactly one is given.

    `unit` is "word", "subword", "character" or "byte", what the model reads a text by;
    lists need none. `insert` puts its word before the place, at the end where the place
    is the number of words. A series with moments keeps them: there `drop` makes a gap,
    and nothing can be inserted. Raises SettingError for another number of edits, and
    for a place or a word that is not there.
    """
    asked = {"change": change, "drop": drop, "swap": swap, "insert": insert}
    [(kind, given)] = _one(asked).items()
    if isinstance(cell, Series):
        return _of_series(cell, kind, given)
    if isinstance(cell, list):
        return _of_list(cell, kind, given)
    return _of_text(str(cell), kind, given, unit)


def _one(asked: dict[str, Any]) -> dict[str, Any]:
    found = {kind: given for kind, given in asked.items() if given is not None}
    if len(found) != 1:
        raise SettingError(
            found=f"{len(found)} edits ({', '.join(found) or 'none'}).",
            expected="exactly one of change, drop, swap and insert",
            fix="give one; for two, edit what the first one gave",
        )
    return found


def _of_list(cell: list, kind: str, given: Any) -> list:
    made = list(cell)
    if kind == "drop":
        del made[_place(given, cell)]
    elif kind == "swap":
        a, b = (_place(one, cell) for one in given)
        made[a], made[b] = made[b], made[a]
    elif kind == "change":
        made[_place(given[0], cell)] = given[1]
    else:
        made.insert(_place(given[0], cell, beyond=1), given[1])
    return made


def _of_text(text: str, kind: str, given: Any, unit: str) -> str:
    if unit not in UNITS:
        raise SettingError(
            found=f'the unit "{unit}" of a text.',
            expected=f"one of {', '.join(UNITS)}",
            fix="name what one token of the model is",
        )
    in_words = UNITS[unit] == "word"
    cutter = (Words if in_words else Characters)(lowercase=False)
    spans = cutter.spans(text)
    words = [text[start:stop] for start, stop in spans]
    if kind == "insert":
        place, word = _place(given[0], words, beyond=1), str(given[1])
        start = spans[place][0] if place < len(spans) else len(text)
        return _between(text[:start], word, text[start:], blanks=in_words)
    if kind == "drop":
        start, stop = spans[_place(given, words)]
        return _without(text, start, stop, blanks=in_words)
    if kind == "change":
        changed = {_place(given[0], words): str(given[1])}
    else:
        a, b = (_place(one, words) for one in given)
        changed = {a: words[b], b: words[a]}
    for place in sorted(changed, reverse=True):
        start, stop = spans[place]
        text = text[:start] + changed[place] + text[stop:]
    return text


def _between(before: str, word: str, after: str, *, blanks: bool) -> str:
    """The word with a blank on either side where other words stand there."""
    if blanks and before and not before[-1].isspace():
        word = f" {word}"
    if blanks and after and not after[0].isspace():
        word = f"{word} "
    return before + word + after


def _without(text: str, start: int, stop: int, *, blanks: bool) -> str:
    """The text without that part, and without the second of two blanks around it."""
    before, after = text[:start], text[stop:]
    if blanks and (not before or before[-1].isspace()) and after[:1].isspace():
        after = after[1:]
    elif blanks and not after and before[-1:].isspace():
        before = before[:-1]
    return before + after


def _of_series(series: Series, kind: str, given: Any) -> Series:
    moments = [str(number) for number in range(len(series))]
    values = series.values.clone()
    if kind == "insert":
        raise SettingError(
            found=f'"{given[1]}" to be inserted into a series with moments.',
            expected="change, drop or swap: the moments themselves stay",
            fix="change the value of a moment",
        )
    if kind == "swap":
        a, b = (_place(one, moments) for one in given)
        values[[a, b]] = values[[b, a]]
    elif kind == "drop":
        values[_place(given, moments)] = torch.nan
    else:
        values[_place(given[0], moments)] = torch.as_tensor(given[1]).to(values)
    return replace(series, values=values)


def _place(given: Place, entries: Sequence[Any], *, beyond: int = 0) -> int:
    """The place as a number. Raises SettingError."""
    if isinstance(given, str):
        found = [at for at, one in enumerate(entries) if one == given]
        if len(found) == 1:
            return found[0]
        times = f"stands there {len(found)} times" if found else "does not stand there"
        raise SettingError(
            found=f'"{given}" {times}.',
            expected="a word that stands there once, or its place as a number from 0",
            fix=f"give its place: {', '.join(map(str, found))}"
            if found
            else f"give one of: {_shown(entries)}",
        )
    if not 0 <= given < len(entries) + beyond:
        raise SettingError(
            found=f"place {given} of {len(entries)}.",
            expected=f"a number from 0 to {len(entries) + beyond - 1}"
            if len(entries) + beyond
            else "something to edit",
            fix=f"count from 0: {_shown(entries)}"
            if entries
            else "give a longer input",
        )
    return given


def _shown(entries: Sequence[Any]) -> str:
    shown = [f"{at} {one}" for at, one in enumerate(entries[:12])]
    return ", ".join(shown) + (", ..." if len(entries) > 12 else "")
