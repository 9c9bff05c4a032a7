"""Spearman's r, analogies by section, and the files that ask for them."""

from pathlib import Path

import pytest
import torch
from torch.testing import assert_close

from unrolled.errors import UnreadableDataError
from unrolled.text.similar_words import SimilarWords
from unrolled.text.word_tests import (
    Agreement,
    Pair,
    Solved,
    agreement,
    read_analogies,
    read_pairs,
    solve,
    spearman,
    total,
)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def written(text: str) -> str:
    Path("asked.txt").write_text(text, encoding="utf-8")
    return "asked.txt"


# -- Spearman --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "rho"),
    [
        ([1, 2, 3], [10, 20, 30], 1.0),
        ([1, 2, 3], [3, 2, 1], -1.0),
        # Ranks 1 2 3 4 5 and 2 1 4 3 5: 1 − 6 · 4 / (5 · 24) = 0.8.
        ([1, 2, 3, 4, 5], [20, 10, 40, 30, 50], 0.8),
        # Ranks 1, 2.5, 2.5, 4 and 1 2 3 4: 4.5 / √(4.5 · 5) = √0.9.
        ([1, 7, 7, 9], [1, 2, 3, 4], 0.9**0.5),
        ([1, 1, 1], [1, 2, 3], 0.0),
        ([1], [1], 0.0),
        ([], [], 0.0),
    ],
)
def test_spearman_by_hand(first, second, rho):
    assert_close(spearman(first, second), rho, rtol=1e-12, atol=1e-12)


def test_spearman_is_scipys_also_with_many_ties():
    stats = pytest.importorskip("scipy.stats")
    generator = torch.Generator().manual_seed(0)
    for levels in (3, 10, 1000):
        sides = torch.randint(levels, (2, 50), generator=generator)
        expected = stats.spearmanr(sides[0], sides[1]).statistic
        found = spearman(sides[0].tolist(), sides[1].tolist())
        assert_close(found, float(expected), rtol=1e-9, atol=0)


VECTORS = SimilarWords(
    ("man", "king", "woman", "queen", "apple"),
    torch.tensor([[0.0, 1, 0], [1, 1, 0], [0, 0, 1], [1, 0, 1], [-1, 0, 0]]),
)


def test_pairs_that_are_unknown_are_left_out_and_counted():
    pairs = [
        Pair("Man", "king", 9.0),  # cosine 0.71
        Pair("king", "queen", 5.0),  # 0.5
        Pair("man", "woman", 6.0),  # 0
        Pair("man", "pear", 1.0),
    ]
    # Ranks of cosines 3 2 1, of marks 3 1 2: 1 − 6 · 2 / (3 · 8) = 0.5.
    found = agreement(VECTORS, pairs)
    assert_close(found.spearman, 0.5, rtol=1e-9, atol=0)
    assert (found.answered, found.asked) == (3, 4)
    assert agreement(VECTORS, pairs[3:]) == Agreement(0.0, 0, 1)


# -- analogies -------------------------------------------------------------------------


def test_analogies_by_section_with_what_cannot_be_answered():
    questions = {
        "royal": [("man", "king", "woman", "queen"), ("man", "king", "woman", "man")],
        "fruit": [("apple", "pear", "man", "woman")],
    }
    found = solve(VECTORS, questions)
    assert found == {"royal": Solved(1, 2, 2), "fruit": Solved(0, 0, 1)}
    assert total(found) == Solved(1, 2, 3)
    assert total(found).accuracy == 0.5
    assert found["fruit"].accuracy == 0.0


def test_answers_are_sought_among_the_first_words_only():
    questions = {"royal": [("man", "king", "woman", "queen")]}
    assert solve(VECTORS, questions, first=3) == {"royal": Solved(0, 1, 1)}
    assert solve(VECTORS, questions, first=4) == {"royal": Solved(1, 1, 1)}
    assert solve(VECTORS, questions, first=0) == {"royal": Solved(1, 1, 1)}


# -- files -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "# a remark\n# Word 1\tWord 2\tmean\nlove\tsex\t6.77\n\ntiger\tcat\t7\n",
        "word1,word2,mark\nlove,sex,6.77\r\ntiger , cat,7,more\n",
    ],
)
def test_pairs_are_read(text):
    assert read_pairs(written(text)) == [
        Pair("love", "sex", 6.77),
        Pair("tiger", "cat", 7.0),
    ]


def test_analogies_are_read():
    text = "a b c d\n: one\n: two parts\nAthens Greece Oslo Norway\n# no\ne f g h\n"
    assert read_analogies(written(text)) == {
        "questions": [("a", "b", "c", "d")],
        "two parts": [("Athens", "Greece", "Oslo", "Norway"), ("e", "f", "g", "h")],
    }


PAIR = "two words and a number, between tabs or commas"
FOUR = (
    "four words, as in: Athens Greece Oslo Norway; or a colon and the name of a section"
)
REMARK = "correct that line, or begin it with # if it is a remark"
BROKEN = {
    "no number": (
        *(read_pairs, "a\tb\t1\na\tb\tc\n"),
        *('asked.txt, line 2: "a\tb\tc".', PAIR, REMARK),
    ),
    "two columns": (
        *(read_pairs, "a\tb\n"),
        *('asked.txt, line 1: "a\tb".', PAIR, REMARK),
    ),
    "not a number": (
        *(read_pairs, "a\tb\t1\na\tb\tnan\n"),
        *('asked.txt, line 2: "a\tb\tnan".', PAIR, REMARK),
    ),
    "no pair": (
        *(read_pairs, "# none\n"),
        "asked.txt holds not one line that counts.",
        "two words and a number on each line",
        "check that the right file was named",
    ),
    "three words": (
        *(read_analogies, ": one\na b c\n"),
        *('asked.txt, line 2: 3 words, "a b c".', FOUR, REMARK),
    ),
    "no question": (
        *(read_analogies, ": one\n"),
        "asked.txt holds not one line that counts.",
        "a question of four words on each line",
        "check that the right file was named",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_refused_in_exact_words(case):
    read, text, found, expected, fix = BROKEN[case]
    with pytest.raises(UnreadableDataError) as refused:
        read(written(text))
    assert str(refused.value) == (
        f"{found}\n"
        f"  expected: {expected}\n"
        f"  to fix:   {fix}\n"
        "  code:     unreadable-data"
    )


@pytest.mark.parametrize("read", [read_pairs, read_analogies])
def test_a_missing_file_and_one_that_is_no_text(read):
    with pytest.raises(UnreadableDataError, match=r"^gone\.txt cannot be read: No "):
        read("gone.txt")
    Path("asked.txt").write_bytes(b"caf\xe9\n")
    with pytest.raises(UnreadableDataError, match="byte 3 is not UTF-8 text"):
        read("asked.txt")
