"""Draws docs/pictures/*.svg from the CSV files beside this script.

Bars say how many times as fast ours is as the best peer; the line across is 1, as fast.
Machine, threads and the engine's path stand in each picture. The colors follow the
reader's light or dark page.

    python benchmarks/pictures.py [ragged_training ...]
"""

import csv
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from charts import Groups, Panel, Picture, curves, svg

HERE = Path(__file__).parent
PICTURES = HERE.parent / "docs" / "pictures"
Row = Mapping[str, str]


def ragged_training(rows: Sequence[Row]) -> Iterable[Picture]:
    """How fast, and how much memory."""
    yield Picture(
        "ragged_training",
        "Training on rows of unequal length: times as fast as the better of torch.nn's"
        " two ways",
        list(_ragged(rows, lambda row: float(row["ratio"]))),
    )
    if all(row["ours_mib"] for row in rows):
        yield Picture(
            "ragged_memory",
            "Memory of a training step: packed torch.nn / ours",
            list(
                _ragged(rows, lambda r: float(r["packed_mib"]) / float(r["ours_mib"]))
            ),
        )


def _ragged(rows: Sequence[Row], value: Callable[[Row], float]) -> Iterable[Panel]:
    for cell, lengths in _values(rows, "cell", "lengths"):
        here = [r for r in rows if (r["cell"], r["lengths"]) == (cell, lengths)]
        title = f"{_name(cell)}, {lengths} lengths"
        yield Panel(title, _groups(here, _units, _rows, value))


def padded_training(rows: Sequence[Row]) -> Iterable[Picture]:
    """How fast on equal lengths."""
    title = "Training on rows of equal length: times as fast as the better of torch.nn"
    panels = [
        Panel(_name(cell), _groups(_of(rows, cell), _units, _rows, _ratio))
        for (cell,) in _values(rows, "cell")
    ]
    yield Picture("padded_training", title, panels)


def stacks_training(rows: Sequence[Row]) -> Iterable[Picture]:
    """How fast with both directions and more layers."""
    panels = []
    for cell, lengths in _values(rows, "cell", "lengths"):
        here = [r for r in _of(rows, cell) if r["lengths"] == lengths]
        groups = _groups(
            here,
            lambda r: f"{r['hidden']} units, {r['rows']} rows",
            lambda r: r["shape"],
            _ratio,
        )
        panels.append(Panel(f"{_name(cell)}, {lengths} lengths", groups))
    title = "Training stacks: times as fast as the better of torch.nn's two ways"
    yield Picture("stacks_training", title, panels)


def inference(rows: Sequence[Row]) -> Iterable[Picture]:
    """How fast without gradients."""
    panels = []
    for cell, directions in _values(rows, "cell", "directions"):
        here = [r for r in _of(rows, cell) if r["directions"] == directions]
        groups = {_units(r): _beside(r, "ms", ("padded", "packed")) for r in here}
        ways = "both directions" if directions == "2" else "one direction"
        panels.append(Panel(f"{_name(cell)}, {ways}", groups))
    title = "Answers for 32 rows of unequal length: times as fast as"
    yield Picture("inference", title, panels)


def streaming(rows: Sequence[Row]) -> Iterable[Picture]:
    """How fast a step is."""
    panels = [
        Panel(
            _name(cell),
            {_units(r): _beside(r, "us", ("layer", "cell")) for r in _of(rows, cell)},
        )
        for (cell,) in _values(rows, "cell")
    ]
    yield Picture("streaming", "One step of one sequence: times as fast as", panels)


def _beside(row: Row, unit: str, torch_ways: Sequence[str]) -> dict[str, float]:
    """The peers' times by ours: ONNX Runtime both ways and torch's better way."""
    ours = float(row[f"ours_{unit}"])
    known = [row.get(f"{way}_{unit}") for way in torch_ways]
    found = {
        "ONNX Runtime, bound memory": float(row[f"onnx_bound_{unit}"]) / ours,
        "ONNX Runtime, session.run": float(row[f"onnx_{unit}"]) / ours,
    }
    return found | {"torch.nn": min(float(one) for one in known if one) / ours}


def next_word(rows: Sequence[Row]) -> Iterable[Picture]:
    """How fast a language model goes on by a word."""
    panels = [
        Panel(
            _name(cell),
            {
                f"{_units(r)}, {float(r['ours_ms']):.2f} ms": {
                    "torch.nn": float(r["torch_ms"]) / float(r["ours_ms"])
                }
                for r in _of(rows, cell)
            },
        )
        for (cell,) in _values(rows, "cell")
    ]
    yield Picture("next_word", "The next of 10,000 words: times as fast as", panels)


def ctc_decoding(rows: Sequence[Row]) -> Iterable[Picture]:
    """How fast the text is found in what was heard."""
    panels = []
    for (search,) in _values(rows, "search"):
        groups = {
            f"beam of {row['width']}, {float(row['ours_ms']):.1f} ms": {
                "a table of prefixes": float(row["textbook_ms"]) / float(row["ours_ms"])
            }
            for row in rows
            if row["search"] == search
        }
        titles = {"alone": "the beam alone", "language": "with 6-grams of letters"}
        panels.append(Panel(titles.get(search, search), groups))
    title = "The text in a second of sound (CTC): times as fast as"
    yield Picture("ctc_decoding", title, panels)


def classify_step(rows: Sequence[Row]) -> Iterable[Picture]:
    """How fast a whole step is."""
    [row] = rows
    peers = ("packed", "padded", "careless")
    groups = {
        f"torch.nn, {peer}": {
            "times as fast": float(row[f"{peer}_ms"]) / float(row["ours_ms"])
        }
        for peer in peers
    }
    title = "A whole training step of a classifier: times as fast as"
    panel = Panel(f"ours takes {float(row['ours_ms']):.0f} ms", groups)
    yield Picture("classify_step", title, [panel])


def encoder_decoder(rows: Sequence[Row]) -> Iterable[Picture]:
    """How fast a whole step is, on batches of either kind."""
    panels = []
    for (words,) in _values(rows, "vocabulary"):
        here = [row for row in rows if row["vocabulary"] == words]
        groups = _groups(
            here,
            lambda r: f"{r['hidden']} units, {r['rows']} pairs",
            lambda r: f"batches {r['batches']}",
            _ratio,
        )
        panels.append(Panel(f"{int(words):,} words", groups))
    title = (
        "Training step of an encoder-decoder: times as fast as the better of torch's"
    )
    yield Picture("encoder_decoder", f"{title} two ways", panels)


def encoder_decoder_answers(rows: Sequence[Row]) -> Iterable[Picture]:
    """How fast sentences are answered."""
    names = {"ours": "greedily", "beam": "with a beam of 5"}
    groups = {
        f"{_units(row)}, {float(row['ours_ms']) / 1e3:.1f} s": {
            says: float(row["torch_ms"]) / float(row[f"{name}_ms"])
            for name, says in names.items()
        }
        for row in rows
    }
    title = "Answers to 1,000 sentences: times as fast as torch greedily, one by one"
    yield Picture("encoder_decoder_answers", title, [Panel("LSTM", groups)])


def bfloat16(rows: Sequence[Row]) -> Iterable[Picture]:
    """What bfloat16 gains."""
    names = {
        "gain": "our float32",
        "bfloat16_ratio": "the better of torch's bfloat16",
    }
    panels = [
        Panel(
            _name(cell),
            {
                _units(r): {says: float(r[k]) for k, says in names.items() if r.get(k)}
                for r in _of(rows, cell)
            },
        )
        for (cell,) in _values(rows, "cell")
    ]
    yield Picture("bfloat16", "Training in bfloat16: times as fast as", panels)


def peers_optional(rows: Sequence[Row]) -> Iterable[Picture]:
    """JAX and Keras."""
    groups = {
        f"{row['hidden']} units, {row['rows']} rows": {
            name: float(row[f"{key}_ms"]) / float(row["ours_ms"])
            for key, name in (("jax", "JAX"), ("keras", "Keras"))
            if row.get(f"{key}_ms")
        }
        for row in rows
    }
    title = "LSTM training on rows of equal length: times as fast as"
    yield Picture("peers_optional", title, [Panel("LSTM", groups)])


def attention_by_length(rows: Sequence[Row]) -> Iterable[Picture]:
    """How well long sentences are translated, with attention and without."""
    names = {
        "attention": "with attention",
        "none": "without",
        "words": "word for word",
    }
    groups = {
        f"{row['lengths']} words ({row['sentences']})": {
            says: float(row[key]) for key, says in names.items() if row.get(key)
        }
        for row in rows
    }
    title = "BLEU of translations by the length of the sentence"
    panel = Panel("words of a sentence (how many)", groups, one=False)
    yield Picture("attention_by_length", title, [panel])


def tracing(rows: Sequence[Row]) -> Iterable[Picture]:
    """What it costs that somebody may look, and what it costs while somebody does."""
    panels = []
    for (turn,) in _values(rows, "turn"):
        here = [row for row in rows if row["turn"] == turn]
        groups = {
            f"{row['task']}, {float(row['ours_ms']):.2g} ms": {
                "nobody looks": float(row["ours_ms"]) / float(row["bare_ms"]),
                "somebody looks": float(row["watched_ms"]) / float(row["bare_ms"]),
            }
            for row in here
        }
        panels.append(Panel(turn, groups))
    title = "What can be looked into: times as long as what cannot"
    yield Picture("tracing", title, panels)


TABLES = {
    made.__name__: made
    for made in (
        ragged_training,
        padded_training,
        stacks_training,
        inference,
        streaming,
        next_word,
        ctc_decoding,
        classify_step,
        encoder_decoder,
        encoder_decoder_answers,
        bfloat16,
        peers_optional,
        attention_by_length,
        tracing,
    )
}


def _values(rows: Sequence[Row], *columns: str) -> list[tuple[str, ...]]:
    return list(dict.fromkeys(tuple(row[c] for c in columns) for row in rows))


def _of(rows: Sequence[Row], cell: str) -> list[Row]:
    return [row for row in rows if row["cell"] == cell]


def _groups(
    rows: Sequence[Row],
    group: Callable[[Row], str],
    series: Callable[[Row], str],
    value: Callable[[Row], float],
) -> Groups:
    found: dict[str, dict[str, float]] = {}
    for row in rows:
        found.setdefault(group(row), {})[series(row)] = value(row)
    return found


def _name(cell: str) -> str:
    return {"rnn": "Elman"}.get(cell, cell.upper())


def _units(row: Row) -> str:
    return f"{row['hidden']} units"


def _rows(row: Row) -> str:
    return f"{row['rows']} rows"


def _ratio(row: Row) -> float:
    return float(row["ratio"])


# -- from the tables to the files -----------------------------------------------------


def draw(name: str) -> list[Path]:
    """The pictures of one table; none if it is not there. Returns where they are."""
    rows = _read(name)
    if not rows:
        return []
    PICTURES.mkdir(exist_ok=True)
    made = []
    for picture in TABLES[name](rows):
        made.append(PICTURES / f"{picture.name}.svg")
        made[-1].write_text(svg(picture, told(rows[0])), encoding="utf-8")
    losses = _read("bfloat16_losses") if name == "bfloat16" else []
    if losses:
        made.append(PICTURES / "bfloat16_losses.svg")
        made[-1].write_text(curves(losses, told(rows[0])), encoding="utf-8")
    return made


def told(row: Row) -> str:
    """Where and how it was measured."""
    path = f"; engine path: {row['path']}" if row.get("path") else ""
    return f"{row['machine']}; {row['libraries']}{path}"


def _read(name: str) -> list[Row]:
    path = HERE / f"{name}.csv"
    if not path.is_file():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def main() -> None:
    """Draws the tables that are asked for, or all that are there."""
    for name in sys.argv[1:] or TABLES:
        for path in draw(name):
            print(path)


if __name__ == "__main__":
    main()
