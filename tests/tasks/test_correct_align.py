"""Steps between two sentences: named, and the same where the mistakes are known."""

from random import Random

import pytest

from unrolled.tasks._correct.align import Step, steps
from unrolled.text.english.mistakes import Mistakes
from unrolled.text.english.mistakes_settings import MistakesSettings

LINES = [
    "He goes to the old house every Sunday , and she likes it a lot .",
    "I have never seen such a beautiful garden in my life .",
    "The children were playing football when it began to rain .",
    "She does not know what they want to do without him .",
]


@pytest.mark.parametrize(
    ("wrong", "right", "expected"),
    [
        ("He go home", "He goes home", [Step("change", 1, 2, ("goes",))]),
        ("He home", "He goes home", [Step("insert", 1, 1, ("goes",))]),
        ("He goes the home", "He goes home", [Step("delete", 2, 3, ())]),
        ("not am here", "am not here", [Step("swap", 0, 2, ("am", "not"))]),
        ("some times I", "sometimes I", [Step("merge", 0, 2, ("sometimes",))]),
        ("I like alot", "I like a lot", [Step("split", 2, 3, ("a", "lot"))]),
        ("I dont go", "I do n't go", [Step("split", 1, 2, ("do", "n't"))]),
        ("im here", "I 'm here", [Step("split", 0, 1, ("I", "'m"))]),
        ("Dosnt it", "Does n't it", [Step("split", 0, 1, ("Does", "n't"))]),
        ("your late", "you 're late", [Step("split", 0, 1, ("you", "'re"))]),
        (
            "He does go",
            "He did n't go",
            [Step("change", 1, 2, ("did",)), Step("insert", 2, 2, ("n't",))],
        ),
        (
            "I dont cant go",
            "I do n't ca n't go",
            [
                Step("split", 1, 2, ("do", "n't")),
                Step("split", 2, 3, ("ca", "n't")),
            ],
        ),
        ("He goes", "He goes", []),
        ("", "Hello", [Step("insert", 0, 0, ("Hello",))]),
        (
            "never I have gone",
            "I have never gone",
            [Step("delete", 0, 1, ()), Step("insert", 3, 3, ("never",))],
        ),
    ],
)
def test_each_step_has_the_name_of_what_was_done(wrong, right, expected):
    assert steps(wrong.split(), right.split()) == expected


def test_a_word_that_came_from_behind_is_put_in_before_it_goes():
    found = steps(["I", "have", "gone", "never"], ["never", "I", "have", "gone"])
    assert [(s.kind, s.start) for s in found] == [("insert", 0), ("delete", 3)]


def replayed(wrong: list[str], found: list[Step]) -> list[str]:
    made = list(wrong)
    for step in reversed(found):
        made[step.start : step.stop] = step.words
    return made


def test_the_steps_make_the_right_sentence_with_known_places_and_without():
    settings = MistakesSettings(clean=0.0, per_word=0.3)
    errs = Mistakes(settings, {w for line in LINES for w in line.split()}, {}, {})
    same = 0
    for number in range(400):
        right = LINES[number % len(LINES)].split()
        made = errs.explained(right, Random(number))
        touched = {slip.place for slip in made.slips}
        touched |= {s.place + 1 for s in made.slips if s.kind == "order"}
        known = steps(made.tokens, right, touched)
        assert replayed(made.tokens, known) == right
        same += known == steps(made.tokens, right)
    assert same > 360


def test_wrong_places_do_no_harm():
    wrong, right = ["He", "go", "to", "home"], ["He", "goes", "home"]
    assert replayed(wrong, steps(wrong, right, touched=[2])) == right
    assert replayed(wrong, steps(wrong, right, touched=[])) == right
