"""What a language model gives so that it can take part in a search over CTC's frames.

    begin()                 a state before the first symbol, and the scores there
    extend(states, ids)     each state takes a symbol; the states after, their scores

Scores are log-probabilities of each next symbol, (states, symbols). No text has a blank
in it: the blank's column holds the log-probability that the text ends there. A search
keeps states as long as it likes and extends one several times, so they never change.
"""

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from torch import Tensor

State = TypeVar("State")


class AbstractScorer(ABC, Generic[State]):
    """A language model over the symbols of a network, the blank's place for the end."""

    @abstractmethod
    def begin(self) -> tuple[State, Tensor]:
        """A state before the first symbol, and its scores, (symbols,)."""

    @abstractmethod
    def extend(self, states: list[State], ids: list[int]) -> tuple[list[State], Tensor]:
        """New states after a symbol more of each, and their scores, (states, symbols).

        What one state is given never shows in the scores of another.
        """
