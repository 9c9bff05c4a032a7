"""conll2003: sentences as columns, parts as published, no marks of stories."""

from unrolled.datasets.conll2003 import FOLDER, Conll2003

TRAIN = b"""-DOCSTART- -X- -X- O

EU NNP B-NP B-ORG
rejects VBZ B-VP O

Peter NNP B-NP B-PER
Blackburn NNP I-NP I-PER

"""
VALID = b"-DOCSTART- -X- -X- O\n\n-DOCSTART- -X- -X- O\n\nLONDON NNP B-NP B-LOC\n\n"
TEST = b"He PRP B-NP O\n"
FILES = {
    f"{FOLDER}/test.txt": TEST,
    f"{FOLDER}/train.txt": TRAIN,
    f"{FOLDER}/valid.txt": VALID,
}


def test_a_sentence_is_one_row_of_four_columns():
    parts = Conll2003().convert(FILES)
    assert parts["train"] == [
        (["EU", "rejects"], ["NNP", "VBZ"], ["B-NP", "B-VP"], ["B-ORG", "O"]),
        (["Peter", "Blackburn"], ["NNP"] * 2, ["B-NP", "I-NP"], ["B-PER", "I-PER"]),
    ]


def test_marks_of_stories_are_left_out_and_parts_are_as_published():
    parts = Conll2003().convert(FILES)
    assert parts["valid"] == [(["LONDON"], ["NNP"], ["B-NP"], ["B-LOC"])]
    assert parts["test"] == [(["He"], ["PRP"], ["B-NP"], ["O"])]
    assert list(parts) == ["train", "valid", "test"]


def test_the_user_has_to_agree_to_terms_that_name_the_owner():
    assert Conll2003.must_accept
    assert "Reuters" in Conll2003.license
    assert "research only" in Conll2003.license
