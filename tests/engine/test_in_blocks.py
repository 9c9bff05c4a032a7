"""Blocks: in their order, one thread each, and what holds outside holds inside."""

import threading
from time import sleep

import pytest
import torch

from unrolled.engine import forced
from unrolled.engine.choice import chosen
from unrolled.engine.in_blocks import each
from unrolled.randomness import computing_on

BY_THREADS = pytest.mark.parametrize("threads", [1, 2, 3])


@BY_THREADS
def test_answers_come_in_the_order_of_the_blocks(threads):
    def compute(block: int) -> int:
        sleep(0.002 * (5 - block))
        return block * block

    with computing_on(threads):
        assert each(compute, range(6)) == [0, 1, 4, 9, 16, 25]
        assert each(compute, []) == []
        assert each(compute, [3]) == [9]


@BY_THREADS
def test_each_block_is_computed_by_one_thread_of_torch(threads):
    with computing_on(threads):
        found = each(lambda _: torch.get_num_threads(), range(7))
        assert found == [1] * 7
        assert torch.get_num_threads() == threads


def test_what_others_set_meanwhile_does_not_reach_the_blocks():
    """Torch sets a thread up at its first question, to what was last set anywhere."""
    gate = threading.Barrier(5, timeout=20)
    found: list[int] = []

    def compute(_: int) -> None:
        gate.wait()
        gate.wait()
        found.append(torch.get_num_threads())

    def ask() -> None:
        with computing_on(4):
            each(compute, range(4))

    asking = threading.Thread(target=ask)
    asking.start()
    gate.wait()  # all four are set up
    with computing_on(3):
        gate.wait()
        asking.join()
    assert found == [1] * 4


def test_threads_that_begin_later_have_as_many_threads_of_torch_as_this_one():
    found: list[int] = []
    with computing_on(3):
        each(lambda _: None, range(6))
        later = threading.Thread(target=lambda: found.append(torch.get_num_threads()))
        later.start()
        later.join()
    assert found == [3]


@pytest.mark.parametrize("threads", [2, 3])
def test_as_many_blocks_are_computed_at_a_time_as_torch_has_threads(threads):
    gate = threading.Barrier(threads, timeout=20)
    with computing_on(threads):
        each(lambda _: gate.wait(), range(2 * threads))


@BY_THREADS
def test_nothing_is_recorded_and_nothing_is_cut_to_half_precision(threads):
    x = torch.ones(3, 3, requires_grad=True)

    def compute(_: int) -> tuple[bool, torch.dtype]:
        found = x @ x
        return found.requires_grad, found.dtype

    with computing_on(threads), torch.autocast("cpu", dtype=torch.bfloat16):
        assert each(compute, range(4)) == [(False, torch.float32)] * 4
        assert torch.is_autocast_enabled("cpu")
    assert torch.is_grad_enabled()


@BY_THREADS
def test_what_is_forced_outside_is_forced_inside(threads):
    with computing_on(threads), forced(path="gated"):
        assert each(lambda _: chosen().path, range(4)) == ["gated"] * 4
    with computing_on(threads):
        assert each(lambda _: chosen().path, range(4)) == [None] * 4


@BY_THREADS
def test_an_error_is_the_callers_and_the_next_blocks_are_computed(threads):
    def compute(block: int) -> int:
        if block == 2:
            raise ValueError("block 2")
        return block

    with computing_on(threads):
        with pytest.raises(ValueError, match="block 2"):
            each(compute, range(5))
        assert each(compute, [0, 1]) == [0, 1]
        assert torch.get_num_threads() == threads
