"""Settings of a language model that are not about its network."""

from dataclasses import dataclass

from unrolled.settings import Settings, setting


@dataclass(frozen=True, kw_only=True)
class LanguageSettings(Settings):
    """How the rows belong together, and what is scored."""

    rows: str = setting(
        "joined",
        "Whether rows go on with each other, as the lines of a text do, or stand apart,"
        " each with a beginning of its own.",
        one_of=("joined", "apart"),
    )
    window: int = setting(
        64,
        "Tokens that a gradient goes back, where rows are joined; the state goes on.",
        at_least=1,
    )
    best: int = setting(5, "Next tokens that an answer names.", at_least=1)
    order: int = setting(
        0,
        "Tokens of the longest n-gram of the baseline; 0 chooses: words 5, else by the"
        " validation rows.",
        at_least=0,
        at_most=12,
    )
    sentences: int = setting(
        100,
        "Sentences of the scored rows that are compared with shuffles of themselves.",
        at_least=0,
    )
    shuffles: int = setting(5, "Shuffles of each of them.", at_least=1)
