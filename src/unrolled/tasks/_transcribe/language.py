"""The language model that the search over CTC's frames asks, n-grams as a rule.

Symbol 0, the blank of the frames, is the end of a text here. A state of n-grams is the
last few symbols, and whoever has the same ones shares their row of scores. A recurrent
language model that was trained by itself is in `network_language.py`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, final

import torch
from torch import Tensor
from typing_extensions import override

from unrolled.decoding.ctc_scorer import AbstractScorer
from unrolled.errors import BrokenModelError
from unrolled.models.ngrams import NGrams
from unrolled.tasks._symbols import ragged
from unrolled.tasks._transcribe.network_language import FILE, LanguageNetwork
from unrolled.tasks._transcribe.settings import TranscribeSettings, TranscriptSettings
from unrolled.tasks._transcribe.symbols import TranscriptSymbols
from unrolled.tasks._transcribe.texts import lines_of

ORDERS = {"character": 6}
SHORT = 3  # the order of sub-words and of words
END = 0
MOST_KEPT = 100_000
_NAME = "language."

Last = tuple[int, ...]
Language = NGrams | LanguageNetwork | None


def fit_language(
    settings: TranscribeSettings,
    texts: Sequence[str],
    how: TranscriptSettings,
    symbols: TranscriptSymbols,
) -> Language:
    """Kneser-Ney n-grams of the texts, and of those of a file if the settings name one.

    Or the network of a folder, if they name that; None where no language model is
    wanted. Raises UnreadableDataError, and BrokenModelError or SettingError for a
    folder that has none of these symbols.
    """
    if not settings.language or settings.beam == 1:
        return None
    if settings.language_model:
        network = LanguageNetwork.read(settings.language_model)
        network.scorer(symbols)  # refuses other symbols before anything is trained
        return network
    path = settings.language_text
    further = lines_of(path, how) if path else []
    rows = ragged([[*symbols.ids(text), END] for text in (*texts, *further)])
    order = settings.order or ORDERS.get(symbols.unit, SHORT)
    return NGrams.fit(rows, tokens=len(symbols), order=order)


@final
class NgramScorer(AbstractScorer[Last]):
    """Log-probabilities of each next symbol, (symbols,), from the last few."""

    def __init__(self, ngrams: NGrams) -> None:
        self.ngrams, self.most = ngrams, max(ngrams.order - 1, 1)
        self._kept: dict[Last, Tensor] = {}

    @override
    def begin(self) -> tuple[Last, Tensor]:
        [row] = self._rows([()])
        return (), row

    @override
    def extend(self, states: list[Last], ids: list[int]) -> tuple[list[Last], Tensor]:
        made = [(*s, i)[-self.most :] for s, i in zip(states, ids, strict=True)]
        return made, torch.stack(self._rows(made))

    def _rows(self, states: list[Last]) -> list[Tensor]:
        new = [s for s in dict.fromkeys(states) if s not in self._kept]
        if len(self._kept) > MOST_KEPT:
            self._kept.clear()
            new = list(dict.fromkeys(states))
        if new:
            rows = self.ngrams.next(ragged(new)).log()
            self._kept.update(zip(new, rows, strict=True))
        return [self._kept[state] for state in states]


def scorer_of(
    language: Language, symbols: TranscriptSymbols
) -> AbstractScorer[Any] | None:
    """It as the search asks for it; None where there is none."""
    if isinstance(language, LanguageNetwork):
        return language.scorer(symbols)
    return None if language is None else NgramScorer(language)


def told(language: Language, unit: str) -> str:
    """What it is, in words behind a comma."""
    if isinstance(language, LanguageNetwork):
        return f", a recurrent language model of {unit}s"
    return "" if language is None else f", {language.order}-grams of {unit}s"


def kept(language: Language) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """What a model folder keeps of it: JSON values by file, and tensors (n-grams,)."""
    if isinstance(language, LanguageNetwork):
        return {FILE: language.parts}, language.tensors()
    state = {} if language is None else language.state()
    return {}, {f"{_NAME}{name}": one for name, one in state.items()}


def restored(
    files: Mapping[str, Any], tensors: Mapping[str, Tensor], symbols: int
) -> Language:
    """The way back, from (n-grams,); None where there is none.

    Raises BrokenModelError, also for n-grams of another number of symbols.
    """
    network = LanguageNetwork.restore(files, tensors)
    if network:
        return network
    names = [name for name in tensors if name.startswith(_NAME)]
    if not names:
        return None
    found = NGrams.restore({name.removeprefix(_NAME): tensors[name] for name in names})
    if found.tokens != symbols:
        raise BrokenModelError(
            found=f"the language model is of {found.tokens} symbols, not of {symbols}.",
            expected="one of the symbols that the network hears",
            fix="copy the model folder again, or train again",
        )
    return found
