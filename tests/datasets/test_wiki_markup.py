"""The prose of an article, and what is left of every kind of markup: nothing."""

import pytest

from unrolled.datasets._wiki_markup import paragraphs


@pytest.mark.parametrize(
    ("source", "prose"),
    [
        ("It is '''very''' ''old''.", "It is very old."),
        (
            "See [[Aristotle]] and [[Plato|his teacher]].",
            "See Aristotle and his teacher.",
        ),
        ("The [[:Category:Cats|cats]] sleep.", "The cats sleep."),
        ("A [http://example.org/a_(b) page] says so.", "A page says so."),
        ("It is so.<ref>A {{cite|b}} c.</ref><ref name=x /> Yes.", "It is so. Yes."),
        ("Old<!-- a\nb --> and new.", "Old and new."),
        ("H<sub>2</sub>O, 10<sup>4</sup><br /> m.", "H2O, 10⁴ m."),
        ("Tea&nbsp;&amp; <small>milk</small>.", "Tea & milk."),
        ("Asia ({{IPAc-en|a}}; {{respell|A}}) is big.", "Asia is big."),
        ("Asia ({{IPAc-en|a}}, Greek {{lang|el|Ασία}}) is.", "Asia (Greek Ασία) is."),
        ("Asia (Greek, {{IPA-el|a}}) is big {{rp|4}}.", "Asia (Greek) is big."),
        ("He was 4{{ndash}}5{{citation needed}}.", "He was 4–5."),
        ("{{nowrap|[[Pope Pius|Pius]] II}} came.", "Pius II came."),
        ("{{As of|2014|lc=y}} it has {{frac|1|2}}.", "As of 2014 it has 1/2."),
        ("Burn {{chem|C|H|4}} now.", "Burn CH4 now."),
        ("It is {{convert|5|to|10|mi|km|abbr=on}} off.", "It is 5 to 10 miles off."),
        ("It is {{convert|1.5|km}} off.", "It is 1.5 km off."),
        ("It is {{cvt|7}} off.", "It is 7 off."),
    ],
)
def test_words_of_the_sentence_stay_and_marks_do_not(source, prose):
    assert paragraphs(source) == [prose]


@pytest.mark.parametrize(
    "source",
    [
        "== A heading. ==",
        "* an item.\n# another.\n: indented.\n; term.",
        "{| class=x\n| a cell.\n|-\n| {|\n| one in one.\n|}\n|}",
        "[[File:a.jpg|thumb|A [[cat|big cat]] {{circa|1900}} asleep.]]",
        "[[Category:Cats]]",
        "{{Infobox\n| name = {{lang|en|A.}}\n| text = It is.\n}}",
        "<gallery>\nOne.jpg|One.\n</gallery>",
        "Its area is <math>a^{2}</math>, of course.",
        "A line without an end",
        "",
        " preformatted.",
    ],
)
def test_what_is_no_prose_is_left_out(source):
    assert paragraphs(f"Before.\n\n{source}\n\nAfter.") == ["Before.", "After."]


def test_a_paragraph_ends_at_an_empty_line_or_at_another_kind_of_line():
    source = "One,\ntwo.\n\nThree.\n* item.\nFour.\n== Five ==\nSix."
    assert paragraphs(source) == ["One, two.", "Three.", "Four.", "Six."]


def test_brackets_that_are_never_closed_do_no_harm():
    assert paragraphs("A [[b and {{c|d.\n\nIt is.") == ["A [[b and {{c|d.", "It is."]
