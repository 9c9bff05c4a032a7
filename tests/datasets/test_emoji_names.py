"""emoji_names: names as words, near copies left out or kept together."""

import json

from unrolled.datasets.emoji_names import ENGLISH, FRENCH, EmojiNames


def _parts(*names):
    """The parts made of (English, French) names; no French name where it is ""."""
    english = {str(n): {"en": one} for n, (one, _) in enumerate(names)}
    french = {str(n): other for n, (_, other) in enumerate(names) if other}
    files = {ENGLISH: english, FRENCH: french}
    return EmojiNames().convert(
        {path: json.dumps(x).encode() for path, x in files.items()}
    )


def _rows(*names):
    return [row for rows in _parts(*names).values() for row in rows]


def test_marks_of_the_program_are_words_and_spaces():
    assert _rows((":red_heart:", ":cœur_rouge:")) == [("red heart", "cœur rouge")]


def test_skin_tones_countries_and_names_in_one_language_only_are_left_out():
    assert _rows(
        (":hand:", ":main:"),
        (":hand_dark_skin_tone:", ":main_peau_foncée:"),
        (":Kuwait:", ":drapeau_koweït:"),
        (":white_flag:", ":drapeau_blanc:"),
        (":shrug:", ""),
    ) == [("hand", "main"), ("white flag", "drapeau blanc")]


def test_a_man_and_a_woman_of_one_trade_are_in_one_part():
    trades = [f"{a}{b}" for a in "abcdefghij" for b in "klmnop"]
    names = [(f":{who}_{t}:", f":{t}:") for t in trades for who in ("man", "woman")]
    parts = _parts(*names)
    assert {part: len(rows) for part, rows in parts.items()} == {
        "train": 96,
        "valid": 12,
        "test": 12,
    }
    for rows in parts.values():
        both = [name.split()[1] for name, _ in rows]
        assert all(both.count(trade) == 2 for trade in both)
