"""The package's own source as the house rules read it: parsed once, never imported."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "unrolled"
PLUG_INS = ("cells", "tasks", "readers", "datasets", "exports")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One file of the package: "engine.paths" is src/unrolled/engine/paths.py."""

    path: Path
    name: str
    text: str
    tree: ast.Module

    @property
    def place(self) -> str:
        """The path as people write it."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def part(self) -> str:
        """The first word of the name: the part of the house it belongs to."""
        return self.name.partition(".")[0]

    def functions(self) -> Iterator[Function]:
        """Every function and method, nested ones too."""
        for node in ast.walk(self.tree):
            if isinstance(node, Function):
                yield node


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the package; a folder's __init__ goes by the folder's name."""
    return tuple(_module(path) for path in sorted(PACKAGE.rglob("*.py")))


@cache
def python_files() -> tuple[Path, ...]:
    """Every Python file that we wrote, in the package and around it."""
    folders = ("src", "tests", "scripts", "benchmarks", "examples")
    return tuple(p for f in folders for p in sorted((ROOT / f).rglob("*.py")))


def _module(path: Path) -> Module:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    parts = parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts
    text = path.read_text(encoding="utf-8")
    return Module(path, ".".join(parts), text, ast.parse(text))
