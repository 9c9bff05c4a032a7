"""Messages word for word, kept in a text file beside the test.

    == name of the case
    the message, over as many lines as it has

`{cells}`, `{tasks}`, `{datasets}` and `{settings}` stand for the names
there are, so that a new plug-in changes no message here.
"""

import re
from pathlib import Path

from unrolled import catalog
from unrolled.settings import describe
from unrolled.training.sections import sections_of

_NAME = re.compile(r"^== (\w+)\n", re.MULTILINE)


def messages(path: Path) -> dict[str, str]:
    """The message of each case, by its name."""
    _, *found = _NAME.split(path.read_text(encoding="utf-8"))
    pairs = zip(found[::2], found[1::2], strict=True)
    return {name: _filled(text.strip("\n")) for name, text in pairs}


def _filled(text: str) -> str:
    for kind in ("cells", "tasks", "datasets"):
        text = text.replace(f"{{{kind}}}", ", ".join(catalog.names(kind)))
    if "{settings}" in text:
        rows = describe(sections_of(catalog.find("tasks", "classify")))
        text = text.replace("{settings}", ", ".join(row[0] for row in rows))
    return text
