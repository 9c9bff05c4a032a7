"""A recurrent language model as the search over CTC's frames asks for it.

    unrolled train language_model texts.txt --set text.tokens=character --out texts
    unrolled train transcribe speech.tsv --set task.language_model=texts --out speech

The network was trained by itself, on as many texts as there are, and is kept whole
beside the one that hears. What it knows and nobody can hear, such as marks and other
letters, is left out, and the rest is scaled to 1:

    p(s | before)  =  q(s | before)  /  Σ q of the symbols and of the end

A symbol that it has never read has its chance of an unknown one.

Reference: Graves and Jaitly 2014, "Towards end-to-end speech recognition with recurrent
neural networks"; Hannun et al. 2014, arXiv:1408.2873.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, Self, final

import torch
from torch import Tensor
from typing_extensions import override

from unrolled.cells._base import State
from unrolled.decoding.ctc_scorer import AbstractScorer
from unrolled.errors import BrokenModelError, FixableError, SettingError
from unrolled.models import model_folder
from unrolled.models.allowance import Allowance
from unrolled.models.next_token import NextToken
from unrolled.models.next_token_settings import NextTokenSettings
from unrolled.ragged import Ragged
from unrolled.settings import make
from unrolled.tasks._symbols import Symbols
from unrolled.tasks._transcribe.symbols import TranscriptSymbols

TASK = "language_model"
FILE = "language.json"
_NAME = "language_network."
_PARTS = ("tokenizer.json", "vocabulary.json")
_SECTION = "model."
_DAMAGE = (AttributeError, LookupError, TypeError, ValueError, RuntimeError)


@final
class LanguageNetwork:
    """A next-token network, its symbols, and what a model folder keeps of both."""

    def __init__(self, parts: Mapping[str, Any], weights: Mapping[str, Tensor]) -> None:
        """`parts` are JSON values: settings by "model.key", tokenizer, vocabulary.

        Weights have names and shapes of `NextToken`, such as (tokens, embedding).
        Raises BrokenModelError.
        """
        self.parts = dict(parts)
        try:
            settings: Any = make({"model": NextTokenSettings}, parts["settings"])
            self.symbols = Symbols.restore(parts)
            there = sum(tensor.numel() for tensor in weights.values())
            with Allowance(numbers=4 * there + 4):
                self.network = NextToken(len(self.symbols), settings["model"])
            model_folder.fill(self.network, weights)
        except BrokenModelError:
            raise
        except (FixableError, *_DAMAGE) as why:
            reason = why.found if isinstance(why, FixableError) else f"{why}."
            raise BrokenModelError(
                found=f"the parts of the language model do not fit together: {reason}",
                expected="a language model as `unrolled train` wrote it",
                fix="copy the folder again from where it was made, or train again",
            ) from None
        self.network.eval()

    @classmethod
    def read(cls, folder: str | Path) -> Self:
        """The model of a folder.

        Raises BrokenModelError, and SettingError for one of another task.
        """
        contents = model_folder.read(Path(folder))
        if contents.task != TASK:
            raise SettingError(
                found=f"{folder} is a model of the task {contents.task}.",
                expected="one that says which symbol comes next",
                fix=f"train one: unrolled train {TASK} DATA --out FOLDER",
            )
        own = {
            key: v for key, v in contents.settings.items() if key.startswith(_SECTION)
        }
        parts = {"settings": own} | {name: contents.files.get(name) for name in _PARTS}
        return cls(parts, contents.network)

    def scorer(self, heard: TranscriptSymbols) -> "NetworkScorer":
        """It over the symbols that are heard. Raises SettingError for other symbols."""
        if self.symbols.unit != heard.unit:
            raise SettingError(
                found=f"a language model of {self.symbols.unit}s, for sounds that are"
                f" heard as {heard.unit}s.",
                expected="the same symbols in both",
                fix=f"train the language model with text.tokens={heard.unit}, or this"
                f" model with text.tokens={self.symbols.unit}",
            )
        tokens = map(heard.vocabulary.token, range(1, len(heard)))
        columns = self.symbols.vocabulary.ids(list(tokens))
        return NetworkScorer(self.network, [self.symbols.end, *columns])

    def tensors(self) -> dict[str, Tensor]:
        """Its weights for a model folder, such as (tokens, embedding), by name."""
        weights = self.network.state_dict()
        return {f"{_NAME}{name}": tensor for name, tensor in weights.items()}

    @classmethod
    def restore(
        cls, files: Mapping[str, Any], tensors: Mapping[str, Tensor]
    ) -> Self | None:
        """The way back from `parts`, in FILE, and `tensors`, such as (tokens, width).

        None where there is none. Raises BrokenModelError.
        """
        if FILE not in files:
            return None
        weights = {
            name.removeprefix(_NAME): tensor
            for name, tensor in tensors.items()
            if name.startswith(_NAME)
        }
        return cls(files[FILE] if isinstance(files[FILE], dict) else {}, weights)


class Held(NamedTuple):
    """A state of the network: one row of those it was computed with."""

    state: State
    row: int


@final
class NetworkScorer(AbstractScorer[Held]):
    """Log-probabilities of each next symbol, (symbols,), the end where a blank is."""

    def __init__(self, network: NextToken, columns: list[int]) -> None:
        """`columns` are the network's tokens for the symbols, its end the first."""
        self.network, self.columns = network, torch.tensor(columns)

    @override
    def begin(self) -> tuple[Held, Tensor]:
        [state], scores = self._read(self.columns[:1], None)
        return state, scores[0]

    @override
    def extend(self, states: list[Held], ids: list[int]) -> tuple[list[Held], Tensor]:
        kinds = range(len(states[0].state))
        before = tuple(
            torch.stack([held.state[kind][:, held.row] for held in states], dim=1)
            for kind in kinds
        )
        return self._read(self.columns[ids], before)

    @torch.no_grad()
    def _read(self, tokens: Tensor, before: State | None) -> tuple[list[Held], Tensor]:
        one = Ragged(tokens, torch.ones(len(tokens), dtype=torch.int64))
        outputs, state = self.network.read(one, None, before)
        found = self.network.log_probabilities(outputs.values)[:, self.columns]
        held = [Held(state, row) for row in range(len(tokens))]
        return held, found.log_softmax(1)
