"""What holds of every picture of a task: its frame, its label, its table, its words."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
import torch

from tests.drawing import made_parts as made
from unrolled.drawing import (
    alignment,
    beam_tree,
    changes,
    comparison,
    copies,
    fan,
    neighbors,
    picture_attention,
    spans,
)

WEIGHTS = torch.tensor([[0.5, 0.25, 0.0, 0.25], [0.25, 0.25, 0.25, 0.25]])


def _attended(part: dict[str, Any]) -> str:
    words = ["red", made.HOSTILE]
    return picture_attention.draw(part, words=words, attention=WEIGHTS)


DRAWN: dict[str, tuple[Callable[[dict[str, Any]], str], dict[str, Any]]] = {
    "alignment": (alignment.draw, made.ALIGNMENT),
    "beam": (beam_tree.draw, made.BEAM),
    "changes": (changes.draw, made.CHANGES),
    "comparison": (comparison.draw, made.COMPARISON),
    "copies": (copies.draw, made.COPIES),
    "fan": (fan.draw, made.FAN),
    "neighbors": (neighbors.draw, made.NEIGHBORS),
    "picture": (_attended, made.PICTURE),
    "spans": (spans.draw, made.SPANS),
}
EVERY = pytest.mark.parametrize("kind", DRAWN)


class Tags(HTMLParser):
    """All tags with their attributes; every one that is opened is closed."""

    EMPTY = frozenset({"image", "use", "line", "rect", "circle", "path"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@EVERY
def test_a_picture_has_a_label_a_sentence_and_a_table(kind):
    draw, part = DRAWN[kind]
    tags = Tags(draw(part)).found
    pictures = [marks for _, marks in tags if marks.get("role") == "img"]
    assert pictures
    for marks in pictures:
        assert marks.get("aria-label") or marks.get("aria-labelledby")
    names = [tag for tag, _ in tags]
    assert {"figcaption", "details", "th", "td"} <= set(names)


@EVERY
def test_words_of_people_stay_words(kind):
    draw, part = DRAWN[kind]
    page = draw(made.hostile(part) if kind != "fan" else part | {"title": made.HOSTILE})
    assert "<script" not in page
    assert "alert(" in page
    Tags(page)


@EVERY
def test_a_picture_asks_for_nothing_and_its_colors_are_those_of_the_page(kind):
    draw, part = DRAWN[kind]
    page = draw(part)
    assert not re.search(r'(?:href|src)="(?!data:image/png;base64,|#)', page)
    assert "url(#" in page or "url(" not in page
    assert not re.search(r'(?:fill|stroke|color)[:=]"?#', page)


EMPTY: dict[str, dict[str, Any]] = {
    "alignment": {"symbols": [], "begins": [], "ends": []},
    "beam": {"nodes": []},
    "changes": {"tokens": [], "edits": []},
    "copies": {"source": [], "share": [], "outputs": [], "copied": []},
    "fan": {"moments": [], "history": [], "mean": [], "quantiles": {}, "truth": None},
    "neighbors": {"word": "x", "nearest": [], "map": {}},
    "spans": {"tokens": [], "spans": []},
}


@pytest.mark.parametrize("kind", EMPTY)
def test_nothing_at_all_is_drawn_too(kind):
    Tags(DRAWN[kind][0](EMPTY[kind]))
