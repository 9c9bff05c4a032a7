"""What the doctor says: one diagnosis, and the page of all of them.

    problem    the run has failed, or its score means nothing
    warning    it has learned something, and this keeps it from more
    note       worth knowing; no reason to change anything

Each says what is wrong in a sentence, by which figures one can see it, and what to
change, as settings and commands that can be copied.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, final

LEVELS = ("problem", "warning", "note")


@final
@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """One thing that is wrong with a run."""

    name: str
    """In a word or two: vanishing gradient, leakage, ..."""
    level: str
    """One of LEVELS."""
    sentence: str
    evidence: Mapping[str, float | int | str]
    """The figures that it was found by, with their names; a unit is in the name."""
    change: tuple[str, ...] = ()
    """What to do, the likeliest help first."""


@final
@dataclass(frozen=True, kw_only=True)
class Report:
    """All that was found, the gravest first and a cause before what it causes."""

    task: str
    found: list[Diagnosis]
    unseen: list[str] = field(default_factory=list)
    """What could not be examined, and what it would take."""
    examined: bool = True
    """Whether there was anything to examine."""

    @property
    def healthy(self) -> bool | None:
        """None where nothing is wrong in what was examined, and that is not all."""
        if self.alarms:
            return False
        return True if self.examined and not self.unseen else None

    @property
    def alarms(self) -> list[Diagnosis]:
        """Those that ask for a change."""
        return [one for one in self.found if one.level != "note"]

    def to_json(self) -> dict[str, Any]:
        """The object that `unrolled doctor --json` prints."""
        return {
            "task": self.task,
            "healthy": self.healthy,
            "findings": [asdict(one) for one in self.found],
            "not_examined": self.unseen,
        }

    def to_text(self) -> str:
        """A page for a person."""
        lines = [line for one in self.found for line in _drawn(one)]
        lines += [f"not examined: {words}" for words in self.unseen]
        if lines:
            lines.append("")
        return "\n".join([*lines, self.verdict()])

    def verdict(self) -> str:
        """One sentence at the end."""
        counts = [sum(one.level == level for one in self.found) for level in LEVELS]
        said = ", ".join(
            f"{count} {level}{'s' if count > 1 else ''}"
            for level, count in zip(LEVELS, counts, strict=True)
            if count
        )
        if self.alarms:
            return f"{said}: begin with the first one."
        if not said and not self.examined:
            return "nothing could be examined."
        end = ": nothing has to change." if self.healthy else " in what was examined."
        return f"{said or 'nothing found'}{end}"


def _drawn(one: Diagnosis) -> list[str]:
    figures = ", ".join(f"{name} {shown(v)}" for name, v in one.evidence.items())
    lines = [f"{one.level:8} {one.name}: {one.sentence}"]
    lines += [f"{'':8}   evidence: {figures}"] if figures else []
    return lines + [f"{'':8} → {words}" for words in one.change]


def shown(value: float | int | str) -> str:
    """A figure in as many digits as one reads: 0.0123, 12.3, 12,345."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) or (value == round(value) and abs(value) < 1e6):
        return f"{round(value):,}"
    return f"{value:.3g}"
