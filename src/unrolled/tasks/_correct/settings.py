"""What `correct` learns from and when it changes something, as settings."""

from dataclasses import dataclass

from unrolled.settings import Settings, setting


@dataclass(frozen=True, kw_only=True)
class CorrectSettings(Settings):
    """Errors to learn from, and the care that is taken."""

    misspellings: str = setting(
        "",
        "A file of misspelled words and the right ones, such as CSV with the columns"
        " wrong and right; some thousand pairs make a good corrector of spelling.",
    )
    copies: int = setting(
        4,
        "How often mistakes are made in each right sentence; each copy has others.",
        at_least=1,
    )
    single_words: float = setting(
        0.1,
        "Single words, misspelled and right ones, that are learned as texts of their"
        " own, for each training row; needs misspellings.",
        at_least=0.0,
    )
    least_words: int = setting(
        5, "How often a word must be the right one to be put in by itself.", at_least=1
    )
    rounds: int = setting(
        3, "How often a text is read again after changes, at most.", at_least=1
    )
    false_alarms: float = setting(
        0.1,
        "Share of right validation sentences that may be changed; lower it to be left"
        " alone more.",
        at_least=0.0,
        at_most=1.0,
    )
