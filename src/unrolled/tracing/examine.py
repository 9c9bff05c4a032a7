"""Looks into a trained network with some of its own rows, for the doctor.

    losses     at rest, of some training rows and some validation rows
    signal     how much of each row the gradient of the loss reaches: the share of the
               inputs whose gradient is at least a hundredth of the row's largest. Only
               of tasks with one answer to a whole row: others ask at every step
    growth     by how much ‖∂L/∂h‖ grows along the way back through a layer
    layers     of each layer the share of gates that are shut or wide open, and of units
               that never move
    answers    how many different ones it gives

Plain figures come out, for `events.jsonl`. A hundredth is where the horizon of a trace
ends, too. A gate below 0.05 or above 0.95 has less than a fifth of the slope that it
has at 1/2: σ′ = σ(1 − σ) is 0.0475 there, and 0.25 at its greatest.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from unrolled.engine import forced
from unrolled.engine.watch import Passage, Watch, watching
from unrolled.ragged import Ragged
from unrolled.tasks._base import AbstractTask, Batch, Shape
from unrolled.tasks._pieces import measure_all

REACHED = 0.01
"""Of a row's largest gradient: a smaller one teaches next to nothing."""
SHUT, OPEN = 0.05, 0.95
FROZEN = 1e-4
"""A unit whose values lie all within this never moves; states span up to 2."""
MOST_ROWS, MOST_TOKENS = 256, 4096
MOST_LAYERS = 16
Facts = dict[str, Any]


def examine(
    task: AbstractTask, network: nn.Module, train: Batch | None, valid: Batch | None
) -> Facts:
    """What is seen of the network with rows of a run; either part may be missing.

    Weights stay as they are; their gradients are cleared.
    """
    was_training, memory = network.training, dict(task.memory)
    network.eval()
    try:
        facts = _facts(task, network, train, valid)
    finally:
        network.zero_grad(set_to_none=True)
        network.train(was_training)
        task.memory.clear()
        task.memory.update(memory)
    return facts


def loss_of(task: AbstractTask, network: nn.Module, batch: Batch) -> float:
    """The mean loss at rest, of the very rows whose `train_loss` is told later."""
    was_training, memory = network.training, dict(task.memory)
    network.eval()
    some = batch.gather(_some(task, batch, MOST_ROWS))
    try:
        return _losses("train", task, network, some)["train_loss"]
    finally:
        network.train(was_training)
        task.memory.clear()
        task.memory.update(memory)


def _facts(
    task: AbstractTask, network: nn.Module, train: Batch | None, valid: Batch | None
) -> Facts:
    parts = {"train": train, "valid": valid}
    some = {
        name: batch.gather(_some(task, batch, MOST_ROWS))
        for name, batch in parts.items()
        if batch is not None and len(batch)
    }
    facts: Facts = {}
    for name, batch in some.items():
        facts |= _losses(name, task, network, batch)
    if not some:
        return facts
    whole, batch = next(
        (parts[name], some[name]) for name in ("train", "valid") if name in some
    )
    facts |= _entropy(batch)
    facts |= _answers(task, network, some.get("valid"))
    few = _some(task, whole, MOST_ROWS, tokens=MOST_TOKENS) if whole else []
    return facts | _run(task, network, whole.gather(few) if whole else batch)


def _some(task: AbstractTask, batch: Batch, most: int, *, tokens: int = 0) -> list[int]:
    """Rows at even distances; of a text that goes on, those of its first batch."""
    ordered = task.order(batch, seed=0, epoch=0)
    if ordered:
        return ordered[0]
    lengths = batch.inputs.lengths
    if tokens:
        mean = max(float(lengths.double().mean()), 1.0)
        most = min(most, max(int(tokens / mean), 4))
    count = min(most, len(batch))
    return [place * len(batch) // count for place in range(count)]


@torch.no_grad()
def _losses(name: str, task: AbstractTask, network: nn.Module, batch: Batch) -> Facts:
    """The mean loss, its standard error, and how it differs with the length."""
    each = task.loss(network, batch).double()
    facts: Facts = {f"{name}_loss": float(each.mean())}
    if len(each) > 1:
        facts[f"{name}_loss_error"] = float(each.std() / len(each) ** 0.5)
    if task.shape is Shape.MANY_TO_ONE and not task.reads_tables and len(each) >= 30:
        facts[f"{name}_by_length"] = _by_length(each, batch.inputs.lengths)
    return facts


def _by_length(each: Tensor, lengths: Tensor) -> Facts:
    """The loss of the shortest and of the longest third, with (rows,) each."""
    order, third = lengths.argsort(stable=True), len(each) // 3
    facts: Facts = {}
    for part, rows in (("short", order[:third]), ("long", order[-third:])):
        facts[f"{part}_loss"] = float(each[rows].mean())
        facts[f"{part}_error"] = float(each[rows].std() / third**0.5)
        facts[f"{part}_tokens"] = float(lengths[rows].double().mean())
    return facts


def _entropy(batch: Batch) -> Facts:
    """Of the tokens to be told, in nats: the loss of knowing only how often each is."""
    targets = batch.targets
    if not isinstance(targets, Ragged) or targets.values.is_floating_point():
        return {}
    shares = targets.values.flatten().unique(return_counts=True)[1].double()
    shares = shares / shares.sum()
    return {"token_entropy": float(-(shares * shares.log()).sum())}


def _answers(task: AbstractTask, network: nn.Module, batch: Batch | None) -> Facts:
    """How many different answers the rows get, where a task has answers.

    Of validation rows: those to learn from need not be ones that can be answered.
    """
    many = 200 if task.shape is Shape.MANY_TO_ONE else 32
    if task.reads_tables or batch is None:
        return {}
    rows = batch.gather(range(min(many, len(batch))))
    told = measure_all(task, network, rows)
    said = Counter(_said(one["prediction"]) for one in told if "prediction" in one)
    if not said:
        return {}
    (most, count), *_ = said.most_common(1)
    figures = {"rows": said.total(), "different": len(said)}
    return {"answers": figures | {"most": most[:80], "share": count / said.total()}}


def _said(prediction: Any) -> str:
    return f"{prediction:.3g}" if isinstance(prediction, float) else str(prediction)


def _run(task: AbstractTask, network: nn.Module, batch: Batch) -> Facts:
    """One run there and back, watched."""
    given: list[Ragged] = []

    def marked(x: Ragged) -> Ragged:
        if x.values.is_floating_point() and not given:
            values = x.values
            if values.requires_grad:
                values.retain_grad()
            else:
                values = values.detach().requires_grad_()
            x = Ragged(values, x.lengths)
            given.append(x)
        return x

    with (
        forced(path="gated"),
        watching({"inputs": marked}) as watch,
        torch.enable_grad(),
    ):
        task.loss(network, batch).sum().backward()
    facts = _growth(watch) | {"layers": _layers(watch)}
    if _asks_of_whole_rows(task) and given and given[0].values.grad is not None:
        sizes = given[0].values.grad.flatten(1).norm(dim=1)
        facts |= _signal(Ragged(sizes, given[0].lengths))
    return facts


def _asks_of_whole_rows(task: AbstractTask) -> bool:
    whole = task.shape in (Shape.MANY_TO_ONE, Shape.ENCODER_DECODER)
    return whole and not task.reads_tables


def _signal(sizes: Ragged) -> Facts:
    """From the size of the gradient of each input, values (tokens,)."""
    shares, steps, lengths = [], [], []
    for row in sizes.to_list():
        largest = float(row.max()) if len(row) > 1 else 0.0
        if largest > 0:
            reached = int((row >= REACHED * largest).sum())
            shares.append(reached / len(row))
            steps.append(reached)
            lengths.append(len(row))
    if not shares:
        return {}
    middle = len(steps) // 2
    return {
        "signal": sum(shares) / len(shares),
        "signal_steps": sorted(steps)[middle],
        "signal_length": sorted(lengths)[middle],
    }


def _growth(watch: Watch) -> Facts:
    """How many times larger ‖∂L/∂h‖ is where a layer begins than where it ends."""
    found = []
    for passage in watch.passages[:MOST_LAYERS]:
        gradient = passage.state_gradients.get("h")
        if gradient is None:
            continue
        for row in Ragged(gradient.norm(dim=1), passage.output.lengths).to_list():
            ends = (row[-1], row[0]) if passage.reverse else (row[0], row[-1])
            if len(row) > 1 and float(ends[1]) > 0:
                found.append(float(ends[0] / ends[1]))
    found.sort()
    return {"growth": found[len(found) // 2]} if found else {}


def _layers(watch: Watch) -> list[Facts]:
    """The gates and units of each layer; a layer with several runs counts each."""
    return [_layer(passage) for passage in watch.passages[:MOST_LAYERS]]


@torch.no_grad()
def _layer(passage: Passage) -> Facts:
    states = passage.output.values
    kind: Any = passage.cell
    facts: Facts = {
        "cell": type(passage.cell).__name__.lower(),
        "reverse": passage.reverse,
        "units": states.shape[1],
        "gates": {},
    }
    if not len(states):
        return facts
    facts["steps"] = _different(passage)
    spans = states.amax(0) - states.amin(0)
    facts["dead"] = float((spans < FROZEN).double().mean())
    gates: Mapping[str, Ragged] = passage.gates
    for name in kind.opens:
        if name in gates:
            values = gates[name].values
            shut, wide = (values < SHUT), (values > OPEN)
            facts["gates"][name] = {
                "shut": float(shut.double().mean()),
                "open": float(wide.double().mean()),
            }
    squashed = getattr(kind, "nonlinearity", "tanh") == "tanh"
    facts["saturated"] = _saturated(facts["gates"], states if squashed else None)
    return facts


def _different(passage: Passage) -> int:
    """After how many different prefixes of what it read the layer gave a state."""
    values, lengths = passage.inputs.values, passage.inputs.lengths
    kinds = values.unique(dim=0, return_inverse=True)[1]
    known: dict[tuple[int, int], int] = {}
    for row in Ragged(kinds, lengths).to_list():
        place, read = 0, row.tolist()
        for kind in reversed(read) if passage.reverse else read:
            place = known.setdefault((place, kind), len(known) + 1)
    return len(known)


def _saturated(gates: Mapping[str, Facts], states: Tensor | None) -> float:
    """The share of gates that hardly move; of a cell without gates, of its states.

    tanh has its own flat ends: at 0.95 its slope 1 − tanh² is below a tenth.
    """
    shares = [one["shut"] + one["open"] for one in gates.values()]
    if shares:
        return sum(shares) / len(shares)
    return float((states.abs() > OPEN).double().mean()) if states is not None else 0.0
