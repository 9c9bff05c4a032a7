"""What may be wrong with rows, one function for each suspicion.

    repeated    the same input twice, and worse: with another answer
    leaked      an input to be scored on that was learned from
    balance     rare answers, one that nearly all rows have, answers spelled two ways
    lengths     nothing to read, or far too much
    unknown     words that the training rows do not have

Each gives findings, none if all is well. Thresholds are where a score begins to mean
something else: below ten rows an answer can hardly be learned, from one row in a
hundred on a repetition shows in a metric.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from unrolled.tasks._base import Example
from unrolled.training.examples import key_of
from unrolled.training.findings import Finding, Part

FEW_ROWS = 100
RARE_ROWS, RARE_SHARE = 10, 0.01
NEARLY_ALL = 0.9
TO_NOTICE = 0.01
NO_TEST = 0.5  # of its rows were learned from: its score says nothing
MANY_UNKNOWN = 0.1
FAR_LONGER, LONG = 20, 500


def repeated(
    part: str, rows: Sequence[Example], *, answers: bool = False
) -> list[Finding]:
    """Rows with the input of an earlier row of the same part, made from the same.

    With `answers` an input may well have several, such as translations.
    """
    groups: dict[str, list[Example]] = {}
    for row in rows:
        groups.setdefault(f"{key_of(row)}{row.given}", []).append(row)
    several = [group for group in groups.values() if len(group) > 1]
    agreeing = [g for g in several if len({str(row.target) for row in g}) == 1]
    against = [g for g in several if len({str(row.target) for row in g}) > 1]
    found = []
    if agreeing:
        count = sum(len(group) - 1 for group in agreeing)
        found.append(
            Finding(
                "warning" if count > TO_NOTICE * len(rows) else "note",
                "duplicates",
                f"{part}: {rows_of(count, len(rows))} repeat an earlier row exactly.",
                "leave the repetitions out, unless they are meant to count double",
                [f"{g[1].place} repeats {_from(g[1], g[0])}" for g in agreeing],
            )
        )
    if against:
        count = sum(map(len, against))
        said = f"{part}: {rows_of(count, len(rows))} have the input of another row and"
        found.append(
            Finding(
                "note",
                "several answers",
                f"{said} another answer.",
                "to be scored by all of them, write them in one row, a column for each",
                [_against(group) for group in against],
            )
            if answers
            else Finding(
                "warning",
                "contradictions",
                f"{said} a different answer.",
                "decide on one answer for each input; no model can be right on both",
                [_against(group) for group in against],
            )
        )
    return found


def leaked(
    part: str, rows: Sequence[Example], train: Sequence[Example]
) -> list[Finding]:
    """Rows of a part whose input is among the training rows."""
    places = {key_of(row): row for row in reversed(train)}
    both = [row for row in rows if key_of(row) in places]
    if not both:
        return []
    share = len(both) / len(rows)
    return [
        Finding(
            "error" if share >= NO_TEST else "warning",
            "leakage",
            f"{part}: {rows_of(len(both), len(rows))} have an input that is also"
            " learned from, so that their score is too good.",
            f"take these rows out of the training rows, or out of {part}",
            [f"{row.place} is also {places[key_of(row)].place}" for row in both],
        )
    ]


def balance(part: Part) -> list[Finding]:
    """What the counts of answers in the training rows give away."""
    counts, rows = part.answers, part.rows
    if not counts:
        return []
    found = []
    if len(counts) > rows / 2 and rows >= 2 * RARE_ROWS:
        text = f"{len(counts):,} different answers in {rows:,} rows are no labels."
        fix = "name another column with --target, or say what it holds: task.kind"
        return [Finding("warning", "labels", text, fix)]
    rare = {n: c for n, c in counts.items() if c < max(RARE_ROWS, RARE_SHARE * rows)}
    if rare:
        text = f"{len(rare):,} of {len(counts):,} answers are rare: {_shown(rare)}."
        fix = "add rows for them, or join them with other answers"
        found.append(Finding("warning", "balance", text, fix))
    top, most = next(iter(counts.items()))
    is_one_a_row = sum(counts.values()) <= rows
    if most >= NEARLY_ALL * rows and len(counts) > 1 and is_one_a_row:
        text = f'{rows_of(most, rows)} are "{top}": always saying so is as often right.'
        fix = "look at macro_f1 rather than accuracy, and add other rows"
        found.append(Finding("warning", "balance", text, fix))
    return found + _spelling(counts)


def lengths(part: Part, empty: Sequence[Example], longest: str) -> list[Finding]:
    """Rows without anything to read, and one far longer than the others.

    `longest` names the setting that cuts a row; "" if the task has none.
    """
    found = []
    if empty:
        text = f"{part.name}: {rows_of(len(empty), part.rows)} have nothing to read."
        fix = "leave them out, or fill them in; they are all answered alike"
        places = [row.place for row in empty]
        found.append(Finding("warning", "lengths", text, fix, places))
    most, median = part.lengths["max"], part.lengths["median"]
    if most > max(FAR_LONGER * median, LONG):
        text = f"{part.name}: the longest row has {most:,}, the median is {median:,}."
        fix = "look whether it is one row" + (
            f", or cut it: --set {longest}={part.lengths['p95']}" if longest else ""
        )
        found.append(Finding("note", "lengths", text, fix))
    return found


def unknown(
    part: str, tokens: Sequence[Sequence[str]], is_known: Sequence[bool]
) -> list[Finding]:
    """Tokens of a part that training does not know; `is_known` for each in order."""
    flat = [token for row in tokens for token in row]
    if not flat:
        return []
    pairs = zip(flat, is_known, strict=True)
    strange = Counter(token for token, known in pairs if not known)
    share, types = strange.total() / len(flat), len(strange) / len(set(flat))
    often = f": {_shown(dict(strange.most_common()))}" if strange else ""
    return [
        Finding(
            "warning" if share > MANY_UNKNOWN else "note",
            "unknown words",
            f"{part}: {100 * share:.1f} % of the tokens and {100 * types:.1f} % of the"
            f" different ones are not in the training rows{often}.",
            "learn from more, or more similar, texts; or try text.tokens=subword"
            if share > MANY_UNKNOWN
            else "",
        )
    ]


def _spelling(counts: Mapping[str, int]) -> list[Finding]:
    """Answers that differ only in capitals, and numbers among which some are none."""
    found = []
    alike: dict[str, list[str]] = {}
    for name in counts:
        alike.setdefault(" ".join(name.casefold().split()), []).append(name)
    twice = [" and ".join(f'"{n}"' for n in names) for names in alike.values()]
    twice = [said for said in twice if " and " in said and '" and "' in said]
    if twice:
        text = f"answers that differ only in capitals or blanks: {', '.join(twice)}."
        found.append(Finding("warning", "labels", text, "write them in one way"))
    words = [name for name in counts if not _is_number(name)]
    if words and len(words) <= TO_NOTICE * 10 * len(counts):
        text = f"all answers are numbers but {', '.join(words[:5])}, so all are labels."
        fix = "correct these rows, if numbers are meant"
        found.append(Finding("warning", "labels", text, fix))
    return found


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _against(group: Sequence[Example]) -> str:
    other = next(row for row in group if str(row.target) != str(group[0].target))
    first = f'{group[0].place} says "{_short(group[0].target)}"'
    return f'{first}, {_from(group[0], other)} "{_short(other.target)}"'


def _short(answer: object, most: int = 60) -> str:
    text = str(answer)
    return text if len(text) <= most else text[: most - 3] + "..."


def _from(here: Example, there: Example) -> str:
    """The place of a row as one says it beside another: "line 4" in the same file."""
    file, _, line = there.place.rpartition(", ")
    return line if here.place.rpartition(", ")[0] == file else there.place


def rows_of(count: int, of: int) -> str:
    """So many of so many rows, in words."""
    return f"{count:,} of {of:,} rows ({100 * count / max(of, 1):.1f} %)"


def _shown(counts: Mapping[str, int], most: int = 8) -> str:
    shown = [f"{name} ({count:,})" for name, count in list(counts.items())[:most]]
    rest = len(counts) - len(shown)
    return ", ".join(shown) + (f", and {rest:,} more" if rest else "")
