"""The endings of English, against words spelled by hand."""

from unrolled.text.english.word_endings import (
    with_ed,
    with_er,
    with_ing,
    with_ly,
    with_s,
    without_ed,
    without_er,
    without_ing,
    without_ly,
    without_s,
)

SPELLED_BY_HAND = """
walk walks walked walking; hope hopes hoped hoping; stop stops stopped stopping
try tries tried trying; play plays played playing; tie ties tied tying
visit visits visited visiting; prefer prefers preferred preferring
offer offers offered offering; agree agrees agreed agreeing; fix fixes fixed fixing
wash washes washed washing; use uses used using; change changes changed changing
handle handles handled handling; create creates created creating
treat treats treated treating; decide decides decided deciding
happen happens happened happening; complete completes completed completing
argue argues argued arguing; taste tastes tasted tasting
panic panics panicked panicking; fill fills filled filling
control controls controlled controlling; require requires required requiring
check checks checked checking; develop develops developed developing
influence influences influenced influencing; explain explains explained explaining
increase increases increased increasing; pass passes passed passing
reach reaches reached reaching; die dies died dying; ignore ignores ignored ignoring
"""


def _table() -> list[list[str]]:
    return [
        row.split() for row in SPELLED_BY_HAND.replace(";", "\n").split("\n") if row
    ]


def test_endings_are_put_on_as_they_are_spelled():
    for base, third, past, ing in _table():
        assert (with_s(base), with_ed(base), with_ing(base)) == (third, past, ing)


def test_endings_are_taken_off_again():
    for base, third, past, ing in _table():
        assert without_s(third)[0] == base
        assert without_ed(past)[0] == base
        assert without_ing(ing)[0] == base


def test_the_spelling_of_britain_is_understood():
    assert without_ed("travelled")[0] == "travel"
    assert without_ing("cancelling")[0] == "cancel"


def test_adjectives_compare_and_become_adverbs():
    for plain, comparative, superlative in [
        ("big", "bigger", "biggest"),
        ("easy", "easier", "easiest"),
        ("large", "larger", "largest"),
        ("quiet", "quieter", "quietest"),
        ("few", "fewer", "fewest"),
    ]:
        assert with_er(plain) == comparative
        assert with_er(plain, "est") == superlative
        assert plain in without_er(comparative)
        assert plain in without_er(superlative, "est")
    for plain, adverb in [
        ("quick", "quickly"),
        ("easy", "easily"),
        ("simple", "simply"),
        ("possible", "possibly"),
        ("full", "fully"),
        ("true", "truly"),
        ("shy", "shyly"),
        ("automatic", "automatically"),
        ("typical", "typically"),
        ("sharp", "sharply"),
    ]:
        assert with_ly(plain) == adverb
        assert without_ly(adverb)[0] == plain


def test_what_only_looks_like_an_ending_stays():
    assert without_s("class") == without_s("bus") == without_s("this") == []
    assert without_ing("string") == without_ing("king") == []
    assert without_ed("red") == without_er("her") == without_ly("fly") == []


def test_where_two_words_are_possible_both_are_given():
    assert without_ing("visiting") == ["visit", "visite"]
    assert without_s("uses") == ["use", "us"]
    assert without_s("axes") == ["ax", "axe"]
