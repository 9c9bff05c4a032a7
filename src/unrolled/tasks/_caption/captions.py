"""What is known of the captions of the training rows: words, and how long they are."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Self

from unrolled.errors import UnreadableDataError
from unrolled.settings import Settings
from unrolled.tasks._base import Example
from unrolled.tasks._pairs.settings import AnswerSettings
from unrolled.tasks._pairs.sides import as_targets, lengths_of, with_references
from unrolled.tasks._symbol_settings import SymbolSettings
from unrolled.tasks._symbols import Symbols
from unrolled.tasks._text_input import text_of

BEYOND = 1.25  # longest caption, as a share of the longest of the training rows
FILE = "captions.json"


class Captions(NamedTuple):
    """The symbols that captions are written with."""

    target: Symbols
    longest: int
    """Tokens that one is cut at."""
    length: float
    """The mean of the training rows, with the end."""

    @classmethod
    def learn(
        cls,
        examples: list[Example],
        settings: Mapping[str, Settings],
        headers: Mapping[str, str],
    ) -> Self:
        """From the training rows. Raises UnreadableDataError for one without."""
        for row in examples:
            if not text_of(as_targets(row)).strip():
                raise UnreadableDataError(
                    found=f'{row.place}: column "{headers.get("target", "target")}"'
                    " is empty.",
                    expected="a caption for every picture",
                    fix="fill it in, or leave such rows out",
                )
        chosen: Mapping[str, Any] = settings
        mine: AnswerSettings = chosen["task"]
        wish: SymbolSettings = chosen["target"]
        captions = [as_targets(row) for row in with_references(examples)]
        unit = "word" if wish.tokens == "auto" else wish.tokens
        target = Symbols.learn(captions, wish, unit)
        lengths = [len(target.ids(text_of(row))) for row in captions]
        longest = mine.longest or round(BEYOND * max(lengths)) + 1
        return cls(target, longest, sum(lengths) / len(lengths) + 1)

    def state(self) -> dict[str, Any]:
        """JSON values for a model folder, by file name."""
        lengths = {"longest": self.longest, "length": self.length}
        return self.target.state() | {FILE: lengths}

    @classmethod
    def restore(cls, files: Mapping[str, Any]) -> Self:
        """The way back from `state`. Raises BrokenModelError."""
        kept = files.get(FILE)
        lengths = lengths_of(kept if isinstance(kept, dict) else {}, FILE)
        return cls(Symbols.restore(files), *lengths)
