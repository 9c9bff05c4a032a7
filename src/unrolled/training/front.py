"""`unrolled.train`: one call from a file to a model."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypedDict, Unpack

from unrolled.settings import Value
from unrolled.training.model import Model, load
from unrolled.training.out_folder import claim
from unrolled.training.report import Listener
from unrolled.training.run import Job, train_on
from unrolled.training.sections import SHORT


class Options(TypedDict, total=False):
    """What `unrolled train` takes as options, by the same names."""

    valid: str | Path | list[str | Path]
    """File to choose the best weights by, instead of a share of the rows."""
    test: str | Path | list[str | Path]
    """File to score the finished model on."""
    input: str
    """Column to read, by header or by number from 1."""
    target: str
    """Column to answer."""
    given: str
    """Column with the attributes of a generated sequence."""
    cell: str
    hidden: int
    layers: int
    bidirectional: bool
    epochs: int
    minutes: float
    seed: int
    vectors: str
    overwrite: bool
    """Whether a finished model in `out` may be replaced."""


def train(
    task: str,
    data: str | Path | list[str | Path],
    *,
    out: str | Path | None = None,
    settings: Mapping[str, Value] | None = None,
    listeners: tuple[Listener, ...] = (),
    resume: bool = False,
    **options: Unpack[Options],
) -> Model:
    """Trains a task on a file of examples and gives back the model, scored.

    `data` is one file or several: tables with the same columns, or plain texts side by
    side, such as ["corpus.en", "corpus.fr"]. `options` are those of `unrolled train`:
    files `valid` and `test`; columns `input`, `target`, `given` by header or number;
    and `cell`, `hidden`, `layers`, `bidirectional`, `epochs`, `minutes`, `seed` and
    `vectors`. `settings` maps any "section.key" to a value. With `out` the run writes
    checkpoints and the model there, and `resume` goes on with one (a finished one is
    given back as it is); a finished model there is replaced only with `overwrite`. Each
    listener is called with every event (`training/report.py`).

    Raises FixableError (a wrong file, folder, setting or name), TypeError for an option
    that is none, and InterruptedTrainingError (Ctrl-C, saved if there is an `out`).
    """
    given: dict[str, Any] = {k: v for k, v in options.items() if v is not None}
    unknown = given.keys() - Options.__annotations__.keys()
    if unknown:
        raise TypeError(f"train() got an unexpected keyword argument {min(unknown)!r}")
    overwrite = given.get("overwrite", False)
    if out and claim(Path(out), resume=resume, overwrite=overwrite):
        return load(out)
    short = {SHORT[key]: value for key, value in given.items() if key in SHORT}
    roles = ("input", "target", "given")
    job = Job(
        task=task.replace("-", "_"),
        data=_paths(data),
        parts={
            part: _paths(given[part]) for part in ("valid", "test") if part in given
        },
        named={role: str(given[role]) for role in roles if role in given},
        given={**short, **(settings or {})},
        out=Path(out) if out else None,
        resume=resume,
    )
    return train_on(job, listeners)


def _paths(data: str | Path | list[str | Path]) -> list[Path]:
    return [Path(path) for path in (data if isinstance(data, list) else [data])]
