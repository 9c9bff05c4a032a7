"""Word error rate: how much of what was said has to be mended in what was heard.

    REF: the cat sat on *** the mat         WER = (S + D + I) / N
    HYP: the *** sit on and the mat             = (1 + 1 + 1) / 6 = 0.5
             D   S      I

S words are exchanged, D are missing, I are too many, of N that were said. Over several
texts all four are sums. Of all alignments with the fewest errors it is one with the
fewest exchanges, so with the most right words. The character error rate is the same of
letters, the blank between two words being one.

Nothing is made alike beforehand: "Cat," is not "cat". A text that nothing was said in
counts as one of length 1, so that what is put into it costs.

Reference: as in NIST's sclite, which weighs an exchange 4 and the others 3; its print
has the same lines.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple, Self
from unicodedata import combining, east_asian_width

from unrolled.text.bit_parallel import distance

ERROR = 1_000_000  # more than a text has words, so that errors count before exchanges
HIT, SUBSTITUTION, DELETION, INSERTION = " ", "S", "D", "I"


class Step(NamedTuple):
    """A word that was said, beside the one that was heard."""

    reference: str | None
    """None where a word is too many."""
    hypothesis: str | None
    """None where a word is missing."""

    @property
    def mark(self) -> str:
        """A blank where both are the same, "S", "D" or "I" where not."""
        if self.reference is None:
            return INSERTION
        if self.hypothesis is None:
            return DELETION
        return HIT if self.reference == self.hypothesis else SUBSTITUTION


class WordErrors(NamedTuple):
    """What is wrong in one text, or in many."""

    hits: int
    substitutions: int
    deletions: int
    insertions: int

    @classmethod
    def of(cls, steps: Sequence[Step]) -> Self:
        """Counted in an alignment."""
        marks = Counter(step.mark for step in steps)
        return cls(*(marks[one] for one in (HIT, SUBSTITUTION, DELETION, INSERTION)))

    @property
    def errors(self) -> int:
        """How many words have to be mended."""
        return self.substitutions + self.deletions + self.insertions

    @property
    def length(self) -> int:
        """How many words were said."""
        return self.hits + self.substitutions + self.deletions

    @property
    def rate(self) -> float:
        """The word error rate; above 1 where much was heard that nobody said."""
        return self.errors / max(self.length, 1)


def word_errors(references: Sequence[str], hypotheses: Sequence[str]) -> WordErrors:
    """The sum over texts, each of words between blanks.

    Raises ValueError where the lists differ in length.
    """
    counts = [
        WordErrors.of(align(reference.split(), hypothesis.split()))
        for reference, hypothesis in zip(references, hypotheses, strict=True)
    ]
    return WordErrors(
        *(sum(column) for column in zip((0, 0, 0, 0), *counts, strict=True))
    )


def character_error_rate(references: Sequence[str], hypotheses: Sequence[str]) -> float:
    """Letters to mend over letters said, in all texts; any white space is one blank.

    Raises ValueError where the lists differ in length.
    """
    errors = length = 0
    for reference, hypothesis in zip(references, hypotheses, strict=True):
        said = " ".join(reference.split())
        errors += distance(said, " ".join(hypothesis.split()))
        length += len(said)
    return errors / max(length, 1)


def align(reference: Sequence[str], hypothesis: Sequence[str]) -> list[Step]:
    """The words of both in order, side by side, with the fewest errors."""
    start, ends = 0, (len(reference), len(hypothesis))
    while start < min(ends) and reference[start] == hypothesis[start]:
        start += 1
    same = 0
    while same < min(ends) - start and reference[-1 - same] == hypothesis[-1 - same]:
        same += 1
    middle = _align(
        reference[start : ends[0] - same], hypothesis[start : ends[1] - same]
    )
    first, last = reference[:start], reference[ends[0] - same :]
    return [
        *(Step(word, word) for word in first),
        *middle,
        *(Step(word, word) for word in last),
    ]


def _align(reference: Sequence[str], hypothesis: Sequence[str]) -> list[Step]:
    costs = _costs(reference, hypothesis)
    row, column = len(reference), len(hypothesis)
    steps: list[Step] = []
    while row or column:
        said = reference[row - 1] if row else None
        heard = hypothesis[column - 1] if column else None
        here = costs[row][column]
        exchange = 0 if said == heard else ERROR + 1
        if row and column and here == costs[row - 1][column - 1] + exchange:
            row, column = row - 1, column - 1
        elif column and here == costs[row][column - 1] + ERROR:
            column, said = column - 1, None
        else:
            row, heard = row - 1, None
        steps.append(Step(said, heard))
    return steps[::-1]


def _costs(reference: Sequence[str], hypothesis: Sequence[str]) -> list[list[int]]:
    """What the first so many words of both cost at least."""
    costs = [[column * ERROR for column in range(len(hypothesis) + 1)]]
    for said in reference:
        above = costs[-1]
        left = above[0] + ERROR
        line = [left]
        for column, heard in enumerate(hypothesis):
            exchange = above[column] + (0 if said == heard else ERROR + 1)
            left = min(exchange, above[column + 1] + ERROR, left + ERROR)
            line.append(left)
        costs.append(line)
    return costs


def print_out(steps: Sequence[Step], *, width: int = 88) -> str:
    """An alignment to read: REF, HYP and marks, folded where lines get too long."""
    folded: list[list[Step]] = [[]]
    used = 0
    for step in steps:
        needed = 1 + max(map(_columns, _shown(step)))
        if folded[-1] and 4 + used + needed > width:
            folded.append([])
            used = 0
        folded[-1].append(step)
        used += needed
    return "\n\n".join(map(_lines, folded)) if steps else ""


def _lines(steps: Sequence[Step]) -> str:
    lines = ["REF:", "HYP:", "    "]
    for step in steps:
        cells = _shown(step)
        widest = max(map(_columns, cells))
        for number, cell in enumerate(cells):
            lines[number] += " " + cell + " " * (widest - _columns(cell))
    return "\n".join(line.rstrip() for line in lines).rstrip()


def _shown(step: Step) -> tuple[str, str, str]:
    """What stands in the three lines, with stars for what is missing."""
    widest = max(_columns(step.reference or ""), _columns(step.hypothesis or ""))
    stars = "*" * widest
    said = stars if step.reference is None else step.reference
    return said, stars if step.hypothesis is None else step.hypothesis, step.mark


def _columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(
        2 if east_asian_width(letter) in "WF" else 1
        for letter in text
        if not combining(letter)
    )
