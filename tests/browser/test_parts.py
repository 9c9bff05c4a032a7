"""Pictures of tasks in a browser: what axe finds, and whether they fit a telephone."""

import pytest

from tests.browser.looked_over import violations
from tests.drawing.test_parts import DRAWN
from unrolled.drawing.style import STYLE

PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Parts</title>'
    '<meta name="viewport" content="width=device-width"><style>{style}</style></head>'
    "<body><main><h1>Parts</h1><h2>Parts</h2>{figures}</main></body></html>"
)


def page() -> str:
    figures = "".join(draw(part) for draw, part in DRAWN.values())
    return PAGE.format(style=STYLE, figures=figures)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_all_pictures_of_tasks_have_no_violation_and_fit(opened, width, dark):
    found = opened(page(), width=width, dark=dark)
    found.page.evaluate("document.querySelectorAll('details').forEach(e => e.open = 1)")
    assert violations(found) == []
    assert found.page.evaluate("document.documentElement.scrollWidth") <= width
    assert found.asked == []
    assert found.errors == []


def test_no_two_names_of_neighbors_meet(opened):
    draw, part = DRAWN["neighbors"]
    found = opened(PAGE.format(style=STYLE, figures=draw(part)))
    boxes = found.page.evaluate(
        "[...document.querySelectorAll('svg')[0].querySelectorAll('text')]"
        ".map(e => e.getBoundingClientRect()).map(b => [b.x, b.y, b.right, b.bottom])"
    )
    assert len(boxes) == 3
    for at, one in enumerate(boxes):
        for other in boxes[at + 1 :]:
            apart = one[2] <= other[0] or other[2] <= one[0]
            assert apart or one[3] <= other[1] or other[3] <= one[1]


def test_words_in_the_boxes_of_a_search_fit_them(opened):
    draw, part = DRAWN["beam"]
    found = opened(PAGE.format(style=STYLE, figures=draw(part)))
    wide = found.page.evaluate(
        """[...document.querySelectorAll('svg text[font-size="13"]')].map(e => {
             const b = e.getBoundingClientRect(), r = [...document.querySelectorAll(
               'svg rect')].map(x => x.getBoundingClientRect());
             return r.some(x => x.left <= b.left && b.right <= x.right
                                && x.top <= b.bottom && b.top <= x.bottom)})"""
    )
    assert wide
    assert all(wide)
