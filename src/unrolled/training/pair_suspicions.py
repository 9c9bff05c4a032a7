"""What may be wrong with pairs of texts, one function for each suspicion.

    echoes       an answer that is its own input: a line that was never translated
    stretched    an answer far longer or shorter than others for an input of its length

Each gives findings, none if all is well. Lengths are in characters, so that nothing
depends on tokens. That an answer is four times as long as the median would have it is
where cleaning a parallel corpus usually begins; short texts are forgiven more, since
"Go." may well be "Allez-y maintenant !".

Reference: Koehn et al. 2007, "Moses", on cleaning parallel corpora by length ratio.
"""

from collections.abc import Sequence
from statistics import median

from unrolled.tasks._base import Example
from unrolled.training.findings import Finding
from unrolled.training.suspicions import TO_NOTICE, rows_of

FAR_FROM_MEDIAN = 4.0
FORGIVEN = 20  # characters added to both lengths before they are compared


def echoes(part: str, rows: Sequence[Example]) -> list[Finding]:
    """Rows whose answer is their input."""
    same = [row for row in rows if row.target is not None and _is_echo(row)]
    if not same:
        return []
    return [
        Finding(
            "warning" if len(same) > TO_NOTICE * len(rows) else "note",
            "echoes",
            f"{part}: {rows_of(len(same), len(rows))} have their input as answer.",
            "leave them out, unless these words are the same on both sides",
            [row.place for row in same],
        )
    ]


def stretched(part: str, rows: Sequence[Example]) -> list[Finding]:
    """Rows whose answer has a length that is unlike that of the others."""
    pairs = [
        (len(row.input), len(row.target), row)
        for row in rows
        if isinstance(row.input, str) and isinstance(row.target, str)
    ]
    pairs = [pair for pair in pairs if pair[0] and pair[1]]
    if not pairs:
        return []
    usual = median(target / source for source, target, _ in pairs)
    far = []
    for source, target, row in pairs:
        ratio = (target + FORGIVEN) / (usual * source + FORGIVEN)
        if max(ratio, 1 / ratio) > FAR_FROM_MEDIAN:
            far.append((max(ratio, 1 / ratio), source, target, row.place))
    if not far:
        return []
    far.sort(key=lambda one: -one[0])
    return [
        Finding(
            "warning" if len(far) > TO_NOTICE * len(rows) else "note",
            "lengths of pairs",
            f"{part}: {rows_of(len(far), len(rows))} have an answer far longer or"
            f" shorter than the usual {usual:.2f} characters for each of the input.",
            "look whether the two sides belong together; leave them out if not",
            [f"{place}: {source:,} → {target:,}" for _, source, target, place in far],
        )
    ]


def _is_echo(row: Example) -> bool:
    return str(row.input).strip() == str(row.target).strip()
