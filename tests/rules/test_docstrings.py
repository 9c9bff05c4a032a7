"""Everything public says what it is, and every tensor at a border says its shape."""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from tests.rules.source import Function, Module, modules

SHAPE = re.compile(r"\((?:[^\W\d]|\.\.\.)[^(),]*,[^()]*\)")
"""(rows, hidden), (tokens,), (rows + 1,), (..., size)."""
HOLDS_NUMBERS = re.compile(r"\b(Tensor|Ragged)\b")


class Public(NamedTuple):
    """Something that others may use, and where its words may stand."""

    where: str
    node: ast.ClassDef | Function
    around: str
    """The docstrings of its class and its module."""

    @property
    def told(self) -> str:
        """Its own docstring."""
        return ast.get_docstring(self.node) or ""


def _public() -> Iterator[Public]:
    for module in modules():
        told = ast.get_docstring(module.tree) or ""
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef | Function) and _is_public(node):
                yield Public(f"{module.place}: {node.name}", node, told)
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield from _methods(module, node, told)


def _methods(module: Module, owner: ast.ClassDef, told: str) -> Iterator[Public]:
    around = f"{told}\n{ast.get_docstring(owner) or ''}"
    for node in owner.body:
        if isinstance(node, Function) and _is_public(node):
            yield Public(f"{module.place}: {owner.name}.{node.name}", node, around)


def _is_public(node: ast.ClassDef | Function) -> bool:
    """An override inherits its words, and an overload shares them."""
    marks = {ast.unparse(mark) for mark in node.decorator_list}
    inherits = any(m in ("override", "overload") or ".setter" in m for m in marks)
    return not node.name.startswith("_") and not inherits


def _annotations(function: Function) -> str:
    given = function.args
    arguments = (*given.posonlyargs, *given.args, *given.kwonlyargs)
    notes = [a.annotation for a in arguments if a.annotation]
    notes += [function.returns] if function.returns else []
    return " ".join(ast.unparse(note) for note in notes)


def test_every_file_opens_with_what_it_is():
    silent = [m.place for m in modules() if not ast.get_docstring(m.tree)]
    assert not silent, "\n".join(silent)


def test_everything_public_is_described():
    silent = [one.where for one in _public() if not one.told]
    assert not silent, "\n".join(silent)


def test_every_public_tensor_has_its_shape():
    shapeless = [
        one.where
        for one in _public()
        if isinstance(one.node, Function)
        and HOLDS_NUMBERS.search(_annotations(one.node))
        if not SHAPE.search(one.told) and not SHAPE.search(one.around)
    ]
    assert not shapeless, "\n".join(shapeless)


def test_every_cell_gives_equations_shapes_and_source():
    cells = [m for m in modules() if re.fullmatch(r"cells\.[^_]\w*", m.name)]
    assert len(cells) >= 3
    missing = [
        f"{module.place}: {needed}"
        for module in cells
        for needed in (" = ", "Shapes:", "Reference:")
        if needed not in (ast.get_docstring(module.tree) or "")
    ]
    assert not missing, "\n".join(missing)


def test_a_shape_is_known_when_it_is_seen():
    for shape in ("(rows, hidden)", "(tokens,)", "(rows + 1,)", "(..., size)"):
        assert SHAPE.search(f"The states, {shape}, of it.")
    for other in ("(and the last)", "(arXiv:1406.1078)", "(5, 6)", "()"):
        assert not SHAPE.search(other)
