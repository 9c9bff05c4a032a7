"""The training loop, to be read from top to bottom.

    for each epoch:
        for each batch:     loss → gradient → clip → AdamW → running average
        validate the average; keep it unless an earlier one was clearly better

It can be stopped between any two steps, by Ctrl-C, a time limit or a power cut, and
goes on to the same weights, bit for bit.
"""

import copy
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import final

import torch
from torch import Tensor, nn

from unrolled.engine import half
from unrolled.errors import DivergedError, InterruptedTrainingError
from unrolled.randomness import drawing_from
from unrolled.settings import Value
from unrolled.tasks._base import AbstractTask, Batch, Example, Metrics
from unrolled.tasks._pieces import mean_loss, measure_all
from unrolled.training import checkpoint
from unrolled.training.batches import plan
from unrolled.training.checkpoint import Progress, Stopped, Tensors
from unrolled.training.distributed import World
from unrolled.training.optimizer import average_, clip_, make_optimizer, moves_of
from unrolled.training.report import Report
from unrolled.training.schedule import factor
from unrolled.training.settings import TrainingSettings


@dataclass(frozen=True)
class Data:
    """Encoded rows to learn from, and rows to choose the best weights by."""

    train: Batch
    valid: Batch
    valid_examples: list[Example]


@final
class Loop:
    """One run of training, from its start or from its checkpoint."""

    def __init__(
        self,
        task: AbstractTask,
        network: nn.Module,
        settings: TrainingSettings,
        *,
        report: Report,
        folder: Path | None = None,
        identity: Mapping[str, Value] | None = None,
        wants_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self.task, self.settings, self.report = task, settings, report
        self.folder, self.wants_stop = folder, wants_stop
        # Called once, when the best weights are in the network.
        self.look: Callable[[Data], None] = lambda _: None
        self.world = World.join()
        self.network, self.weights = network, list(network.parameters())
        self.wrapped = self.world.wrap(network)
        average = copy.deepcopy(network) if settings.averaging else network
        optimizer = make_optimizer(network, settings)
        self.tensors = Tensors(network, average, {}, optimizer, task.memory)
        self.progress = Progress(identity=dict(identity or {}))
        self.started = self.saved = time.monotonic()
        self.last: dict[str, float | str] = {}  # the step that no run comes back from
        self._halves = settings.precision == "bfloat16" and half.is_quick()

    def resume(self, stopped: Stopped) -> None:
        """Goes back to a checkpoint. Raises CheckpointError if it is no such run's."""
        self.progress, tensors = stopped
        self.tensors.load(tensors)
        if self.world.size > 1:  # what was saved is the first process's alone
            self.tensors.memory.clear()
        self.started = time.monotonic() - self.progress.seconds
        self.report.cut(self.progress.events)
        now = {"step": self.progress.step, "epoch": self.progress.epoch}
        self.report("resume", now)

    def run(self, data: Data) -> None:
        """Trains, and leaves the best weights in the network.

        Raises InterruptedTrainingError when the user wants to stop, DivergedError when
        the loss is no longer a number.
        """
        reason, more = "failed", {}
        try:
            reason = self._learn(data)
            self.network.load_state_dict(self.tensors.best)
            self.look(data)
        except (InterruptedTrainingError, KeyboardInterrupt):
            reason = "interrupted"
            raise
        except DivergedError:
            reason, more = "diverged", self.last
            raise
        finally:
            seconds = self.progress.seconds
            self.report("end", {"reason": reason, "seconds": seconds, **more})

    def _learn(self, data: Data) -> str:
        """One epoch after the other; returns why the run is over."""
        epochs = self.settings.epochs or epochs_for(data.train.inputs.lengths)
        while not (reason := self._over(epochs)):
            self._epoch(data.train, epochs)
            self._validate(data)
            self._stop_if_wanted()
        return reason

    def _over(self, epochs: int) -> str:
        """Why the run is over, or "" if it is not."""
        now, settings = self.progress, self.settings
        if now.epoch >= epochs:
            return "finished"
        if now.epoch - now.best_epoch >= settings.patience:
            return "patience"
        begun = now.place or not now.epoch  # an epoch that is to be validated
        return "minutes" if not begun and self._time() >= 1 else ""

    def _time(self) -> float:
        """The share of the time limit that is over; 0 without one."""
        limit = 60 * self.settings.minutes
        spent = time.monotonic() - self.started
        return self.world.first([spent / limit])[0] if limit else 0.0

    def _epoch(self, train: Batch, epochs: int) -> None:
        """The steps of one epoch, or as many of them as there is time for."""
        now, settings = self.progress, self.settings
        seed, epoch = settings.seed, now.epoch
        batches = self.task.order(train, seed=seed, epoch=epoch) or plan(
            train.inputs.lengths,
            rows=settings.batch_rows,
            tokens=settings.batch_tokens,
            seed=seed,
            epoch=epoch,
        )
        while now.place < len(batches):
            by_epochs = (now.epoch + now.place / len(batches)) / epochs
            done = max(by_epochs, self._time())
            if done >= 1 and now.place:
                return
            self._step(train, batches[now.place], min(done, 1.0))
            now.place += 1
            now.seconds = time.monotonic() - self.started
            self._stop_if_wanted()
            if time.monotonic() - self.saved >= settings.checkpoint_seconds:
                self._save()

    def _stop_if_wanted(self) -> None:
        if self.world.any(self.wants_stop()):
            self._save()
            raise InterruptedTrainingError

    def _step(self, train: Batch, rows: list[int], done: float) -> None:
        """One batch forward and back, and one step of the optimizer."""
        now, settings, optimizer = self.progress, self.settings, self.tensors.optimizer
        rate = settings.learning_rate * factor(done, settings.warmup)
        for group in optimizer.param_groups:
            group["lr"] = rate * group["share"]
        mine = self.world.share(rows)
        self.wrapped.train()
        with (
            drawing_from(settings.seed, "step", now.step, self.world.rank),
            torch.autocast("cpu", torch.bfloat16, enabled=self._halves),
        ):
            # Without a row of its own a process runs one that does not count: all of
            # them must pass through every weight.
            losses = self.task.loss(self.wrapped, train.gather(mine or rows[:1]))
        losses = losses[: len(mine)]
        optimizer.zero_grad(set_to_none=True)
        # torch averages gradients over the processes; the batch wants their sum.
        (losses.sum() * (self.world.size / len(rows))).backward()
        norm = clip_(self.weights, settings.clip)
        total = self.world.total(float(losses.detach().sum()))
        if not math.isfinite(total) or not math.isfinite(norm):
            raise self._diverged(total / len(rows), norm, rate)
        optimizer.step()
        average = self.tensors.average
        if average is not self.network:
            average_(average, self.network, keep=settings.averaging, step=now.step)
        now.step += 1
        now.loss_sum += total
        now.rows_seen += len(rows)
        self.report(
            "step",
            {
                "step": now.step,
                "epoch": now.epoch + 1,
                "done": done,
                "loss": total / len(rows),
                "gradient_norm": norm,
                "learning_rate": rate,
                "rows": len(rows),
                "seconds": now.seconds,
            },
        )

    def _validate(self, data: Data) -> None:
        """Scores the average on the validation rows; keeps it if it is good enough."""
        now, network = self.progress, self.tensors.average
        metrics: Metrics = {}
        loss = now.loss_sum / max(now.rows_seen, 1)
        better = [-loss, 0.0]
        if len(data.valid):
            valid_loss = mean_loss(self.task, network, data.valid)
            self.task.settle(network, data.valid_examples)
            answers = measure_all(self.task, network, data.valid)
            metrics = self.task.score(answers, data.valid_examples)
            name, sign = self.task.chosen_by
            better = [sign * metrics[name], -valid_loss]
            metrics = {"loss": valid_loss, **metrics}
        now.epoch, now.place = now.epoch + 1, 0
        better = self.world.first([-math.inf if math.isnan(b) else b for b in better])
        is_kept = self._is_kept(better)
        if not now.best or better > now.best:
            now.best, now.best_epoch = better, now.epoch
        if is_kept:
            state = network.state_dict()
            self.tensors.best.update({k: v.detach().clone() for k, v in state.items()})
        now.loss_sum, now.rows_seen = 0.0, 0
        now.seconds = time.monotonic() - self.started
        self.report(
            "epoch",
            {
                "epoch": now.epoch,
                "step": now.step,
                "train_loss": loss,
                "valid": {k: v for k, v in metrics.items() if isinstance(v, float)},
                "best": is_kept,
                "seconds": now.seconds,
                "moves": moves_of(self.network, self.tensors.optimizer, self.settings),
            },
        )
        self._save()

    def _is_kept(self, reached: list[float]) -> bool:
        """Whether these weights take the place of the ones kept so far."""
        best, tolerance = self.progress.best, self.settings.tolerance
        if not best or reached > best:
            return True
        near = reached[0] >= best[0] - tolerance * abs(best[0])
        return bool(tolerance) and near and math.isfinite(best[0])

    def _save(self) -> None:
        self.saved = time.monotonic()
        if self.folder and self.world.is_first:
            self.progress.events = self.report.size()
            checkpoint.save(self.folder, self.progress, self.tensors)

    def _diverged(self, loss: float, norm: float, rate: float) -> DivergedError:
        broken = [
            name
            for name, p in self.network.named_parameters()
            if p.grad is not None and not bool(p.grad.isfinite().all())
        ]
        where = f" First in: {broken[0]}." if broken else ""
        self.last = {
            "step": self.progress.step + 1,
            "loss": loss,
            "gradient_norm": norm,
            "learning_rate": rate,
            "broken": broken[0] if broken else "",
        }
        return DivergedError(
            found=f"step {self.progress.step + 1}: the loss is {loss:.4g}, the gradient"
            f" {norm:.4g} long, the learning rate {rate:.4g}.{where}",
            expected="a loss and a gradient that are numbers",
            fix="halve training.learning_rate, keep training.clip at 1 or below, look"
            " for huge numbers in the data, and begin again (--resume would only come"
            " back to this step)",
        )


def epochs_for(lengths: Tensor) -> int:
    """How often to see every row, when the user does not say, from (rows,) lengths.

    8 passes suit some thousand sentences (SST-2: longer runs only learn by heart), 4
    suit millions of words; a few rows are seen until some 600 batches have been.
    """
    tokens, rows = int(lengths.sum()), max(len(lengths), 1)
    usual = 8 if tokens < 300_000 else 5 if tokens < 2_000_000 else 4
    return max(usual, min(60, 20_000 // rows))
