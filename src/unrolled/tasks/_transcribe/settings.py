"""Settings of `transcribe` besides those of sounds and of the network."""

from dataclasses import dataclass

from unrolled.settings import Settings, setting


@dataclass(frozen=True, kw_only=True)
class TranscriptSettings(Settings):
    """From the texts of sounds to the symbols that are heard, and back."""

    tokens: str = setting(
        "character",
        "What a symbol is. Whole words suit a few dozen that all occur often.",
        one_of=("character", "subword", "word"),
    )
    lowercase: bool = setting(True, "Whether capitals are read as small letters.")
    punctuation: bool = setting(
        False,
        "Whether marks such as commas are learned and answered; else they are taken"
        " out, but for the apostrophe and hyphen of a word.",
    )
    min_count: int = setting(
        1, "How often a symbol must occur to be known.", at_least=1
    )
    vocabulary: int = setting(
        500, "Most sub-words, where symbols are sub-words.", at_least=2
    )


@dataclass(frozen=True, kw_only=True)
class TranscribeSettings(Settings):
    """How the text is searched for in what was heard."""

    beam: int = setting(
        8,
        "How many beginnings of a text are kept in view; 1 takes the likeliest symbol"
        " of each moment.",
        at_least=1,
    )
    language: float = setting(
        0.3,
        "How much a language model counts beside the sound; 0 leaves it out. It is one"
        " of n-grams of the symbols, counted on the texts of the training sounds.",
        at_least=0,
    )
    language_model: str = setting(
        "",
        "A folder that `unrolled train language_model` wrote, with the same kind of"
        " text.tokens: it is asked instead of n-grams, and kept in this model.",
    )
    language_text: str = setting(
        "", "A file of texts, a line each, that it is counted on as well."
    )
    order: int = setting(
        0,
        "Symbols of its longest n-gram; 0 chooses: 6 characters, 3 sub-words or words.",
        at_least=0,
        at_most=12,
    )
    bonus: float = setting(
        0.3, "Nats for each symbol, since a language model prefers short texts."
    )
    lexicon: str = setting(
        "auto",
        "Which words may be heard: any (none), those of a file, a line each, or auto,"
        " those of the training texts, where they have a hundred or fewer and each"
        " occurs five times or more.",
    )
