"""A healthy run as its events tell it, and what makes it another one."""

from typing import Any

from unrolled.tracing.case import Case

Event = dict[str, Any]

SETTINGS = {
    "model.cell": "lstm",
    "model.hidden": 64,
    "model.dropout": 0.5,
    "model.pooling": "last",
    "model.bidirectional": False,
    "task.class_weights": "none",
    "training.learning_rate": 0.002,
    "training.clip": 1.0,
    "training.batch_rows": 32,
}
EPOCHS = 8


def about(**more: Any) -> Event:
    rows = {
        "train": {
            "rows": 800,
            "labels": {"bad": 400, "good": 400},
            "tokens": 8000,
            "once": 0.02,
            "contradicted": 0.0,
            "ceiling": 1.0,
        },
        "valid": {"rows": 80, "unknown": 0.03, "strange": ["odd"]},
    }
    chosen: Event = {
        "settings": SETTINGS,
        "chosen_by": ["accuracy", 1],
        "first_loss": 0.7,
    }
    chosen["rows"] = rows
    return {"event": "about", **chosen, **more}


def step(number: int, loss: float, norm: float = 0.5) -> Event:
    return {"event": "step", "step": number, "loss": loss, "gradient_norm": norm}


def epoch(number: int, train: float, valid: float, *, update: float = 0.01) -> Event:
    return {
        "event": "epoch",
        "epoch": number,
        "step": 25 * number,
        "train_loss": train,
        "valid": {"loss": valid, "accuracy": 0.9},
        "best": True,
        "moves": {"R": {"weight": 8.0, "gradient": 0.1, "update": update}},
    }


def network(**more: Any) -> Event:
    facts = {
        "train_loss": 0.1,
        "valid_loss": 0.15,
        "signal": 1.0,
        "signal_steps": 30,
        "signal_length": 30,
        "growth": 1.2,
        "answers": {"rows": 80, "different": 2, "most": "bad", "share": 0.5},
        "layers": [
            {
                "cell": "lstm",
                "reverse": False,
                "units": 64,
                "gates": {"f": {"shut": 0.01, "open": 0.3}},
                "dead": 0.0,
                "saturated": 0.31,
            }
        ],
    }
    return {"event": "network", **facts, **more}


def scores(**more: Any) -> dict[str, Any]:
    mine = {
        "accuracy": 0.95,
        "accuracy_interval": [0.9, 0.98],
        "macro_f1": 0.95,
        "confusion": [[38, 2], [2, 38]],
    }
    others = {"majority": {"accuracy": 0.5}, "words": {"accuracy": 0.8}}
    return {
        "task": "classify",
        "metrics": mine,
        "baseline": others,
        "examples": 80,
        "on": "valid",
        **more,
    }


def curve(*losses: tuple[float, float], update: float = 0.01) -> list[Event]:
    return [epoch(n, *pair, update=update) for n, pair in enumerate(losses, 1)]


def events(*changed: Event, epochs: list[Event] | None = None) -> list[Event]:
    """A run from 0.7 to 0.1; an event that is given stands in the place of its kind."""
    falling = [(0.7 - 0.07 * n, 0.65 - 0.06 * n) for n in range(1, EPOCHS + 1)]
    story = [
        {"event": "start", "task": "classify", "rows": 800, "weights": 20_000},
        about(),
        *[step(number, 0.4) for number in range(10, 200, 10)],
        *(curve(*falling) if epochs is None else epochs),
        network(),
        {"event": "end", "reason": "finished", "seconds": 9.0},
    ]
    new = {one["event"]: one for one in changed}
    return [new.get(one["event"], one) for one in story]


def case(
    *changed: Event,
    epochs: list[Event] | None = None,
    settings: dict[str, Any] | None = None,
    metrics: dict[str, Any] | None = None,
) -> Case:
    return Case(
        task="classify",
        events=events(*changed, epochs=epochs),
        settings={**SETTINGS, **(settings or {})},
        metrics=scores() if metrics is None else metrics,
    )
