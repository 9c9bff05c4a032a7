"""Signals become a wish, a second one an end; and a stop that saved is told as such."""

import os
import signal
import threading
from pathlib import Path

import pytest

from unrolled.errors import InterruptedTrainingError
from unrolled.training import checkpoint
from unrolled.training.stopping import saved_where_stopped, wish_to_stop


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=str)
def test_a_signal_is_a_wish_and_handlers_come_back(number):
    before = signal.getsignal(number)
    with wish_to_stop() as wants_stop:
        assert not wants_stop()
        os.kill(os.getpid(), number)
        assert wants_stop()
    assert signal.getsignal(number) is before


def test_the_second_signal_stops_at_once():
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), wish_to_stop():
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_outside_the_main_thread_signals_are_left_alone():
    before, found = signal.getsignal(signal.SIGINT), []

    def run() -> None:
        with wish_to_stop() as wants_stop:
            found.append((wants_stop(), signal.getsignal(signal.SIGINT)))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert found == [(False, before)]


def test_an_interrupt_is_a_saved_stop_only_where_a_checkpoint_is(tmp_path: Path):
    for out in (None, tmp_path):
        with pytest.raises(KeyboardInterrupt), saved_where_stopped(out):
            raise KeyboardInterrupt
    (tmp_path / checkpoint.NAME).touch()
    with pytest.raises(InterruptedTrainingError), saved_where_stopped(tmp_path):
        raise KeyboardInterrupt
    with pytest.raises(OSError, match="full"), saved_where_stopped(tmp_path):
        raise OSError("full")
