"""The native path among autograd, memory, threads and processes; what it logs."""

import copy
import gc
import io
import logging
import os
import pickle
import signal
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from torch import Tensor

from tests.harness import (
    Example,
    assert_same,
    example,
    instruction_sets,
    measured,
    native_cells,
    needs_native,
    normal,
)
from unrolled import nn
from unrolled.cells.gru import GRU
from unrolled.cells.lstm import LSTM
from unrolled.engine import Weights, forced, kernels, run, run_directions
from unrolled.ragged import Ragged

BY_CELL = pytest.mark.parametrize("cell", native_cells(), ids=str)


def classify(x: Ragged, layer: torch.nn.Module) -> Tensor:
    return layer(x)[0].values.sum()


def large(seed: int = 0) -> Ragged:
    """Enough tokens for two threads."""
    return Ragged(normal(100, 64, seed=seed).float(), torch.tensor([30, 50, 20]))


# -- autograd ------------------------------------------------------------------------


@needs_native
@BY_CELL
@pytest.mark.parametrize("name", ["x", "h0", "W", "R", "b", "c"])
def test_what_alone_needs_a_gradient_gets_the_one_it_always_gets(cell, name):
    made = example(cell, [4, 1, 6])
    full = measured(made.on(path="native"), made.leaves)
    for other, leaf in made.leaves.items():
        leaf.requires_grad_(other == name)
    leaf = made.leaves[name]
    alone = measured(made.on(path="native"), {name: leaf})
    assert torch.equal(alone[f"d {name}"], full[f"d {name}"])


@needs_native
@BY_CELL
@pytest.mark.parametrize("part", ["output", "last h"])
@pytest.mark.parametrize("twice", [False, True], ids=["once", "twice"])
def test_a_loss_of_one_output_alone_has_the_gradients_of_the_law(cell, part, twice):
    made = example(cell, [4, 1, 0, 6])

    def gradients(path: str) -> dict[str, Tensor]:
        only = {part: made.on(path=path)[part]}
        first = measured(only, made.leaves, create_graph=twice)
        return first if not twice else measured(first, made.leaves)

    assert_same(gradients("native"), gradients("reference"))


@needs_native
@BY_CELL
def test_the_way_back_may_be_taken_as_often_as_asked(cell):
    made = example(cell, [4, 1, 6])
    outputs = made.on(path="native")
    found = [measured(outputs, made.leaves, retain_graph=True) for _ in range(3)]
    assert_same(found[1], found[0], tolerance=0)
    assert_same(found[2], found[0], tolerance=0)
    with forced(path="gated"):
        assert_same(found[0], measured(made.on(), made.leaves))
    measured(outputs, made.leaves)
    with pytest.raises(RuntimeError, match="backward through the graph a second time"):
        measured(outputs, made.leaves)


@needs_native
@BY_CELL
@pytest.mark.parametrize("projected", [False, True])
@pytest.mark.parametrize("retain", [False, True])
def test_an_output_may_be_edited_in_place(cell, projected, retain):
    if projected and not cell.projects:
        return
    made = example(cell, [4, 1, 6], projected=projected)

    def through(edit) -> dict[str, Tensor]:
        outputs = made.on(path="native")
        outputs["output"] = edit(outputs["output"])
        if retain:
            measured(outputs, made.leaves, retain_graph=True)
        return measured(outputs, made.leaves)

    assert_same(through(torch.relu_), through(torch.relu))
    assert_same(through(lambda t: t.mul_(2)), through(lambda t: t * 2))


@needs_native
@BY_CELL
def test_saved_tensors_may_be_packed_away(cell):
    made = example(cell, [4, 1, 6])
    expected = measured(made.on(path="native"), made.leaves)
    with torch.autograd.graph.save_on_cpu():
        found = measured(made.on(path="native"), made.leaves)
    assert_same(found, expected, tolerance=0)
    clones = torch.autograd.graph.saved_tensors_hooks(torch.clone, torch.clone)
    with clones:
        outputs = made.on(path="native")
    assert_same(measured(outputs, made.leaves), expected, tolerance=0)


@needs_native
@BY_CELL
def test_a_checkpoint_that_runs_again_gives_the_same_gradients(cell):
    made = example(cell, [4, 1, 6])
    expected = measured(made.on(path="native"), made.leaves)

    def again(*_: Tensor) -> tuple[Tensor, ...]:
        return tuple(made.on(path="native").values())

    outputs = torch.utils.checkpoint.checkpoint(
        again, *made.leaves.values(), use_reentrant=False
    )
    found = measured(dict(zip(made.on(), outputs, strict=True)), made.leaves)
    assert_same(found, expected, tolerance=0)


@needs_native
@BY_CELL
def test_gradients_do_not_share_memory_with_what_may_change(cell):
    made = example(cell, [4, 1, 6])
    outputs = made.on(path="native")
    first = measured(outputs, made.leaves, retain_graph=True)
    kept = {name: tensor.clone() for name, tensor in first.items()}
    for tensor in measured(outputs, made.leaves).values():
        tensor.zero_()  # of the second way back
    gradients = {n: t for n, t in first.items() if n.startswith("d ")}
    assert_same(gradients, {n: kept[n] for n in gradients}, tolerance=0)
    starts = [t.data_ptr() for t in gradients.values()]
    assert len(set(starts)) == len(starts)  # b and c, too, have one each


@needs_native
@pytest.mark.parametrize("there", instruction_sets())
@pytest.mark.parametrize("back", instruction_sets())
def test_the_way_back_takes_the_instruction_set_of_the_way_there(there, back):
    """Panels are as wide as the set's registers: another set's would not fit."""
    made = example(LSTM(), [9, 4], inputs=5, hidden=37)
    with forced(instructions=there):
        expected = measured(made.on(), made.leaves)
        outputs = made.on()
    with forced(instructions=back):
        assert_same(measured(outputs, made.leaves), expected, tolerance=0)


@needs_native
def test_a_way_back_in_another_thread_keeps_its_instruction_set():
    made = example(LSTM(), [9, 4], inputs=5, hidden=37)
    with forced(instructions="portable"):
        expected = measured(made.on(), made.leaves)
        outputs = made.on()
    with ThreadPoolExecutor(1) as other:
        found = other.submit(measured, outputs, made.leaves).result()
    assert_same(found, expected, tolerance=0)


@needs_native
def test_under_autocast_what_comes_is_made_to_fit():
    made = example(GRU(), [4, 1, 6])
    half = made.x.map(torch.Tensor.bfloat16)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = run(GRU(), made.weights, half, made.state)
        both = run_directions(GRU(), [made.weights] * 2, half, [made.state, None])
        measured(made.on(), made.leaves)
    exact = run(GRU(), made.weights, half.map(torch.Tensor.double), made.state)
    assert found.path == both.path == "native"
    assert torch.equal(found.output.values, exact.output.values)
    assert torch.equal(both.output.values[:, :4], exact.output.values)
    assert both.output.values.dtype == torch.float64


@needs_native
def test_tensors_of_inference_mode_are_welcome_and_edits_of_them_seen():
    with torch.inference_mode():
        layer = nn.LSTM(5, 32, num_layers=2, bidirectional=True)
        x = torch.randn(7, 3, 5)
        for _ in range(3):
            found = layer(x)[0]
            with forced(path="gated"):
                torch.testing.assert_close(found, layer(x)[0])
            layer.weight_ih_l0.neg_()
            layer.weight_hh_l1.mul_(0.5)


# -- memory --------------------------------------------------------------------------


@needs_native
@BY_CELL
@pytest.mark.parametrize("back", [False, True])
def test_an_output_that_is_dropped_is_freed_at_once(cell, back):
    made = example(cell, [4, 1, 6])
    gc.disable()
    try:
        outputs = made.on(path="native")
        if back:
            measured(outputs, made.leaves)
        watched = [weakref.ref(tensor) for tensor in outputs.values()]
        watched.append(weakref.ref(outputs["output"].grad_fn))
        del outputs
        assert [ref() for ref in watched] == [None] * len(watched)
    finally:
        gc.enable()


# A sanitizer keeps what has been freed for a while, to see who still reads it.
frees = pytest.mark.skipif(
    "libasan" in os.environ.get("LD_PRELOAD", ""), reason="under a sanitizer"
)


@needs_native
@frees
@pytest.mark.parametrize("grad", [False, True])
def test_many_runs_leave_nothing_behind(grad):
    layer = nn.LSTM(64, 64, bidirectional=True)

    def runs(count: int) -> tuple[int, int]:
        for k in range(count):  # each writes half a megabyte
            with torch.set_grad_enabled(grad):
                loss = classify(large(k), layer)
            if grad:
                loss.backward()
        gc.collect()
        return len(gc.get_objects()), resident()

    objects, memory = runs(20)
    more_objects, more_memory = runs(200)
    assert more_objects < objects + 100
    assert more_memory < memory + 30 * 2**20


@needs_native
@frees
def test_packed_weights_go_when_their_weights_go():
    before = resident()
    for _ in range(60):  # 60 · 2 · 4 MiB, if they stayed
        layer = nn.LSTM(256, 512)
        with torch.no_grad():
            layer(torch.zeros(1, 1, 256))
    del layer
    assert resident() - before < 150 * 2**20


def resident() -> int:
    """Bytes of this process in memory; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as told:  # noqa: PTH123
            return int(told.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


@needs_native
def test_without_gradients_nothing_is_kept():
    made = example(GRU(), [4, 1, 6])
    with torch.no_grad():
        outputs = made.on(path="native")
    assert not any(tensor.requires_grad for tensor in outputs.values())
    assert_same(outputs, {n: t.detach() for n, t in made.on().items()}, tolerance=0)
    frozen = Example(
        made.cell,
        Weights(*(w if w is None else w.detach() for w in made.weights)),
        made.x.map(Tensor.detach),
        tuple(state.detach() for state in made.state),
    )
    assert frozen.on(path="native")["output"].grad_fn is None


# -- copies --------------------------------------------------------------------------


@needs_native
@pytest.mark.parametrize(
    "again",
    [
        copy.deepcopy,
        copy.copy,
        lambda layer: pickle.loads(pickle.dumps(layer)),
        lambda layer: torch.load(saved(layer), weights_only=False),
    ],
    ids=["deepcopy", "copy", "pickle", "torch.save"],
)
def test_a_layer_that_has_run_can_be_copied_and_saved(again):
    layer = nn.LSTM(64, 96, bidirectional=True)
    x = large()
    classify(x, layer).backward()
    expected = layer(x)[0].values
    twin = again(layer)
    assert torch.equal(twin(x)[0].values, expected)
    assert list(twin.state_dict()) == list(layer.state_dict())
    numbers = sum(w.numel() for w in layer.parameters())
    assert len(pickle.dumps(layer.state_dict())) < 4.2 * numbers + 10_000


def saved(layer: torch.nn.Module) -> io.BytesIO:
    held = io.BytesIO()
    torch.save(layer, held)
    held.seek(0)
    return held


# -- threads and processes -----------------------------------------------------------


@needs_native
def test_python_threads_that_share_a_layer_get_the_same_bits():
    layer = nn.LSTM(64, 96, bidirectional=True, num_layers=2)
    batches = [large(seed) for seed in range(8)]

    def work(x: Ragged) -> list[Tensor]:
        with forced(threads=2):
            output, _ = layer(x)
            d = torch.autograd.grad(output.values.sum(), list(layer.parameters()))
        return [output.values.detach(), *d]

    expected = [work(x) for x in batches]
    for _ in range(3):
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(work, batches))
        for ours, theirs in zip(found, expected, strict=True):
            assert all(map(torch.equal, ours, theirs))


@needs_native
def test_python_threads_that_meet_new_weights_together_do_not_disturb_each_other():
    """Each weight is packed for the first time while the other threads pack it, too."""
    barrier = threading.Barrier(3)
    layers = [nn.GRU(16, 16) for _ in range(60)]
    x = torch.randn(5, 2, 16)

    def work() -> list[Tensor]:
        found = []
        for layer in layers:
            barrier.wait()
            with torch.no_grad():
                found.append(layer(x)[0])
        return found

    with ThreadPoolExecutor(3) as pool:
        answers = [task.result() for task in [pool.submit(work) for _ in range(3)]]
    with torch.no_grad():
        expected = [layer(x)[0] for layer in layers]
    for one in answers:
        assert all(map(torch.equal, one, expected))


@needs_native
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_forked_process_runs_on_threads_of_its_own():
    layer, x = nn.LSTM(64, 96), large()
    with torch.no_grad(), forced(threads=2):
        expected = layer(x)[0].values
    child = os.fork()
    if child == 0:
        same = False
        try:
            with torch.no_grad(), forced(threads=2):
                same = torch.equal(layer(x)[0].values, expected)
        finally:
            os._exit(0 if same else 1)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            break
        time.sleep(0.01)
    else:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise AssertionError("the forked process hangs")
    assert os.waitstatus_to_exitcode(status) == 0


# -- where it is not built -----------------------------------------------------------


def test_where_it_is_not_built_that_is_said_once(monkeypatch, caplog):
    monkeypatch.setattr(kernels, "_native", None)
    kernels._say_once.cache_clear()
    with caplog.at_level(logging.WARNING, logger="unrolled"):
        for _ in range(3):
            assert run_with(None) == "gated"
    kernels._say_once.cache_clear()
    (told,) = [r.getMessage() for r in caplog.records if r.name == "unrolled"]
    assert told == (
        "unrolled was installed without its native engine (no C++ compiler was found),"
        " so recurrent layers run on the slower path `gated`. To build it: install g++"
        " and install unrolled again."
    )


def run_with(path: str | None) -> str:
    made = example(GRU(), [2])
    return run(GRU(), made.weights, made.x, made.state, path=path).path
