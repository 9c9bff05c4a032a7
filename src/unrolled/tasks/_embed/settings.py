"""Settings of `embed`: how its text is cut, and how its vectors are learned."""

from dataclasses import dataclass

from unrolled.settings import Settings, setting
from unrolled.text.tokenizers import NAMES
from unrolled.text.train_vectors import METHODS
from unrolled.text.word_tests import FIRST


@dataclass(frozen=True, kw_only=True)
class EmbedTextSettings(Settings):
    """From running text to the tokens that get vectors."""

    tokens: str = setting("word", "What gets a vector.", one_of=NAMES)
    lowercase: bool = setting(True, "Whether capitals are read as small letters.")
    min_count: int = setting(
        0,
        "How often a token must occur to get a vector; 0 chooses: 1, and 5 in texts of"
        " 200,000 tokens or more.",
        at_least=0,
    )
    vocabulary: int = setting(
        0, "Most tokens that get a vector; 0 sets no limit.", at_least=0
    )


@dataclass(frozen=True, kw_only=True)
class EmbedSettings(Settings):
    """How vectors are learned, and what they are asked."""

    method: str = setting(
        "skip-gram",
        "How vectors are learned; subwords also looks at the parts of a word.",
        one_of=METHODS,
    )
    dim: int = setting(100, "Numbers of a vector.", at_least=1, at_most=65_536)
    window: int = setting(
        5, "How many tokens to each side are neighbors, at most.", at_least=1
    )
    negative: int = setting(
        5, "Tokens drawn to stand against each neighbor.", at_least=1
    )
    sample: float = setting(
        0.001,
        "Tokens above this share of the text are left out at times; one that occurs"
        " fewer than a hundred times never is.",
        at_least=0,
        at_most=0.99,
    )
    rate: float = setting(0.025, "The first step size.", at_least=0, at_most=1)
    exact: bool = setting(
        True,
        "Whether one thread learns, so that a seed always gives the same bits; without"
        " it as many as training.threads says, or as there are.",
    )
    answers: int = setting(10, "How many like words an answer has.", at_least=1)
    pairs: str = setting(
        "", "A file of word pairs with marks, such as WordSim-353, to be scored on."
    )
    analogies: str = setting(
        "", "A file of analogies, such as questions-words.txt, to be scored on."
    )
    first: int = setting(
        FIRST,
        "Among how many of the most frequent words an analogy's answer is sought; 0"
        " for all.",
        at_least=0,
    )
