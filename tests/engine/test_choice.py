"""Forcing a path, an instruction set or a number of threads: for a block, no longer."""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

import pytest
import torch

from tests.harness import (
    assert_same,
    example,
    instruction_sets,
    measured,
    needs_native,
    path_on_cpu,
)
from unrolled import nn
from unrolled.cells.gru import GRU
from unrolled.cells.lstm import LSTM
from unrolled.engine import (
    forced,
    kernels,
    native,
    path_for,
    run,
    run_directions,
)
from unrolled.engine.choice import Choice, chosen
from unrolled.errors import SettingError

NOTHING = Choice(path=None, instructions=None, threads=None)


def test_nothing_is_forced_unless_somebody_does():
    assert chosen() == NOTHING


@pytest.mark.parametrize("path", ["reference", "gated", "cudnn"])
def test_a_forced_path_is_the_one_that_runs(path):
    made = example(GRU(), [4, 1, 6])
    with forced(path=path):
        assert path_for(GRU(), "cpu") == path
        assert run(GRU(), made.weights, made.x, made.state).path == path
        both = run_directions(GRU(), [made.weights] * 2, made.x, [made.state, None])
        assert both.path == path
        assert nn.LSTM(2, 3).path == path
        found = measured(made.on(), made.leaves)
    assert path_for(GRU(), "cpu") == path_on_cpu(GRU())
    assert_same(found, measured(made.on(path="reference"), made.leaves))


@needs_native
def test_what_a_run_is_told_itself_counts_for_more():
    made = example(GRU(), [2])
    with forced(path="gated"):
        assert run(GRU(), made.weights, made.x, path="native").path == "native"


def test_what_is_not_given_stays_as_it_was():
    with forced(path="gated", threads=2):
        with forced(instructions="portable"):
            assert chosen() == Choice("gated", "portable", 2)
            with forced(threads=1, path="reference"):
                assert chosen() == Choice("reference", "portable", 1)
        assert chosen() == Choice("gated", None, 2)
    assert chosen() == NOTHING


def test_it_ends_with_the_block_even_by_an_error():
    with pytest.raises(ZeroDivisionError), forced(path="gated"):
        raise ZeroDivisionError
    assert chosen() == NOTHING


def test_it_holds_for_the_thread_that_says_so_and_for_no_other():
    inside, seen = threading.Event(), []

    def other() -> None:
        inside.wait()
        seen.append(chosen())

    with ThreadPoolExecutor(1) as pool:
        task = pool.submit(other)
        with forced(path="reference", threads=1):
            inside.set()
            task.result()
    assert seen == [NOTHING]


@pytest.mark.parametrize("threads", [0, -1])
def test_less_than_one_thread_is_refused(threads):
    with pytest.raises(SettingError) as refusal, forced(threads=threads):
        raise AssertionError("the block must not be entered")
    assert str(refusal.value) == (
        f"{threads} threads.\n"
        "  expected: 1 or more\n"
        "  to fix:   leave it out to follow torch.set_num_threads\n"
        "  code:     setting"
    )


def test_a_forced_path_that_does_not_exist_or_serve_is_refused_by_the_run():
    made = example(GRU(reset="before"), [2])
    for path in ("fast", "cudnn"):
        with forced(path=path), pytest.raises(SettingError) as refusal:
            run(made.cell, made.weights, made.x)
        assert str(refusal.value) == (
            f"the path \"{path}\" for GRU(reset='before').\n"
            "  expected: one of reference, gated, native, cudnn that serves this cell\n"
            '  to fix:   leave the path out, or take "gated", which runs every cell\n'
            "  code:     setting"
        )


@needs_native
def test_a_forced_set_that_this_machine_has_not_is_refused_by_the_run():
    made = example(GRU(), [2])
    with forced(instructions="mmx"), pytest.raises(SettingError) as refusal:
        run(GRU(), made.weights, made.x)
    assert str(refusal.value) == (
        'the instruction set "mmx".\n'
        f"  expected: one of {', '.join(native.instruction_sets())}\n"
        "  to fix:   leave it out, and the quickest is taken\n"
        "  code:     setting"
    )
    with forced(instructions="mmx"):  # the other paths have none
        assert run(GRU(), made.weights, made.x, path="gated").path == "gated"


@needs_native
def test_the_sets_run_by_turns_on_the_same_weights():
    """What one set has packed is of no use to another."""
    made = example(LSTM(), [9, 4], inputs=5, hidden=21)
    law = made.on(path="reference")
    for instructions in 2 * instruction_sets():
        with torch.no_grad(), forced(instructions=instructions):
            assert_same(made.on(), {n: t.detach() for n, t in law.items()})


@needs_native
def test_on_this_machine_the_sets_differ_in_their_last_bits():
    """Or forcing one would not have been seen to work."""
    made = example(LSTM(), [40], inputs=30, hidden=40)
    found = []
    for instructions in ("portable", native.instruction_sets()[0]):
        with forced(instructions=instructions):
            found.append(made.on()["output"])
    if len(native.instruction_sets()) > 1:
        assert not torch.equal(*found)


@needs_native
def test_a_module_compiled_from_other_sources_is_refused_and_not_called(monkeypatch):
    monkeypatch.setattr(kernels._native, "interface", 0)
    monkeypatch.delitem(sys.modules, "unrolled.engine.kernels")
    with pytest.raises(ImportError, match="compiled from other sources") as refusal:
        import_module("unrolled.engine.kernels")
    monkeypatch.undo()
    assert "make native" in str(refusal.value)
