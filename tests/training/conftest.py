"""Runs of the real command, on rows made on the spot."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.training.launcher import Launcher
from tests.training.made_up import texts, write


@pytest.fixture(scope="session")
def launcher() -> Iterator[Launcher]:
    if not hasattr(os, "fork"):
        pytest.skip("this system cannot fork")
    one = Launcher()
    yield one
    one.close()


@pytest.fixture(scope="session")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CSV file of 600 short texts with their labels."""
    return write(tmp_path_factory.mktemp("data") / "texts.csv", texts(600))
