"""Does a model know the order of words? Texts beside other orders of their own words.

    I love to go to the gym       −21.3 nats      likelier than each of its shuffles
    love I go to the gym to       −35.9 nats

The same question is asked of held-out sentences at the end of a training; here of any
texts, one by one.
"""

from collections.abc import Sequence
from typing import Any

from unrolled.tasks._word_order import shuffles
from unrolled.training.model import Model


def beside_shuffles(
    model: Model, texts: Sequence[str], count: int, *, seed: int = 0
) -> list[dict[str, Any]]:
    """For each text "text", "log_probability" (nats), "shuffles" and "above_all".

    `count` other orders of its words are drawn; there are fewer where it has no more,
    and without any, as of one word, "above_all" is None. Raises SettingError for a
    model that weighs no texts.
    """
    mixed = [shuffles(text, count, seed=seed) for text in texts]
    rows = [[text, *some] for text, some in zip(texts, mixed, strict=True)]
    weighed = iter(model.surprisal([one for row in rows for one in row]))
    found: list[dict[str, Any]] = []
    for row in rows:
        first, *others = [
            {key: answer[key] for key in ("text", "log_probability")}
            for _, answer in zip(row, weighed, strict=False)  # takes no more than a row
        ]
        best = max((one["log_probability"] for one in others), default=None)
        above = None if best is None else first["log_probability"] > best
        found.append({**first, "shuffles": others, "above_all": above})
    return found


def share_above(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The share of texts above all of theirs, "word_order", of so many "sentences".

    Texts that have no other order are not counted; of none the share is None.
    """
    counted = [row["above_all"] for row in rows if row["above_all"] is not None]
    share = sum(counted) / len(counted) if counted else None
    return {"word_order": share, "sentences": len(counted)}
