"""Messages word for word, kept in a text file beside the test.

    == name of the case
    the message, over as many lines as it has

`{cells}`, `{tasks}`, `{datasets}` and `{settings}` stand for the names there are, and
`{endings}` for those of files that readers know, so that a new plug-in changes no
message here.
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
    text = text.replace("{endings}", ", ".join(endings()))
    if "{settings}" in text:
        rows = describe(sections_of(catalog.find("tasks", "classify")))
        text = text.replace("{settings}", ", ".join(row[0] for row in rows))
    return text


def endings() -> list[str]:
    """The endings of file names that a reader claims."""
    readers = [catalog.find("readers", name) for name in catalog.names("readers")]
    return sorted({suffix for reader in readers for suffix in reader.suffixes})
