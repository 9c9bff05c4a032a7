"""From a file of the user's to a trained, scored and saved model."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import torch

from unrolled import catalog
from unrolled.errors import CheckpointError, SettingError, UnreadableDataError
from unrolled.models.many_to_one import count_weights
from unrolled.randomness import computing_on, drawing_from
from unrolled.settings import Settings, Value, make
from unrolled.tasks._base import AbstractTask, Example
from unrolled.training import checkpoint
from unrolled.training.checkpoint import Stopped
from unrolled.training.distributed import World
from unrolled.training.examples import split, split_at_end
from unrolled.training.identity import identity_of
from unrolled.training.loop import Data, Loop
from unrolled.training.model import Model
from unrolled.training.observations import first_loss, looker, tell_about
from unrolled.training.report import EVENTS, Listener, Report
from unrolled.training.sections import sections_of
from unrolled.training.sources import Source, load_all
from unrolled.training.stopping import saved_where_stopped, wish_to_stop
from unrolled.training.threads import path_of, threads_for


@dataclass(frozen=True, kw_only=True)
class Job:
    """A run as the user asks for it."""

    task: str
    data: Sequence[Path]
    """Files to learn from: tables, or plain texts side by side."""
    parts: Mapping[str, Sequence[Path]] = field(default_factory=dict)
    """Files for "valid" and "test", where there are any."""
    named: Mapping[str, str] = field(default_factory=dict)
    """The column of each role, as a header or a number from 1."""
    given: Mapping[str, Value] = field(default_factory=dict)
    """Settings by "section.key"; all others keep their defaults."""
    out: Path | None = None
    """The folder for checkpoints and for the model."""
    resume: bool = False
    """Whether it goes on with the checkpoint in `out`, if there is one."""


def train_on(job: Job, listeners: tuple[Listener, ...] = ()) -> Model:
    """Trains a task on files, and scores the model.

    Raises FixableError for what the user can mend, InterruptedTrainingError where the
    user stopped it and a checkpoint can go on.
    """
    kind = catalog.find("tasks", job.task)
    settings = make(sections_of(kind), job.given)
    started, world = time.monotonic(), World.join()
    try:
        rows, sources = _read(kind, job, settings)
        suggested = kind.suggest(rows["train"], settings)
        settings = make(sections_of(kind), {**suggested, **job.given})
        given = _Given(kind, settings, rows, sources)
        with computing_on(threads_for(settings, processes=world.size)):
            heard = listeners if world.is_first else ()
            return _train(job, given, heard, started)
    finally:
        world.leave()


class Prepared(NamedTuple):
    """What a run would begin with."""

    task: AbstractTask
    """It has seen the training rows."""
    rows: dict[str, list[Example]]
    """The rows of "train", "valid" and, where there are any, "test"."""


def prepare(job: Job) -> Prepared:
    """All of a run up to its network: files read, rows set aside, the task fitted.

    Raises FixableError for what the user can mend.
    """
    kind = catalog.find("tasks", job.task)
    settings = make(sections_of(kind), job.given)
    rows, sources = _read(kind, job, settings)
    suggested = kind.suggest(rows["train"], settings)
    settings = make(sections_of(kind), {**suggested, **job.given})
    _set_aside(kind, rows, job, settings)
    may_move = not job.parts.get("valid")
    task, _ = _fit(kind, rows, settings, sources[0].headers, may_move=may_move)
    return Prepared(task, rows)


class _Given(NamedTuple):
    """What a run is made of."""

    kind: type[AbstractTask]
    settings: Mapping[str, Settings]
    rows: dict[str, list[Example]]
    sources: list[Source]


def _train(
    job: Job, given: _Given, listeners: tuple[Listener, ...], started: float
) -> Model:
    kind, settings, rows, sources = given
    training: Any = settings["training"]
    path = path_of(settings)
    identity = identity_of(job.task, rows, settings, path)
    stopped = _stopped(job, identity)
    _set_aside(kind, rows, job, settings)
    started -= stopped[0].seconds if stopped else 0.0
    headers, may_move = sources[0].headers, not job.parts.get("valid")
    task, data = _fit(kind, rows, settings, headers, may_move=may_move)
    with computing_on(1), drawing_from(training.seed, "weights"):
        network = task.build()
    notes = [note for source in sources for note in source.told()] + task.notes()
    report = _report(job, listeners, training.log_steps, goes_on=stopped is not None)
    for note in notes:
        report("note", {"text": note})
    if job.resume and not stopped:
        report("note", {"text": f"no checkpoint in {job.out}: begins at the start"})
    size = {"rows": len(rows["train"]), "weights": count_weights(network)}
    runs_on = {"path": path, "threads": torch.get_num_threads()}
    report("start", {"task": job.task, **size, **runs_on})
    with saved_where_stopped(job.out):
        if kind.loops:
            first = first_loss(task, network, data)
            tell_about(report, task, settings, rows, first_loss=first, apart=may_move)
            with wish_to_stop() as wants_stop:
                loop = Loop(
                    task,
                    network,
                    training,
                    report=report,
                    folder=job.out,
                    identity=identity,
                    wants_stop=wants_stop,
                )
                loop.look = looker(report, task, network)
                if stopped:
                    loop.resume(stopped)
                loop.run(data)
        notes += task.settle(network, rows["valid"] or rows["train"])
        chosen = {**settings, **task.settings}
        model = Model(job.task, task, network.eval(), chosen, headers)
        model.notes = notes
        if World.join().is_first:
            _finish(model, rows, started, job.out)
    return model


def _finish(
    model: Model, rows: Mapping[str, list[Example]], started: float, out: Path | None
) -> None:
    """Baselines, scores and the model folder; then the checkpoint can go."""
    with computing_on(1):
        model.task.fit_baselines(rows["train"], rows["valid"] or rows["train"])
    part = next(part for part in ("test", "valid", "train") if rows.get(part))
    found = model.evaluate(rows[part])
    seconds = round(time.monotonic() - started, 3)
    model.metrics = found | {"on": part, "seconds": seconds}
    if out:
        model.save(out)
        checkpoint.remove(out)


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
        with computing_on(1), drawing_from(training.seed, "fit"):
            return kind.fit(rows["train"], settings, headers)

    task = fit()
    if may_move and not _fits(task, rows["valid"]):
        fitting = [_fits(task, [row]) for row in rows["valid"]]
        pairs = list(zip(rows["valid"], fitting, strict=True))
        rows["valid"] = [row for row, fits in pairs if fits]
        rows["train"] = rows["train"] + [row for row, fits in pairs if not fits]
        task = fit()
    others = {part: examples for part, examples in rows.items() if part != "train"}
    encoded = {part: task.encode_to_score(rows) for part, rows in others.items()}
    with computing_on(1), drawing_from(training.seed, "learn"):
        train = task.encode_to_learn(rows["train"])
    return task, Data(train, encoded["valid"], rows["valid"])


def _fits(task: AbstractTask, examples: list[Example]) -> bool:
    try:
        task.encode(examples)
    except UnreadableDataError:
        return False
    return True


def _read(
    kind: type[AbstractTask], job: Job, settings: Mapping[str, Settings]
) -> tuple[dict[str, list[Example]], list[Source]]:
    """The rows of the files for each part, and what each file gave."""
    sources = load_all(job.data, kind, settings, named=job.named)
    rows = {"train": [row for one in sources for row in one.examples], "valid": []}
    before = sources[0].headers
    for part, paths in job.parts.items():
        if paths:
            found = load_all(paths, kind, settings, named={}, before=before)
            rows[part] = [row for one in found for row in one.examples]
            sources += found
    return rows, sources


def _set_aside(
    kind: type[AbstractTask],
    rows: dict[str, list[Example]],
    job: Job,
    settings: Mapping[str, Settings],
) -> None:
    """Moves a share of the training rows to the valid ones, if there are none yet."""
    data: Any = settings["data"]
    training: Any = settings["training"]
    if not rows["valid"]:
        share, seed = data.valid_share, data.split_seed
        seed = training.seed if seed < 0 else seed
        parts = kind.hold_out(rows["train"], settings, share=share)
        if parts:
            given = {"test": rows["test"]} if rows.get("test") else {}
            rows.update({**parts, **given})
        elif kind.follows_on:
            rows["train"], rows["valid"] = split_at_end(rows["train"], share)
        else:
            rows["train"], rows["valid"] = split(rows["train"], share, seed)
    if len(rows["train"]) < kind.fewest:
        raise UnreadableDataError(
            found=f"{job.data[0]} leaves {len(rows['train'])} row to learn from.",
            expected="at least two, better some hundreds",
            fix="add rows, or lower data.valid_share",
        )


def _stopped(job: Job, identity: Mapping[str, Value]) -> Stopped | None:
    """The run that this one goes on with, if it was asked to and there is one.

    Raises CheckpointError, also where only some of several processes find one, and
    SettingError without a folder.
    """
    if not job.resume:
        return None
    if not job.out:
        raise SettingError(
            found="resume was asked for, and no folder to go on from.",
            expected="the folder that the stopped run was given as out",
            fix="give out, or leave resume out",
        )
    found = checkpoint.load(job.out, identity)
    if World.join().any(found is None) and found:
        raise CheckpointError(
            found=f"{job.out} holds a checkpoint that not all processes can see.",
            expected="one folder that is the same for every process and machine",
            fix="give an --out on a disk that all of them share",
        )
    return found


def _report(
    job: Job, listeners: tuple[Listener, ...], log_steps: int, *, goes_on: bool
) -> Report:
    """Where events go. The first process alone writes, and clears an earlier run."""
    if not job.out or not World.join().is_first:
        return Report(listeners, None)
    job.out.mkdir(parents=True, exist_ok=True)
    if not goes_on:
        checkpoint.remove(job.out)  # before its events go: it counts on them
    return Report(listeners, job.out / EVENTS, log_steps=log_steps, keep=goes_on)
