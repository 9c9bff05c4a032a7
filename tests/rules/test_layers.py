"""Imports go downhill, so the parts can form no ring; and no plug-in leans on another.

Every import counts, also one inside a function or under TYPE_CHECKING.
"""

import ast
import sys
import tomllib
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from tests.rules.source import PLUG_INS, ROOT, Module, modules

FLOORS = [  # a part may import from the lines below its own, and from nothing else
    {"__main__"},
    {"cli", "studio", "serving"},
    {"sklearn"},
    {"comparing"},
    {"training", "exports"},
    {"tracing"},
    {"tasks"},
    {"models", "decoding"},
    {"nn"},
    {"engine"},
    {"cells", "text", "signals", "readers", "datasets", "drawing"},
    {"catalog"},
    {"ragged", "series"},
    {"time_major", "settings", "randomness", "durable", "pillow"},
    {"errors", "_native"},
    {"__init__"},  # the front door: it names what lies above, and imports none of it
]
HEIGHT = {part: -row for row, parts in enumerate(FLOORS) for part in parts}

# What comes with unrolled itself; anything else is an extra that may be missing.
CORE = {"torch", "numpy", "safetensors", "typer", "rich", "typing_extensions"}
ONLY_AT_THE_DOORS = {"typer", "rich", "click"}


def _imported(module: Module) -> Iterator[tuple[str, bool]]:
    """Dotted names that a file imports, and whether by `from`."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, False) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module.place} has a relative import"
            yield from ((f"{node.module}.{alias.name}", True) for alias in node.names)


def _ours(module: Module) -> Iterator[str]:
    """The modules of the package that a file imports: "engine.paths", "ragged"."""
    known = {other.name for other in modules()}
    for dotted, _ in _imported(module):
        package, _, name = dotted.partition(".")
        if package != "unrolled":
            continue
        while name and name not in known:  # the last word may be a thing inside
            name = name.rpartition(".")[0]
        yield name or "__init__"


def test_every_part_has_a_floor():
    homeless = {module.part for module in modules()} - set(HEIGHT)
    assert not homeless, f"say in FLOORS on which floor {homeless} stand"


def test_imports_go_downhill():
    uphill = [
        f"{module.place} imports unrolled.{target}"
        for module in modules()
        for target in sorted(set(_ours(module)))
        for part in [target.partition(".")[0]]
        if part != module.part and HEIGHT[part] >= HEIGHT[module.part]
    ]
    assert not uphill, "\n".join(uphill)


def test_inside_a_part_the_modules_have_an_order():
    graph = {module.name: set(_ours(module)) - {module.name} for module in modules()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as ring:
        raise AssertionError(
            f"a ring of imports: {' -> '.join(ring.args[1])}"
        ) from None


def test_nothing_is_taken_through_the_front_door():
    """`from unrolled.ragged import Ragged`: from where it is, for this test to see."""
    compiled = {"_native"}
    known = {module.name for module in modules()} | {"__version__"} | compiled
    wrong = [
        f"{module.place} imports {dotted}"
        for module in modules()
        for dotted, is_from in _imported(module)
        if dotted == "unrolled"
        or (is_from and dotted.count(".") == 1 and dotted.startswith("unrolled."))
        if dotted.partition(".")[2] not in known
    ]
    assert not wrong, "\n".join(wrong)


def test_a_plug_in_can_be_read_alone_and_deleted_alone():
    leaning = [
        f"{module.place} imports unrolled.{target}"
        for module in modules()
        if module.part in PLUG_INS and module.name != module.part
        for target in sorted(set(_ours(module)))
        if target.partition(".")[0] == module.part
        if not target.split(".")[1].startswith("_")
    ]
    assert not leaning, "\n".join(leaning)


def test_an_optional_package_is_imported_in_one_file_which_names_its_extra():
    users: dict[str, list[Module]] = {}
    for module in modules():
        for dotted, _ in _imported(module):
            package = dotted.partition(".")[0]
            if dotted.startswith("torch.utils.tensorboard"):
                package = "tensorboard"
            if package not in {"unrolled", *CORE, *sys.stdlib_module_names}:
                users.setdefault(package, []).append(module)
    wrong = [
        f"{package}: {', '.join(sorted({module.place for module in found}))}"
        for package, found in users.items()
        if len({module.name for module in found}) > 1
        or any("MissingExtraError" not in module.text for module in found)
    ]
    assert not wrong, "\n".join(wrong)


def test_every_core_package_is_a_declared_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = {need.partition(">")[0] for need in project["dependencies"]}
    # typer brings rich and typing_extensions.
    assert declared == CORE - {"rich", "typing_extensions"}


def test_only_the_doors_speak_to_a_terminal():
    wrong = [
        f"{module.place} imports {dotted}"
        for module in modules()
        for dotted, _ in _imported(module)
        if dotted.partition(".")[0] in ONLY_AT_THE_DOORS
        if HEIGHT[module.part] < HEIGHT["cli"]
    ]
    assert not wrong, "\n".join(wrong)
