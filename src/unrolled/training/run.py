"""From a file of the user's to a trained, scored and saved model."""

import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from unrolled import catalog
from unrolled.errors import UnreadableDataError
from unrolled.models.many_to_one import count_weights
from unrolled.randomness import drawing_from
from unrolled.settings import Settings, Value, flat, make
from unrolled.tasks._base import AbstractTask, Example
from unrolled.training import checkpoint
from unrolled.training.examples import Source, fingerprint, load, split
from unrolled.training.loop import Data, Loop
from unrolled.training.model import Model
from unrolled.training.report import EVENTS, Listener, Report
from unrolled.training.sections import sections_of

FREE_TO_CHANGE = ("training.checkpoint_seconds", "training.log_steps")
"""Settings that a resumed run may have otherwise: they do not touch the weights."""


def train_on(
    name: str,
    data: Sequence[Path],
    *,
    parts: Mapping[str, Path | None],
    named: Mapping[str, str],
    given: Mapping[str, Value],
    out: Path | None = None,
    resume: bool = False,
    listeners: tuple[Listener, ...] = (),
) -> Model:
    """Trains a task on files; `parts` may hold files for "valid" and "test".

    `named` maps roles to columns, `given` "section.key" to values. With `out` the run
    is checkpointed there and the model saved there. Raises FixableError for what the
    user can mend, InterruptedTrainingError after a saved stop.
    """
    started = time.monotonic()
    kind = catalog.find("tasks", name)
    settings = make(sections_of(kind), given)
    rows, sources = _read(kind, data, parts, named, settings)
    headers = sources[0].headers
    task, encoded = _fit(kind, rows, settings, headers, may_move=not parts.get("valid"))
    training: Any = settings["training"]
    with drawing_from(training.seed, "weights"):
        network = task.build()
    notes = [note for source in sources for note in source.told()] + task.notes()
    report = _report(out, listeners, training.log_steps, resume)
    for note in notes:
        report("note", {"text": note})
    start = {"task": name, "rows": len(rows["train"])}
    report("start", start | {"weights": count_weights(network)})
    with _stop_on_signal() as wants_stop:
        loop = Loop(
            task,
            network,
            training,
            report=report,
            folder=out,
            fingerprint=_fingerprint(rows, settings),
            wants_stop=wants_stop,
        )
        if resume:
            loop.resume()
        loop.run(encoded)
    notes += task.settle(network, rows["valid"] or rows["train"])
    task.fit_baselines(rows["train"], rows["valid"] or rows["train"])
    settings = {**settings, **task.settings}
    model = Model(name, task, network.eval(), settings, headers)
    model.notes = notes
    model.metrics = _scored(model, rows, time.monotonic() - started)
    if out and loop.world.is_first:
        model.save(out)
        checkpoint.remove(out)
    loop.world.leave()
    return model


def _fit(
    kind: type[AbstractTask],
    rows: dict[str, list[Example]],
    settings: Mapping[str, Settings],
    headers: Mapping[str, str],
    *,
    may_move: bool,
) -> tuple[AbstractTask, Data]:
    """The task that has seen the training rows, and the rows of all parts as numbers.

    A validation row that the task cannot take, such as the only row of its label, is
    moved to the training rows if the split was ours. Whatever is wrong with a row of
    any part is told here, before hours of training.
    """
    training: Any = settings["training"]

    def fit() -> AbstractTask:
        with drawing_from(training.seed, "fit"):
            return kind.fit(rows["train"], settings, headers)

    task = fit()
    if may_move and not _fits(task, rows["valid"]):
        fitting = [_fits(task, [row]) for row in rows["valid"]]
        pairs = list(zip(rows["valid"], fitting, strict=True))
        rows["valid"] = [row for row, fits in pairs if fits]
        rows["train"] = rows["train"] + [row for row, fits in pairs if not fits]
        task = fit()
    others = {part: examples for part, examples in rows.items() if part != "train"}
    encoded = {part: task.encode(examples) for part, examples in others.items()}
    with drawing_from(training.seed, "learn"):
        train = task.encode_to_learn(rows["train"])
    return task, Data(train, encoded["valid"], rows["valid"])


def _fits(task: AbstractTask, examples: list[Example]) -> bool:
    try:
        task.encode(examples)
    except UnreadableDataError:
        return False
    return True


def _read(
    kind: type[AbstractTask],
    data: Sequence[Path],
    parts: Mapping[str, Path | None],
    named: Mapping[str, str],
    settings: Mapping[str, Settings],
) -> tuple[dict[str, list[Example]], list[Source]]:
    """The rows of each part, and what each file gave."""
    mine: Any = settings["data"]
    training: Any = settings["training"]

    def source(path: Path, columns: Mapping[str, str]) -> Source:
        return load(
            path,
            kind,
            columns,
            skip_bad_rows=mine.skip_bad_rows,
            header=mine.has_header(),
            encoding=mine.encoding,
        )

    sources = [source(path, named) for path in data]
    rows = {"train": [row for one in sources for row in one.examples], "valid": []}
    for part, path in parts.items():
        if path:
            sources.append(source(path, sources[0].headers))
            rows[part] = sources[-1].examples
    if not rows["valid"]:
        rows["train"], rows["valid"] = split(
            rows["train"], mine.valid_share, training.seed
        )
    if len(rows["train"]) < 2:
        raise UnreadableDataError(
            found=f"{data[0]} leaves {len(rows['train'])} row to learn from.",
            expected="at least two, better some hundreds",
            fix="add rows, or lower data.valid_share",
        )
    return rows, sources


def _report(
    out: Path | None, listeners: tuple[Listener, ...], log_steps: int, resume: bool
) -> Report:
    if out:
        out.mkdir(parents=True, exist_ok=True)
    world_listeners = listeners
    path = out / EVENTS if out else None
    return Report(world_listeners, path, log_steps=log_steps, keep=resume)


def _fingerprint(
    rows: Mapping[str, list[Example]], settings: Mapping[str, Settings]
) -> str:
    plain = {k: v for k, v in flat(settings).items() if k not in FREE_TO_CHANGE}
    return fingerprint(rows["train"], rows["valid"]) + str(sorted(plain.items()))


def _scored(
    model: Model, rows: Mapping[str, list[Example]], seconds: float
) -> dict[str, Any]:
    """The object that a run ends with; scored on the test rows, else on the valid ones."""
    part = next((p for p in ("test", "valid", "train") if rows.get(p)), "train")
    found = model.evaluate(rows[part])
    return found | {"on": part, "seconds": round(seconds, 3)}


@contextmanager
def _stop_on_signal() -> Iterator[Callable[[], bool]]:
    """Ctrl-C and SIGTERM become a wish that the loop asks for between two steps.

    The second one stops at once. Outside the main thread signals are left alone.
    """
    wished: list[int] = []

    def wish(number: int, frame: Any) -> None:
        if wished:
            raise KeyboardInterrupt
        wished.append(number)

    before = {}
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            before[number] = signal.signal(number, wish)
        except ValueError:  # not in the main thread
            break
    try:
        yield lambda: bool(wished)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
