"""Word vectors: three formats, tables for a vocabulary, and broken files."""

import gzip
from pathlib import Path

import pytest
import torch
from torch.testing import assert_close

from unrolled.errors import UnreadableDataError
from unrolled.text.vectors_files import read_vectors
from unrolled.text.vocabulary import Vocabulary
from unrolled.text.word_vectors import WordVectors

WORD2VEC = "3 2\nthe 1.0 2\nnaïve 3 -4e-1\nThe 5 6\n"
GLOVE = "the 1.0 2\nnaïve 3 -4e-1\nThe 5 6\n"
FASTTEXT = "3 2\nthe 1.0 2 \nnaïve 3 -4e-1 \nThe 5 6 \n"
VALUES = [[1.0, 2.0], [3.0, -0.4], [5.0, 6.0]]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def vectors_of(text: str | bytes, wanted: set[str] | None = None) -> WordVectors:
    Path("v.txt").write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_vectors("v.txt", wanted)


@pytest.mark.parametrize(
    "text", [WORD2VEC, GLOVE, FASTTEXT, GLOVE.replace("\n", "\r\n")]
)
@pytest.mark.parametrize("packed", [False, True])
def test_each_format(text: str, packed: bool):
    data = text.encode()
    path = Path("v.vec.gz" if packed else "v.vec")
    path.write_bytes(gzip.compress(data) if packed else data)
    found = read_vectors(path)
    assert found.words == ("the", "naïve", "The")
    assert found.values.dtype == torch.float32
    assert_close(found.values, torch.tensor(VALUES))
    assert (found.repeats, found.unreadable) == (0, 0)


def test_only_wanted_words_and_their_small_letters():
    found = vectors_of(GLOVE, {"THE", "absent"})
    assert found.words == ("the",)
    assert found.values.tolist() == [[1.0, 2.0]]
    assert vectors_of(GLOVE, set()).values.shape == (0, 2)


def test_the_first_of_two_vectors_holds():
    found = vectors_of("a 1 2\nb 3 4\na 5 6\n")
    assert found.words == ("a", "b")
    assert found.values.tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert found.repeats == 1


def test_a_word_may_hold_blanks():
    found = vectors_of("a 1 2\nat name@x.org 3 4\n. . . 5 6\n")
    assert found.words == ("a", "at name@x.org", ". . .")
    assert found.values.tolist() == [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]


def test_a_word_that_is_no_text_is_left_out():
    found = vectors_of(b"a 1 2\n\xff\xfe 3 4\nb 5 6\n")
    assert found.words == ("a", "b")
    assert found.unreadable == 1


def test_one_number_a_word():
    with_header, without = vectors_of("2 1\na 5\nb 6\n"), vectors_of("7 3\na 5\nb 6\n")
    assert with_header.words == ("a", "b")
    assert without.words == ("7", "a", "b")
    assert without.values.tolist() == [[3.0], [5.0], [6.0]]


def test_no_words_at_all():
    found = vectors_of("0 4\n")
    assert found.words == ()
    assert found.values.shape == (0, 4)


def test_numbers_are_those_of_torch():
    text = "a 0.1 1e-40 3.4028234e38 -0 1e-50\nb 1 2 3 4 5\n"
    expected = torch.tensor([0.1, 1e-40, 3.4028234e38, -0.0, 1e-50])
    assert torch.equal(vectors_of(text).values[0], expected)


class TestTable:
    vectors = WordVectors(("the", "cat", "Paris"), torch.tensor(VALUES) * 100)
    vocabulary = Vocabulary(["<unk>", "The", "dog", "paris", "cat"], [2, 10, 5, 3, 4])

    def test_known_words_have_their_vectors(self):
        table = self.vectors.table(self.vocabulary, torch.Generator().manual_seed(0))
        assert table.shape == (5, 2)
        assert table.dtype == torch.float32
        assert torch.equal(table[1], self.vectors.values[0])  # The takes that of the
        assert torch.equal(table[4], self.vectors.values[1])

    def test_what_is_drawn_is_as_large_as_what_is_known(self):
        words = Vocabulary(["<unk>", *map(str, range(4000))], [0, *[1] * 4000])
        table = self.vectors.table(words, torch.Generator().manual_seed(0))
        known = self.vectors.values
        assert_close(table.mean(), known.mean(), rtol=0.1, atol=0)
        assert_close(table.std(), known.std(correction=0), rtol=0.05, atol=0)

    def test_the_same_generator_gives_the_same_table(self):
        first, second, other = (
            self.vectors.table(self.vocabulary, torch.Generator().manual_seed(seed))
            for seed in (0, 0, 1)
        )
        assert torch.equal(first, second)
        assert not torch.equal(first[0], other[0])

    def test_without_any_vector_all_is_drawn(self):
        none = WordVectors((), torch.zeros(0, 3))
        table = none.table(self.vocabulary, torch.Generator().manual_seed(0))
        assert table.shape == (5, 3)
        assert 0 < float(table.abs().max()) < 1

    def test_coverage(self):
        assert self.vectors.coverage(self.vocabulary) == (2, 14 / 24)
        assert self.vectors.coverage(Vocabulary(["<unk>"], [0])) == (0, 0.0)


LINE = "a word and 2 numbers, separated by single blanks"
MEND = "correct that line, or check that this is a file of word vectors"
BROKEN = {
    "empty": ("", "v.txt, line 1: the file is empty.", LINE.replace("2", "its"), MEND),
    "no numbers": (
        *("a\nb\n", "v.txt, line 1: no numbers behind a word."),
        *(LINE.replace("2", "its"), MEND),
    ),
    "too few": (
        *("a 1 2\nb 3\nc 5 6\n", "v.txt, line 2: 1 numbers behind a word."),
        *(LINE, MEND),
    ),
    "too few in line 1": (
        *("a 1\nb 3 4\nc 5 6\n", "v.txt, line 1: 1 numbers behind a word."),
        *(LINE, MEND),
    ),
    "too many": (
        *(
            "a 1 2\nb 3 4 5\nc 5 6\n",
            "v.txt, line 2: more numbers than that behind a word.",
        ),
        *(LINE, MEND),
    ),
    "blank line": (
        *("a 1 2\n\nc 5 6\n", "v.txt, line 2: 0 numbers behind a word."),
        *(LINE, MEND),
    ),
    "no word": (
        *("a 1 2\n 3 4\nc 5 6\n", "v.txt, line 2: 2 numbers behind a word."),
        *(LINE, MEND),
    ),
    "no number": (
        *("a 1 2\nb 3 x\n", 'v.txt, line 2: "x" in place of a number.'),
        *(LINE, MEND),
    ),
    "nan": (
        *("a 1 2\nb nan 4\n", "v.txt, line 2: a number that is not finite."),
        *(LINE, MEND),
    ),
    "beyond float32": (
        *("a 1 2\nb 3 1e39\n", "v.txt, line 2: a number that is not finite."),
        *(LINE, MEND),
    ),
    "other dimension than promised": (
        *("2 3\na 1 2\nb 3 4\n", "v.txt, line 2: 2 numbers behind a word."),
        *(LINE.replace("2", "3"), MEND),
    ),
    "fewer words than promised": (
        *("3 2\na 1 2\nb 3 4\n", "v.txt, line 1: 3 words are promised, and 2 follow."),
        "as many lines as the first one says",
        "fetch the file again, it may be cut short; or correct line 1",
    ),
    "more words than promised": (
        *("1 2\na 1 2\nb 3 4\n", "v.txt, line 1: 1 words are promised, and 2 follow."),
        "as many lines as the first one says",
        "fetch the file again, it may be cut short; or correct line 1",
    ),
    "a line of 1 MB": (
        *("a 1 2\n" + "x" * 1_000_000, "v.txt, line 2: longer than 1 MB."),
        "a word and its numbers on each line",
        "check that this is a text file of word vectors",
    ),
}


def refusal_of(text: str) -> str:
    Path("v.txt").write_text(text)
    return refusal("v.txt")


def refusal(path: str) -> str:
    with pytest.raises(UnreadableDataError) as refused:
        read_vectors(path)
    return str(refused.value)


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_refused_in_exact_words(case: str):
    text, found, expected, fix = BROKEN[case]
    Path("v.txt").write_text(text)
    assert refusal("v.txt") == (
        f"{found}\n"
        f"  expected: {expected}\n"
        f"  to fix:   {fix}\n"
        "  code:     unreadable-data"
    )


def test_a_header_of_five_thousand_digits():
    words = "9" * 5000 + " 3\na 1 2\n"
    assert "v.txt, line 1" in refusal_of(words) or "line 2" in refusal_of(words)


def test_a_missing_file():
    assert refusal("v.txt") == (
        "v.txt cannot be read: No such file or directory.\n"
        "  expected: a file of word vectors\n"
        "  to fix:   check the path and its permissions\n"
        "  code:     unreadable-data"
    )


@pytest.mark.parametrize("cut", [0, 8], ids=["no gzip", "cut short"])
def test_a_packed_file_that_is_damaged(cut: int):
    whole = gzip.compress(GLOVE.encode() * 100)
    Path("v.gz").write_bytes(whole[:-cut] if cut else GLOVE.encode())
    assert refusal("v.gz").startswith("v.gz is cut short or no gzip file (")
