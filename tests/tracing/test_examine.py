"""What is seen of a network: by networks whose weights were made to show one thing."""

import math
from typing import Any

import pytest
import torch
from torch import nn

from unrolled.catalog import find, names
from unrolled.models.many_to_one import ManyToOne
from unrolled.ragged import Ragged
from unrolled.settings import describe, make
from unrolled.tasks._base import Batch, Example
from unrolled.tasks.classify import Classify
from unrolled.tracing import examine as module
from unrolled.tracing.examine import examine
from unrolled.training.sections import sections_of

WORDS = ["a", "b", "c", "d", "e", "f", "g", "h"]


def task(cell: str = "lstm", **more: Any) -> Classify:
    given = {
        "model.cell": cell,
        "model.hidden": 4,
        "model.embedding": 3,
        "model.bidirectional": False,
        "model.pooling": "last",
        "model.evidence": False,
        **more,
    }
    return Classify.fit(rows(40), make(sections_of(Classify), given), {})


def rows(count: int, length: int = 30) -> list[Example]:
    """Each `length` words; labels take turns."""
    return [
        Example(
            " ".join(WORDS[(i + n * n) % 8] for n in range(length)), "xy"[i % 2], ""
        )
        for i in range(count)
    ]


def built(made: Classify) -> ManyToOne:
    torch.manual_seed(0)
    network: Any = made.build()
    return network


def seen(made: Classify, network: nn.Module, count: int = 40) -> dict[str, Any]:
    batch = made.encode(rows(count))
    return examine(made, network, batch, batch)


def test_the_losses_are_those_of_the_rows_and_their_error_that_of_a_mean():
    made = task()
    network = built(made)
    found, batch = seen(made, network), made.encode(rows(40))
    each = made.loss(network.eval(), batch).detach().double()
    assert found["train_loss"] == pytest.approx(float(each.mean()))
    error = float(each.std()) / math.sqrt(40)
    assert found["valid_loss_error"] == pytest.approx(error)


def test_of_a_state_that_halves_its_past_the_signal_is_that_many_steps_long():
    """h′ = tanh(x + h / 2) near 0: the gradient halves with each step back, and is a
    hundredth after log(100) / log(2) = 6.6 of them: 7 steps are reached.
    """
    made = task("elman")
    network = built(made)
    with torch.no_grad():
        for name, weight in network.stack.named_parameters():
            weight.zero_()
            if name == "weight_hh_l0":
                weight.copy_(torch.eye(4) / 2)
            elif name == "weight_ih_l0":
                weight[:3] = torch.eye(3) * 1e-4
    found = seen(made, network)
    assert found["signal_steps"] == 7
    assert found["signal_length"] == 30
    assert found["signal"] == pytest.approx(7 / 30)
    assert found["growth"] == pytest.approx(0.5**29, rel=1e-3)


def test_gates_that_are_shut_or_open_are_counted_by_name():
    made = task()
    network = built(made)
    with torch.no_grad():
        bias = dict(network.stack.named_parameters())["bias_ih_l0"]
        bias.zero_()
        bias[0:4], bias[4:8] = -50.0, 50.0  # i shut, f open; g and o as they are
    (layer,) = seen(made, network)["layers"]
    assert (layer["cell"], layer["reverse"], layer["units"]) == ("lstm", False, 4)
    assert layer["gates"]["i"] == {"shut": 1.0, "open": 0.0}
    assert layer["gates"]["f"] == {"shut": 0.0, "open": 1.0}
    assert layer["gates"]["o"] == {"shut": 0.0, "open": 0.0}
    assert layer["saturated"] == pytest.approx(2 / 3)
    assert layer["dead"] == 1.0  # nothing comes into the cell any more


@pytest.mark.parametrize(("relu", "dead"), [(True, 0.5), (False, 0.5)])
def test_units_that_give_one_number_for_everything_are_dead(relu, dead):
    """A relu that is never above 0, and a tanh that is always 1."""
    option = {"model.cell_options": "nonlinearity=relu"} if relu else {}
    made = task("elman", **option)
    network = built(made)
    with torch.no_grad():
        bias = dict(network.stack.named_parameters())["bias_ih_l0"]
        bias.fill_(0.5)
        bias[:2] = -50.0 if relu else 50.0
    (layer,) = seen(made, network)["layers"]
    assert layer["dead"] == dead
    assert layer["saturated"] == (0.0 if relu else pytest.approx(0.5, abs=0.05))


@pytest.mark.parametrize("both", [False, True])
def test_steps_count_once_however_often_the_same_prefix_was_read(both):
    made = task(**{"model.bidirectional": both})
    texts = ["a b c", "a b c", "a b d", "b a", "d"]
    batch = made.encode([Example(text, "x", "") for text in texts])
    layers = examine(made, built(made), batch, batch)["layers"]
    # Forward: a, ab, abc, abd, b, ba, d. Backward: c, cb, cba, d, db, dba, a, ab.
    steps = {one["reverse"]: one["steps"] for one in layers}
    assert steps == ({False: 7, True: 8} if both else {False: 7})


def test_one_answer_to_all_rows_is_counted():
    made = task()
    network = built(made)
    with torch.no_grad():
        network.head.weight.zero_()
        network.head.bias[:] = torch.tensor([0.0, 1.0])
    found = seen(made, network)["answers"]
    assert found == {"rows": 40, "different": 1, "most": "y", "share": 1.0}


def test_long_and_short_rows_are_told_apart():
    made = task()
    network = built(made)
    some = [*rows(20, 3), *rows(20, 50)]
    batch = made.encode(some)
    found = examine(made, network, batch, None)["train_by_length"]
    assert (found["short_tokens"], found["long_tokens"]) == (3.0, 50.0)
    each = made.loss(network.eval(), batch).detach()
    assert found["short_loss"] == pytest.approx(float(each[:13].mean()), rel=1e-5)
    assert found["long_loss"] == pytest.approx(float(each[-13:].mean()), rel=1e-5)


def test_the_entropy_of_tokens_to_be_told_is_the_loss_of_knowing_their_shares():
    targets = Ragged(torch.tensor([1, 1, 2, 2]), torch.tensor([3, 1]))
    batch = Batch(Ragged(torch.zeros(4), torch.tensor([3, 1])), targets)
    found = module._entropy(batch)["token_entropy"]
    assert found == pytest.approx(math.log(2))


def test_a_look_leaves_weights_gradients_chance_and_mode_as_they_were():
    made = task()
    network = built(made).train()
    before = {k: v.clone() for k, v in network.state_dict().items()}
    chance = torch.get_rng_state()
    seen(made, network)
    assert network.training
    assert all(p.grad is None for p in network.parameters())
    assert all(torch.equal(v, before[k]) for k, v in network.state_dict().items())
    assert torch.equal(torch.get_rng_state(), chance)


def test_without_rows_nothing_is_seen():
    made = task()
    empty = made.encode([])
    assert examine(made, built(made), None, None) == {}
    assert examine(made, built(made), empty, empty) == {}


@pytest.mark.parametrize("name", [n for n in names("tasks") if find("tasks", n).loops])
def test_the_network_of_every_task_can_be_looked_into(name):
    """Fresh, on its own sample: losses and layers are figures."""
    kind: Any = find("tasks", name)
    known = {row[0] for row in describe(sections_of(kind))}
    small = {k: 8 for k in ("model.hidden", "model.embedding") if k in known}
    settings = make(sections_of(kind), small)
    roles = [column.role for column in kind.columns]
    examples = []
    for row in kind.sample():
        cells = dict(zip(roles, row, strict=False))
        given = (cells["given"],) if "given" in cells else ()
        examples.append(Example(cells["input"], cells.get("target"), "a row", given))
    made = kind.fit(examples, settings, {})
    torch.manual_seed(0)
    found = examine(
        made,
        made.build(),
        made.encode_to_learn(examples),
        made.encode_to_score(examples),
    )
    assert math.isfinite(found["train_loss"])
    assert found["layers"]
    assert all(0 <= layer["saturated"] <= 1 for layer in found["layers"])
    assert 0 < found.get("signal", 1.0) <= 1
