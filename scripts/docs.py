"""Writes docs/reference/ from the code: run `make docs` after changing a docstring.

    python.md         the front door, name by name, with the words of the source
    command-line.md   every verb with its arguments and options
    settings.md       every setting of every task, for --set section.key=value
    cells.md, tasks.md, readers.md, exports.md     one heading a plug-in
    datasets.md       the data sets with rows, credit and license
    errors.md         the tree of mistakes and their codes
    README.md         the list of these pages
    ../decisions/README.md    the list of the decision pages, from their headings

Nothing is written by hand there, and a test compares the pages with what this gives. A
page whose part of the package does not exist yet is left out.
"""

import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

DOCS = Path(__file__).parents[1] / "docs"
DECISIONS = """\
# Decisions

One page a decision: the question, the choices, the choice, its price. Where the code
departs from the design, the page says why.\
"""
MADE = "<!-- Written by scripts/docs.py from the code; change it there. -->"
Shown = ast.ClassDef | ast.FunctionDef
_NOQA = re.compile(r"  # noqa.*")
_SHOWN_MARKS = ("@property", "@cached_property", "@staticmethod", "@classmethod")
PLUG_INS = {
    "cells": "The recurrent cells that `--cell` accepts.",
    "tasks": "What can be trained: the first word after `unrolled train`.",
    "readers": "The formats that data may have; the file says which one it is.",
    "exports": "The formats that a model can be shipped in.",
}


def pages() -> dict[str, str]:
    """Every page by its path below docs/, as it should stand there."""
    makers: dict[str, Callable[[], list[str]]] = {
        "python": _python,
        "command-line": _command_line,
        "settings": _settings,
        **{kind: lambda kind=kind: _plug_ins(kind) for kind in PLUG_INS},
        "datasets": _datasets,
        "errors": _errors,
    }
    made = {f"reference/{name}.md": _page(make) for name, make in makers.items()}
    made = {path: text for path, text in made.items() if text}
    links = [f"- [{_heading(text)}]({path[10:]})" for path, text in made.items()]
    made["reference/README.md"] = "\n\n".join([MADE, "# Reference", "\n".join(links)])
    made["decisions/README.md"] = "\n\n".join([MADE, DECISIONS, *_decisions()])
    return {path: text.rstrip() + "\n" for path, text in made.items()}


def _page(make: Callable[[], list[str]]) -> str:
    try:
        blocks = make()
    except ModuleNotFoundError as why:
        if (why.name or "").startswith("unrolled"):
            return ""
        raise
    return "\n\n".join([MADE, *blocks])


# -- one page each ---------------------------------------------------------------------


def _python() -> list[str]:
    unrolled = import_module("unrolled")
    blocks = ["# Python", _fence(inspect.getdoc(unrolled) or "")]
    for name in unrolled.__all__:
        blocks += _described(f"unrolled.{name}", getattr(unrolled, name), level=2)
    return blocks


def _command_line() -> list[str]:
    main = import_module("typer.main")
    command = main.get_command(import_module("unrolled.cli.app").app)
    blocks = ["# Command line", command.help or ""]
    for words, verb in _verbs(command, ("unrolled",)):
        usage = " ".join([*words, *map(_usage, verb.params)])
        blocks += [f"## `{' '.join(words)}`", verb.help or "", _fence(usage)]
        rows = [_option(one) for one in verb.params if one.name != "help"]
        blocks += [_table(("option", "meaning", "default"), rows)] if rows else []
    return blocks


def _settings() -> list[str]:
    catalog, settings = (
        import_module("unrolled.catalog"),
        import_module("unrolled.settings"),
    )
    sections = import_module("unrolled.training.sections")
    blocks = ["# Settings", "For `--set section.key=value` and `settings={...}`."]
    for name in catalog.names("tasks"):
        task = catalog.find("tasks", name)
        rows = [
            (f"`{path}`", kind, f"`{default!r}`", sentence)
            for path, kind, default, sentence in settings.describe(
                sections.sections_of(task)
            )
        ]
        blocks += [f"## `{name}`"]
        blocks += [_table(("setting", "type", "default", "meaning"), rows)]
    return blocks


def _plug_ins(kind: str) -> list[str]:
    catalog = import_module("unrolled.catalog")
    blocks = [f"# {kind.capitalize()}", PLUG_INS[kind]]
    for name in catalog.names(kind):
        module = import_module(catalog.find(kind, name).__module__)
        blocks += [f"## `{name}`", _fence(inspect.getdoc(module) or "")]
    return blocks


def _datasets() -> list[str]:
    datasets = import_module("unrolled.datasets")
    blocks = ["# Data sets", _fence(inspect.getdoc(datasets) or "")]
    for one in datasets.describe():
        facts = [
            ("task", f"`{one.task}`"),
            ("columns", ", ".join(f"`{column}`" for column in one.columns)),
            ("rows", ", ".join(f"{n:,} {part}" for part, n in one.rows.items())),
            ("package", f"`{one.package}`"),
            ("credit", one.credit),
            ("license", one.license),
            ("needs `--accept-license`", "yes" if one.must_accept else "no"),
        ]
        blocks += [f"## `{one.name}`", _sentence(one.description)]
        blocks += [_table(("", ""), facts)]
    return blocks


def _errors() -> list[str]:
    errors: Any = import_module("unrolled.errors")
    kinds = [
        (f"`{vars(kind)['code']}`", f"`{name}`", inspect.getdoc(kind) or "")
        for name, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.FixableError) and "code" in vars(kind)
    ]
    table = _table(("code", "error", "meaning"), sorted(kinds))
    return ["# Errors", _fence(inspect.getdoc(errors) or ""), table]


def _decisions() -> list[str]:
    paths = sorted((DOCS / "decisions").glob("0*.md"))
    links = [f"- [{_heading(path.read_text('utf-8'))}]({path.name})" for path in paths]
    return ["\n".join(links)]


# -- the source in Markdown ------------------------------------------------------------


def _described(title: str, thing: Any, *, level: int) -> Iterator[str]:
    """A heading, the signature as it is written in the source, and the words."""
    yield f"{'#' * level} `{title}`"
    if isinstance(thing, ModuleType):
        yield _fence(inspect.getdoc(thing) or "")
        for name in thing.__all__:
            inner = getattr(thing, name)
            if inspect.isclass(inner) or inspect.isfunction(inner):
                yield from _described(f"{title}.{name}", inner, level=level + 1)
        return
    # Found by module and name: a decorator hides the file, not these.
    path = Path(sys.modules[thing.__module__].__file__ or "")
    lines = path.read_text(encoding="utf-8").splitlines()
    nodes = ast.parse("\n".join(lines)).body
    [node] = [n for n in nodes if isinstance(n, Shown) and n.name == thing.__name__]
    yield _fence("\n\n".join(_told(node, lines)), "py")


def _told(node: Shown, lines: list[str]) -> Iterator[str]:
    """A class or function without its code, then what is public in a class."""
    marks = [line for m in node.decorator_list for line in _lines(m, lines)]
    first = node.body[0]
    head = lines[node.lineno - 1 : first.lineno - 1]
    head = [_NOQA.sub("", line) for line in head] + _lines_of_words(first, lines)
    if isinstance(node, ast.FunctionDef):
        kept = [line for line in marks if line.strip() in _SHOWN_MARKS]
        yield "\n".join([*kept, *head])
        return
    yield "\n".join(head)
    for inner, after in zip(node.body, [*node.body[1:], None], strict=True):
        if isinstance(inner, ast.AnnAssign) and not _is_private(inner.target):
            words = _lines_of_words(after, lines) if after else []
            yield "\n".join([*_lines(inner, lines), *words])
        if isinstance(inner, ast.FunctionDef) and _is_told(inner):
            yield from _told(inner, lines)


def _lines(node: ast.AST, lines: list[str]) -> list[str]:
    return lines[node.lineno - 1 : node.end_lineno]  # type: ignore[attr-defined]


def _lines_of_words(node: ast.AST, lines: list[str]) -> list[str]:
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return _lines(node, lines) if is_text else []


def _is_told(node: ast.FunctionDef) -> bool:
    return not node.name.startswith("_") and ast.get_docstring(node) is not None


def _is_private(target: ast.expr) -> bool:
    return ast.unparse(target).startswith("_")


# -- the command line ------------------------------------------------------------------


def _verbs(group: Any, words: tuple[str, ...]) -> Iterator[tuple[tuple, Any]]:
    for name, verb in group.commands.items():
        if hasattr(verb, "commands"):
            yield from _verbs(verb, (*words, name))
        else:
            yield (*words, name), verb


def _usage(one: Any) -> str:
    if one.param_type_name == "argument":
        name = one.name.upper()
        name = f"{name}..." if one.nargs == -1 else name
        return name if one.required else f"[{name}]"
    text = one.opts[0] if one.is_flag else f"{one.opts[0]} {one.name.upper()}"
    return text if one.required else f"[{text}]"


def _option(one: Any) -> tuple[str, str, str]:
    names = [*one.opts, *one.secondary_opts]
    if one.param_type_name == "argument":
        names = [one.name.upper()]
    empty = one.default in (None, "", False) or callable(one.default)
    default = "" if empty or one.required else f"`{one.default}`"
    return " ".join(f"`{name}`" for name in names), one.help or "", default


# -- Markdown --------------------------------------------------------------------------


def _fence(text: str, language: str = "text") -> str:
    return f"```{language}\n{text.rstrip()}\n```"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    cells = [[cell.replace("|", "\\|") for cell in line] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"


def _heading(text: str) -> str:
    return next(line[2:] for line in text.splitlines() if line.startswith("# "))


def main() -> None:
    """Writes the pages, and removes those that nothing makes any more."""
    wanted = {DOCS / path: text for path, text in pages().items()}
    for old in set((DOCS / "reference").glob("*.md")) - set(wanted):
        old.unlink()
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{len(wanted)} pages in {DOCS}\n")


if __name__ == "__main__":
    main()
