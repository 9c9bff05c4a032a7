"""pronunciations: words of letters, every pronunciation, no stress."""

from unrolled.datasets.pronunciations import DICTIONARY, Pronunciations


def _rows(text):
    parts = Pronunciations().convert({DICTIONARY: text.encode()})
    return dict(row for rows in parts.values() for row in rows)


def test_a_word_has_all_its_pronunciations_and_no_stress():
    text = "read R EH1 D\nread(2) R IY1 D # to read\nready R EH1 D IY0\n"
    assert _rows(text) == {"read": ["R EH D", "R IY D"], "ready": ["R EH D IY"]}


def test_pronunciations_that_differ_in_stress_only_are_one():
    assert _rows("abuse AH0 B Y UW1 S\nabuse(2) AH1 B Y UW0 S\n") == {
        "abuse": ["AH B Y UW S"]
    }


def test_remarks_are_no_sounds_and_words_with_other_signs_are_left_out():
    text = (
        "aalborg AO1 L B AO0 R G # place, danish\n"
        "'tis T IH1 Z\n"
        "a.m. EY2 EH1 M\n"
        "' K W OW1 T\n"
        "x-ray EH1 K S R EY2\n"
        "2nd S EH1 K AH0 N D\n"
    )
    assert _rows(text) == {"aalborg": ["AO L B AO R G"], "'tis": ["T IH Z"]}


def test_words_that_differ_in_an_apostrophe_are_in_one_part():
    names = [f"{a}{b}{c}" for a in "bdfg" for b in "aeiou" for c in "klmnp"]
    lines = [f"{name}{end} B AA0\n" for name in names for end in ("s", "'s")]
    parts = Pronunciations().convert({DICTIONARY: "".join(lines).encode()})
    for rows in parts.values():
        words = {word for word, _ in rows}
        assert {word.replace("s", "'s") for word in words if "'" not in word} == {
            word for word in words if "'" in word
        }
