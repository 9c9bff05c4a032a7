"""Settings of `generate` that are not about its network."""

from dataclasses import dataclass

from unrolled.settings import Settings, setting


@dataclass(frozen=True, kw_only=True)
class GenerateSettings(Settings):
    """What the given columns hold, how it answers, and what is probed."""

    numbers: str = setting(
        "auto",
        "Which given columns hold numbers: their headers, joined by commas, or none;"
        " auto looks at the cells.",
    )
    beam: int = setting(
        8, "How many beginnings `predict` keeps in view for its answer.", at_least=1
    )
    longest: int = setting(100, "Most tokens of what `predict` writes.", at_least=1)
    samples: int = setting(
        1000,
        "Texts that are drawn when a model is scored, to see what they are like; 0"
        " leaves that out.",
        at_least=0,
    )
    order: int = setting(
        6, "Tokens of the longest n-gram of the baseline.", at_least=1, at_most=12
    )
