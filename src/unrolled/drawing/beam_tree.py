"""The tree of a beam search, from left to right: what was kept, dropped and chosen.

    ● ━━ Il ━━┳━━ est ━━━ tard ━━━ ▪ end      strong: the way to the answer
     −0.3     ┣── était ─┬─ tard ── ▫ end     thin: another answer
              │          └┄ 3 more            dashed: dropped on the way
              └┄ 7 more

Under each token stands log P of the whole beginning up to it, in nats. What is far from
the chosen way is counted, not drawn, so that a tree of 400 nodes can still be read: the
next beginnings are shown one by one, most probable first, while there is room for them.

Reference: Graves 2012, "Sequence transduction with recurrent neural networks",
arXiv:1211.3711, algorithm 1.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from unrolled.drawing import tree_layout
from unrolled.drawing.axis import short
from unrolled.drawing.frame import figure, number, svg, table
from unrolled.drawing.shapes import bow, box, width_of, words
from unrolled.drawing.tree_layout import Branch

LINE, SIZE, BETWEEN = 34, 13, 26
"""Pixels: of a line of the tree, of letters, and from one column to the next."""
MOST_LINES, MOST_NODES = 12, 60


def draw(part: Mapping[str, Any], *, answered: bool = True) -> str:
    """The figure of a part "beam": "nodes", parents before their children.

    Each node has "id", "parent" (an id, or None), "token", "log_probability" (nats, of
    all tokens up to it), "ended" (a finished answer) and "best" (on the way to the best
    one). "left_out" counts further nodes that are not told of. `answered` says whether
    the best one is the answer: a task may reject what the search has found.
    """
    nodes: list[Mapping[str, Any]] = list(part["nodes"])
    label = _told(nodes, answered=answered)
    branches = tree_layout.laid_out(nodes, most_lines=MOST_LINES, most=MOST_NODES)
    return figure(
        heading="The search for the answer",
        sentence=label,
        numbers=_numbers(nodes, part.get("left_out", 0), answered=answered),
        picture=_picture(branches, label),
        table=_table(branches, answered=answered),
    )


def _told(nodes: Sequence[Mapping[str, Any]], *, answered: bool) -> str:
    best = " ".join(
        node["token"]
        for node in nodes
        if node["best"] and not node["ended"] and node["parent"] is not None
    )
    ended = sum(node["ended"] for node in nodes)
    if not ended:
        return "The search kept the most probable beginnings, and finished none."
    answers = "one finished answer" if ended == 1 else f"{ended:,} finished answers"
    came = f"The search kept the most probable beginnings and came to {answers}"
    if not answered:
        return (
            f"{came}; the best that it found was “{best}” (the strong line). The answer"
            " is another: the network was not sure enough of this one."
        )
    return f"{came}; the strong line is the one that it chose: “{best}”."


def _numbers(
    nodes: Sequence[Mapping[str, Any]], left_out: int, *, answered: bool
) -> str:
    parents = {node["parent"] for node in nodes}
    ends = [node for node in nodes if node["ended"]]
    dropped = sum(n["id"] not in parents and not n["ended"] for n in nodes)
    told = f"Nodes: {len(nodes) + left_out:,}, dropped ends: {dropped:,}"
    told += f", left out here: {left_out:,}." if left_out else "."
    chosen = [node["log_probability"] for node in ends if node["best"]]
    if not chosen:
        return told
    what = "chosen answer" if answered else "best that it found"
    told += f" log P of the {what}: {number(chosen[0])} nats"
    others = [node["log_probability"] for node in ends if not node["best"]]
    if others:
        told += f", of the most probable other one: {number(max(others))} nats"
    if max(others, default=chosen[0]) > chosen[0]:
        told += "; what is chosen depends on the length, too"
    return f"{told}."


def _picture(branches: Sequence[Branch], label: str) -> str:
    columns = _columns(branches)
    edges = [
        _edge(branches[one.parent], one, columns)
        for one in branches
        if one.parent is not None
    ]
    # The strong line is drawn over the others, and every box over the lines.
    edges.sort(key=lambda edge: "--accent" in edge)
    boxes = [_node(one, columns[one.depth]) for one in branches]
    right = max((sum(column) for column in columns.values()), default=0)
    lines = 1 + max((one.line for one in branches), default=0)
    return svg(
        "".join([*edges, *boxes]), width=right + 3, height=lines * LINE + 6, label=label
    )


def _columns(branches: Sequence[Branch]) -> dict[int, tuple[int, int]]:
    """For each depth where its boxes begin, and how wide they are."""
    wide: dict[int, float] = {}
    for one in branches:
        mine = max(width_of(_said(one), SIZE), 34) + 20
        wide[one.depth] = max(wide.get(one.depth, 0), mine)
    columns: dict[int, tuple[int, int]] = {}
    left = 3
    for depth in sorted(wide):
        columns[depth] = left, round(wide[depth])
        left += round(wide[depth]) + BETWEEN
    return columns


def _said(branch: Branch) -> str:
    if branch.hidden:
        return f"{branch.hidden:,} more"
    return short(branch.node["token"])


def _edge(parent: Branch, child: Branch, columns: Mapping[int, tuple[int, int]]) -> str:
    a = (sum(columns[parent.depth]), _middle(parent))
    b = (columns[child.depth][0], _middle(child))
    if child.best:
        return bow(a, b, color="accent", width=3.5)
    return bow(a, b, color="faint", dashes="2 4" if child.dropped else "")


def _middle(branch: Branch) -> float:
    return 3 + LINE * (branch.line + 0.5)


def _node(branch: Branch, column: tuple[int, int]) -> str:
    (left, wide), y, said = column, _middle(branch), _said(branch)
    if branch.hidden:
        return words((left + 5, y + 4), said, color="faint")
    edge = "accent" if branch.best else "faint"
    shape = box(
        (left, y - 15), wide, 30, edge=edge, dashes="2 3" if branch.dropped else ""
    )
    if branch.node["ended"]:  # a second border, as a full stop
        shape += box((left + 2.5, y - 12.5), wide - 5, 25, edge=edge)
    nats = number(branch.node["log_probability"])
    shape += _centered(left + wide / 2, y - 1, said, SIZE, branch)
    return shape + _centered(left + wide / 2, y + 11, nats, 10.5, None)


def _centered(x: float, y: float, said: str, size: float, of: Branch | None) -> str:
    """A line of a box; that of a `of` a branch shows how it went on."""
    strong = of is not None and of.best
    color = "ink" if of is not None and not of.dropped else "faint"
    return words((x, y), said, size=size, anchor="middle", color=color, bold=strong)


def _table(branches: Sequence[Branch], *, answered: bool) -> str:
    """The nodes that are drawn, numbered."""
    strong = "chosen" if answered else "best"
    rows = []
    places: dict[int, str] = {}
    for at, one in enumerate(branches):
        if one.hidden:
            continue
        places[at] = str(len(rows) + 1)
        ends = "finished" if one.node["ended"] else "dropped" if one.dropped else ""
        rows.append(
            [
                places[at],
                one.node["token"],
                "" if one.parent is None else places[one.parent],
                number(one.node["log_probability"]),
                strong if one.best else ends,
            ]
        )
    head = ["node", "token", "follows node", "log P in nats", "what became of it"]
    return table(head, rows, caption="the beginnings that are drawn")
