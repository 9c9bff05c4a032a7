"""How text becomes tokens, as settings."""

from dataclasses import dataclass

from unrolled.settings import Settings, setting


@dataclass(frozen=True, kw_only=True)
class TextSettings(Settings):
    """From a text to the tokens that a network reads."""

    tokens: str = setting(
        "auto",
        "What a token is; auto takes characters where most texts are one word.",
        one_of=("auto", "word", "character", "byte", "subword"),
    )
    lowercase: bool = setting(True, "Whether capitals are read as small letters.")
    min_count: int = setting(
        0,
        "How often a token must occur to be known; 0 chooses: 1, and 5 in texts of two"
        " million tokens or more.",
        at_least=0,
    )
    vocabulary: int = setting(
        0, "Most tokens that are known; 0 sets no limit.", at_least=0
    )
    longest: int = setting(
        0,
        "Tokens of a text that are read, half from its start and half from its end; 0"
        " reads all.",
        at_least=0,
    )
    start: str = setting(
        "cooccurrence",
        "How the embedding begins: from the company that tokens keep in the training"
        " texts, or by chance.",
        one_of=("cooccurrence", "random"),
    )
    unlabelled: str = setting(
        "",
        "A file of further texts without labels; their words and the company they keep"
        " help the embedding to begin.",
    )
    vectors: str = setting(
        "",
        "A file of word vectors to begin with: word2vec (text or binary), GloVe or"
        " fastText.",
    )
