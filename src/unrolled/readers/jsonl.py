r"""JSON lines: one object on each line, its keys the columns.

    {"review": "He is great", "stars": 5, "beats": [0.61, 0.58], "words": ["He", "is"]}

A value is a text, a number, true or false (read as the texts "true" and "false"), a
list of numbers, of texts, of lists of numbers of one size, of the pixels of a picture
(height × width × 3), or of marked spans:

    {"text": "Chirag is in India", "spans": [[0, 6, "PER"], [13, 18, "LOC"]]}

in the ways of spaCy, doccano and Label Studio, which `_spans.py` tells. A null among
numbers is a gap in a series. The first row sets the keys, their order and the kind of
each column; later rows must agree. What could be misread is refused by row: null as a
value, nested objects, NaN and infinity, a key twice,
half a surrogate pair, numbers too large for a float64.
"""

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, final

from typing_extensions import override

from unrolled.errors import UnreadableDataError
from unrolled.readers._base import AbstractReader, Cell, Draft, ReadOptions, Table
from unrolled.readers._spans import EXPECTED, as_span, meant_as_spans
from unrolled.readers._text import read_text

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
_EMPTY = "an empty list"
_SPANS = "a list of spans"


@final
class JSONLines(AbstractReader):
    """One JSON object a line, as .jsonl, .ndjson, or .json that is so inside."""

    suffixes = (".jsonl", ".ndjson", ".json")

    @override
    def read(self, path: Path, options: ReadOptions) -> Table:
        text, notes = read_text(path, options.encoding)
        _refuse_one_value(path, text)
        draft = Draft(path, options)
        draft.notes += notes
        columns = _Columns()
        empty = 0
        for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
            if not line.strip():
                empty += 1
                continue
            place = f"{path}, line {number}"
            try:
                draft.add(place, columns.cells(_object(line), number))
            except _BadRow as why:
                draft.refuse(
                    f"{place}, column {why.column}" if why.column else place,
                    f"{why}.",
                    expected=why.expected,
                    fix="correct that line",
                )
        draft.note_empty_lines(empty)
        draft.notes.append(f"columns: {', '.join(columns.kinds)} (keys of the objects)")
        return draft.table(tuple(columns.kinds))


class _BadRow(Exception):  # noqa: N818 -- caught above, never seen by anyone
    """What is wrong with a line, and in which character of it."""

    def __init__(self, problem: str, *, expected: str = "", column: int = 0) -> None:
        self.expected = expected or "one JSON object on each line"
        self.column = column
        super().__init__(problem)


@final
class _Columns:
    """The keys of the first good row and what kind of value each holds."""

    def __init__(self) -> None:
        self.kinds: dict[str, str] = {}
        self.line = 0

    def cells(self, row: dict, number: int) -> tuple[Cell, ...]:
        """The values of a row in the order of the columns. Raises _BadRow."""
        kinds = {key: _kind(key, value) for key, value in row.items()}
        if not self.kinds:
            if not row:
                raise _BadRow("an object without keys")
            self.kinds, self.line = kinds, number
        self._compare(kinds)
        for key, kind in kinds.items():
            if self.kinds[key] == _EMPTY:
                self.kinds[key] = kind
        return tuple(_cell(row[key], kinds[key]) for key in self.kinds)

    def _compare(self, kinds: dict[str, str]) -> None:
        wanted = f"the keys {', '.join(self.kinds)}, as in line {self.line}"
        for key in self.kinds:
            if key not in kinds:
                raise _BadRow(f'the key "{key}" is missing', expected=wanted)
        for key, kind in kinds.items():
            if key not in self.kinds:
                raise _BadRow(f'a key "{key}" that is new', expected=wanted)
            before = self.kinds[key]
            both_lists = before.startswith("a list") or kind.startswith("a list")
            if kind != before and not (_EMPTY in (kind, before) and both_lists):
                raise _BadRow(
                    f'the key "{key}" holds {kind}',
                    expected=f"{before}, as in line {self.line}",
                )


def _object(line: str) -> dict:
    """The object on a line. Raises _BadRow for all that is none."""
    try:
        found = json.loads(
            line, object_pairs_hook=_without_repeats, parse_constant=_no_number
        )
    except json.JSONDecodeError as why:
        raise _BadRow(f"not JSON ({why.msg})", column=why.colno) from None
    except RecursionError:
        raise _BadRow("nested too deeply") from None
    except _Constant as why:
        bare = _STRING.sub(lambda text: "_" * len(text[0]), line)
        raise _BadRow(
            f"{why}, which JSON does not know",
            expected="finite numbers",
            column=bare.find(str(why)) + 1,
        ) from None
    except ValueError:
        raise _BadRow("a number of too many digits", expected="numbers") from None
    if not isinstance(found, dict):
        raise _BadRow(f"{_kind('', found)}, not an object")
    if "\\u" in line and any(map(_NO_TEXT.search, _texts(found))):
        raise _BadRow(
            "an escape that stands for no character (half a surrogate pair, or NUL)",
            expected="text",
        )
    return found


def _texts(found: object) -> Iterator[str]:
    """Every text in a value, the keys of its objects among them."""
    left = [found]
    while left:
        value = left.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            left += value
        elif isinstance(value, dict):
            left += [*value, *value.values()]


class _Constant(Exception):  # noqa: N818 -- caught above
    """NaN, Infinity or -Infinity stood in the line."""


def _no_number(name: str) -> float:
    raise _Constant(name)


def _without_repeats(pairs: list[tuple[str, object]]) -> dict:
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _BadRow(f'the key "{twice}" stands there twice')
    return made


def _cell(value: Any, kind: str) -> Cell:
    """A value of a known kind, as the table holds it."""
    if isinstance(value, bool):
        return str(value).lower()
    return [as_span(one) for one in value] if kind == _SPANS else value


def _kind(key: str, value: object) -> str:
    """What a value is, in words. Raises _BadRow for what a cell cannot hold."""
    if isinstance(value, str):
        return "a text"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        _check_finite(key, [value])
        return "a number"
    named = f'the key "{key}" holds ' if key else ""
    if isinstance(value, list):
        return _list_kind(key, value)
    raise _BadRow(
        f"{named}{'null' if value is None else 'a nested object'}",
        expected="a text, a number, or a list of them",
    )


def _list_kind(key: str, values: list) -> str:
    if not values:
        return _EMPTY
    if _are_numbers(values):
        _check_finite(key, values)
        return "a list of numbers"
    if all(isinstance(value, str) for value in values):
        return "a list of texts"
    vectors = all(isinstance(value, list) and value for value in values)
    if vectors and _are_numbers([x for value in values for x in value]):
        if len({len(value) for value in values}) > 1:
            raise _BadRow(
                f'the key "{key}" holds lists of unequal size',
                expected="as many numbers for each moment",
            )
        _check_finite(key, [x for value in values for x in value])
        return "a list of lists of numbers"
    if meant_as_spans(values):
        return _span_kind(key, values)
    if vectors and all(_is_line(line) for value in values for line in value):
        sizes = {(len(value), len(line)) for value in values for line in value}
        if len(sizes) > 1:
            raise _BadRow(
                f'the key "{key}" holds a picture whose lines are of unequal size',
                expected="height × width × 3 numbers",
            )
        _check_finite(key, [x for value in values for line in value for x in line])
        return "a list of lists of lists of numbers"
    raise _BadRow(
        f'the key "{key}" holds a list of mixed values',
        expected="a list of numbers, of texts, or of lists of numbers",
    )


def _are_numbers(values: list) -> bool:
    """Whether they are numbers, with a null where one is missing."""
    kinds = {type(value) for value in values}
    return bool(kinds & {int, float}) and kinds <= {int, float, type(None)}


def _is_line(value: object) -> bool:
    """Whether it is a list of numbers, such as the three colors of a pixel."""
    if not isinstance(value, list) or not value:
        return False
    return all(type(x) in (int, float) for x in value)


def _span_kind(key: str, values: list) -> str:
    for value in values:
        span = as_span(value)
        if span is None:
            shown = json.dumps(value, ensure_ascii=False)
            shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
            raise _BadRow(f'the key "{key}" holds {shown}, no span', expected=EXPECTED)
        _check_finite(key, span[:2])
    return _SPANS


def _check_finite(key: str, values: list) -> None:
    try:
        if all(value is None or math.isfinite(value) for value in values):
            return
    except OverflowError:  # an int beyond every float
        pass
    raise _BadRow(
        f'the key "{key}" holds a number too large', expected="numbers up to 1e308"
    )


def _refuse_one_value(path: Path, text: str) -> None:
    """Raises UnreadableDataError for ordinary JSON: one array or one long object."""
    start = text.lstrip()
    first = start.partition("\n")[0].rstrip()
    name = "array" if start.startswith("[") else ""
    if first == "{":
        try:
            name = "object over several lines" if json.loads(text) else ""
        except (ValueError, RecursionError):
            return  # the lines will say what is wrong
    if name:
        raise UnreadableDataError(
            found=f"{path} holds one JSON {name}.",
            expected="one JSON object on each line",
            fix="write each row as one line"
            " (pandas: to_json(..., orient='records', lines=True))",
        )
