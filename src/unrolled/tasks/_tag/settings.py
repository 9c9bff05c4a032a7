"""What tags are, and which words are known, as settings."""

from dataclasses import dataclass

from unrolled.settings import Settings, setting


@dataclass(frozen=True, kw_only=True)
class TagSettings(Settings):
    """What is read and what is answered."""

    scheme: str = setting(
        "auto",
        "What the tags are: one name for each word, or parts of spans in one of three"
        " spellings; auto looks at the tags.",
        one_of=("auto", "plain", "IOB1", "BIO", "BIOES"),
    )
    learned: str = setting(
        "BIOES",
        "How the parts of spans are named inside; answers follow the data.",
        one_of=("BIO", "BIOES"),
    )
    loose_ends: float = setting(
        0.2,
        "Share of the training rows that are learned without the mark at their end, or"
        " with one where they have none: people ask either way.",
        at_least=0,
        at_most=1,
    )
    k_best: int = setting(
        1,
        "How many rows of tags are answered for each input, the most probable first.",
        at_least=1,
    )


@dataclass(frozen=True, kw_only=True)
class WordSettings(Settings):
    """From words to numbers."""

    lowercase: bool = setting(
        True,
        "Whether words that differ in capitals share their meaning; capitals are seen"
        " beside it.",
    )
    min_count: int = setting(
        1, "How often a word must occur to have a meaning of its own.", at_least=1
    )
    vocabulary: int = setting(
        0, "Most words that are known; 0 sets no limit.", at_least=0
    )
    start: str = setting(
        "random",
        "How the meanings begin: from the company that words keep in the training rows,"
        " or by chance.",
        one_of=("cooccurrence", "random"),
    )
    vectors: str = setting(
        "", "A file of word vectors (word2vec, GloVe or fastText text) to begin with."
    )
