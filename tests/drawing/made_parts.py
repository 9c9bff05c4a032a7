"""Parts of tasks made by hand, each as a task gives it, and with hostile words."""

import math
from typing import Any

import torch

from unrolled.drawing.png import png_uri

HOSTILE = "<script>alert('1')</script>\"&"

SPANS: dict[str, Any] = {
    "kind": "spans",
    "tokens": ["Ada", "Lovelace", "lived", "in", "London", "."],
    "spans": [
        {"start": 0, "stop": 2, "label": "PER", "confidence": 0.98},
        {"start": 4, "stop": 5, "label": "LOC", "confidence": 0.995},
    ],
}
CHANGES: dict[str, Any] = {
    "kind": "changes",
    "tokens": ["He", "go", "to", "the", "the", "school"],
    "edits": [
        {
            "start": 1,
            "stop": 2,
            "replacement": "goes",
            "type": "R:VERB:SVA",
            "why": "agreement",
            "confidence": 0.93,
        },
        {
            "start": 3,
            "stop": 4,
            "replacement": "",
            "type": "U:DET",
            "why": "one too many",
            "confidence": 0.5,
        },
        {
            "start": 6,
            "stop": 6,
            "replacement": "today",
            "type": None,
            "why": None,
            "confidence": None,
        },
    ],
}
COPIES: dict[str, Any] = {
    "kind": "copies",
    "source": ["the", "minister", "Ferrand", "said"],
    "share": [0.0, 0.25, 0.75, 0.004],
    "outputs": ["Ferrand", "speaks", "<end>"],
    "copied": [0.75, 0.25, 0.0],
}
FAN: dict[str, Any] = {
    "kind": "fan",
    "title": "passengers",
    "before": ["1960-10", "1960-11", "1960-12"],
    "history": [100.0, None, 120.0],
    "moments": ["1961-01", "1961-02"],
    "mean": [131.0, 141.0],
    "quantiles": {"0.9": [140.0, 160.0], "0.1": [120.0, 120.0], "0.5": [130.0, 140.0]},
    "truth": [135.0, 170.0],
}
ALIGNMENT: dict[str, Any] = {
    "kind": "alignment",
    "symbols": ["h", "i"],
    "begins": [0.1, 0.4],
    "ends": [0.2, 0.9],
    "step": 0.1,
}
NEIGHBORS: dict[str, Any] = {
    "kind": "neighbors",
    "word": "king",
    "nearest": [["queen", 0.75], ["prince", 0.5]],
    "map": {"king": [0.0, 0.0], "queen": [1.0, 0.5], "prince": [-1.0, 0.25]},
    "one_hot": {"numbers": 1000, "not_zero": 1, "cosine": 0.0},
    "dense": {"numbers": 3, "vector": [0.5, -1.0, 0.0]},
    "sentence": "Two ways to write a word.",
}
PICTURE: dict[str, Any] = {
    "kind": "picture",
    "png": png_uri(torch.zeros(3, 4, 4).byte()),
    "side": 2,
}
COMPARISON: dict[str, Any] = {
    "kind": "comparison",
    "labels": {
        "inputs": [("He", "He"), ("", "not"), ("great", "awful"), ("!", "!")],
        "outputs": [("Il", "Il")],
    },
    "layers": {
        "stack.l0": {
            "axis": "inputs",
            "reverse": False,
            "distance": [0.0, None, 2.0, 0.5],
            "first": 2,
            "largest": 2,
            "together": None,
            "left": 0.25,
            "units": [],
        },
        "decoder.stack.l0": {
            "axis": "outputs",
            "reverse": False,
            "distance": [0.0],
            "first": None,
            "largest": None,
            "together": None,
            "left": 0.0,
            "units": [],
        },
    },
    "scores": [
        {
            "step": "rating",
            "name": "8",
            "one": -0.25,
            "other": -3.0,
            "difference": -2.75,
        }
    ],
    "unit": "nats",
    "answers": ({"prediction": "8"}, {"prediction": "2"}),
    "sentence": "The answer changes.",
}


def node(
    place: int, parent: int | None, token: str, nats: float, kind: str = ""
) -> dict[str, Any]:
    """A node; `kind` holds the letters b for best and e for ended."""
    return {
        "id": place,
        "parent": parent,
        "token": token,
        "log_probability": nats,
        "score": nats if "e" in kind else None,
        "ended": "e" in kind,
        "best": "b" in kind,
    }


BEAM: dict[str, Any] = {
    "kind": "beam",
    "nodes": [
        node(0, None, "<start>", 0.0, "b"),
        node(1, 0, "Il", -0.25, "b"),
        node(2, 0, "Elle", -1.5),
        node(3, 1, "est", -0.5, "b"),
        node(4, 1, "a", -2.0),
        node(5, 3, "<end>", -0.75, "be"),
        node(6, 4, "<end>", -2.5, "e"),
    ],
    "left_out": 3,
}


def wide_tree(depth: int, width: int) -> list[dict[str, Any]]:
    """A best way, and from each node on it `width` nodes in a row that are dropped."""
    nodes = [node(0, None, "<start>", 0.0, "b")]
    best = 0
    for level in range(1, depth + 1):
        parent = best
        best = len(nodes)
        kind = "be" if level == depth else "b"
        nodes.append(node(best, parent, f"b{level}", -0.1 * level, kind))
        above = parent
        for rung in range(width):
            place = len(nodes)
            nodes.append(node(place, above, f"r{rung}", -0.1 * level - rung - 1.0))
            above = place
    return nodes


def hostile(part: dict[str, Any]) -> dict[str, Any]:
    """The part with words of a person who means harm, in place of all words."""

    def replaced(value: Any, key: str = "") -> Any:
        if key in ("kind", "png", "axis", "unit"):
            return value
        if isinstance(value, dict):
            words = key in ("map",)
            return {
                (f"{HOSTILE}{k}" if words else k): replaced(v, k)
                for k, v in value.items()
            }
        if isinstance(value, list | tuple):
            return [replaced(one) for one in value]
        return f"{HOSTILE}{value}" if isinstance(value, str) else value

    made = replaced(part)
    assert HOSTILE in str(made) or math.isfinite(part.get("side", 0.0))
    return made
