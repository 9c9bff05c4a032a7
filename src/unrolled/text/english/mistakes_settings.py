"""How many mistakes the generator makes, and how often each kind, as settings."""

from dataclasses import dataclass

from unrolled.settings import Settings, setting


def _weight(default: float, kind: str) -> float:
    return setting(default, f"How often, beside the other kinds: {kind}.", at_least=0.0)


@dataclass(frozen=True, kw_only=True)
class MistakesSettings(Settings):
    """The mix of mistakes; its defaults are near to what learners of English write."""

    clean: float = setting(
        0.3,
        "Share of the sentences that are left without a mistake.",
        at_least=0.0,
        at_most=1.0,
    )
    per_word: float = setting(
        0.15,
        "Mistakes for each word of the other sentences.",
        at_least=0.0,
        at_most=0.5,
    )
    listed: float = setting(
        0.5,
        "Share of the misspelled words that are taken from the list of misspellings,"
        " where it has the word.",
        at_least=0.0,
        at_most=1.0,
    )
    spelling: float = _weight(24.0, "misspelled words")
    confusion: float = _weight(7.0, "words taken for another (then for than)")
    article: float = _weight(16.0, "articles missing, needless or wrong")
    preposition: float = _weight(11.0, "prepositions missing, needless or wrong")
    number: float = _weight(11.0, "nouns in the wrong number")
    agreement: float = _weight(5.0, "verbs that disagree with their subject")
    verb: float = _weight(7.0, "verbs in the wrong form")
    pronoun: float = _weight(3.0, "pronouns in the wrong form (him for he)")
    comparison: float = _weight(1.0, "comparatives (more better)")
    comma: float = _weight(20.0, "commas missing or needless")
    mark: float = _weight(3.0, "full stops and apostrophes")
    capital: float = _weight(5.0, "capital letters")
    joined: float = _weight(2.0, "words run together or split")
    order: float = _weight(2.5, "words in the wrong order")
    missing: float = _weight(4.0, "small words left out")
    extra: float = _weight(3.0, "small words too many, or written twice")
