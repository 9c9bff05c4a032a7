"""How good translations are: BLEU and chrF as everyone computes them, and errors.

    BLEU = exp(min(0, 1 − r / c) + ¼ Σ_{n=1..4} log p_n)
    chrF = (1 + β²) P R / (β² P + R),  β = 2, over characters in runs of 1 to 6

with p_n the share of n-grams that a reference has, c the tokens of all translations and
r those of the references nearest to them in length. Both are sacrebleu's, from 0 to 100
as it prints them; its signature says what was computed, and belongs beside the number.

    exact               share of translations that equal a reference, from 0 to 1
    token error rate    tokens to put in, take out or exchange / tokens of the reference

`exact` and the token error rate are what spelling to sound is measured by: its word
error rate is 1 − exact, its phoneme error rate the token error rate.

References: Papineni et al. 2002, "BLEU", ACL; Popović 2015, "chrF", WMT (β = 2 after
Popović 2016); Post 2018, "A call for clarity in reporting BLEU scores", WMT, for
sacrebleu.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from unrolled.errors import MissingExtraError, SettingError
from unrolled.text.bit_parallel import distance

TOKENIZERS = ("13a", "intl", "zh", "char", "none")
"""How sacrebleu may cut texts into tokens: 13a for most languages, zh for Chinese, char
for other scripts without blanks."""
LENGTHS = (5, 10, 15, 20)
"""The last lengths of the buckets; longer ones are together."""

References = Sequence[Sequence[str]]
"""The right answers of each sentence; their number may differ."""


class Score(NamedTuple):
    """A number, and how it was computed."""

    value: float
    """From 0 to 100."""
    signature: str
    """sacrebleu's; empty where there was nothing to score."""


class TranslationScores(NamedTuple):
    """All scores of some translations."""

    bleu: Score
    chrf: Score
    length_ratio: float
    """Tokens of the translations / tokens of the references nearest in length."""
    exact: float
    token_error_rate: float


class Bucket(NamedTuple):
    """Sentences of like length."""

    lengths: str
    """Words of the source, as in "6-10"."""
    sentences: int
    bleu: float
    """From 0 to 100."""


def translation_scores(
    predictions: Sequence[str], references: References, *, tokenize: str = "13a"
) -> TranslationScores:
    """Every score; all 0 where there are no sentences.

    Raises MissingExtraError without sacrebleu, SettingError for a `tokenize` that is
    not in TOKENIZERS, and ValueError where the lists differ in length or a sentence has
    no reference.
    """
    bleu, ratio = _bleu(predictions, references, tokenize)
    chrf, _ = _score(_sacrebleu().CHRF(), predictions, references)
    return TranslationScores(
        bleu,
        chrf,
        ratio,
        exact(predictions, references),
        token_error_rate(predictions, references),
    )


def bleu_by_length(
    sources: Sequence[str],
    predictions: Sequence[str],
    references: References,
    *,
    tokenize: str = "13a",
) -> list[Bucket]:
    """BLEU of the sentences whose source has 1-5, 6-10, 11-15, 16-20 and 21+ words.

    Words stand between blanks. Buckets without a sentence are left out. Few sentences
    give a BLEU that says little; how many there are is told. Raises as
    `translation_scores`.
    """
    _check(predictions, references)
    places: dict[int, list[int]] = {}
    for place, source in enumerate(sources):
        words = len(source.split())
        places.setdefault(sum(words > last for last in LENGTHS), []).append(place)
    found: list[Bucket] = []
    for number, inside in sorted(places.items()):
        ours, theirs = [predictions[p] for p in inside], [references[p] for p in inside]
        bleu, _ = _bleu(ours, theirs, tokenize)
        found.append(Bucket(_lengths(number), len(inside), bleu.value))
    return found


def exact(predictions: Sequence[str], references: References) -> float:
    """The share that equals a reference but for blanks, from 0 to 1; 0 of none."""
    _check(predictions, references)
    right = sum(
        ours.split() in [other.split() for other in theirs]
        for ours, theirs in zip(predictions, references, strict=True)
    )
    return right / max(len(predictions), 1)


def token_error_rate(predictions: Sequence[str], references: References) -> float:
    """Edits of tokens over tokens of the references, all sentences together.

    Tokens stand between blanks. Each sentence counts with the reference that has the
    fewest edits for its length; 0 of no sentence. More edits than tokens give more
    than 1.
    """
    _check(predictions, references)
    edits = tokens = 0
    for ours, theirs in zip(predictions, references, strict=True):
        split = [other.split() for other in theirs]
        pairs = [(distance(ours.split(), other), len(other)) for other in split]
        fewest, length = min(pairs, key=lambda pair: pair[0] / max(pair[1], 1))
        edits, tokens = edits + fewest, tokens + length
    return edits / max(tokens, 1)


def _lengths(number: int) -> str:
    """The name of a bucket."""
    first = LENGTHS[number - 1] + 1 if number else 1
    return f"{first}-{LENGTHS[number]}" if number < len(LENGTHS) else f"{first}+"


def _bleu(
    predictions: Sequence[str], references: References, tokenize: str
) -> tuple[Score, float]:
    """BLEU, and the ratio of lengths."""
    if tokenize not in TOKENIZERS:
        raise SettingError(
            found=f'tokenize is "{tokenize}".',
            expected=f"one of {', '.join(TOKENIZERS)}",
            fix="choose one of these",
        )
    # force: no warning that the texts look tokenized; those of corpora often are.
    metric = _sacrebleu().BLEU(tokenize=tokenize, force=True)
    score, found = _score(metric, predictions, references)
    return score, found.sys_len / found.ref_len if found and found.ref_len else 0.0


def _score(
    metric: Any, predictions: Sequence[str], references: References
) -> tuple[Score, Any]:
    """What one metric of sacrebleu says, and its own words for it."""
    _check(predictions, references)
    if not predictions:
        return Score(0.0, ""), None
    most = max(map(len, references))
    # One list for each place of a reference, None where a sentence has fewer.
    streams = [
        [theirs[place] if place < len(theirs) else None for theirs in references]
        for place in range(most)
    ]
    found = metric.corpus_score(list(predictions), streams)
    return Score(float(found.score), str(metric.get_signature())), found


def _check(predictions: Sequence[str], references: References) -> None:
    if len(predictions) != len(references):
        raise ValueError("predictions and references differ in number")
    if not all(references):
        raise ValueError("every sentence needs a reference")


def _sacrebleu() -> Any:
    try:
        from sacrebleu import metrics
    except ModuleNotFoundError:
        raise MissingExtraError(
            package="sacrebleu", extra="metrics", purpose="scoring translations"
        ) from None
    return metrics
