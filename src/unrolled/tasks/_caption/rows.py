"""A table with a row for each caption, to examples with one for each picture.

A table may say itself, in a column split, which rows are to learn from, to choose by
and to score on, as Karpathy's file of COCO does.
"""

from unrolled.readers import Table
from unrolled.tasks._base import Example

SPLIT = "split"
_PARTS = {"train": "train", "val": "valid", "valid": "valid", "dev": "valid"}
_PARTS |= {"validation": "valid", "test": "test"}


def by_picture(rows: list[Example]) -> list[Example]:
    """One example for each picture, where it first stands, with all its captions.

    Pictures are the same where their cells are. A caption that is given twice counts
    once; a row without a caption leaves the others of its picture as they are.
    """
    found: dict[str, Example] = {}
    made: list[Example | str] = []
    for row in rows:
        if not isinstance(row.input, str):
            made.append(row)
            continue
        before = found.get(row.input)
        if before is None:
            made.append(row.input)
        found[row.input] = row if before is None else _joined(before, row)
    return [found[one] if isinstance(one, str) else one for one in made]


def _joined(one: Example, other: Example) -> Example:
    """The first, with the captions of both."""
    both = [one.target, *one.references, other.target, *other.references]
    first, *others = dict.fromkeys(
        str(caption) for caption in both if caption is not None and str(caption).strip()
    ) or [""]
    return one._replace(target=first, references=tuple(others))


def with_parts(rows: list[Example], table: Table) -> list[Example]:
    """The rows of a table, with the part of each in `given` if it says one of all."""
    if SPLIT not in table.columns:
        return rows
    column = table.columns.index(SPLIT)
    parts = [_PARTS.get(str(row[column]).strip().lower(), "") for row in table.rows]
    if not all(parts) or "train" not in parts:
        return rows
    pairs = zip(rows, parts, strict=True)
    return [row._replace(given=(part,)) for row, part in pairs]


def by_part(rows: list[Example], share: float) -> dict[str, list[Example]] | None:
    """The rows of each part, or None if they do not all say theirs.

    Without rows to choose by, as many of those to learn from are kept aside.
    """
    if not all(row.given for row in rows):
        return None
    found: dict[str, list[Example]] = {"train": [], "valid": []}
    for row in rows:
        found.setdefault(str(row.given[0]), []).append(row._replace(given=()))
    if not found["valid"] and share > 0:
        every = max(round(1 / share), 2)
        learned = found["train"]
        found["valid"] = learned[every - 1 :: every]
        found["train"] = [row for n, row in enumerate(learned, 1) if n % every]
    return found
