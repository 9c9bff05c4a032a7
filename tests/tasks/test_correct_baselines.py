"""Words that are put right one at a time, and the baselines that do so."""

from unrolled.models.spelling import Spelling
from unrolled.tasks._correct.baselines import baselines, respelled
from unrolled.tasks._correct.rows import Row

COUNTS = {"the": 90, "house": 20, "is": 50, "old": 9, "here": 9, "a": 30, "lot": 9}
PAIRS = [("hoose", "house"), ("alot", "a lot")]


def test_words_are_exchanged_and_all_else_stays():
    opening: list[str] = []

    def best(word: str, opens: bool) -> str:
        opening.extend([word] if opens else [])
        return {"teh": "the", "alot": "a lot", "x": ""}.get(word, word)

    text = " He saw  teh alot. He saw x."
    assert respelled(text, best) == " He saw  the a lot. He saw x."
    assert opening == ["He", "He"]


def test_both_correctors_of_spelling_beat_a_copy():
    spelling = Spelling.learn(PAIRS, COUNTS)
    rows = [
        Row("the hoose is old", ("the house is old",), ""),
        Row("the house iis old", ("the house is old",), ""),
        Row("the house is here", ("the house is here",), ""),
    ]
    found = baselines(rows, spelling)
    assert found["copy"]["f0.5"] == 0.0
    assert found["dictionary"]["f0.5"] == 1.0
    assert found["noisy channel"]["f0.5"] > 0.5
    assert baselines([], spelling) == {}
