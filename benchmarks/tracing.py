"""What it costs that a run can be looked into: nothing, until somebody looks.

A whole training step (loss, gradients, clipping, AdamW) without dropout, with torch's
fused AdamW, on one batch of made-up words; and one of these texts, run once without
gradients:

    ours       as it is: each sweep and each point looks whether somebody watches
    bare       with constants in the place of these looks
    watched    a training step while somebody watches, who keeps every gate and state;
               of one text, the whole record of a trace

The loss of all three has the same bits, and so have the gradients of the first two, or
nothing is timed; while somebody watches, two directions are run one after the other,
and their gradients are added in another order. The smallest case is the hardest: the
looks are as many, and there is little else to do.

Differences below a hundredth are asked for. So the contestants take turns one by one,
hundreds of times, what counts is the time of the processor on one thread, and the looks
of a turn are counted besides, and one of them is timed.

    python benchmarks/tracing.py [--threads 1] [--quick]
"""

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import cycle, permutations, product
from timeit import timeit
from typing import Any, NamedTuple

import protocol
import torch
from torch import Tensor
from torch.nn.utils import clip_grad_norm_

from unrolled import catalog
from unrolled.cli.contests import lengths_of
from unrolled.cli.timing import Contestant, gate, touch
from unrolled.engine import watch as watched
from unrolled.ragged import Ragged
from unrolled.settings import make
from unrolled.tasks._base import Example
from unrolled.tracing.looking import BEST, look
from unrolled.training.sections import sections_of

LIMITS = {"loss": 0.0, "": 1e-6}
LEAST, MOST = 0.98, 0.001
LOOKS, FEWEST = 100_000, 10
WORDS = 2_000
RESTING = {
    "classify": ("dropout", "embedding_dropout", "token_dropout"),
    "translate": ("dropout", "input_dropout", "word_dropout", "weight_dropout"),
}
"""Dropouts that are put to 0, so that all contestants draw nothing."""


class Case(NamedTuple):
    """A network and the rows that it is trained on."""

    task: str
    cell: str
    hidden: int
    rows: int
    longest: int


CASES = (
    Case("classify", "gru", 16, 4, 12),
    Case("classify", "lstm", 128, 32, 300),
    Case("translate", "lstm", 128, 32, 20),
)


def examples(case: Case) -> list[Example]:
    """Rows of made-up words, as long as texts are."""
    generator = torch.Generator().manual_seed(1)
    lengths = lengths_of(case.rows, longest=case.longest, filled=0.5).tolist()
    texts = [
        " ".join(
            f"w{word}"
            for word in torch.randint(WORDS, (length,), generator=generator).tolist()
        )
        for length in lengths
    ]
    wanted = texts[1:] + texts[:1]
    if case.task == "classify":
        wanted = ["yes", "no"] * case.rows
    pairs = zip(texts, wanted, strict=False)
    return [Example(text, target, "") for text, target in pairs]


class Looks:
    """The looks whether somebody watches, wherever they were imported."""

    def __init__(self) -> None:
        for case in CASES:
            catalog.find("tasks", case.task)
        self.constants: dict[Any, Callable[..., Any]] = {
            watched.watch_here: lambda: None,
            watched.seen: lambda _, x: x,
        }
        self.places = [
            (module, name, value)
            for key, module in list(sys.modules.items())
            if key.startswith("unrolled.") and module is not watched
            for name, value in vars(module).items()
            if value is watched.watch_here or value is watched.seen
        ]

    def put(self, *, constant: bool) -> None:
        """Puts constants in their places, or themselves."""
        for module, name, value in self.places:
            setattr(module, name, self.constants[value] if constant else value)

    def count(self, turn: Callable[[], Any]) -> int:
        """How many of them a turn takes."""
        self.put(constant=False)
        counts: list[Any] = []
        for module, name, value in self.places:
            setattr(module, name, partial(_counted, value, counts))
        turn()
        self.put(constant=False)
        return len(counts)


def _counted(look: Callable[..., Any], counts: list[Any], *given: Any) -> Any:
    counts.append(None)
    return look(*given)


def seconds_of_a_look() -> float:
    """What a look takes if nobody watches, the call included: the least of five."""
    nothing = Ragged(torch.zeros(0), torch.zeros(0, dtype=torch.int64))
    look = partial(watched.seen, "inputs", nothing)
    return min(timeit(look, number=LOOKS) for _ in range(5)) / LOOKS


def training(case: Case, looks: Looks) -> list[Contestant]:
    """Steps with equal answers. Raises UnequalError."""
    steps = {name: Step(case) for name in ("ours", "bare", "watched")}
    made = [
        Contestant(
            name,
            step.watched if name == "watched" else step,
            step.read,
            partial(prepare, step, looks, constant=name == "bare"),
        )
        for name, step in steps.items()
    ]
    first = made[1]
    first.prepare()
    truth = first.read(first.run())
    gate(made[0], truth, {"": 0.0})
    gate(made[2], truth, LIMITS)
    return made


def one_text(case: Case, looks: Looks) -> list[Contestant]:
    """Runs of one text with equal scores. Raises UnequalError."""
    step = Step(case)
    network = step.network.eval()
    view = step.task.view(network, examples(case)[0]._replace(target=None))

    @torch.no_grad()
    def run() -> Tensor:
        return view.run()

    def record() -> Tensor:
        found = look(network, view, task=case.task, shown="").arrays
        return found["best"].values

    best = min(BEST, len(view.names))
    ways = {"ours": run, "bare": run, "watched": record}
    made = [
        Contestant(
            name,
            way,
            lambda one: {"best": one.topk(best, dim=1).values},
            partial(prepare, step, looks, constant=name == "bare"),
        )
        for name, way in ways.items()
    ]
    truth = made[1].read(made[1].run())
    for one in (made[0], made[2]):
        gate(one, truth, {"": 0.0})
    return made


def prepare(step: "Step", looks: Looks, *, constant: bool) -> None:
    """Before each turn."""
    touch(step.network)
    looks.put(constant=constant)


class Step:
    """A step of training."""

    def __init__(self, case: Case) -> None:
        kind: Any = catalog.find("tasks", case.task)
        chosen: dict[str, Any] = {f"model.{one}": 0.0 for one in RESTING[case.task]}
        chosen |= {"model.cell": case.cell, "model.hidden": case.hidden}
        rows = examples(case)
        torch.manual_seed(0)
        self.task = kind.fit(rows, make(sections_of(kind), chosen), {})
        self.network = self.task.build()
        self.batch = self.task.encode_to_learn(rows)
        self.weights = dict(self.network.named_parameters())
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), lr=1e-4, fused=True
        )

    def __call__(self) -> Tensor:
        """The loss, ()."""
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.task.loss(self.network, self.batch).mean()
        loss.backward()
        clip_grad_norm_(self.weights.values(), 1.0)
        self.optimizer.step()
        return loss.detach()

    def watched(self) -> Tensor:
        """The same, seen, ()."""
        with watched.watching():
            return self()

    def read(self, loss: Any) -> dict[str, Tensor]:
        """Loss and clipped gradients, (any)."""
        grads = {
            key: weight.grad.clone()
            for key, weight in self.weights.items()
            if weight.grad is not None
        }
        return {"loss": loss[None], **grads}


def processor_times(
    contestants: Sequence[Contestant], *, seconds: float
) -> dict[str, float]:
    """The median turn of each, in milliseconds of the processor, in every order."""
    taken: dict[str, list[float]] = {one.name: [] for one in contestants}
    end, orders = time.monotonic() + seconds, cycle(permutations(contestants))
    for rounds, order in enumerate(orders):
        if rounds >= FEWEST and time.monotonic() > end:
            break
        for one in order:
            one.prepare()
            one.run()  # so that caches are as the same contestant left them
            start = time.process_time()
            one.run()
            taken[one.name].append(1e3 * (time.process_time() - start))
    found = {f"{name}_ms": statistics.median(each) for name, each in taken.items()}
    return found | {"rounds": len(taken["ours"])}


def main() -> None:
    """Measures, prints, writes CSV and picture."""
    asked = protocol.ask(__doc__, cells=("all",), sizes=(0,), threads=1, seconds=25.0)
    results = protocol.Results(__file__, asked)
    looks, turns = Looks(), {"training step": training, "one text": one_text}
    cases = CASES[:1] if asked.quick else CASES
    for (turn, make_them), case in product(turns.items(), cases):
        made = protocol.equal_or_say(partial(make_them, case, looks))
        if not made:
            continue
        row: dict[str, Any] = {"turn": turn} | case._asdict() | {"path": "native"}
        row |= processor_times(made, seconds=asked.seconds)
        row["ratio"] = row["bare_ms"] / row["ours_ms"]
        row["watched"] = row["watched_ms"] / row["ours_ms"]
        row["looks"] = looks.count(made[0].run)
        row["look_ns"] = 1e9 * seconds_of_a_look()
        row["look_share"] = row["looks"] * row["look_ns"] / 1e6 / row["ours_ms"]
        results.rows.append(row)
        print(
            f"{turn}, {case.task}, {case.cell} {case.hidden}: {row['ours_ms']:.3g} ms;"
            f" bare / ours {row['ratio']:.3f}, watched / ours {row['watched']:.2f};"
            f" {row['looks']} looks of {row['look_ns']:.0f} ns are"
            f" {100 * row['look_share']:.4f} %; {row['rounds']} rounds",
            flush=True,
        )
    print()
    protocol.require("bare / ours", results.ratios(), LEAST, mean=False)
    worst = max((row["look_share"] for row in results.rows), default=0.0)
    verdict = "reached" if worst <= MOST else "NOT REACHED"
    print(f"looks, largest share: {worst:.6f} ({MOST} or less: {verdict})")
    results.write()


if __name__ == "__main__":
    main()
