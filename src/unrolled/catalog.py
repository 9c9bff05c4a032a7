"""Finds a cell, a task, a reader or a data set by the name of its file.

The folder is the list. `src/unrolled/cells/gru.py` is the cell called "gru", and
nothing else has to be told so: no decorator, no table, no import to add. Another
package adds its own through an entry point of the group `unrolled.cells` (or
`unrolled.tasks`, ...) that names its class. Listing names opens no module, so
`unrolled --help` stays quick; a module is imported when asked for.

A name may be spelled with `-` or `_`.
"""

from difflib import get_close_matches
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from inspect import getmembers, isabstract, isclass
from pkgutil import iter_modules

from unrolled.errors import UnknownNameError


def names(kind: str) -> list[str]:
    """The names that `find(kind, ...)` accepts, such as `names("cells")`."""
    return sorted({*_own(kind), *_foreign(kind)})


def find(kind: str, name: str) -> type:
    """The one public, concrete class defined by `src/unrolled/<kind>/<name>.py`.

    Raises UnknownNameError, with the nearest known name, when there is none.
    """
    name = name.replace("-", "_")
    if name in _own(kind):
        return _the_class_of(f"unrolled.{kind}.{name}")
    foreign = _foreign(kind)
    if name in foreign:
        return foreign[name].load()
    known = names(kind)
    near = get_close_matches(name, known, n=1)
    raise UnknownNameError(
        found=f'there is no "{name}" among the {kind}.',
        expected=f"one of {', '.join(known)}",
        fix=f'did you mean "{near[0]}"?'
        if near
        else f"see the list, or add the file src/unrolled/{kind}/{name}.py",
    )


def _own(kind: str) -> set[str]:
    folder = import_module(f"unrolled.{kind}").__path__
    return {f.name for f in iter_modules(folder) if not f.name.startswith("_")}


def _foreign(kind: str) -> dict[str, EntryPoint]:
    """What other packages offer; a name of our own always wins over theirs."""
    offered = entry_points(group=f"unrolled.{kind}")
    return {e.name.replace("-", "_"): e for e in offered}


def _the_class_of(path: str) -> type:
    module = import_module(path)

    def is_the_one(thing: object) -> bool:
        if not isclass(thing) or thing.__module__ != module.__name__:
            return False
        return not isabstract(thing) and not thing.__name__.startswith("_")

    [(_, found)] = getmembers(module, is_the_one)
    return found
