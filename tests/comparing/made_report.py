"""A report as `unrolled compare` makes it, with every part that a page can have."""

from typing import Any


def made() -> dict[str, Any]:
    """Of two cells and a feed-forward network; one has a name that is no HTML."""
    part = [{"from": 1, "to": 9, "rows": 40, "value": 0.8, "interval": [0.7, 0.9]}]
    part += [{"from": 10, "to": 40, "rows": 38, "value": 0.7, "interval": [0.6, 0.8]}]
    step = {"length": 10, "error": 0.01, "updates": 50, "rate": 0.01, "is_solved": True}
    steps = [step, {**step, "length": 25, "error": 0.2, "is_solved": False}]
    known = {"length": 10, "is_end": False, "steps": steps}
    usual: dict[str, Any] = {
        "accuracy": 0.75,
        "interval": [0.7, 0.8],
        "by_seed": [0.74, 0.76],
        "seconds": 12.0,
        "seconds_by_seed": [12.0, 12.0],
        "tokens_per_second": 40_000,
        "hidden": 64,
        "parameters": 1_000_000,
        "recurrent_parameters": 49_664,
        "feed_forward": False,
        "by_length": part,
    }
    test = {"value": -0.02, "interval": [-0.05, 0.01], "p": 0.2, "p_holm": 0.4}
    memory = {"adding": known, "copying": known}
    metrics = {
        "lstm": usual | {"memory": memory},
        "<gru> & more": usual
        | {"memory": memory, "difference": test, "seconds": 60.0, "accuracy": 0.73},
        "feedforward": usual
        | {"difference": test, "seconds": 5.0, "accuracy": 0.73, "feed_forward": True},
    }
    return {
        "task": "classify",
        "metric": "accuracy",
        "better": "more",
        "on": "test",
        "examples": 78,
        "seeds": 2,
        "match": "parameters",
        "rows_drawn": True,
        "metrics": metrics,
        "baseline": {"majority": {"accuracy": 0.5}},
        "growth": [
            {
                "tokens": n,
                "recurrent": 49_664,
                "feed_forward": 8192 * n,
                "one_hot": None,
            }
            for n in (10, 50, 200)
        ],
        "sentences": [
            "<gru> & more: no difference from lstm is shown.",
            "Memory, adding (two numbers): lstm 10, <gru> & more 10 moments.",
            "Memory, copying (five symbols): lstm 10, <gru> & more 10 moments.",
        ],
    }
