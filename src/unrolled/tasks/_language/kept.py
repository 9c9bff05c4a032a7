"""What a language model keeps in its folder besides its symbols, and its way back."""

import math
from collections.abc import Mapping
from typing import Any

from torch import Tensor

from unrolled.errors import BrokenModelError
from unrolled.models.ngrams import NGrams

PREFIX = "baseline."


def length_of(files: Mapping[str, Any]) -> float:
    """The mean tokens of a row, from task.json. Raises BrokenModelError."""
    kept = files.get("task.json")
    found: Any = kept.get("length") if isinstance(kept, dict) else None
    if type(found) not in (int, float) or not 0 < found < math.inf:
        raise _broken(f"task.json has no length above 0, but {str(found)[:40]}")
    return float(min(found, 2**62))


def to_tensors(ngrams: NGrams | None) -> dict[str, Tensor]:
    """What `ngrams_of` reads, (n-grams,); nothing where there are none."""
    kept = ngrams.state() if ngrams else {}
    return {f"{PREFIX}{name}": one for name, one in kept.items()}


def ngrams_of(tensors: Mapping[str, Tensor], tokens: int) -> NGrams | None:
    """The n-grams of so many tokens, or None if there are none: (n-grams,) by name.

    Raises BrokenModelError for those of another vocabulary.
    """
    kept = {
        name.removeprefix(PREFIX): one
        for name, one in tensors.items()
        if name.startswith(PREFIX)
    }
    if not kept:
        return None
    found = NGrams.restore(kept)
    if found.tokens != tokens:
        raise _broken(f"its n-grams are of {found.tokens} tokens, not of {tokens}")
    return found


def _broken(what: str) -> BrokenModelError:
    return BrokenModelError(
        found=f"the language model is damaged: {what}.",
        expected="what `fit` found in the training rows",
        fix="copy the model folder again, or train again",
    )
