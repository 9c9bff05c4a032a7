"""The training loop, to be read from top to bottom.

    for each epoch:
        for each batch:     loss → gradient → clip → AdamW → running average
        validate the average; keep it if it is the best so far

It can be stopped between any two steps, by Ctrl-C, a time limit or a power cut, and
goes on to the same weights, bit for bit.
"""

import copy
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import final

import torch
from torch import Tensor, nn

from unrolled.errors import DivergedError, InterruptedTrainingError
from unrolled.randomness import drawing_from
from unrolled.tasks._base import AbstractTask, Batch, Example, Metrics
from unrolled.tasks._pieces import answer_all, mean_loss
from unrolled.training import checkpoint
from unrolled.training.batches import plan
from unrolled.training.checkpoint import Progress, Tensors
from unrolled.training.distributed import World
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
        fingerprint: str = "",
        wants_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self.task, self.settings, self.report = task, settings, report
        self.folder, self.wants_stop = folder, wants_stop
        self.world = World.join()
        self.network = network
        self.wrapped = self.world.wrap(network)
        average = copy.deepcopy(network) if settings.averaging else network
        optimizer = make_optimizer(network, settings)
        self.tensors = Tensors(network, average, {}, optimizer)
        self.progress = Progress(fingerprint=fingerprint)
        self.started = self.saved = time.monotonic()

    def resume(self) -> bool:
        """Goes back to the checkpoint of the folder; False if there is none."""
        found = None
        if self.folder:
            found = checkpoint.load(self.folder, self.progress.fingerprint)
        if found is None:
            return False
        self.progress, tensors = found
        self.tensors.load(tensors)
        self.started = time.monotonic() - self.progress.seconds
        self.report.cut(self.progress.events)
        self.report(
            "resume", {"step": self.progress.step, "epoch": self.progress.epoch}
        )
        return True

    def run(self, data: Data) -> None:
        """Trains, and leaves the best weights in the network.

        Raises InterruptedTrainingError when the user wants to stop, DivergedError when
        the loss is no longer a number.
        """
        epochs = self.settings.epochs or epochs_for(data.train.inputs.lengths)
        reason = ""
        while not (reason := reason or self._over(epochs)):
            in_time = self._epoch(data, epochs)
            self._validate(data)
            reason = "" if in_time else "minutes"
        self.network.load_state_dict(self.tensors.best)
        self.report("end", {"reason": reason, "seconds": self.progress.seconds})

    def _over(self, epochs: int) -> str:
        """Why the run is over, or "" if it is not."""
        if self.progress.epoch >= epochs:
            return "finished"
        waited = self.progress.epoch - self.progress.best_epoch
        return "patience" if waited >= self.settings.patience else ""

    def _epoch(self, data: Data, epochs: int) -> bool:
        """The steps of one epoch; False if the time was over before its end."""
        now, settings = self.progress, self.settings
        batches = plan(
            data.train.inputs.lengths,
            rows=settings.batch_rows,
            tokens=settings.batch_tokens,
            seed=settings.seed,
            epoch=now.epoch,
        )
        while now.place < len(batches):
            done = self._done(now, len(batches), epochs)
            if self.world.any(done >= 1):
                return False
            self._step(data.train, batches[now.place], done)
            now.place += 1
            now.seconds = time.monotonic() - self.started
            wants_stop = self.world.any(self.wants_stop())
            overdue = time.monotonic() - self.saved >= settings.checkpoint_seconds
            if wants_stop or overdue:
                self._save()
            if wants_stop:
                self.report("end", {"reason": "interrupted", "seconds": now.seconds})
                raise InterruptedTrainingError
        return True

    def _done(self, now: Progress, batches: int, epochs: int) -> float:
        """The share of the run that is over, by epochs or by the time limit."""
        by_epochs = (now.epoch + now.place / batches) / epochs
        limit = 60 * self.settings.minutes
        return max(by_epochs, now.seconds / limit) if limit else by_epochs

    def _step(self, train: Batch, rows: list[int], done: float) -> None:
        """One batch forward and back, and one step of the optimizer."""
        now, settings, optimizer = self.progress, self.settings, self.tensors.optimizer
        rate = settings.learning_rate * factor(done, settings.warmup)
        for group in optimizer.param_groups:
            group["lr"] = rate * group["share"]
        mine = train.gather(self.world.share(rows))
        self.wrapped.train()
        with drawing_from(settings.seed, "step", now.step, self.world.rank):
            losses = self.task.loss(self.wrapped, mine)
        optimizer.zero_grad(set_to_none=True)
        # torch averages gradients over the processes; the batch wants their sum.
        (losses.sum() * (self.world.size / len(rows))).backward()
        norm = clip_(list(self.network.parameters()), settings.clip)
        total = self.world.total(float(losses.detach().sum()))
        if not math.isfinite(total) or not math.isfinite(norm):
            raise self._diverged(total / len(rows), norm, rate)
        optimizer.step()
        self._average()
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

    @torch.no_grad()
    def _average(self) -> None:
        """Average ← k · average + (1 − k) · weights, with a smaller k at first."""
        average, network = self.tensors.average, self.network
        if average is network:
            return
        # At step t the average is over some t/10 steps: a young one forgets its start.
        keep = min(
            self.settings.averaging,
            (1 + self.progress.step) / (10 + self.progress.step),
        )
        ours, theirs = list(average.parameters()), list(network.parameters())
        for kept, new in zip(ours, theirs, strict=True):
            kept.lerp_(new, 1 - keep)
        for kept, new in zip(average.buffers(), network.buffers(), strict=True):
            kept.copy_(new)

    def _validate(self, data: Data) -> None:
        """Scores the average on the validation rows; keeps it if none was better."""
        now, network = self.progress, self.tensors.average
        metrics: Metrics = {}
        loss = now.loss_sum / max(now.rows_seen, 1)
        better = [-loss]
        if len(data.valid):
            valid_loss = mean_loss(self.task, network, data.valid)
            self.task.settle(network, data.valid_examples)
            answers = answer_all(self.task, network, data.valid)
            metrics = self.task.score(answers, data.valid_examples)
            name, sign = self.task.chosen_by
            better = [sign * metrics[name], -valid_loss]
            metrics = {"loss": valid_loss, **metrics}
        now.epoch, now.place = now.epoch + 1, 0
        is_best = not now.best or better > now.best
        if is_best:
            now.best, now.best_epoch = better, now.epoch
            state = network.state_dict()
            self.tensors.best.update({k: v.detach().clone() for k, v in state.items()})
        now.loss_sum, now.rows_seen = 0.0, 0
        now.seconds = time.monotonic() - self.started
        self.report(
            "epoch",
            {
                "epoch": now.epoch,
                "train_loss": loss,
                "valid": {k: v for k, v in metrics.items() if isinstance(v, float)},
                "best": is_best,
                "seconds": now.seconds,
            },
        )
        self._save()

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
        return DivergedError(
            found=f"step {self.progress.step + 1}: the loss is {loss:.4g}, the gradient"
            f" {norm:.4g} long, the learning rate {rate:.4g}.{where}",
            expected="a loss and a gradient that are numbers",
            fix="halve training.learning_rate, keep training.clip at 1 or below, and"
            " look for huge numbers in the data; the last checkpoint is as it was",
        )


def make_optimizer(
    network: nn.Module, settings: TrainingSettings
) -> torch.optim.Optimizer:
    """AdamW, with smaller steps for embedding tables (parameters named `table`).

    A row of a table is moved only when its token occurs, and AdamW then takes as large
    a step as for a weight that is moved always; rare words would be learned by heart.
    """
    named = list(network.named_parameters())
    tables = [p for name, p in named if name.rpartition(".")[2] == "table"]
    others = [p for name, p in named if name.rpartition(".")[2] != "table"]
    groups = [
        {"params": others, "share": 1.0},
        {"params": tables, "share": settings.table_rate},
    ]
    return torch.optim.AdamW(
        [group for group in groups if group["params"]],
        lr=settings.learning_rate,
        betas=(0.9, 0.99),
        weight_decay=settings.weight_decay,
    )


def clip_(weights: list[nn.Parameter], longest: float) -> float:
    """Scales the gradients to at most this 2-norm over all; returns the norm before.

    Summed in float64 over blocks of one size, so that the number of threads, which
    would cut a long sum elsewhere, does not change a bit of it.
    """
    grads = [w.grad for w in weights if w.grad is not None]
    norm = math.sqrt(math.fsum(_square_sum(grad) for grad in grads))
    if longest and norm > longest:
        for grad in grads:
            grad.mul_(longest / norm)
    return norm


def epochs_for(lengths: Tensor) -> int:
    """How often to see every row, when the user does not say, from (rows,) lengths.

    8 passes suit some thousand sentences (SST-2: longer runs only learn by heart), 4
    suit millions of words; a few rows are seen until some 600 batches have been.
    """
    tokens, rows = int(lengths.sum()), max(len(lengths), 1)
    usual = 8 if tokens < 300_000 else 5 if tokens < 2_000_000 else 4
    return max(usual, min(60, 20_000 // rows))


def _square_sum(grad: Tensor) -> float:
    flat = grad.reshape(-1)
    blocks = flat[: len(flat) // 1024 * 1024].view(-1, 1024)
    parts = torch.cat([(blocks * blocks).sum(1), (flat[blocks.numel() :] ** 2)])
    return math.fsum(parts.tolist())
