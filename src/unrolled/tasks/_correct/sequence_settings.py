"""What `correct-sequence` learns from and when it changes something, as settings."""

from dataclasses import dataclass

from unrolled.settings import Settings, setting


@dataclass(frozen=True, kw_only=True)
class ErrorsSettings(Settings):
    """Errors to learn from, and the care that is taken."""

    misspellings: str = setting(
        "", "A file of misspelled words and the right ones, to make mistakes with."
    )
    copies: int = setting(
        2,
        "How often mistakes are made in each right text; each copy has others.",
        at_least=1,
    )
    false_alarms: float = setting(
        0.1,
        "Share of right validation texts that may be changed; lower it to be left"
        " alone more.",
        at_least=0.0,
        at_most=1.0,
    )
