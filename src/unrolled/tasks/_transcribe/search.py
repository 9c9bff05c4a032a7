"""The search for the text in what was heard, as the settings want it.

beam 1     the likeliest symbol of each moment          decoding/ctc_greedy.py
beam 8     beginnings of texts, with a language model   decoding/ctc_prefixes.py
           and a lexicon, where there are such
"""

from collections import Counter
from collections.abc import Sequence
from typing import final

from torch import Tensor

from unrolled.decoding.ctc_greedy import GreedyPath, Heard
from unrolled.decoding.ctc_lexicon import Lexicon
from unrolled.decoding.ctc_prefixes import PrefixBeam, PrefixSearch
from unrolled.errors import SettingError
from unrolled.tasks._transcribe.language import Language, scorer_of
from unrolled.tasks._transcribe.settings import TranscribeSettings, TranscriptSettings
from unrolled.tasks._transcribe.symbols import TranscriptSymbols
from unrolled.tasks._transcribe.texts import lines_of

MOST_WORDS, FEWEST_TIMES = 100, 5
"""A vocabulary is taken for closed that has no more words, each so often at least."""


@final
class Search:
    """How one utterance after the other is searched."""

    def __init__(
        self,
        settings: TranscribeSettings,
        symbols: TranscriptSymbols,
        language: Language,
        words: Sequence[str],
    ) -> None:
        """`words` are all that may be heard; with none of them, any may."""
        self.prefixes: PrefixSearch | None = None
        if settings.beam > 1:
            self.prefixes = PrefixSearch(
                width=settings.beam,
                scorer=scorer_of(language, symbols),
                weight=settings.language,
                bonus=0.0 if language is None else settings.bonus,
                lexicon=_tree(symbols, words),
            )

    def begin(self) -> GreedyPath | PrefixBeam:
        """The search of an utterance that comes frame by frame."""
        return GreedyPath() if self.prefixes is None else self.prefixes.begin()

    def best(self, frames: Tensor) -> Heard:
        """What is heard in log-probabilities (frames, symbols)."""
        under_way = self.begin()
        under_way.accept(frames)
        return under_way.finish()[0]


def closed_words(texts: Sequence[str]) -> list[str]:
    """The words of the texts, where they are few and all of them are usual."""
    counts = Counter(word for text in texts for word in text.split())
    few = len(counts) <= MOST_WORDS
    usual = min(counts.values(), default=0) >= FEWEST_TIMES
    return sorted(counts) if few and usual else []


def words_of(
    settings: TranscribeSettings,
    texts: Sequence[str],
    how: TranscriptSettings,
    unit: str,
) -> list[str]:
    """The words that may be heard; none where any may. Raises SettingError."""
    if settings.lexicon == "none" or settings.beam == 1:
        return []
    if settings.lexicon == "auto":
        return closed_words(texts) if unit == "character" else []
    if unit != "character":
        raise SettingError(
            found=f"a lexicon for symbols that are {unit}s.",
            expected="symbols that are characters",
            fix="set text.tokens=character, or task.lexicon=none",
        )
    lines = lines_of(settings.lexicon, how)
    return sorted({word for line in lines for word in line.split()})


def _tree(symbols: TranscriptSymbols, words: Sequence[str]) -> Lexicon | None:
    if not words:
        return None
    ids = [symbols.ids(word) for word in words]
    return Lexicon.of(filter(None, ids), separator=symbols.separator)
