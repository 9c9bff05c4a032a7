"""What `unrolled check` found in data: as a page of text, and as one JSON object.

Part       the rows of one file or of several: how many, how long, which answers
Finding    one thing worth knowing, and what to do about it
Findings   all of it
"""

from dataclasses import asdict, dataclass, field
from typing import Any, final

BAR = 30  # characters of the longest bar
MOST_BARS = 20
MOST_PLACES = 5


@final
@dataclass(frozen=True)
class Finding:
    """One thing worth knowing."""

    level: str
    """error (training would fail or mean nothing), warning, note."""
    about: str
    """In a word: labels, duplicates, leakage, ..."""
    text: str
    fix: str = ""
    places: list[str] = field(default_factory=list)
    """Where: rows, or the message of each bad row."""


@final
@dataclass
class Part:
    """The rows to learn from, to choose by, or to score on."""

    name: str
    """train, valid or test."""
    rows: int = 0
    answers: dict[str, int] = field(default_factory=dict)
    """How many rows carry each label, the most frequent first; none for numbers."""
    numbers: dict[str, float] = field(default_factory=dict)
    """Least, median and greatest answer, where answers are numbers."""
    lengths: dict[str, int] = field(default_factory=dict)
    """min, median, p95, max and how many are empty, in tokens or moments."""
    histogram: list[tuple[str, int]] = field(default_factory=list)
    """Lengths in steps of two: ("4–7", rows)."""


@final
@dataclass
class Findings:
    """All that was found."""

    task: str
    unit: str = "tokens"
    """What lengths are counted in."""
    notes: list[str] = field(default_factory=list)
    """What was detected and chosen: encoding, separator, columns, kind of answer."""
    columns: dict[str, str] = field(default_factory=dict)
    """The column of each role."""
    parts: list[Part] = field(default_factory=list)
    found: list[Finding] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def has_errors(self) -> bool:
        """Whether training on this data would fail or mean nothing."""
        return any(one.level == "error" for one in self.found)

    def to_json(self) -> dict[str, Any]:
        """The object that `unrolled check --json` ends with."""
        parts = {part.name: asdict(part) for part in self.parts}
        return {
            "task": self.task,
            "metrics": {},
            "baseline": {},
            "examples": sum(part.rows for part in self.parts),
            "seconds": round(self.seconds, 3),
            "columns": self.columns,
            "notes": self.notes,
            "parts": parts,
            "findings": [asdict(one) for one in self._by_level()],
        }

    def to_text(self) -> str:
        """A page for a person: pictures first, then what to do."""
        lines = [f"· {note}" for note in self.notes]
        for part in self.parts:
            lines += ["", *self._drawn(part)]
        lines += [""]
        for one in self._by_level():
            lines.append(f"{one.level:8} {one.text}")
            lines += [f"{'':8}   {place}" for place in one.places[:MOST_PLACES]]
            if len(one.places) > MOST_PLACES:
                lines.append(f"{'':8}   ... and {len(one.places) - MOST_PLACES:,} more")
            lines += [f"{'':8} → {one.fix}"] if one.fix else []
        return "\n".join([*lines, "", self._verdict()])

    def _by_level(self) -> list[Finding]:
        order = ("error", "warning", "note")
        return sorted(self.found, key=lambda one: order.index(one.level))

    def _verdict(self) -> str:
        counts = [sum(o.level == level for o in self.found) for level in LEVELS]
        shown = [
            f"{count} {level}{'s' if count > 1 else ''}"
            for level, count in zip(LEVELS, counts, strict=True)
            if count
        ]
        said = ", ".join(shown) or "nothing found"
        end = "correct the errors first" if counts[0] else "it can be trained on"
        return f"{said}: {end}."

    def _drawn(self, part: Part) -> list[str]:
        lines = [f"{part.name}: {part.rows:,} rows"]
        if part.answers:
            shown = list(part.answers.items())[:MOST_BARS]
            lines += ["", f"  answers of {part.name}", *bars(shown, of=part.rows)]
            rest = len(part.answers) - len(shown)
            lines += [f"  ... and {rest:,} more answers"] if rest else []
        if part.numbers:
            figures = ", ".join(f"{k} {v:.6g}" for k, v in part.numbers.items())
            lines += ["", f"  answers of {part.name}: {figures}"]
        if part.lengths:
            figures = (
                "shortest {min}, median {median}, 95 % up to {p95}, longest {max}"
            ).format(**part.lengths)
            lines += ["", f"  lengths of {part.name} in {self.unit}: {figures}"]
            lines += bars(part.histogram, of=part.rows)
        return lines


LEVELS = ("error", "warning", "note")


def bars(counts: list[tuple[str, int]], *, of: int) -> list[str]:
    """A line for each name: a bar against the longest, the count, the share of `of`."""
    most = max((count for _, count in counts), default=0) or 1
    wide = min(max((len(name) for name, _ in counts), default=0), 24)
    digits = len(f"{most:,}")
    lines = []
    for name, count in counts:
        # A count above zero shows at least a hairline.
        drawn = "█" * round(BAR * count / most) or ("▏" if count else "")
        short = name if len(name) <= wide else name[: wide - 1] + "…"
        share = f"{100 * count / max(of, 1):5.1f} %"
        lines.append(f"  {short:<{wide}}  {drawn:<{BAR}}  {count:>{digits},}  {share}")
    return lines
