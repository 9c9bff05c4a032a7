"""How texts become the tokens that are read and written, as settings."""

from dataclasses import dataclass

from unrolled.settings import Settings, setting


@dataclass(frozen=True, kw_only=True)
class SymbolSettings(Settings):
    """From texts to the tokens that a network reads and writes, and back."""

    tokens: str = setting(
        "auto",
        "What a token is; auto chooses by the length of the texts.",
        one_of=("auto", "word", "character", "byte", "subword"),
    )
    lowercase: bool = setting(False, "Whether capitals are read as small letters.")
    min_count: int = setting(
        0,
        "How often a token must occur to be known; 0 chooses: words 2, and 1 else.",
        at_least=0,
    )
    vocabulary: int = setting(
        0,
        "Most tokens that are known; 0 sets no limit, 8,000 for sub-words.",
        at_least=0,
    )
    vectors: str = setting(
        "", "A file of word vectors (word2vec, GloVe or fastText) to begin with."
    )
