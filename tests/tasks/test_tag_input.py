"""Words to numbers: what training has seen, capitals, vectors, and the way back."""

from pathlib import Path
from typing import Any

import pytest
import torch

from unrolled.errors import BrokenModelError
from unrolled.models.tagger_settings import TaggerSettings
from unrolled.tasks._tag.input import WordInput
from unrolled.tasks._tag.settings import WordSettings
from unrolled.text import word_shapes

ROWS = [
    ["Ann", "works", "in", "Rome"],
    ["ann", "walks"],
    ["Bob", "talks", "in", "1996"],
]


def learned(rows: list[list[str]] = ROWS, **given: Any) -> WordInput:
    return WordInput.learn(rows, WordSettings(**given))


def test_words_that_differ_in_capitals_share_a_number_but_no_spelling():
    reads = learned()
    found = reads.encode([["Ann", "ann", "ANN", "2024", "Ann", "Zoe"]])
    a, b, c, year, again, zoe = found.ids.values.tolist()
    assert a == b == c == again != 0
    assert reads.vocabulary.token(a) == "ann"
    assert reads.vocabulary.token(year) == "0000"
    assert zoe == 0
    assert found.forms.tolist() == [0, 1, 2, 3, 0, 4]
    assert len(found.spellings) == 5
    shapes = [word_shapes.SHAPES[n] for n in found.spellings.shapes.tolist()]
    assert shapes == ["Title", "lower", "UPPER", "number", "Title"]
    assert found.spellings.letters.lengths.tolist() == [5, 5, 5, 6, 5]
    apart = learned(lowercase=False).encode([["Ann", "ann", "ANN"]]).ids.values.tolist()
    assert len(set(apart)) == 3


def test_affixes_that_three_words_share_are_known():
    reads = learned()
    ends = [token for token in reads.affixes.tokens if token.endswith(word_shapes.END)]
    assert "ks" + word_shapes.END in ends
    assert "me" + word_shapes.END not in ends


def test_where_training_has_no_capitals_none_are_read():
    reads = learned([["ann", "works"], ["bob", "walks"]])
    assert reads.notes()[1:] == ["no capitals in training: none are read in a question"]
    small, capital = reads.encode([["ann"]]), reads.encode([["ANN"]])
    assert torch.equal(small.ids.values, capital.ids.values)
    assert torch.equal(small.spellings.shapes, capital.spellings.shapes)
    assert torch.equal(small.spellings.letters.values, capital.spellings.letters.values)
    assert learned().notes() == ["words: a vocabulary of 9"]


def test_rare_words_are_left_out_on_request():
    assert learned(min_count=2).vocabulary.tokens == ("<unk>", "ann", "in")
    assert learned(vocabulary=2).vocabulary.tokens == ("<unk>", "ann")
    assert learned(min_count=2).knows("ANN")
    assert not learned(min_count=2).knows("Bob")


def test_no_rows_and_empty_rows_are_encoded():
    reads = learned()
    assert len(reads.encode([]).ids) == 0
    found = reads.encode([[], ["Ann"], []])
    assert found.ids.lengths.tolist() == [0, 1, 0]
    assert reads.encode([[]]).spellings.affixes.shape == (0, 8)


def test_vectors_of_a_file_bring_their_width(tmp_path: Path):
    path = tmp_path / "v.txt"
    path.write_text("ann 1 2 3\nrome 4 5 6\n", encoding="utf-8")
    reads, settings = learned(), WordSettings(vectors=str(path))
    torch.manual_seed(0)
    model = reads.begin(ROWS, settings, TaggerSettings())
    assert model.embedding == 3
    assert reads.start is not None
    [ann] = reads.vocabulary.ids(["ann"])
    assert reads.start[ann].tolist() == [1, 2, 3]
    assert reads.notes()[1] == "vectors: 2 of 8 words have one, 30.0 % of the text"


def test_the_company_of_words_can_be_a_start():
    reads = learned(ROWS * 3)
    model = reads.begin(
        ROWS * 3, WordSettings(start="cooccurrence"), TaggerSettings(embedding=4)
    )
    assert model.embedding == 4
    assert reads.start is not None
    assert reads.start.shape == (9, 4)


def test_a_folder_brings_it_back_and_a_damaged_one_is_refused():
    reads = learned()
    files = reads.to_json()
    back = WordInput.from_json(files)
    mine, theirs = reads.encode(ROWS), back.encode(ROWS)
    assert torch.equal(mine.ids.values, theirs.ids.values)
    assert torch.equal(mine.spellings.affixes, theirs.spellings.affixes)
    assert back.sizes == reads.sizes
    spelling = files["spelling.json"]
    for damaged in (
        None,
        spelling | {"lowercase": "yes"},
        {k: v for k, v in spelling.items() if k != "has_capitals"},
        spelling | {"letters": None},
    ):
        with pytest.raises(BrokenModelError):
            WordInput.from_json(files | {"spelling.json": damaged})
    with pytest.raises(BrokenModelError):
        WordInput.from_json({"spelling.json": spelling})
