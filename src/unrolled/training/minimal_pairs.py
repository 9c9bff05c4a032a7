"""Minimal pairs: does a model find the good one of two texts the likelier?

    sentence_good                      sentence_bad                        UID
    Many teachers praised themselves.  Many teachers praised themself.     number

A table of such pairs, and the share of them that is won: in all, and for each group of
a column. A text is as likely as its tokens and its end are together. Where both come
out equal, as where the model knows neither of the words that differ, a pair is not won.

Reference: Warstadt et al. 2020, arXiv:1912.00582 (BLiMP), section 3.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from unrolled.errors import MissingColumnError, UnreadableDataError
from unrolled.readers import Cell, Table, read
from unrolled.settings import Value, make
from unrolled.training.model import Model
from unrolled.training.settings import DataSettings


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two texts, of which the good one should be the likelier."""

    good: str
    bad: str
    group: str = ""


@dataclass(frozen=True)
class Pairs:
    """The pairs of one table."""

    rows: list[Pair]
    bad_rows: list[str] = field(default_factory=list)
    """Rows that were left out, each with its reason."""


def read_pairs(
    path: Path,
    *,
    good: str,
    bad: str,
    by: str = "",
    given: Mapping[str, Value] | None = None,
) -> Pairs:
    """The pairs of a table; `good`, `bad` and `by` name columns as headers or numbers.

    `given` maps names of `DataSettings`, as "data.encoding", to values. A table whose
    columns are named has a header. Raises UnreadableDataError, MissingColumnError.
    """
    asked = [good, bad, *([by] if by else [])]
    told: Any = make({"data": DataSettings}, given or {})["data"]
    named = any(not name.isdecimal() for name in asked)
    table = read(
        path,
        skip_bad_rows=told.skip_bad_rows,
        header=True if named else told.has_header(),
        encoding=told.encoding,
    )
    places = [_place(table, name) for name in asked]
    found: list[Pair] = []
    for row, where in zip(table.rows, table.places, strict=True):
        group = _group(row[places[2]]) if by else ""
        texts = [_text(row[p], where, table.columns[p]) for p in places[:2]]
        found.append(Pair(good=texts[0], bad=texts[1], group=group))
    return Pairs(found, table.bad_rows)


def score_pairs(model: Model, pairs: Pairs) -> dict[str, Any]:
    """The share of pairs that a model wins: one object, as `Model.evaluate` gives.

    Its metrics are "accuracy", the number of "ties", and where the pairs have groups
    the accuracy of each. Chance wins half of them. Raises SettingError for a model that
    weighs no texts.
    """
    started = time.monotonic()
    texts = [text for pair in pairs.rows for text in (pair.good, pair.bad)]
    nats = [-answer["log_probability"] for answer in model.surprisal(texts)]
    costs = list(zip(nats[::2], nats[1::2], strict=True))
    won = [good < bad for good, bad in costs]
    groups: dict[str, list[bool]] = {}
    for pair, one in zip(pairs.rows, won, strict=True):
        if pair.group:
            groups.setdefault(pair.group, []).append(one)
    metrics: dict[str, Any] = {
        "accuracy": _share(won),
        "ties": sum(good == bad for good, bad in costs),
    }
    if groups:
        metrics["groups"] = {
            name: {"accuracy": _share(some), "examples": len(some)}
            for name, some in sorted(groups.items())
        }
    bad_rows = {"bad_rows": pairs.bad_rows} if pairs.bad_rows else {}
    return {
        "task": model.name,
        "metrics": metrics,
        "baseline": {"chance": {"accuracy": 0.5}},
        "examples": len(won),
        "seconds": round(time.monotonic() - started, 3),
        **bad_rows,
    }


def _share(won: list[bool]) -> float:
    return sum(won) / max(len(won), 1)


def _place(table: Table, name: str) -> int:
    try:
        return table.column(name)
    except MissingColumnError as why:
        raise MissingColumnError(
            found=why.found,
            expected=why.expected,
            fix="name others: --pairs GOOD,BAD and --by COLUMN",
        ) from None


def _text(cell: Cell, where: str, column: str) -> str:
    if isinstance(cell, str):
        return cell
    kind = "a list" if isinstance(cell, list) else f"the number {cell:g}"
    raise UnreadableDataError(
        found=f'{where}: column "{column}" holds {kind}.',
        expected="a text in each column of --pairs",
        fix="name the columns of the texts, or correct that row",
    )


def _group(cell: Cell) -> str:
    """The name of a group; a number is one, too."""
    return cell if isinstance(cell, str) else f"{cell}"
