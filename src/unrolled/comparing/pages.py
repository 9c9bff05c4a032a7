"""The page and the pictures of a comparison."""

from pathlib import Path
from typing import Any


def write_pages(told: dict[str, Any], folder: Path) -> None:
    """Later."""
