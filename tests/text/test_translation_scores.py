"""Translations: sacrebleu's numbers by hand where that can be, and what is ours."""

import builtins
import math

import pytest

from unrolled.errors import MissingExtraError, SettingError
from unrolled.text.scores.translation_scores import (
    bleu_by_length,
    exact,
    token_error_rate,
    translation_scores,
)

CAT = "the cat sat on the mat today"


@pytest.fixture
def sacrebleu():
    return pytest.importorskip("sacrebleu")


def test_bleu_by_hand(sacrebleu):
    """One word of seven differs: 6/7, 4/6, 2/5 and 1/4 are right."""
    found = translation_scores([CAT], [["the cat sat on a mat today"]])
    wanted = (6 / 7 * 4 / 6 * 2 / 5 * 1 / 4) ** 0.25
    assert found.bleu.value == pytest.approx(100 * wanted)
    assert found.bleu.signature == (
        f"nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:{sacrebleu.__version__}"
    )
    assert found.chrf.signature == (
        f"nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:{sacrebleu.__version__}"
    )
    assert 50 < found.chrf.value < 100
    assert found.length_ratio == 1
    assert (found.exact, found.token_error_rate) == (0, 1 / 7)


def test_a_short_translation_pays_for_brevity(sacrebleu):
    found = translation_scores([CAT.removesuffix(" today")], [[CAT]])
    assert found.bleu.value == pytest.approx(100 * math.exp(1 - 7 / 6))
    assert found.length_ratio == 6 / 7


def test_the_right_translation_has_all(sacrebleu):
    found = translation_scores([CAT], [["wrong", CAT]])
    assert found[0].value == pytest.approx(100)
    assert found[1].value == pytest.approx(100)
    assert found[2:] == (1, 1, 0)


def test_unequal_numbers_of_references_are_each_their_own(sacrebleu):
    """A reference that is not there must not count as an empty one, or another's."""
    ours = [CAT, "a b c d e", "one two three four"]
    theirs = [
        ["x y", "the cat sat on a mat today"],
        ["a b c d e"],
        ["one two", "x", ""],
    ]
    found = translation_scores(ours, theirs)
    # 13a, and clipping by the most of any reference: what a doubled reference adds is
    # nothing, so that equal lists give the same numbers.
    equal = [[*several, several[0], several[0]][:3] for several in theirs]
    same = translation_scores(ours, equal)
    assert found.bleu.value == pytest.approx(same.bleu.value)
    assert found.chrf.value == pytest.approx(same.chrf.value)
    assert found[2:] == same[2:]
    assert "nrefs:var" in found.bleu.signature
    assert "nrefs:3" in same.bleu.signature
    streams = [list(stream) for stream in zip(*equal, strict=True)]
    assert same.bleu.value == sacrebleu.corpus_bleu(ours, streams).score
    assert same.chrf.value == sacrebleu.corpus_chrf(ours, streams).score


def test_lengths_are_those_of_the_source(sacrebleu):
    sources = ["a b", "a b c d e", "a b c d e f", " ".join("abcdefghijklmnopqrstu")]
    ours = [CAT, "x y z a b", CAT, CAT]
    found = bleu_by_length(sources, ours, [[CAT]] * 4)
    assert [bucket[:2] for bucket in found] == [("1-5", 2), ("6-10", 1), ("21+", 1)]
    assert found[1].bleu == found[2].bleu == pytest.approx(100)
    assert found[0].bleu < 100
    between = bleu_by_length(["a " * 11, "a " * 20], [CAT] * 2, [[CAT]] * 2)
    assert [bucket.lengths for bucket in between] == ["11-15", "16-20"]


def test_texts_that_look_tokenized_give_no_warning(sacrebleu, caplog):
    translation_scores(["Yes ."] * 200, [["Yes ."]] * 200)
    assert not caplog.records


def test_a_script_without_blanks_can_be_cut_into_characters(sacrebleu):
    ours, theirs = ["我喜欢喝茶吗"], [["我喜欢喝水吗"]]
    assert translation_scores(ours, theirs).bleu.value == 0
    found = translation_scores(ours, theirs, tokenize="zh").bleu
    assert found.value == pytest.approx(100 * (5 / 6 * 3 / 5 * 2 / 4 * 1 / 3) ** 0.25)
    assert "tok:zh" in found.signature


def test_another_tokenizer_is_refused(sacrebleu):
    with pytest.raises(SettingError) as refused:
        translation_scores([CAT], [[CAT]], tokenize="words")
    assert str(refused.value) == (
        'tokenize is "words".\n'
        "  expected: one of 13a, intl, zh, char, none\n"
        "  to fix:   choose one of these\n"
        "  code:     setting"
    )


def test_no_sentence_has_no_score(sacrebleu):
    assert translation_scores([], []) == ((0, ""), (0, ""), 0, 0, 0)
    assert bleu_by_length([], [], []) == []


def test_exact_is_equal_but_for_blanks():
    assert exact(["a b", "a  b ", "ab"], [["x", "a b"], ["a b"], ["a b"]]) == 2 / 3
    assert exact([], []) == 0


def test_the_token_error_rate_takes_the_best_reference_of_each():
    """1 edit of 3 tokens, and 2 of 4; the other references are worse."""
    ours = ["K AE T", "D AO G Z S Z"]
    theirs = [["K AH T", "K"], ["D AO G Z", "D AO G"]]
    assert token_error_rate(ours, theirs) == 3 / 7
    assert token_error_rate(["a b c"], [["x"]]) == 3
    assert token_error_rate([], []) == 0
    assert token_error_rate([""], [[""]]) == 0


@pytest.mark.parametrize("score", [translation_scores, exact, token_error_rate])
def test_lists_that_do_not_fit_are_refused(score, sacrebleu):
    with pytest.raises(ValueError, match="differ in number"):
        score(["a"], [])
    with pytest.raises(ValueError, match="needs a reference"):
        score(["a"], [[]])


def test_without_sacrebleu_the_extra_is_named(monkeypatch):
    usual = builtins.__import__

    def without(name, *rest):
        if name.startswith("sacrebleu"):
            raise ModuleNotFoundError(name)
        return usual(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError) as refused:
        translation_scores([CAT], [[CAT]])
    assert str(refused.value) == (
        'scoring translations needs the package "sacrebleu", which is not installed.\n'
        '  expected: the extra "metrics" of unrolled\n'
        '  to fix:   pip install "unrolled[metrics]"\n'
        "  code:     missing-extra"
    )
