"""A run as the doctor sees it: its events, its settings, its scores; no tensors.

    start     the loss of fresh weights, before anything was learned
    chance    the loss of knowing how often each answer occurs, and nothing else
    reached   the loss of the weights that were kept: on training rows, on validation
    fall      1 − reached / chance: 0 has learned nothing, 1 knows all

All comes from `events.jsonl` (`training/report.py` names the events) and from
`metrics.json`. Whatever a run did not come to is missing, and the signs that need it
are silent.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, final

from unrolled.errors import UnreadableDataError
from unrolled.settings import Value

LITTLE = 0.05
"""A fall of the loss below this is none: a batch of 32 rows varies by as much."""

SOME = 0.2
"""A model that takes less than this off the loss of chance is of little use."""


@final
@dataclass(frozen=True, kw_only=True)
class Case:
    """One run, finished or not."""

    task: str
    events: Sequence[Mapping[str, Any]]
    settings: Mapping[str, Value] = field(default_factory=dict)
    """By "section.key", as far as they are known."""
    metrics: Mapping[str, Any] = field(default_factory=dict)
    """The object of `metrics.json`; empty if the run was not scored."""
    loops: bool = True
    """Whether its training is a loop over batches; else it has no epochs and no end."""
    missing: Sequence[str] = ()
    """What its folder does not tell, in words."""

    def setting(self, key: str, otherwise: Any) -> Any:
        """A setting of the run, or what is to be believed where it is not known."""
        return self.settings.get(key, otherwise)

    def last(self, kind: str) -> Mapping[str, Any]:
        """The last event of a kind; empty if there was none."""
        return next((e for e in reversed(self.events) if e["event"] == kind), {})

    @cached_property
    def epochs(self) -> list[Mapping[str, Any]]:
        """The events of all epochs."""
        return [event for event in self.events if event["event"] == "epoch"]

    @cached_property
    def steps(self) -> list[Mapping[str, Any]]:
        """The events of those steps that were written down."""
        return [event for event in self.events if event["event"] == "step"]

    @property
    def end(self) -> Mapping[str, Any]:
        """Why it is over; empty while it runs, and of a killed one."""
        return self.last("end")

    @property
    def running(self) -> bool:
        """Whether it has begun and has no end: it still runs, or was killed."""
        return self.loops and bool(self.last("start")) and not self.end

    @property
    def network(self) -> Mapping[str, Any]:
        """What `examine` saw of the network; empty if it saw nothing."""
        found = self.last("network")
        return found if len(found) > 1 else {}

    @property
    def rows(self) -> Mapping[str, Any]:
        """What was seen of the rows: "train", "valid" and more."""
        return self.last("about").get("rows", {})

    @property
    def chosen_by(self) -> tuple[str, int]:
        """The metric that chooses the best weights, and its sign; "" if unknown."""
        found = self.last("about").get("chosen_by") or ("", 1)
        return str(found[0]), int(found[1])

    @property
    def start(self) -> float | None:
        """The loss of fresh weights, at rest."""
        return self.last("about").get("first_loss")

    @cached_property
    def chance(self) -> float | None:
        """The loss of the best answer that does not look at its input.

        Of labels the entropy of their counts, of next tokens that of theirs, in nats;
        of anything else that of fresh weights, before anything was learned.
        """
        labels = self.rows.get("train", {}).get("labels", {})
        known = self.network.get("token_entropy") if self.weighs_tokens else None
        if labels and self.answers_labels:
            known = entropy(labels.values())
        several = [n for n in (known, self.start) if n is not None]
        return min(several) if several else None

    @property
    def weighs_tokens(self) -> bool:
        """Whether its loss is the mean of one token after the other, in nats."""
        return self.chosen_by[0] in ("nats_per_token", "token_accuracy")

    @property
    def answers_labels(self) -> bool:
        """Whether each row has one label, and the loss is its cross-entropy."""
        plain = self.setting("task.class_weights", "none") == "none"
        return self.chosen_by[0] == "accuracy" and self.task == "classify" and plain

    @cached_property
    def kept(self) -> Mapping[str, Any]:
        """The event of the epoch whose weights were kept."""
        return next((e for e in reversed(self.epochs) if e["best"]), {})

    @cached_property
    def train_loss(self) -> float | None:
        """The loss on training rows: of the kept weights, at rest, if that is known.

        Else of the last epoch, with dropout, which makes it look worse than it is.
        """
        at_rest = self.network.get("train_loss")
        if at_rest is not None:
            return at_rest
        return self.epochs[-1]["train_loss"] if self.epochs else None

    @cached_property
    def valid_loss(self) -> float | None:
        """The loss of the kept weights on validation rows, or on rows shown later."""
        if "valid_loss" in self.network:
            return self.network["valid_loss"]
        return self.kept.get("valid", {}).get("loss") if self.kept else None

    @cached_property
    def fall(self) -> float | None:
        """How much of the loss is gone, on the rows where more of it is."""
        reached = [n for n in (self.train_loss, self.valid_loss) if n is not None]
        return fallen(self.chance, min(reached)) if reached else None

    @cached_property
    def learned(self) -> float | None:
        """The same of the training rows alone, where it was most in the whole run."""
        curve = [e["train_loss"] for e in self.epochs if e["train_loss"] is not None]
        reached = [n for n in (self.train_loss, *curve) if n is not None]
        return fallen(self.chance, min(reached)) if reached else None

    @cached_property
    def told(self) -> float | None:
        """The same of the validation rows."""
        return fallen(self.chance, self.valid_loss)

    @property
    def weak(self) -> bool:
        """Whether new rows are told little better than by chance."""
        return self.told is not None and self.told < SOME

    @property
    def failed(self) -> bool:
        """Whether the run has learned nothing to speak of."""
        if self.end.get("reason") == "diverged":
            return True
        several = [n for n in (self.fall, self.learned) if n is not None]
        return bool(several) and max(several) < LITTLE

    @property
    def still_falls(self) -> bool:
        """Whether the last epoch took a twentieth off the loss on the training rows."""
        losses = [epoch["train_loss"] for epoch in self.epochs[-2:]]
        if len(losses) < 2:
            return False
        return (fallen(*losses) or 0.0) > LITTLE

    @property
    def beaten(self) -> bool:
        """Whether a baseline that looks at its input is clearly better."""
        mine = self.score(self.metrics.get("metrics", {}))
        others = self.metrics.get("baseline", {})
        theirs = [self.score(one) for name, one in others.items() if name != "majority"]
        best = max((one for one in theirs if one is not None), default=None)
        return None not in (mine, best) and best - mine > self.margin  # type: ignore[operator]

    def score(self, metrics: Mapping[str, Any]) -> float | None:
        """The figure that the best weights are chosen by, larger is better."""
        name, sign = self.chosen_by
        found = metrics.get(name)
        return sign * found if isinstance(found, (int, float)) else None

    @property
    def margin(self) -> float:
        """What a difference of scores has to exceed: half a 95 % interval, or 5 %."""
        found, (name, _) = self.metrics.get("metrics", {}), self.chosen_by
        ends = found.get(f"{name}_interval")
        return (ends[1] - ends[0]) / 2 if ends else 0.05 * abs(found.get(name, 0.0))


def fallen(start: float | None, reached: float | None) -> float | None:
    """How much of a loss is gone: 1 − reached / start, for a start of any sign."""
    if start is None or reached is None or not start:
        return None
    return (start - reached) / abs(start)


def entropy(counts: Any) -> float:
    """Of the shares that counts make, in nats (Shannon 1948)."""
    counts = [count for count in counts if count]
    total = sum(counts)
    return -math.fsum(n / total * math.log(n / total) for n in counts) or 0.0


def read_events(path: Path) -> list[dict[str, Any]]:
    """The events of a file, in their order; a last line that was cut short is left out.

    Raises UnreadableDataError where there is none, or something else.
    """
    wanted = {
        "expected": "a folder that `unrolled train` wrote, with its events.jsonl",
        "fix": "give the folder that was --out in training",
    }
    if not path.is_file():
        raise UnreadableDataError(found=f"{path} is not there.", **wanted)
    lines = path.read_bytes().decode("utf-8", errors="replace").splitlines()
    found = []
    for number, line in enumerate(lines, 1):
        try:
            event = json.loads(line)
        except ValueError:
            if number == len(lines):
                break
            event = None
        if not isinstance(event, dict) or not isinstance(event.get("event"), str):
            raise UnreadableDataError(
                found=f"{path}, line {number}: this is no event of a run.", **wanted
            )
        found.append(event)
    return found
