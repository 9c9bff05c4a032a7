"""Runs the pages of docs/lessons/ and shows what their code gives.

    docs/lessons/1-order.md          the one source: prose, and blocks of ```python
    build/lessons/1-order.md         the same with printed lines and pictures
    build/lessons/1-order.ipynb      and as a notebook, already run

A page is run from top to bottom in one namespace, in an empty folder, on one thread. As
in a notebook, a block shows what it prints and what its last line gives: a picture by
its `_repr_html_`, else its `repr`. A number that stands in the prose must stand in the
code or come out of it; `unproven` names those that do not.
"""

import ast
import contextlib
import io
import json
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
LESSONS = ROOT / "docs" / "lessons"
FENCE = re.compile(r"^```python\n(.*?)^```\n", re.M | re.DOTALL)
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?")


class Shown(NamedTuple):
    """One thing that a block shows."""

    kind: str
    """`text` was printed, `value` is the last line's, `html` a picture."""
    data: str
    in_notebook: str = ""
    """A picture with colors of its own, which a notebook does not have."""


class Cell(NamedTuple):
    """A part of a page: prose, or a block of code with what it showed."""

    text: str
    line: int
    """Where it begins in the file, from 1."""
    is_code: bool
    shown: tuple[Shown, ...] = ()


def names() -> list[str]:
    """The lessons in their order, by the names of their files."""
    return sorted(path.stem for path in LESSONS.glob("[0-9]*.md"))


def cells_of(text: str) -> Iterator[Cell]:
    """The parts of a page in their order."""
    begin = 0
    for match in FENCE.finditer(text):
        if prose := text[begin : match.start()].strip():
            yield Cell(prose, text.count("\n", 0, begin) + 1, is_code=False)
        line = text.count("\n", 0, match.start()) + 2
        yield Cell(match[1], line, is_code=True)
        begin = match.end()
    if prose := text[begin:].strip():
        yield Cell(prose, text.count("\n", 0, begin) + 1, is_code=False)


def run(name: str) -> list[Cell]:
    """The parts of a lesson after its code ran, in an empty folder, on one thread.

    Whatever the code raises comes out, with the page's own line in the traceback.
    """
    import torch  # a page that is only read does not wait for it

    path = LESSONS / f"{name}.md"
    namespace: dict[str, Any] = {"__name__": "__main__"}
    threads, before = torch.get_num_threads(), Path.cwd()
    done: list[Cell] = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            os.chdir(folder)
            torch.set_num_threads(1)
            for cell in cells_of(path.read_text("utf-8")):
                shown = _shown(cell, path, namespace) if cell.is_code else ()
                done.append(cell._replace(shown=tuple(shown)))
        finally:
            torch.set_num_threads(threads)
            os.chdir(before)
    return done


def _shown(cell: Cell, path: Path, namespace: dict[str, Any]) -> Iterator[Shown]:
    tree = ast.increment_lineno(ast.parse(cell.text, str(path)), cell.line - 1)
    last = tree.body[-1] if tree.body else None
    asked = isinstance(last, ast.Expr)
    body = ast.Module(tree.body[:-1] if asked else tree.body, [])
    value, printed = None, io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(body, str(path), "exec"), namespace)  # our own page
        if isinstance(last, ast.Expr):
            expression = ast.Expression(last.value)
            value = eval(compile(expression, str(path), "eval"), namespace)
    if printed.getvalue():
        yield Shown("text", printed.getvalue())
    if value is not None:
        draw = getattr(value, "_repr_html_", None)
        if draw:
            own = draw()
            yield Shown("html", f"{value!s}" if isinstance(value, str) else own, own)
        else:
            yield Shown("value", f"{value!r}\n")


def unproven(cells: list[Cell]) -> list[str]:
    """The numbers of the prose that no code states and nothing that it shows."""
    code = "\n".join(cell.text for cell in cells if cell.is_code)
    shown = "\n".join(
        one.data for cell in cells for one in cell.shown if one.kind != "html"
    )
    proven = set(_numbers(f"{code}\n{shown}".replace("_", "")))
    prose = "\n".join(LINK.sub("", cell.text) for cell in cells if not cell.is_code)
    prose = prose.partition("## Try it")[0]  # what is to be tried claims nothing
    prose = re.sub(r"^(#.*|\d+\. )", "", prose, flags=re.MULTILINE)
    return [number for number in _numbers(prose) if number not in proven]


def _numbers(text: str) -> list[str]:
    return [found.rstrip(",").replace(",", "") for found in NUMBER.findall(text)]


# -- the page --------------------------------------------------------------------------


def page(name: str, cells: list[Cell]) -> str:
    """Markdown for the website, with everything that the blocks showed."""
    parts = []
    for cell in cells:
        parts.append(f"```python\n{cell.text}```" if cell.is_code else cell.text)
        for one in cell.shown:
            if one.kind == "html":  # without empty lines: they would end the block
                lines = [line for line in one.data.splitlines() if line.strip()]
                parts.append("\n".join(['<div class="shown">', *lines, "</div>"]))
            else:
                parts.append(f"``` {{.text .shown}}\n{one.data.rstrip()}\n```")
    note = (
        f"[This page as a notebook]({name}.ipynb){{ .notebook download }}: "
        "every number and picture on it was made by the code that stands above it."
    )
    title, _, rest = "\n\n".join(parts).partition("\n")
    return f"{title}\n\n{note}\n{rest}\n"


# -- the notebook ----------------------------------------------------------------------


def notebook(cells: list[Cell]) -> str:
    """The same as a Jupyter notebook, already run (nbformat 4.5)."""
    made = [_notebook_cell(cell, number) for number, cell in enumerate(cells, 1)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    about = {"kernelspec": kernel, "language_info": {"name": "python"}}
    whole = {"cells": made, "metadata": about, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _notebook_cell(cell: Cell, number: int) -> dict[str, Any]:
    head = {"id": f"part-{number}", "metadata": {}}
    if not cell.is_code:
        source = LINK.sub(_link_of_notebook, cell.text)
        return {"cell_type": "markdown", **head, "source": _lines(source)}
    return {
        "cell_type": "code",
        **head,
        "execution_count": number,
        "source": _lines(cell.text.rstrip()),
        "outputs": [_notebook_output(one, number) for one in cell.shown],
    }


def _notebook_output(one: Shown, number: int) -> dict[str, Any]:
    if one.kind == "text":
        return {"output_type": "stream", "name": "stdout", "text": _lines(one.data)}
    kind = "text/html" if one.kind == "html" else "text/plain"
    about = {"output_type": "execute_result", "execution_count": number, "metadata": {}}
    plain = {"text/plain": ["<picture>"]} if one.kind == "html" else {}
    data = _lines((one.in_notebook or one.data).rstrip("\n"))
    return {**about, "data": {**plain, kind: data}}


def _link_of_notebook(match: re.Match[str]) -> str:
    """To another lesson its notebook; what lies elsewhere is not there, only named."""
    mark, words, target = match.groups()
    if re.fullmatch(r"[0-9][\w-]*\.md", target):
        return f"{mark}[{words}]({target[:-3]}.ipynb)"
    return match[0] if "://" in target else words


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)
