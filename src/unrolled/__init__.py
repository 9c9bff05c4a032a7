"""Recurrent networks you can train in minutes on a laptop, see through, and ship.

    model = unrolled.train("classify", "reviews.csv")     from a file of your own
    model.predict(["He is great"])                        answers with probabilities
    lstm = unrolled.nn.LSTM(64, 128)                      in place of torch.nn.LSTM
    batch = unrolled.Ragged.from_list(rows)               sequences of unequal length

The names below are loaded when they are first asked for, so that `import unrolled` and
`unrolled --help` do not wait for torch.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_WHERE = {
    "FixableError": "unrolled.errors",
    "Model": "unrolled.training.model",
    "Ragged": "unrolled.ragged",
    "engine": "unrolled.engine",
    "load": "unrolled.training.model",
    "nn": "unrolled.nn",
    "train": "unrolled.training.front",
}

__all__ = ["FixableError", "Model", "Ragged", "engine", "load", "nn", "train"]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'unrolled' has no attribute '{name}'")
    module = import_module(_WHERE[name])
    found = module if module.__name__ == f"unrolled.{name}" else getattr(module, name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
