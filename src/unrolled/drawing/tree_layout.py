"""Where the nodes of a tree stand: a column for each depth, a line for each way's end.

    a ── b ── c         the best way runs along the upper edge
    │    └─── d         what leaves it hangs below where it leaves it
    └─ 3 more           what there is no room for is counted where it would hang

Where there is no room for all nodes, they are shown in this order: the best way; the
ways to other finished ones, most probable first; then those nearest to the best way,
and of those that are as near the most probable.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple


class Branch(NamedTuple):
    """A node with its place, or a count of nodes that are not shown."""

    parent: int | None
    """The number of its parent among the branches."""
    depth: int
    line: int
    node: Mapping[str, Any]
    """Of a count, the node that it hangs from."""
    dropped: bool
    """Nothing that was finished comes after it."""
    hidden: int
    """Nodes that this one only counts; 0 for a node."""

    @property
    def best(self) -> bool:
        """Whether this is a node on the best way."""
        return bool(self.node["best"]) and not self.hidden


Item = tuple[Any, int]
"""A node's id and 0, or that of the node that a count hangs from and the count."""


class _Tree:
    """Nodes by their ids, with what lies above and below."""

    def __init__(self, nodes: Sequence[Mapping[str, Any]]) -> None:
        self.nodes = {node["id"]: node for node in nodes}
        self.children: dict[Any, list[Any]] = {place: [] for place in self.nodes}
        self.below = dict.fromkeys(self.nodes, 0)
        self.alive: set[Any] = set()
        self.far: dict[Any, int] = {}
        for node in nodes:
            above = node["parent"]
            if above is not None:
                self.children[above].append(node["id"])
            near = node["best"] or above is None
            self.far[node["id"]] = 0 if near else self.far[above] + 1
        for node in reversed(nodes):
            place, above = node["id"], node["parent"]
            if node["ended"]:
                self.alive.add(place)
            if above is not None:
                self.below[above] += 1 + self.below[place]
                if place in self.alive:
                    self.alive.add(above)

    def way(self, place: Any) -> list[Any]:
        """From a node up to its root."""
        found = []
        while place is not None:
            found.append(place)
            place = self.nodes[place]["parent"]
        return found

    def rank(self, place: Any) -> tuple[bool, bool, float]:
        """The order among the children of one node."""
        node = self.nodes[place]
        return not node["best"], place not in self.alive, -node["log_probability"]

    def under(self, place: Any, shown: set[Any]) -> list[Item]:
        """What is drawn under a node: children that are shown, a count of others."""
        kept = sorted((c for c in self.children[place] if c in shown), key=self.rank)
        missing = [one for one in self.children[place] if one not in shown]
        count = sum(1 + self.below[one] for one in missing)
        found: list[Item] = [(one, 0) for one in kept]
        return [*found, (place, count)] if count else found

    def chain(self, begin: Item, shown: set[Any]) -> list[tuple[Item, list[Item]]]:
        """From one item on always the first under it, each with the others there."""
        found: list[tuple[Item, list[Item]]] = []
        first: list[Item] = [begin]
        while first:
            [item] = first
            below = [] if item[1] else self.under(item[0], shown)
            found.append((item, below[1:]))
            first = below[:1]
        return found


def laid_out(
    nodes: Sequence[Mapping[str, Any]], *, most_lines: int, most: int = 140
) -> list[Branch]:
    """The branches to draw, parents first.

    `nodes` have "id", "parent", "log_probability", "ended" and "best", parents before
    their children. There are more than `most_lines` lines, or more than `most` nodes,
    only if the roots and the best way need them.
    """
    tree = _Tree(nodes)
    branches: list[Branch] = []
    shown = {n["id"] for n in nodes if n["best"] or n["parent"] is None}
    # The first round draws only what has to be there.
    for place in [None, *_candidates(tree)]:
        if place in shown:
            continue
        wider = shown.union(tree.way(place))
        if branches and len(wider) > most:
            continue
        found = _placed(tree, wider)
        if not branches or 1 + max(one.line for one in found) <= most_lines:
            shown, branches = wider, found
    return branches


def _candidates(tree: _Tree) -> list[Any]:
    """The nodes in the order in which they are shown while there is room."""
    nodes = tree.nodes
    likely = sorted(nodes, key=lambda place: -nodes[place]["log_probability"])
    ends = [place for place in likely if nodes[place]["ended"]]
    return [*ends, *sorted(likely, key=lambda place: tree.far[place])]


def _placed(tree: _Tree, shown: set[Any]) -> list[Branch]:
    """Chains of first children, each on the first line that is free along it.

    What hangs from the deep end of a chain is placed before what hangs further left,
    so that no line of the drawing crosses another.
    """
    branches: list[Branch] = []
    free: dict[int, int] = {}  # for each depth the first line with nothing in it
    roots = [place for place, node in tree.nodes.items() if node["parent"] is None]
    waiting: list[tuple[int | None, int, Item]]
    waiting = [(None, 0, (root, 0)) for root in reversed(roots)]
    while waiting:
        parent, depth, begin = waiting.pop()
        chain = tree.chain(begin, shown)
        depths = range(depth, depth + len(chain))
        line = max(free.get(one, 0) for one in depths)
        free.update(dict.fromkeys(depths, line + 1))
        for at, ((one, hidden), _) in enumerate(chain):
            above = parent if at == 0 else len(branches) - 1
            dropped = one not in tree.alive or hidden > 0
            node = tree.nodes[one]
            branches.append(Branch(above, depth + at, line, node, dropped, hidden))
        first = len(branches) - len(chain)
        for at, (_, others) in enumerate(chain):
            waiting += [(first + at, depth + at + 1, other) for other in others[::-1]]
    return branches
