"""Settings of tasks whose answers are texts, besides those of the network."""

from dataclasses import dataclass

from unrolled.settings import Settings, setting


@dataclass(frozen=True, kw_only=True)
class AnswerSettings(Settings):
    """How answers are searched."""

    beam: int = setting(
        5, "How many beginnings of an answer are kept in view; 1 is greedy.", at_least=1
    )
    length_penalty: float = setting(
        1.0,
        "How much a beam makes up for the length of an answer; 0 not at all, 1 nearly"
        " divides by it.",
        at_least=0.0,
    )
    coverage_penalty: float = setting(
        0.0,
        "How much an answer loses that leaves parts of the source unread.",
        at_least=0.0,
    )
    shortest: int = setting(1, "Fewest tokens of an answer.", at_least=0)
    longest: int = setting(
        0,
        "Most tokens of an answer; 0 takes a quarter more than the longest of the"
        " training rows.",
        at_least=0,
    )
    no_repeat: int = setting(
        0,
        "So many tokens in a row occur but once in an answer; 0 allows repeats.",
        at_least=0,
    )
    best: int = setting(
        1, "Answers that are given to each input, best first.", at_least=1
    )


@dataclass(frozen=True, kw_only=True)
class PairsSettings(AnswerSettings):
    """How the two sides belong together, and how answers are searched."""

    joint: bool = setting(
        False,
        "Whether source and target are cut into the same tokens, with the same vectors:"
        " for two texts of one language.",
    )
    longest_source: int = setting(
        400,
        "Tokens of an input that are read; the rest of a longer one is left out, and"
        " that is said. 0 reads all.",
        at_least=0,
    )
