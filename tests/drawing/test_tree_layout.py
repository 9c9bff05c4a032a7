"""Where the nodes of a tree stand."""

import pytest

from tests.drawing.made_parts import BEAM, node, wide_tree
from unrolled.drawing.tree_layout import Branch, laid_out


def by_token(branches: list[Branch]) -> dict[str, tuple[int, int]]:
    """Depth and line of each."""
    return {
        (f"{b.hidden} more" if b.hidden else b.node["token"]): (b.depth, b.line)
        for b in branches
    }


def test_the_best_way_runs_along_the_upper_edge():
    found = laid_out(BEAM["nodes"], most_lines=9)
    best = [b for b in found if b.best]
    assert [(b.depth, b.line) for b in best] == [(0, 0), (1, 0), (2, 0), (3, 0)]
    assert by_token(found)["a"] == (2, 1)
    # "Elle" hangs from the start, below what hangs further right only where they meet
    assert by_token(found)["Elle"] == (1, 1)
    assert [b.dropped for b in found if b.node["token"] in ("Elle", "a", "est")] == [
        *(False, False, True),
    ]


def test_no_two_stand_in_one_place_and_no_way_crosses_another():
    found = laid_out(wide_tree(12, 5), most_lines=14)
    places = [(b.depth, b.line) for b in found]
    assert len(places) == len(set(places))
    ways = [(found[b.parent], b) for b in found if b.parent is not None]
    for a, b in ways:
        assert b.depth == a.depth + 1
        for c, d in ways:  # two ways through one gap keep their order
            if c.depth == a.depth and c.line < a.line:
                assert d.line < b.line


@pytest.mark.parametrize("most", [1, 2, 5, 12])
def test_what_there_is_no_room_for_is_counted(most):
    nodes = wide_tree(20, 15)
    found = laid_out(nodes, most_lines=most)
    assert 1 + max(b.line for b in found) <= max(most, 2)
    assert sum(b.hidden or 1 for b in found) == len(nodes)
    assert sum(b.best for b in found) == 21


def test_other_answers_come_before_what_was_dropped():
    nodes = [
        node(0, None, "s", 0.0, "b"),
        node(1, 0, "x", -0.1, "be"),
        node(2, 0, "dropped", -0.2),
        node(3, 0, "c", -3.0),
        node(4, 3, "other", -4.0, "e"),
    ]
    found = by_token(laid_out(nodes, most_lines=3))
    assert "other" in found
    assert by_token(laid_out(nodes, most_lines=2)).keys() == {"s", "x", "3 more"}


def test_a_tree_that_finished_nothing_is_laid_out():
    nodes = [node(0, None, "s", 0.0), node(1, 0, "a", -1.0), node(2, 0, "b", -0.5)]
    found = laid_out(nodes, most_lines=9)
    assert by_token(found) == {"s": (0, 0), "b": (1, 0), "a": (1, 1)}
    assert all(b.dropped for b in found)


def test_nothing_is_laid_out_as_nothing():
    assert laid_out([], most_lines=9) == []
