"""What if one word were another? The same input with one thing changed.

    He is not great      drop="not"                    He is great
    He is great          change=("great", "awful")     He is awful
    He is great          insert=(2, "not")             He is not great
    Is he great          swap=(0, 1)                   he Is great

A place is a number, counted from 0, or the word itself where it stands once; in a text
several words, or letters, in a row as well. Numbers count words of a text, as the
tokenizer of words cuts them, or its characters where the model reads characters; of a
list they count its entries. What two runs make of two inputs, `compared` says step by
step (tracing/comparison.py).
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
    if kind == "insert":
        start, _ = _span(given[0], text, spans, beyond=1)
        return _between(text[:start], str(given[1]), text[start:], blanks=in_words)
    if kind == "drop":
        return _without(text, *_span(given, text, spans), blanks=in_words)
    if kind == "change":
        changed = {_span(given[0], text, spans): str(given[1])}
    else:
        a, b = (_span(one, text, spans) for one in given)
        if a != b and max(a[0], b[0]) < min(a[1], b[1]):
            raise SettingError(
                found=f'"{text[slice(*a)]}" and "{text[slice(*b)]}" overlap.',
                expected="two places that share no letter",
                fix="change the words one by one",
            )
        changed = {a: text[slice(*b)], b: text[slice(*a)]}
    for start, stop in sorted(changed, reverse=True):
        text = text[:start] + changed[start, stop] + text[stop:]
    return text


def _span(
    given: Place, text: str, spans: list[tuple[int, int]], *, beyond: int = 0
) -> tuple[int, int]:
    """The letters of a place; of several words or letters in a row, all of theirs."""
    tokens = [text[start:stop] for start, stop in spans]
    if isinstance(given, str) and given and given not in tokens:
        stops = {stop for _, stop in spans}
        found = [
            (at, start + len(given))
            for at, (start, _) in enumerate(spans)
            if text.startswith(given, start) and start + len(given) in stops
        ]
        if found:
            place = _only(given, [at for at, _ in found])
            return spans[place][0], found[0][1]
    place = _place(given, tokens, beyond=beyond)
    return spans[place] if place < len(spans) else (len(text), len(text))


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
        if found:
            return _only(given, found)
        raise SettingError(
            found=f'"{given}" does not stand there.',
            expected="a word that stands there once, or its place as a number from 0",
            fix=f"give one of: {_shown(entries)}",
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


def _only(given: str, places: list[int]) -> int:
    """The one place where it stands. Raises SettingError."""
    if len(places) > 1:
        raise SettingError(
            found=f'"{given}" stands there {len(places)} times.',
            expected="a word that stands there once, or its place as a number from 0",
            fix=f"give its place: {', '.join(map(str, places))}",
        )
    return places[0]


def _shown(entries: Sequence[Any]) -> str:
    shown = [f"{at} {one}" for at, one in enumerate(entries[:12])]
    return ", ".join(shown) + (", ..." if len(entries) > 12 else "")
