"""Records made by hand of random LSTMs, for pages: no task, no training."""

import torch
from torch import Tensor

from unrolled.tracing.record import Array, Record

WORDS = ["the", "film", "is", "long", "and", "slow", "but", "the", "end", "is", "great"]


def lstm_arrays(
    name: str, axis: str, steps: int, hidden: int, *, reverse: bool = False
) -> dict[str, Array]:
    """States, gates and candidates that obey the equations, from zero."""
    random = torch.Generator().manual_seed(steps + hidden + reverse)
    drawn = torch.randn(4, steps, hidden, generator=random) * 1.5
    i, f, o = drawn[:3].sigmoid()
    g = drawn[3].tanh()
    c, states = torch.zeros(hidden), torch.zeros(steps, hidden)
    for at in reversed(range(steps)) if reverse else range(steps):
        c = f[at] * c + i[at] * g[at]
        states[at] = c
    found = {"h": o * states.tanh(), "c": states, "i": i, "f": f, "g": g, "o": o}
    return {
        f"{name}/{key}": Array(values, (axis, "units"), "", key)
        for key, values in found.items()
    }


def lstm_layer(
    name: str, axis: str, hidden: int, *, inputs: int = 16, reverse: bool = False
) -> dict[str, object]:
    shapes = {"W": [4 * hidden, inputs], "R": [4 * hidden, hidden], "b": [4 * hidden]}
    return {
        "name": name,
        "cell": "lstm",
        "reverse": reverse,
        "axis": axis,
        "inputs": inputs,
        "hidden": hidden,
        "states": ["h", "c"],
        "gates": ["i", "f", "o"],
        "candidates": ["g"],
        "path": "native",
        "shapes": shapes,
    }


def shares(*shape: int) -> Tensor:
    """Log-probabilities over the last axis."""
    random = torch.Generator().manual_seed(shape[0])
    return (2 * torch.randn(shape, generator=random)).log_softmax(-1)


def verdict(
    words: list[str] | None = None, *, hidden: int = 32, both: bool = False
) -> Record:
    """Many to one: a bidirectional or plain LSTM that decides between three names."""
    words = WORDS if words is None else words
    steps, names = len(words), ["bad", "fair", "good"]
    sides = [("stack.l0", False), ("stack.l0_reverse", True)][: 1 + both]
    growing = shares(steps, 3)
    best = growing[-1].sort(descending=True)
    arrays = {
        "growing": Array(growing, ("inputs", "names"), "nats", ""),
        "scores": Array(growing[-1:], ("answer", "names"), "nats", ""),
        "best": Array(best.values[None], ("answer", "best"), "nats", ""),
        "gradient/inputs": Array(torch.ones(steps), ("inputs",), "", ""),
    }
    for name, reverse in sides:
        arrays |= lstm_arrays(name, "inputs", steps, hidden, reverse=reverse)
        fading = 0.5 ** torch.arange(steps - 1, -1, -1.0)
        fading = fading.flip(0) if reverse else fading
        arrays[f"gradient/{name}/h"] = Array(fading, ("inputs",), "", "")
    random = torch.Generator().manual_seed(3)
    for way in ("integrated_gradients", "gradient_x_input", "leave_one_out"):
        values = torch.randn(steps, generator=random)
        arrays[f"influence/{way}"] = Array(values, ("inputs",), "nats", "")
    kept = [0.5**back for back in range(steps)]
    facts = {"horizon": 6, "farthest": steps - 1, "factor": 0.5, "kept": kept}
    return Record(
        task="classify",
        model={
            "cell": "lstm",
            "hidden": hidden,
            "layers": 1,
            "bidirectional": both,
            "pooling": "last",
            "weights": 12345,
        },
        input=" ".join(words),
        axes={"inputs": words, "answer": ["rating"]},
        read="inputs",
        told="answer",
        names=names,
        unit="nats",
        chosen=[names[int(best.indices[0])]],
        answer={"prediction": names[int(best.indices[0])]},
        layers=[lstm_layer(n, "inputs", hidden, reverse=r) for n, r in sides],
        arrays=arrays,
        best_names=[[names[at] for at in best.indices.tolist()]],
        gradient={
            "step": 0,
            "name": "good",
            "of": "log-probability of good",
            "layers": {
                name: {
                    **facts,
                    "enters": 0 if reverse else steps - 1,
                    "verdict": "vanishing",
                }
                for name, reverse in sides
            },
            "sentence": "It fades.",
        },
        influence={
            "of": "log-probability of good",
            "completeness": {"sum": 1.5, "difference": 1.51, "error": 0.01},
            "sentence": "",
        },
    )


def written(hidden: int = 8) -> Record:
    """Encoder and decoder, with attention; the decoder starts from a given state."""
    source, outputs = ["He", "is", "great"], ["Il", "est", "super", "<end>"]
    steps, names = len(outputs), [*outputs, "<unk>"]
    scores = shares(steps, len(names))
    best = scores.sort(dim=1, descending=True)
    arrays = lstm_arrays("encoder.l0", "inputs", 3, hidden)
    given = lstm_arrays("decoder.stack.l0", "outputs", steps, hidden)
    given["decoder.stack.l0/c"].values.add_(0.7)  # no state of zeros leads here
    arrays |= given
    arrays["scores"] = Array(scores, ("outputs", "names"), "nats", "")
    arrays["best"] = Array(best.values, ("outputs", "best"), "nats", "")
    attention = shares(steps, 3).exp()
    arrays["attention"] = Array(attention, ("outputs", "inputs"), "share", "")
    return Record(
        task="translate",
        model={"cell": "lstm", "hidden": hidden, "layers": 2, "weights": 999},
        input="He is great",
        axes={"inputs": source, "outputs": outputs},
        read="inputs",
        told="outputs",
        names=names,
        unit="nats",
        chosen=outputs,
        answer={"prediction": "Il est super"},
        layers=[
            lstm_layer("encoder.l0", "inputs", hidden),
            lstm_layer("decoder.stack.l0", "outputs", hidden),
        ],
        arrays=arrays,
        best_names=[[names[at] for at in row] for row in best.indices.tolist()],
    )
