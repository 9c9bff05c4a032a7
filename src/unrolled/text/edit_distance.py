"""Edit distance: the fewest letters to put in, take out or exchange.

    Marry → Mary      1      one r taken out
    Jon   → John      1      an h put in

For one text against many, letter by letter of the one, all others at once: with D the
distances to the first j letters of each other text,

    D'[j] = min(D[j] + 1,  D'[j − 1] + 1,  D[j − 1] + (letters differ))

and the middle one, a chain along j, is a running minimum of the others less j.

Reference: Wagner and Fischer 1974, "The string-to-string correction problem".
"""

from collections.abc import Sequence
from typing import final

import numpy as np

FILL = -1  # no letter


@final
class Neighbors:
    """Texts among which the nearest one is looked for."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = list(texts)
        self._lengths = np.array([len(text) for text in texts], np.int64)
        longest = int(self._lengths.max(initial=0))
        self._letters = np.full((len(texts), longest), FILL, np.int32)
        for row, text in zip(self._letters, texts, strict=True):
            row[: len(text)] = list(map(ord, text))

    def distances(self, text: str) -> np.ndarray:
        """Edits from `text` to each of the texts, (texts,) int64."""
        places = np.arange(self._letters.shape[1] + 1)
        reached = np.broadcast_to(places, (len(self.texts), len(places))).copy()
        for number, letter in enumerate(map(ord, text), 1):
            found = np.empty_like(reached)
            found[:, 0] = number
            changed = reached[:, :-1] + (self._letters != letter)
            found[:, 1:] = np.minimum(reached[:, 1:] + 1, changed)
            reached = np.minimum.accumulate(found - places, axis=1) + places
        return reached[np.arange(len(self.texts)), self._lengths]

    def nearest(self, text: str) -> tuple[str, int]:
        """The nearest text and its distance; of equals the first one.

        Raises ValueError where there are none.
        """
        found = self.distances(text)
        best = int(found.argmin())
        return self.texts[best], int(found[best])
