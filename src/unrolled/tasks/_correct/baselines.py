"""The cheap honest answers that stand beside every score of `correct`.

copy              the text as it is
dictionary        an unknown word becomes the nearest one that is known
noisy channel     the spelling corrector that `correct` itself asks, without a network
"""

from collections.abc import Callable, Sequence

from unrolled.models.dictionary_corrector import DictionaryCorrector
from unrolled.models.spelling import Spelling
from unrolled.tasks._base import Metrics
from unrolled.tasks._correct.rows import Row
from unrolled.tasks._correct.scores import correct_scores
from unrolled.tasks._correct.sentence import sentences

COPY, DICTIONARY, CHANNEL = "copy", "dictionary", "noisy channel"
CERTAIN = 0.5  # chance from which a word by itself is taken as misspelled


def baselines(rows: Sequence[Row], spelling: Spelling) -> dict[str, Metrics]:
    """The metrics of each on these rows; nothing of no rows."""
    if not rows:
        return {}
    nearest = DictionaryCorrector(spelling.lexicon).best

    def likeliest(word: str, opens: bool) -> str:
        judged = spelling.judge(word, opens=opens)
        return judged.candidates[0].word if judged.wrong > CERTAIN else word

    answers = {
        COPY: [row.text for row in rows],
        DICTIONARY: [
            respelled(row.text, lambda word, _: nearest(word)) for row in rows
        ],
        CHANNEL: [respelled(row.text, likeliest) for row in rows],
    }
    return {name: correct_scores(rows, texts) for name, texts in answers.items()}


def respelled(text: str, best: Callable[[str, bool], str]) -> str:
    """A text with the best word for each one; `best` is told if it opens a sentence."""
    for one in reversed(sentences(text)):
        for place in reversed(range(len(one.words))):
            word = one.words[place]
            found = tuple(best(word, not place).split())
            if found and found != (word,):
                edit = one.changed(place, place + 1, found)
                text = text[: edit.start] + edit.replacement + text[edit.stop :]
    return text
