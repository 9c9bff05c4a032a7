"""What makes a run the one that it is: a checkpoint goes on only with the same.

    task, settings, the engine's path, and digests of all rows and of named files

Settings that touch no weight may differ, the number of threads only on some paths.
"""

from collections.abc import Mapping
from pathlib import Path

import torch

from unrolled.settings import Settings, Value, flat
from unrolled.tasks._base import Example
from unrolled.training.examples import digest_of, fingerprint
from unrolled.training.threads import SAME_ON_ANY_NUMBER

FREE_TO_CHANGE = (
    "training.checkpoint_seconds",
    "training.log_steps",
    "training.threads",
)
"""Settings that a resumed run may have otherwise: they do not touch the weights; the
threads only on some paths."""
NAMING_FILES = ("text.unlabelled", "text.vectors")
"""Settings whose file a resumed run must find unchanged."""


def identity_of(
    task: str,
    rows: Mapping[str, list[Example]],
    settings: Mapping[str, Settings],
    path: str,
) -> dict[str, Value]:
    """Whatever a resumed run must have as it was, by name.

    `rows` has the parts "train" and "valid"; `path` is the engine's.
    """
    digests = {
        f"digest of the {name} rows": fingerprint(rows[part])
        for part, name in (("train", "training"), ("valid", "validation"))
    }
    plain = {k: v for k, v in flat(settings).items() if k not in FREE_TO_CHANGE}
    if path not in SAME_ON_ANY_NUMBER:
        plain["training.threads"] = torch.get_num_threads()
    for key in NAMING_FILES:
        if plain.get(key):
            digests[f"digest of {key}"] = digest_of(Path(str(plain[key])))
    return {"task": task, "the engine's path": path, **digests, **plain}
