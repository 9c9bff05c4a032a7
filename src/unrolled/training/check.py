"""Looks at data before anyone trains on it, with the eyes of the task.

The task is fitted as in training, so that what is reported (kind of answer, tokens,
known words) is what training would see; no network is built. A row that cannot be used
is set aside and listed, and the rest is looked at without it.
"""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from torch import Tensor

from unrolled import catalog
from unrolled.errors import FixableError, UnknownLabelError, UnreadableDataError
from unrolled.settings import Settings, Value, flat, make
from unrolled.tasks._base import AbstractTask, Batch, Example, Shape
from unrolled.text.vocabulary import UNKNOWN
from unrolled.training import pair_suspicions, suspicions
from unrolled.training.findings import Finding, Findings, Part
from unrolled.training.sections import sections_of
from unrolled.training.sources import Source, load_all, needs_pairs

MOST_REFITS = 20  # rows that keep a task from being fitted are found one by one
LONGEST = "text.longest"
QUICK = {"text.start": "random"}  # how the network begins does not matter here


def check_files(
    task: str,
    data: Sequence[Path],
    *,
    parts: Mapping[str, Sequence[Path]],
    named: Mapping[str, str],
    given: Mapping[str, Value] | None = None,
) -> Findings:
    """What is in these files, and what may go wrong in training on them.

    Arguments are those of `train_on`. Raises FixableError if a file as a whole cannot
    be read, or a column is missing.
    """
    started = time.monotonic()
    kind: Any = catalog.find("tasks", task)
    settings = make(sections_of(kind), {})
    quick = {key: value for key, value in QUICK.items() if key in flat(settings)}
    settings = make(sections_of(kind), {**quick, **(given or {})})
    found = Findings(task.replace("-", "_"))
    others = {part: paths for part, paths in parts.items() if paths}
    rows = _read(found, kind, settings, {"train": data, **others}, named)
    fitted = _fit(found, kind, settings, rows)
    if fitted:
        found.notes += fitted.notes()
        for part in rows:
            _look(found, fitted, part, rows, settings)
    of_pairs = kind.shape is Shape.ENCODER_DECODER
    for part, examples in rows.items():
        found.found += suspicions.repeated(part, examples, answers=of_pairs)
        if of_pairs:
            found.found += pair_suspicions.stretched(part, examples)
        if of_pairs and needs_pairs(kind):  # else right text may well be its own answer
            found.found += pair_suspicions.echoes(part, examples)
        if part != "train":
            found.found += suspicions.leaked(part, examples, rows["train"])
    _compare_answers(found)
    found.seconds = time.monotonic() - started
    return found


def _read(
    found: Findings,
    kind: type[AbstractTask],
    settings: Mapping[str, Settings],
    files: Mapping[str, Sequence[Path]],
    named: Mapping[str, str],
) -> dict[str, list[Example]]:
    """The good rows of each part; the bad ones are a finding."""
    mine: Any = settings["data"]
    rows: dict[str, list[Example]] = {part: [] for part in files}
    lenient = {**settings, "data": replace(mine, skip_bad_rows=True)}
    for part, paths in files.items():
        mentioned = named if part == "train" else {}
        before = found.columns if part != "train" else {}
        for source in load_all(paths, kind, lenient, named=mentioned, before=before):
            found.columns = found.columns or source.headers
            found.notes += source.notes
            rows[part] += source.examples
            if source.bad_rows:
                found.found.append(_bad(source, may_be=mine.skip_bad_rows))
    if len(rows) == 1:
        share = f"{100 * mine.valid_share:g} % of the rows are"
        if kind.reads_tables:
            share = f"the last {100 * mine.valid_share:g} % of each series is"
        text = f"no --valid and no --test: {share} kept aside for both."
        found.found.append(Finding("note", "parts", text))
    return rows


def _bad(source: Source, *, may_be: bool) -> Finding:
    return Finding(
        "warning" if may_be else "error",
        "bad rows",
        f"{source.name}: {len(source.bad_rows):,} rows cannot be read.",
        "correct them, or leave them out with --skip-bad-rows",
        source.bad_rows,
    )


def _fit(
    found: Findings,
    kind: type[AbstractTask],
    settings: Mapping[str, Settings],
    rows: dict[str, list[Example]],
) -> AbstractTask | None:
    """The task that has seen the usable training rows; None if it cannot be fitted."""
    unusable: list[FixableError] = []
    try:
        while True:
            try:
                return kind.fit(rows["train"], settings, found.columns)
            except UnreadableDataError as why:
                bad = [row for row in rows["train"] if _is_about(row, why)]
                if not bad or len(unusable) == MOST_REFITS:
                    found.found.append(Finding("error", "data", why.found, why.fix))
                    return None
                unusable.append(why)
                rows["train"] = [r for r in rows["train"] if r.place != bad[0].place]
    finally:
        found.found += _unusable("train", unusable)


def _is_about(row: Example, why: FixableError) -> bool:
    """Whether the message begins with the place of the row, and not with line 30's."""
    rest = why.found.removeprefix(row.place)
    return rest != why.found and rest[:1] in (":", " ")


def _look(
    found: Findings,
    task: AbstractTask,
    name: str,
    rows: dict[str, list[Example]],
    settings: Mapping[str, Settings],
) -> None:
    """Lengths, answers and words of one part."""
    usable, wrong = _sorted_out(task, rows[name])
    found.found += _unusable(name, wrong)
    rows[name] = usable
    part = Part(name, rows=len(usable))
    found.parts.append(part)
    if not usable:
        return
    batch, look = _encoded(task, usable), task.look(usable)
    each = list(look.lengths) or batch.inputs.lengths.tolist()
    part.lengths, part.histogram = _figures(each), _histogram(each)
    counts = Counter(name for names in look.names for name in names)
    part.answers = dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
    part.numbers = _spread(look.numbers)
    found.unit = "tokens" if look.tokens else "moments"
    empty = [r for r, length in zip(usable, each, strict=True) if not length]
    longest = LONGEST if LONGEST in flat(settings) and look.tokens else ""
    found.found += suspicions.lengths(part, empty, longest)
    if name != "train":
        known = _known(batch.inputs.values)
        found.found += suspicions.unknown(name, look.tokens, known)
        return
    found.found += suspicions.balance(part)
    if len(usable) < suspicions.FEW_ROWS and not task.reads_tables:
        text = f"train: only {len(usable)} rows to learn from."
        found.found.append(Finding("warning", "rows", text, "add some hundreds"))


def _sorted_out(
    task: AbstractTask, rows: list[Example]
) -> tuple[list[Example], list[FixableError]]:
    """The rows that the task can take, and why it cannot take the others."""
    try:
        _encoded(task, rows)
    except UnreadableDataError:
        usable, wrong = [], []
        for row in rows:
            try:
                _encoded(task, [row])
            except UnreadableDataError as why:
                wrong.append(why)
            else:
                usable.append(row)
        return usable, wrong
    return rows, []


def _encoded(task: AbstractTask, rows: list[Example]) -> Batch:
    """As rows that are scored, where those to be answered need what is to come."""
    return task.encode_to_score(rows) if task.reads_tables else task.encode(rows)


def _unusable(part: str, wrong: Sequence[FixableError]) -> list[Finding]:
    """Unseen labels together, and all other rows that the task cannot take."""
    labels = [why for why in wrong if isinstance(why, UnknownLabelError)]
    others = [why for why in wrong if not isinstance(why, UnknownLabelError)]
    found = []
    if labels:
        counts = Counter(why.label for why in labels)
        shown = ", ".join(f'"{name}" ({n:,})' for name, n in counts.most_common(8))
        text = f"{part}: {len(labels):,} rows carry labels that training lacks: {shown}"
        fix = "correct these rows, or add rows with such labels to the training rows"
        places = [why.found for why in labels]
        found.append(Finding("error", "labels", f"{text}.", fix, places))
    if others:
        text = f"{part}: {len(others):,} rows cannot be used."
        places = [why.found for why in others]
        found.append(Finding("error", "bad rows", text, others[0].fix, places))
    return found


def _compare_answers(found: Findings) -> None:
    """Notes the labels of training that a part never asks for."""
    train = next((p.answers for p in found.parts if p.name == "train"), {})
    for part in found.parts:
        missing = [name for name in train if name not in part.answers]
        if part.answers and missing:
            shown = ", ".join(missing[:8]) + (", ..." if len(missing) > 8 else "")
            text = f"{part.name}: no row with {shown}; its score says nothing on that."
            found.found.append(Finding("note", "labels", text))


def _known(values: Tensor) -> list[bool]:
    """For each token whether it has a number of its own; none for a series."""
    return [] if values.is_floating_point() else (values != UNKNOWN).tolist()


def _figures(lengths: list[int]) -> dict[str, int]:
    ordered = sorted(lengths)
    last = len(ordered) - 1
    return {
        "min": ordered[0],
        "median": ordered[last // 2],
        "p95": ordered[round(0.95 * last)],
        "max": ordered[-1],
        "empty": ordered.count(0),
    }


def _histogram(lengths: list[int]) -> list[tuple[str, int]]:
    """Rows by length in steps of two: 0, 1, 2–3, 4–7, ..."""
    bins = Counter(length.bit_length() for length in lengths)
    made = []
    for step in range(min(bins), max(bins) + 1):
        low, high = (1 << step) >> 1, (1 << step) - 1
        made.append((f"{low}–{high}" if high > low else f"{low}", bins[step]))
    return made


def _spread(numbers: list[float]) -> dict[str, float]:
    ordered = sorted(numbers)
    if not ordered:
        return {}
    middle = ordered[(len(ordered) - 1) // 2]
    return {"min": ordered[0], "median": middle, "max": ordered[-1]}
