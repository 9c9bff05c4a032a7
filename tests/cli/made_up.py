"""Small tables for the tests of the command line."""

from pathlib import Path

from unrolled.tasks.classify import Classify


def write_table(path: Path, copies: int = 3) -> Path:
    """The sample sentences of `classify` as CSV, with a word more in each copy."""
    more = ("", "indeed ", "truly ", "really ", "surely ", "so ")
    lines = [
        f'"{more[copy % len(more)]}{text}",{label}'
        for copy in range(copies)
        for text, label in Classify.sample()
    ]
    path.write_text("\n".join(["text,label", *lines, ""]), encoding="utf-8")
    return path
