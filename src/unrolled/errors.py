"""Every mistake a person can make with this library, and how we tell them.

    FixableError                something the reader of the message can put right
    ├── UnknownNameError        no cell, task, reader or data set has that name
    ├── SettingError            a setting has a value that makes no sense
    ├── MissingExtraError       an optional package is needed and is not installed
    ├── UnreadableDataError     a file could not be turned into examples
    │   ├── MissingColumnError  the table has no such column
    │   └── UnknownLabelError   a label that the task was not told about
    ├── BrokenModelError        a model folder is damaged, foreign or too new
    ├── OutputError             a run may not or cannot write where it was told to
    ├── CheckpointError         a run cannot go on from what lies in its folder
    ├── DatasetError            a real data set cannot be fetched or is damaged
    │   └── LicenseError        its license has to be accepted first
    ├── DivergedError           training produced a number that is not a number
    └── ShapeError              two tensors that should agree do not

A message answers three questions, in this order: what was found and where, what was
expected instead, and what to do next. Our own bugs are not FixableErrors: they stay
ordinary exceptions, so that nobody is asked to fix what only we can.
"""

from typing import ClassVar


class FixableError(Exception):
    """A mistake that the reader can put right. Catch this one to catch them all."""

    code: ClassVar[str]

    def __init__(self, *, found: str, expected: str, fix: str) -> None:
        self.found, self.expected, self.fix = found, expected, fix
        super().__init__(
            f"{found}\n"
            f"  expected: {expected}\n"
            f"  to fix:   {fix}\n"
            f"  code:     {self.code}"
        )


class UnknownNameError(FixableError):
    """No cell, task, reader or data set has that name."""

    code = "unknown-name"


class SettingError(FixableError):
    """A setting has a value that makes no sense."""

    code = "setting"


class MissingExtraError(FixableError):
    """An optional package is needed and is not installed."""

    code = "missing-extra"

    def __init__(self, *, package: str, extra: str, purpose: str) -> None:
        super().__init__(
            found=f'{purpose} needs the package "{package}", which is not installed.',
            expected=f'the extra "{extra}" of unrolled',
            fix=f'pip install "unrolled[{extra}]"',
        )


class UnreadableDataError(FixableError):
    """A file could not be turned into examples."""

    code = "unreadable-data"


class MissingColumnError(UnreadableDataError):
    """The table has no such column."""

    code = "missing-column"


class UnknownLabelError(UnreadableDataError):
    """A row carries a label that the task was not told about."""

    code = "unknown-label"

    def __init__(
        self, *, where: str, column: str, label: str, known: list[str]
    ) -> None:
        self.label = label
        super().__init__(
            found=f'{where}: column "{column}" holds "{label}", not a known label.',
            expected=f"one of {', '.join(known)}",
            fix="correct that row, or train again on data that holds this label",
        )


class BrokenModelError(FixableError):
    """A model folder is damaged, foreign or too new."""

    code = "broken-model"


class OutputError(FixableError):
    """A run may not or cannot write where it was told to."""

    code = "output"


class CheckpointError(FixableError):
    """A run cannot go on from what lies in its folder."""

    code = "checkpoint"


class DatasetError(FixableError):
    """A real data set cannot be fetched, or its files are damaged."""

    code = "dataset"


class LicenseError(DatasetError):
    """The license of a data set has to be accepted before it is fetched."""

    code = "license"


class DivergedError(FixableError):
    """Training produced a number that is not a number."""

    code = "diverged"


class ShapeError(FixableError, ValueError):
    """Two tensors that should agree do not."""

    code = "shape"


class InterruptedTrainingError(Exception):
    """No mistake: the user stopped a run, and where it was is saved."""
