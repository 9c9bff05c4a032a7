"""The folded and the unrolled picture of a record: one block, and its copies."""

from collections.abc import Sequence
from typing import Any

from unrolled.drawing.folded import Block, folded
from unrolled.drawing.frame import figure, table
from unrolled.drawing.player import weights_switches
from unrolled.drawing.unrolled_net import Chain, unrolled
from unrolled.tracing.page_data import starts_at_zero
from unrolled.tracing.page_words import above, counted, cut
from unrolled.tracing.record import Record

Layer = dict[str, Any]
START = "start"
OUT = {
    "tag": "tags",
    "correct": "edits",
    "language_model": "next token",
    "generate": "next token",
    "transcribe": "symbols",
}
"""What comes out where the axis of what is told is called after what comes in."""
WRITES = ("generate",)
"""Tasks that read what they have written, along the axis of what is told."""


def chains_of(record: Record) -> list[list[Layer]]:
    """Layers that are one stack, unrolled along one axis, in the order they run."""
    found: dict[tuple[str, str], list[Layer]] = {}
    for layer in record.layers:
        stack = layer["name"].rpartition(".")[0]
        found.setdefault((stack, layer["axis"]), []).append(layer)
    return list(found.values())


def levels_of(chain: Sequence[Layer]) -> list[list[Layer]]:
    """Its layers level by level: there, and beside it back."""
    levels: dict[str, list[Layer]] = {}
    for layer in chain:
        levels.setdefault(layer["name"].removesuffix("_reverse"), []).append(layer)
    return list(levels.values())


def pictures(record: Record) -> str:
    """Both pictures of every chain."""
    chains = [chain for chain in chains_of(record) if record.axes[chain[0]["axis"]]]
    shared = [chain for chain in chains if "#" not in chain[0]["name"]]
    return "".join(
        [
            '<div class="beside">',
            *(_folded(record, chain, len(shared) > 1) for chain in shared),
            "</div>",
            *(_unrolled(record, chain, len(chains) > 1) for chain in chains),
        ]
    )


def title(chain: Sequence[Layer]) -> str:
    """The name of a chain: "encoder", "decoder", "stack"."""
    return chain[0]["name"].rpartition(".")[0].removesuffix(".stack")


def _block(layer: Layer) -> Block:
    rows = layer["shapes"]["W"][0] if "W" in layer["shapes"] else layer["hidden"]
    hidden = layer["hidden"]
    return Block(
        name=layer["name"],
        cell=layer["cell"].upper() if len(layer["cell"]) < 5 else layer["cell"],
        inputs=layer["inputs"],
        hidden=hidden,
        parts=max(rows // hidden, 1),
        reverse=layer["reverse"],
    )


def _count(size: Sequence[int]) -> int:
    count = 1
    for one in size:
        count *= one
    return count


def _all_weights(chain: Sequence[Layer]) -> int:
    return sum(_count(size) for layer in chain for size in layer["shapes"].values())


def _folded(record: Record, chain: Sequence[Layer], many: bool) -> str:
    levels = [[_block(layer) for layer in level] for level in levels_of(chain)]
    steps = len(record.axes[chain[0]["axis"]])
    total = _all_weights(chain)
    sentence = (
        "One block reads one step at a time, and its loop hands its state on to the "
        f"next step. It used the same {total:,} numbers for {counted(steps, 'step')} "
        "here, and would for any number of them."
    )
    if len(chain) > 1:
        sentence = sentence.replace("One block reads", "Each block reads").replace(
            "It used", "They used"
        )
    label = f"Folded: {_blocks_said(chain)}. {sentence}"
    rows = [
        [layer["name"], name, " × ".join(map(str, size)), f"{_count(size):,}"]
        for layer in chain
        for name, size in layer["shapes"].items()
    ]
    part = f"{title(chain)}, folded" if many else "Folded"
    return figure(
        heading=f"{part}: the network as it is stored",
        sentence=sentence,
        numbers=_numbers(record, chain, total),
        picture=_fold(record, levels, chain, label),
        table=table(
            ["layer", "weights", "shape", "numbers"], rows, caption=f"weights, {part}"
        ),
        name=f"folded-{_anchor(chain)}",
    )


def _fold(
    record: Record, levels: list[list[Block]], chain: Sequence[Layer], label: str
) -> str:
    below = f"one step: {counted(chain[0]['inputs'], 'number')}"
    written = any(layer["axis"] == record.told for layer in record.layers)
    read_first = written and chain[0]["axis"] != record.told
    told = "to the decoder" if read_first else OUT.get(record.task, record.told)
    return folded(levels, below=below, above=told, label=label)


def _blocks_said(chain: Sequence[Layer]) -> str:
    levels = levels_of(chain)
    kinds = [(level[0]["cell"], level[0]["hidden"]) for level in levels]
    said = [
        f"{counted(kinds.count(kind), 'layer')} of {kind[0]}, "
        f"{counted(kind[1], 'unit')}"
        for kind in dict.fromkeys(kinds)
    ]
    both = sum(len(level) > 1 for level in levels)
    some = "" if both == len(levels) else f"{both} of them "
    back = f", {some}reading both ways" if both else ""
    if all(layer["reverse"] for layer in chain):
        back = ", reading from the end"
    return "; ".join(said) + back


def _numbers(record: Record, chain: Sequence[Layer], total: int) -> str:
    whole = record.model.get("weights", 0)
    share = f" of the model's {whole:,}" if whole else ""
    paths = sorted({layer["path"] for layer in chain})
    return (
        f"{_blocks_said(chain)}. {total:,}{share} weights lie here. "
        f"Ran on the engine's path {', '.join(paths)}."
    )


def _anchor(chain: Sequence[Layer]) -> str:
    return chain[0]["name"].replace(".", "-").replace("#", "-")


def _unrolled(record: Record, chain: Sequence[Layer], many: bool) -> str:
    axis = chain[0]["axis"]
    steps = record.axes[axis]
    feeds_back = axis == record.told and (
        title(chain).startswith("decoder") or record.task in WRITES
    )
    out, notes = above(record, axis)
    below = list(steps)
    if feeds_back and title(chain).startswith("decoder"):
        below = [START, *steps[:-1]]
    levels = [
        [(_block(layer).cell, layer["reverse"]) for layer in level]
        for level in levels_of(chain)
    ]
    start = "0" if all(starts_at_zero(record, one) for one in chain) else "h₀"
    begins = "at zero" if start == "0" else "from what was given"
    if start != "0" and many and title(chain).startswith("decoder"):
        begins = "from what the encoder has read"
    sentence = _sentence(chain, len(steps), begins, feeds_back)
    label = f"Unrolled over {counted(len(steps), 'step')}: {cut(' '.join(below))}."
    part = f"{title(chain)}, unrolled" if many else "Unrolled"
    pooled = _pooled(record) if axis == record.read else ""
    drawn = unrolled(
        Chain(
            _anchor(chain), axis, below, out, notes, levels, start, feeds_back, pooled
        ),
        label=f"{label} {sentence}",
    )
    rows = [
        [str(at + 1), *three]
        for at, three in enumerate(zip(below, out, notes, strict=True))
    ]
    return figure(
        heading=f"{part}: the same network, step after step",
        sentence=sentence,
        numbers=_sizes(chain, len(steps)),
        picture=f'{_switches(chain, len(steps))}<div class="net">{drawn}</div>',
        table=table(["step", "in", "out", "score"], rows, caption=f"steps, {part}"),
        name=f"unrolled-{_anchor(chain)}",
    )


def _pooled(record: Record) -> str:
    """How all states become the answer; "" where the last ones alone do."""
    kinds = str(record.model.get("pooling", "")).split("+")
    found = [kind for kind in kinds if kind and kind not in ("last", "inputs")]
    return " and ".join(found) if len(record.axes[record.told]) == 1 else ""


def _sentence(chain: Sequence[Layer], steps: int, begins: str, feeds_back: bool) -> str:
    copies = "Each copy is the same block at another moment"
    said = f"{copies}: the state starts {begins} and is handed from copy to copy."
    if any(layer["reverse"] for layer in chain):
        said += " One row reads from the start, the other from the end."
    if feeds_back:
        said += " Each output is the next input: see the dashed arrows."
    return said if steps > 1 else said.replace("Each copy is", "The copy is")


def _same(chain: Sequence[Layer], letter: str) -> str:
    """The shapes of a weight over the layers of a chain: "4 × 32 × 16"."""
    blocks = map(_block, chain)
    return " and ".join(dict.fromkeys(b.W if letter == "W" else b.R for b in blocks))


def _sizes(chain: Sequence[Layer], steps: int) -> str:
    each = "in each layer " if len(chain) > 1 else ""
    return (
        f"W is {each}the same {_same(chain, 'W')} numbers at every copy, and R the "
        f"same {_same(chain, 'R')}, used {counted(steps, 'time')}."
    )


def _switches(chain: Sequence[Layer], steps: int) -> str:
    used = f"used {counted(steps, 'time')}"
    return weights_switches(
        [(one, f"the same {_same(chain, one)} numbers, {used}") for one in "WR"]
    )
