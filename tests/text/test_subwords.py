"""Sub-words: learned, kept as plain values, and refused without their package."""

import sys

import pytest

from unrolled.errors import BrokenModelError, MissingExtraError
from unrolled.text.subwords import Subwords
from unrolled.text.tokenizers import make_tokenizer, tokenizer_from_json

TEXTS = [
    "low low low low low",
    "lower lower",
    "Newest newest newest<br />newest",
    "widest",
]


@pytest.fixture
def trained() -> Subwords:
    return Subwords.train(TEXTS, size=40, lowercase=True)


def test_frequent_words_stay_whole_and_others_fall_into_pieces(trained: Subwords):
    assert trained.tokens("Low, newest!") == ["▁low", "<unk>", "▁newest", "<unk>"]
    assert trained.tokens("lowest") == ["▁low", "est"]
    assert trained.tokens("") == []
    assert len(trained.pieces) <= 40


def test_the_first_join_is_the_most_frequent_pair(trained: Subwords):
    assert trained.joins[0] in {("l", "o"), ("o", "w")}  # seven times each
    assert trained.pieces[0] == "<unk>"


def test_each_token_has_its_place(trained: Subwords):
    text = "LOWER<br /> lowest!"
    pieces = [text[start:stop] for start, stop in trained.spans(text)]
    assert pieces == ["LOWER", "low", "est", "!"]


def test_the_same_texts_give_the_same_pieces(trained: Subwords):
    again = Subwords.train(iter(TEXTS), size=40, lowercase=True)
    assert (again.pieces, again.joins) == (trained.pieces, trained.joins)


def test_plain_values_give_the_same_tokenizer(trained: Subwords):
    again = tokenizer_from_json(trained.to_json())
    assert again.to_json() == trained.to_json()
    for text in ("lowest WIDER newest", "x", ""):
        assert again.tokens(text) == trained.tokens(text)
        assert again.spans(text) == trained.spans(text)


def test_capitals_may_stay():
    kept = Subwords.train(["Low Low low"], size=20, lowercase=False)
    assert kept.tokens("Low") == ["▁Low"]


DAMAGE = {
    "no pieces": {"pieces": None},
    "a piece that is no text": {"pieces": ["<unk>", 1]},
    "a piece twice": {"pieces": ["<unk>", "a", "a"]},
    "no unknown piece": {"pieces": ["a", "b"]},
    "no joins": {"joins": None},
    "a join of three": {"joins": [["a", "b", "c"]]},
    "a join of unknown pieces": {"joins": [["x", "y"]]},
    "a join to nothing": {"joins": [["b", "a"]]},
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_damaged_values_are_refused(damage: dict):
    good = {"name": "subword", "lowercase": True}
    good |= {"pieces": ["<unk>", "a", "b", "ab"], "joins": [["a", "b"]]}
    assert tokenizer_from_json(good).tokens("ab") == ["<unk>", "ab"]
    with pytest.raises(BrokenModelError) as refused:
        tokenizer_from_json(good | damage)
    assert str(refused.value) == (
        "the sub-word tokenizer of the model is damaged.\n"
        "  expected: a list of pieces and a list of joins between them\n"
        "  to fix:   copy the model folder again, or train again\n"
        "  code:     broken-model"
    )


def test_without_the_package(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(MissingExtraError) as refused:
        make_tokenizer("subword", lowercase=True, texts=TEXTS)
    assert str(refused.value) == (
        'cutting text into sub-words needs the package "tokenizers", which is not'
        " installed.\n"
        '  expected: the extra "text" of unrolled\n'
        '  to fix:   pip install "unrolled[text]"\n'
        "  code:     missing-extra"
    )
