"""How sequences are written, as settings: what is drawn from, and what is searched.

temperature  top_k  top_p  min_p      how a token is drawn         (filters.py)
guidance                              what a text must show        (guidance.py)
beam  length_penalty                  the best are searched        (beam.py)
shortest  longest  no_repeat          what a sequence may be       (rules.py)
"""

from dataclasses import dataclass

from unrolled.settings import Settings, setting


@dataclass(frozen=True, kw_only=True)
class Chances(Settings):
    """How far a draw may stray from the likeliest token."""

    temperature: float = setting(
        1.0,
        "Above 1 draws more boldly, below 1 more carefully; 0 always takes the"
        " likeliest token.",
        at_least=0.0,
    )
    top_k: int = setting(
        0, "Draws from so many of the likeliest tokens only; 0 from all.", at_least=0
    )
    top_p: float = setting(
        1.0,
        "Draws from the fewest tokens that have this probability together; 1 from all.",
        at_least=0.0,
        at_most=1.0,
    )
    min_p: float = setting(
        0.0,
        "Draws from tokens with at least this share of the likeliest one's"
        " probability; 0 from all.",
        at_least=0.0,
        at_most=1.0,
    )


@dataclass(frozen=True, kw_only=True)
class DecodingSettings(Chances):
    """How a network that gives the next token writes sequences."""

    guidance: float = setting(
        1.0,
        "How much more firmly a drawn text keeps to what is given than the network by"
        " itself; 0 draws from the network's own distribution.",
        at_least=0.0,
    )
    beam: int = setting(
        0,
        "Searches the best sequences, with so many in view at once; 0 draws them.",
        at_least=0,
    )
    length_penalty: float = setting(
        0.0,
        "How much a beam makes up for the length of a sequence; 0 not at all, 1 nearly"
        " divides by it.",
        at_least=0.0,
    )
    shortest: int = setting(0, "Fewest tokens of a sequence.", at_least=0)
    longest: int = setting(100, "Most tokens of a sequence.", at_least=1)
    no_repeat: int = setting(
        0,
        "So many tokens in a row occur but once in a sequence; 0 allows repeats.",
        at_least=0,
    )
