"""A table with a row for each caption, to examples with one for each picture."""

from unrolled.tasks._base import Example


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
