"""Does `unrolled doctor` find what was broken on purpose, and leave the healthy alone?

    broken     runs with one fault each: the finding that has to be first, or among the
               first three with nothing graver before it than its own consequences
    healthy    runs of every kind of task, which have to end without an alarm

All rows are made here, by chance with a seed; every run takes seconds.

    python benchmarks/doctor.py
    python benchmarks/doctor.py --only elman --show
    python benchmarks/doctor.py --csv benchmarks/doctor.csv
"""

import argparse
import json
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from doctor_rows import written
from doctor_trials import BROKEN, HEALTHY, Trial

import unrolled
from unrolled.cli.doctor import case_of
from unrolled.errors import DivergedError
from unrolled.tracing.diagnosis import Diagnosis, Report
from unrolled.tracing.doctor import diagnose


def diagnosed(trial: Trial, folder: Path) -> Report:
    """Trains, and asks the doctor."""
    options, out = trial.make(folder), folder / "model"
    data = options.pop("data")
    with suppress(DivergedError):  # the doctor reads what it left
        unrolled.train(trial.task, data, out=out, **options)
    return diagnose(case_of(out, []))


def verdict(trial: Trial, report: Report) -> str:
    """Right, or what is wrong with it."""
    names = [one.name for one in report.alarms]
    if not trial.expected:
        return "right" if not names else "false alarm"
    if trial.expected not in names:
        return "missed"
    place = names.index(trial.expected) + 1
    return "right" if place == 1 else f"right, number {place}"


def figures(found: list[Diagnosis]) -> str:
    """The evidence of the first finding."""
    first = found[0].evidence if found else {}
    return json.dumps(dict(first))


def main() -> None:
    """Every trial, a line each."""
    summary, _, further = (__doc__ or "").partition("\n")
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        description=summary, epilog=further, formatter_class=plain
    )
    parser.add_argument("--only", default="", help="trials whose name holds this")
    parser.add_argument("--show", action="store_true", help="all that the doctor says")
    parser.add_argument("--csv", type=Path, help="a table that is written")
    asked = parser.parse_args()
    table, wrong = [], 0
    for trial in (*BROKEN, *HEALTHY):
        if asked.only not in f"{trial.name} {trial.task}":
            continue
        started = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            report = diagnosed(trial, Path(folder))
        names = ", ".join(one.name for one in report.alarms) or "nothing"
        said = verdict(trial, report)
        wrong += not said.startswith("right")
        seconds = time.monotonic() - started
        print(f"{said:16} {trial.name} ({trial.task}, {seconds:.0f} s): {names}")
        if asked.show:
            print(report.to_text())
        first = [one for one in report.alarms if one.name == trial.expected]
        table.append(
            [trial.name, trial.task, trial.expected, said, names, figures(first)]
        )
    if asked.csv:
        headers = ("run", "task", "expected", "verdict", "found", "evidence")
        written(asked.csv, [tuple(row) for row in table], *headers)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
