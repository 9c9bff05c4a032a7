"""Files of word vectors: what comes back, and what is refused."""

import gzip
import struct
from pathlib import Path

import pytest
import torch

from unrolled.errors import SettingError, ShapeError, UnreadableDataError
from unrolled.text.vectors_binary import is_binary
from unrolled.text.vectors_files import (
    FASTTEXT_MODEL,
    read_vectors,
    write_binary,
    write_text,
)

WRITERS = pytest.mark.parametrize("write", [write_text, write_binary])


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def some_values(words: int, dim: int) -> torch.Tensor:
    values = torch.randn(words, dim, generator=torch.Generator().manual_seed(0))
    values[0, 0], values[1, -1] = 1e-40, 3.0e38
    return values


# -- there and back --------------------------------------------------------------------


@WRITERS
@pytest.mark.parametrize("dim", [1, 7, 300])
@pytest.mark.parametrize("packed", [False, True])
def test_what_was_written_comes_back_to_the_last_bit(write, dim, packed):
    words = [f"wörd{n}" for n in range(20)]
    values = some_values(20, dim)
    write("v", words, values)
    path = Path("v.gz" if packed else "v")
    if packed:
        path.write_bytes(gzip.compress(Path("v").read_bytes()))
    found = read_vectors(path)
    assert found.words == tuple(words)
    assert torch.equal(found.values, values)


def test_the_binary_form_byte_by_byte():
    write_binary("v", ["a", "né"], torch.tensor([[1.0, -2.0], [0.5, 3.0]]))
    assert Path("v").read_bytes() == (
        b"2 2\na "
        + struct.pack("<2f", 1, -2)
        + b"\nn\xc3\xa9 "
        + struct.pack("<2f", 0.5, 3)
        + b"\n"
    )


def test_the_text_form_letter_by_letter():
    write_text("v", ["a", "né"], torch.tensor([[1.0, -2.5], [0.1, 3.0]]))
    assert Path("v").read_text("utf-8") == "2 2\na 1 -2.5\nné 0.100000001 3\n"


def test_the_line_end_behind_a_vector_may_be_missing():
    one, other = struct.pack("<2f", 0.1, -2), struct.pack("<2f", 0.5, 3)
    Path("v").write_bytes(b"2 2\na " + one + b"b " + other)
    assert read_vectors("v").words == ("a", "b")
    assert read_vectors("v").values.tolist()[1] == [0.5, 3.0]


def test_only_wanted_words_and_their_small_letters_are_kept():
    write_binary("v", ["the", "cat", "Paris"], some_values(3, 4))
    found = read_vectors("v", {"THE", "Paris"})
    assert found.words == ("the", "Paris")
    assert torch.equal(found.values, some_values(3, 4)[[0, 2]])


def test_a_word_twice_and_a_word_that_is_no_text():
    number = struct.pack("<f", 0.1)
    content = b"".join(word + b" " + number for word in (b"a", b"\xff", b"a", b"b"))
    Path("v").write_bytes(b"4 1\n" + content)
    found = read_vectors("v")
    assert (found.words, found.repeats, found.unreadable) == (("a", "b"), 1, 1)


def test_gensim_reads_what_we_write_and_we_read_what_it_writes():
    gensim = pytest.importorskip("gensim")
    words, values = ["the", "cat", "naïve"], some_values(3, 5)
    values[0, 0] = 0.25
    write_binary("ours.bin", words, values)
    load = gensim.models.KeyedVectors.load_word2vec_format
    theirs = load("ours.bin", binary=True)
    assert theirs.index_to_key == words
    assert torch.equal(torch.from_numpy(theirs.vectors), values)
    theirs.save_word2vec_format("theirs.bin", binary=True)
    found = read_vectors("theirs.bin")
    assert found.words == tuple(words)
    assert torch.equal(found.values, values)


@pytest.mark.parametrize(
    ("head", "binary"),
    [
        (b"2 2\na " + struct.pack("<2f", 1, 2), True),
        (b"2 2\na " + struct.pack("<2f", 0.1, 0.2), True),  # no control byte in it
        (b"2 2\na 1 2\nb 3 4\n", False),
        (b"a 1 2\nb 3 4\n", False),
        ("2 2\nnaïve 1 2\n字 3 4\n".encode(), False),
        ("2 2\na 1 2\n字".encode()[:-1], False),
        (b"2 2\n\xff 1 2\n\xfe 3 4\n", False),
        (b"", False),
        (b"2 2\n", False),
    ],
)
def test_a_binary_file_is_known_by_its_content(head, binary):
    assert is_binary(head) == binary


# -- what is refused -------------------------------------------------------------------

CHECK = "check that this is a file of word vectors"
CUT = "fetch the file again, it may be cut short"
VECTOR = struct.pack("<2f", 0.1, 0.2)
BROKEN = {
    "cut in a vector": (
        *(b"2 2\na " + VECTOR + b"\nb " + VECTOR[:5],),
        *("v ends in word 2; its first line promises 2.", "a whole file", CUT),
    ),
    "cut in a word": (
        *(b"3 2\na " + VECTOR + b"\nb",),
        *("v ends in word 2; its first line promises 3.", "a whole file", CUT),
    ),
    "more than promised": (
        b"1 2\na " + VECTOR + b"\nb " + VECTOR,
        "v goes on after the 1 words of 2 numbers that it promises.",
        "as many words and numbers as its first line says",
        "fetch the file again, or write it anew with that line corrected",
    ),
    "an absurd width": (
        b"1 99999999\na " + VECTOR,
        'v begins with "1 99999999".',
        "how many words there are, and how many numbers for each: from 1 to 65,536",
        CHECK,
    ),
    "no width": (
        b"1 0\na " + struct.pack("<2f", 1, 2),
        'v begins with "1 0".',
        "how many words there are, and how many numbers for each: from 1 to 65,536",
        CHECK,
    ),
    "an absurd number of words": (
        *(b"9" * 40 + b" 2\na " + VECTOR,),
        f"v ends in word 2; its first line promises {int('9' * 40):,}.",
        *("a whole file", CUT),
    ),
    "not finite": (
        b"1 2\na " + struct.pack("<2f", 0.1, float("nan")),
        'v, the word "a": a number that is not finite.',
        "2 numbers",
        "fetch the file again; check that its numbers are 32 bits each",
    ),
    "a word without an end": (
        b"2 2\na " + VECTOR + b"x" * 10_001,
        "v, word 2: longer than 10,000 bytes.",
        "a word, a blank, and its numbers",
        "check that its first line tells how many numbers a word has",
    ),
    "a whole fastText model": (
        FASTTEXT_MODEL + bytes(100),
        "v is a whole fastText model.",
        "word vectors as text or in word2vec's binary form",
        "take the .vec file that stands beside it",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_refused_in_exact_words(case):
    content, found, expected, fix = BROKEN[case]
    Path("v").write_bytes(content)
    with pytest.raises(UnreadableDataError) as refused:
        read_vectors("v")
    assert str(refused.value) == (
        f"{found}\n"
        f"  expected: {expected}\n"
        f"  to fix:   {fix}\n"
        "  code:     unreadable-data"
    )


def test_a_folder_is_refused_with_the_way_to_a_file():
    Path("model").mkdir()
    with pytest.raises(UnreadableDataError) as refused:
        read_vectors("model")
    assert str(refused.value) == (
        "model is a folder.\n"
        "  expected: a file of word vectors\n"
        "  to fix:   of a model of `embed`, write them first: unrolled embed export"
        " model --out vectors.bin\n"
        "  code:     unreadable-data"
    )


def test_a_packed_binary_file_that_is_cut_short():
    write_binary("v", [f"w{n}" for n in range(50)], some_values(50, 9))
    Path("v.gz").write_bytes(gzip.compress(Path("v").read_bytes())[:-9])
    with pytest.raises(UnreadableDataError, match=r"^v\.gz is cut short or no gzip"):
        read_vectors("v.gz")


@WRITERS
@pytest.mark.parametrize("word", ["", "a b", "a\n", "a\u00a0b", "good"])
def test_a_word_that_would_not_come_back_is_refused(write, word):
    with pytest.raises(SettingError) as refused:
        write("v", ["good", word], torch.zeros(2, 1))
    assert str(refused.value) == (
        f'the word "{word}" cannot be written.\n'
        "  expected: distinct words without blanks or line ends in them\n"
        "  to fix:   leave that word out\n"
        "  code:     setting"
    )
    assert not Path("v").exists()


@WRITERS
def test_values_that_do_not_fit_are_refused(write):
    with pytest.raises(ShapeError) as refused:
        write("v", ["a", "b"], torch.zeros(3, 1))
    assert str(refused.value) == (
        "values of shape (3, 1) for 2 words.\n"
        "  expected: (2, dim)\n"
        "  to fix:   give one row of numbers for each word\n"
        "  code:     shape"
    )
