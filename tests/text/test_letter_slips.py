"""Slips of single letters: what each kind makes of a word."""

from collections import defaultdict
from random import Random

from unrolled.text.english.letter_slips import slip


def _slips(word: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    draw = Random(0)
    for _ in range(3000):
        kind, wrong = slip(word, draw)
        found[kind].add(wrong)
    return found


def test_each_kind_makes_what_its_name_says():
    found = _slips("taller")
    assert found["swapped"] >= {"atller", "tlaler", "talelr", "tallre"}
    assert found["dropped"] == {"aller", "tller", "taler", "tallr", "talle"}
    assert found["single"] == {"taler"}
    assert found["doubled"] == {"talller", "tallerr"}
    assert found["vowel"] >= {"teller", "tallar", "tallir"}
    assert found["key"] >= {"tallet", "talker"}
    assert found["ending"] == {"tallor", "tallar"}
    assert all(len(wrong) == 7 for wrong in found["put in"])


def test_sounds_are_written_otherwise():
    assert _slips("phone")["sound"] >= {"fone"}
    assert _slips("believe")["sound"] >= {"beleive"}
    assert _slips("which")["sound"] >= {"wich", "whish", "whitch"}


def test_the_first_letter_is_mostly_right():
    draw = Random(1)
    made = [slip("station", draw)[1] for _ in range(4000)]
    other = sum(not word.startswith("s") for word in made)
    assert 0.01 < other / 4000 < 0.12


def test_a_slip_is_small():
    for word in ("a", "ab", "receive", "q", "bcd"):
        for wrongs in _slips(word).values():
            assert all(len(wrong) - len(word) in range(-3, 3) for wrong in wrongs)
