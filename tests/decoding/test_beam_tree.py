"""The tree of a search: whole, bounded, and of no effect on what is found."""

import math
from typing import Any

import pytest
import torch

from tests.decoding.markov import sharp, starting
from unrolled.decoding.beam import Penalties, beam
from unrolled.decoding.beam_tree import Tree, recording
from unrolled.decoding.rules import Rules
from unrolled.decoding.steps import Drawn

NAMES = [f"t{number}" for number in range(8)]


def way_to(nodes: list[dict[str, Any]], node: dict[str, Any]) -> list[dict[str, Any]]:
    """From the root to a node."""
    by_id = {one["id"]: one for one in nodes}
    way = [node]
    while way[0]["parent"] is not None:
        way.insert(0, by_id[way[0]["parent"]])
    return way


def tokens_of(way: list[dict[str, Any]]) -> list[str]:
    return [one["token"] for one in way]


@pytest.mark.parametrize("penalty", [0.0, 1.0])
@pytest.mark.parametrize("width", [1, 3, 6])
def test_the_best_answer_is_rebuilt_from_the_nodes(width: int, penalty: float):
    rules = Rules(end=0, longest=6, no_repeat=2)
    penalties = Penalties(length=penalty)
    for seed in range(5):
        start = sharp(8, seed, sharpness=2.0)
        with recording() as trees:
            found = beam(start, rules, inputs=4, width=width, penalties=penalties)
        assert len(trees) == 4
        for (best,), tree in zip(found, trees, strict=True):
            nodes = tree.nodes(NAMES, end="<end>")
            [last] = [one for one in nodes if one["best"] and one["ended"]]
            names = [NAMES[token] for token in best.ids]
            way = way_to(nodes, last)
            assert tokens_of(way) == ["<start>", *names, "<end>"]
            assert last["log_probability"] == best.log_probability
            assert [one for one in nodes if one["best"]] == way
            assert tree.best == best


def test_recorded_searches_find_the_same_bits():
    rules, start = Rules(end=0, longest=7), sharp(8, 3, sharpness=2.0)
    plain = beam(start, rules, inputs=5, width=4, count=3)
    with recording() as trees:
        assert beam(start, rules, inputs=5, width=4, count=3) == plain
    assert len(trees) == 5


def test_what_nobody_records_is_in_no_tree():
    with recording() as trees:
        pass
    beam(sharp(4, 0), Rules(end=0, longest=3), width=2)
    assert trees == []


def test_searches_of_one_recording_stand_side_by_side():
    with recording() as trees:
        first = beam(sharp(4, 0), Rules(end=0, longest=3), inputs=2, width=2)
        other = beam(sharp(4, 1), Rules(end=0, longest=3), inputs=1, width=2)
    assert [tree.best for tree in trees] == [mine[0] for mine in [*first, *other]]


def test_a_small_tree_by_hand():
    """Two tokens and the end: 0.5, 0.3, 0.2 at first; then the end is nearly sure."""
    first = torch.tensor([0.2, 0.5, 0.3]).log()
    then = torch.tensor([[0.8, 0.1, 0.1], [0.8, 0.1, 0.1], [0.6, 0.2, 0.2]]).log()
    with recording() as trees:
        beam(starting(first, then), Rules(end=0, longest=2), width=2)
    nodes = trees[0].nodes(["e", "a", "b"], end="<end>")
    told = [
        (
            one["id"],
            one["parent"],
            one["token"],
            round(math.exp(one["log_probability"]), 4),
        )
        for one in nodes
    ]
    assert told[0] == (0, None, "<start>", 1.0)
    assert (told[1][1:], told[2][1:]) == ((0, "a", 0.5), (0, "b", 0.3))
    ends = {(one[1], one[3]) for one in told if one[2] == "<end>"}
    assert ends == {(1, 0.4), (2, 0.18)}  # 0.5 · 0.8 and 0.3 · 0.6
    assert [one["best"] for one in nodes if one["ended"]] == [True, False]


def test_scores_make_up_for_length_as_the_search_does():
    rules, penalties = Rules(end=0, longest=5), Penalties(length=1.0)
    with recording() as trees:
        beam(sharp(5, 2), rules, width=4, penalties=penalties)
    nodes = trees[0].nodes(NAMES, end="<end>")
    ends = [one for one in nodes if one["ended"]]
    assert len(ends) > 1
    for one in ends:
        steps = len(way_to(nodes, one)) - 1  # with the end, without the root
        assert one["score"] == pytest.approx(one["log_probability"] / ((5 + steps) / 6))
    assert max(ends, key=lambda one: one["score"])["best"]
    assert all(one["score"] is None for one in nodes if not one["ended"])


def test_a_node_is_as_likely_as_its_parent_at_most():
    with recording() as trees:
        beam(sharp(8, 1), Rules(end=0, longest=6), inputs=3, width=5)
    for tree in trees:
        nodes = tree.nodes(NAMES, end="<end>")
        assert len(nodes) == len(tree)
        for one in nodes[1:]:
            assert one["parent"] < one["id"]
            above = nodes[one["parent"]]
            assert one["log_probability"] <= above["log_probability"]
            assert not above["ended"]
            assert above["best"] or not one["best"]


def test_the_root_holds_what_was_forced():
    rules = Rules(end=0, longest=4, prefix=(2, 3))
    with recording() as trees:
        [[best]] = beam(sharp(5, 0), rules, width=3)
    nodes = trees[0].nodes(NAMES, end="<end>")
    assert nodes[0]["token"] == "<start> t2 t3"
    assert nodes[0]["log_probability"] < 0
    [last] = [one for one in nodes if one["best"] and one["ended"]]
    expected = [nodes[0]["token"], *(NAMES[i] for i in best.ids[2:]), "<end>"]
    assert tokens_of(way_to(nodes, last)) == expected


def test_sequences_that_are_cut_end_nowhere():
    with recording() as trees:
        [[best]] = beam(sharp(5, 0), Rules(end=None, longest=3), width=3)
    nodes = trees[0].nodes(NAMES, end="<end>")
    assert not any(one["ended"] for one in nodes)
    [last] = [one for one in nodes if one["best"] and one["score"] is not None]
    expected = ["<start>", *(NAMES[i] for i in best.ids)]
    assert tokens_of(way_to(nodes, last)) == expected
    assert last["log_probability"] == best.log_probability


def test_a_search_without_answers_has_no_best():
    rules = Rules(end=None, longest=4, no_repeat=1)  # three tokens, four places
    with recording() as trees:
        assert beam(sharp(3, 0), rules, width=5) == [[]]
    assert trees[0].best is None
    assert not any(one["best"] for one in trees[0].nodes(NAMES, end="<end>"))


def test_refused_sequences_are_no_answers():
    start, rules = sharp(5, 0), Rules(end=0, longest=3)
    [[best]] = beam(start, rules, width=4)
    with recording() as trees:
        [[other]] = beam(start, rules, width=4, refuse=lambda ids: ids == best.ids)
    assert trees[0].best == other != best


def long_tree(length: int, beside: int) -> Tree:
    """A best answer of so many tokens, and at each place so many others, worse."""
    tree = Tree()
    tree.keep((), 0.0)
    for place in range(length):
        tree.keep((1,) * (place + 1), -0.1 * (place + 1))
        for other in range(beside):
            tree.keep((*(1,) * place, 2 + other), -5.0 - place - other)
    tree.finish(Drawn((1,) * length, -0.1 * length, True), -0.1)
    tree.finish(Drawn((1,) * (length - 1), -9.0, True), -8.0)
    return tree


def test_a_large_tree_is_cut_and_the_best_answer_stays():
    tree = long_tree(150, 5)
    assert len(tree) == 1 + 150 * 6 + 2
    nodes = tree.nodes(NAMES, end="<end>")
    assert len(nodes) == 400
    assert sum(one["best"] for one in nodes) == 152
    assert sum(one["ended"] for one in nodes) == 2
    # Beside the 152 nodes of the best answer and the other end, the likeliest.
    rest = [one for one in nodes if not (one["best"] or one["ended"])]
    all_of_them = sorted(-5.0 - place - o for place in range(150) for o in range(5))
    found = sorted(one["log_probability"] for one in rest)
    assert found == pytest.approx(all_of_them[-247:])
    for one in nodes[1:]:
        assert one["parent"] < one["id"]


def test_the_best_answer_is_whole_even_if_it_is_longer():
    nodes = long_tree(500, 1).nodes(NAMES, end="<end>")
    assert len(nodes) == 502
    assert all(one["best"] for one in nodes)


def test_a_long_tree_is_told_quickly():
    """1,000 places with 5 at each: walks from all leaves to the root would be slow."""
    tree = long_tree(1000, 5)
    assert len(tree.nodes(NAMES, end="<end>", most=2000)) == 2000
