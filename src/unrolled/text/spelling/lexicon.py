"""The words that are known, how each is written, and how often it was seen.

    counted     the 812   The 90   paris 1   Paris 40   NASA 7
    kept        the 902            Paris 41             NASA 7

Words are looked up without regard to capitals. A word is written small if that was seen
often enough, since any word may stand at the beginning of a sentence; otherwise as it
was seen most often.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, final

from unrolled.errors import BrokenModelError
from unrolled.text.letter_case import Case, case_of

SMALL = 0.1
"""The share of small letters from which a word is one that is written small."""

SURE = 5
"""Times a word must have been seen for its capitals to be certain."""


@final
class Lexicon:
    """Known words; keys are in small letters."""

    def __init__(self, written: list[str], counts: list[int]) -> None:
        """`written` differ also when their capitals are taken away."""
        self.written, self.counts = written, counts
        self.keys = [word.lower() for word in written]
        self.places = {key: place for place, key in enumerate(self.keys)}
        self.total = sum(counts)

    def __len__(self) -> int:
        return len(self.keys)

    def __contains__(self, key: str) -> bool:
        return key in self.places

    @staticmethod
    def build(
        counts: Mapping[str, int], more: Iterable[str], *, most: int
    ) -> "Lexicon":
        """From counts of words as they are written, and `more` words to know anyway.

        Each of `more` counts once on top of what was seen. The most frequent words are
        kept, `most` at most.
        """
        forms: dict[str, dict[str, int]] = defaultdict(dict)
        for word, count in counts.items():
            if word and count > 0:
                forms[word.lower()][word] = count
        for word in more:
            found = forms[word.lower()]
            found[word] = found.get(word, 0) + 1
        found = [
            (_usual_form(key, seen), sum(seen.values())) for key, seen in forms.items()
        ]
        found.sort(key=lambda pair: (-pair[1], pair[0]))
        kept = found[:most]
        return Lexicon([word for word, _ in kept], [count for _, count in kept])

    def count(self, key: str) -> int:
        """How often the word was seen; 0 if it is not known."""
        place = self.places.get(key)
        return 0 if place is None else self.counts[place]

    def knows(self, word: str) -> bool:
        """Whether the word is known with these capitals, or with those of a heading.

        With any capitals, where it was not seen often enough to tell.
        """
        place = self.places.get(word.lower())
        if place is None:
            return False
        usual = self.written[place]
        if case_of(usual) is Case.LOWER:
            return case_of(word) is not Case.MIXED
        return word in (usual, usual.upper()) or self.counts[place] < SURE

    def to_json(self) -> dict[str, Any]:
        """Plain values for a model folder."""
        return {"words": self.written, "counts": self.counts}

    @staticmethod
    def from_json(found: Any) -> "Lexicon":
        """The way back from `to_json`. Raises BrokenModelError for anything else."""
        if problem := _problem(found):
            raise BrokenModelError(
                found=f"the words of the spelling corrector are damaged: {problem}.",
                expected="distinct words, and a count for each",
                fix="copy the model folder again, or train again",
            )
        return Lexicon(found["words"], found["counts"])


def _usual_form(key: str, seen: Mapping[str, int]) -> str:
    if seen.get(key, 0) >= SMALL * sum(seen.values()):
        return key
    return max(seen, key=lambda word: (seen[word], word))


def _problem(found: Any) -> str:
    if not isinstance(found, dict):
        return "they are no object"
    words, counts = found.get("words"), found.get("counts")
    if not isinstance(words, list) or not isinstance(counts, list):
        return "words or counts are missing"
    if not all(isinstance(word, str) and word for word in words):
        return "a word is no text"
    if len({word.lower() for word in words}) < len(words):
        return "a word stands there twice"
    if len(words) != len(counts):
        return f"{len(words)} words have {len(counts)} counts"
    if not all(type(count) is int and count > 0 for count in counts):
        return "a count is no whole number from 1"
    return ""
