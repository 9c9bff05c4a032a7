"""The folder is the list: names, the classes behind them, and other packages' own."""

import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import EntryPoint

import pytest

from unrolled import catalog
from unrolled.cells.elman import Elman
from unrolled.cells.gru import GRU
from unrolled.cells.lstm import LSTM
from unrolled.errors import UnknownNameError


@dataclass(frozen=True)
class Foreign:
    """A cell as another package would bring it."""


@pytest.fixture
def another_package(monkeypatch):
    """Offers a cell "my_cell", and one that would take the name of ours."""
    mine = f"{__name__}:Foreign"
    offered = [
        EntryPoint("my-cell", mine, "unrolled.cells"),
        EntryPoint("gru", mine, "unrolled.cells"),
    ]

    def entry_points(group: str) -> list[EntryPoint]:
        return [entry for entry in offered if entry.group == group]

    monkeypatch.setattr(catalog, "entry_points", entry_points)
    monkeypatch.setitem(sys.modules, __name__, sys.modules[__name__])


def test_a_file_in_the_folder_is_a_name():
    assert catalog.names("cells") == ["elman", "gru", "lstm"]


def test_a_name_finds_the_class_of_its_file():
    assert catalog.find("cells", "gru") is GRU
    assert catalog.find("cells", "lstm") is LSTM
    assert catalog.find("cells", "elman") is Elman


@pytest.mark.parametrize("kind", ["cells", "tasks", "readers", "datasets"])
def test_every_name_finds_a_class(kind):
    assert catalog.names(kind)
    for name in catalog.names(kind):
        assert isinstance(catalog.find(kind, name), type)


@pytest.mark.usefixtures("another_package")
def test_another_package_adds_its_own_and_takes_nothing_of_ours():
    assert catalog.names("cells") == ["elman", "gru", "lstm", "my_cell"]
    assert catalog.find("cells", "my_cell") is Foreign
    assert catalog.find("cells", "my-cell") is Foreign
    assert catalog.find("cells", "gru") is GRU
    assert "my_cell" not in catalog.names("readers")


def test_a_name_that_is_nearly_right_is_guessed():
    with pytest.raises(UnknownNameError) as refusal:
        catalog.find("cells", "grru")
    assert str(refusal.value) == (
        'there is no "grru" among the cells.\n'
        "  expected: one of elman, gru, lstm\n"
        '  to fix:   did you mean "gru"?\n'
        "  code:     unknown-name"
    )


def test_a_name_like_no_other_is_told_where_it_would_go():
    with pytest.raises(UnknownNameError) as refusal:
        catalog.find("cells", "transformer")
    assert str(refusal.value) == (
        'there is no "transformer" among the cells.\n'
        "  expected: one of elman, gru, lstm\n"
        "  to fix:   see the list, or add the file"
        " src/unrolled/cells/transformer.py\n"
        "  code:     unknown-name"
    )


@pytest.mark.parametrize("name", ["_base", "__init__", "", "gru.GRU", "../cells/gru"])
def test_what_is_no_plug_in_is_no_name(name):
    with pytest.raises(UnknownNameError):
        catalog.find("cells", name)


def test_listing_names_opens_no_module():
    code = (
        "import sys; from unrolled.catalog import names; names('cells');"
        "assert 'torch' not in sys.modules and 'unrolled.cells.gru' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
