"""`unrolled demo` from data to answers, on a few made-up rows in place of real ones."""

from pathlib import Path

import pytest

from tests.cli.made_up import PARTS, QUICK, parts, told, typing, write_table
from unrolled import catalog
from unrolled.cli.demo import demo
from unrolled.cli.demos import classify, language_model, tag

# -- classify --------------------------------------------------------------------------


@pytest.fixture
def reviews(here, data) -> None:
    files = {part: write_table(here / f"{part}.csv") for part in PARTS}
    data(files, "film_reviews", "imdb_reviews")


def test_it_trains_scores_and_answers_and_can_be_run_again(reviews, command):
    for _ in range(2):
        found = command("demo", *QUICK, "--ask", "It is good")
        assert found.code == 0
        assert "On 30 test rows:" in found.out
        for sentence in (*classify.SENTENCES, "It is good"):
            assert f"  {sentence:45} " in found.out
        assert "Data:    Nobody\nLicense: CC0\n" in found.err
        assert "30 longer reviews, without their labels" in found.err
        assert found.err.endswith("Ask it more:\n  unrolled predict model -\n")
    assert Path("model/config.json").exists()


def test_with_json_it_ends_with_one_object(reviews, command):
    found = told(command("demo", *QUICK, "--json").out)
    assert found["on"] == "test"
    assert [one["input"] for one in found["answers"]] == list(classify.SENTENCES)


def test_the_model_lies_in_a_folder_of_its_own(reviews, command):
    found = command("demo", "classify", "--minutes", "0.005")
    assert "The model is in demo/film-reviews." in found.err
    assert Path("demo/film-reviews/config.json").exists()
    folders = {name: catalog.find("cli.demos", name).folder for name in names()}
    assert len(set(folders.values())) == len(folders)


def test_on_a_terminal_typed_lines_are_answered(reviews, command, monkeypatch):
    typed = typing("It is good", "He is bad", "", "never read")
    monkeypatch.setattr("sys.stdin", typed)
    found = command("demo", *QUICK)
    assert "or here, a sentence a line (an empty line ends):\n" in found.err
    assert f"  {'It is good':45} " in found.out
    assert found.out.splitlines()[-1].startswith("  He is bad   ")
    assert typed.readline() == "never read\n"


# -- generate --------------------------------------------------------------------------

NAMES = "name,sex,percent\n" + "".join(
    f"{start}{middle}{end},{sex},0.5\n"
    for sex, end in (("female", "a"), ("male", "o"))
    for start in ("Mar", "Bel", "Tin", "Lor")
    for middle in ("in", "ell", "ett", "ol")
)


@pytest.fixture
def names_of_people(here, data) -> set[str]:
    data(parts(here, ".csv", NAMES), "us_names")
    return {line.split(",")[0] for line in NAMES.splitlines()[1:]}


def test_new_names_are_told_for_each_sex_and_beginning(names_of_people, command):
    found = command("demo", "generate", *QUICK, "--ask", "Bel")
    assert found.code == 0, found.err
    lines = found.out.splitlines()[-6:]
    heads = [line.partition(":")[0].strip() for line in lines]
    assert heads == [
        *("new for girls", "new for boys", "girls, Mar...", "boys, Mar..."),
        *("girls, Bel...", "boys, Bel..."),
    ]
    for line, count in zip(lines, [10, 10, 5, 5, 5, 5], strict=True):
        written = line.partition(":")[2].strip().split(", ")
        assert len(written) == count
        assert not names_of_people & set(written)
    assert found.err.endswith("  unrolled generate model --given female --count 10\n")


def test_names_begin_as_they_were_asked_to(names_of_people, command):
    answers = told(command("demo", "generate", *QUICK, "--json").out)["answers"]
    assert [one["given"] for one in answers] == ["female", "male"] * 2
    assert [one["start"] for one in answers] == ["", "", "Mar", "Mar"]
    assert all(name.startswith("Mar") for one in answers[2:] for name in one["names"])


def test_a_letter_that_no_name_has_does_not_end_the_talk(
    names_of_people, command, monkeypatch
):
    monkeypatch.setattr("sys.stdin", typing("Ю", "Bel", ""))
    found = command("demo", "generate", *QUICK)
    assert found.code == 0
    assert 'start: the character "Ю" of "Ю".' in found.err
    assert found.out.splitlines()[-1].startswith("  boys, Bel...: ")


# -- tag -------------------------------------------------------------------------------

SENTENCES = """-DOCSTART- O

Ann B-PER
met O
Bob B-PER
in O
Rome B-LOC

Carla B-PER
works O
at O
Acme B-ORG
"""


def test_names_are_marked_in_sentences(here, data, command):
    data(parts(here, ".conll", (SENTENCES + "\n") * 5), "conll2003")
    found = command("demo", "tag", *QUICK, "--ask", "Ann met Carla")
    assert found.code == 0, found.err
    assert "Data:    Nobody\nLicense: CC0\n" in found.err
    assert found.err.endswith("Ask it more:\n  unrolled predict model -\n")
    lines = found.out.splitlines()[-len(tag.SENTENCES) - 1 :]
    asked = [*tag.SENTENCES, "Ann met Carla"]
    assert [unmarked(line) for line in lines] == [f"  {text}" for text in asked]
    answers = told(command("demo", "tag", *QUICK, "--json").out)["answers"]
    assert [one["input"] for one in answers] == list(tag.SENTENCES)
    assert all("spans" in one for one in answers)


def unmarked(line: str) -> str:
    """A line without the marks of its names."""
    for kind in ("PER", "LOC", "ORG"):
        line = line.replace(f" {kind}]", "")
    return line.replace("[", "")


def test_marks_stand_around_names_and_nothing_else_is_touched():
    text = "Ann,  of Acme Ltd"
    spans = [
        {"start": 0, "stop": 3, "text": "Ann", "label": "PER"},
        {"start": 9, "stop": 17, "text": "Acme Ltd", "label": "ORG"},
    ]
    assert tag.marked(text, spans) == "[Ann PER],  of [Acme Ltd ORG]"
    assert tag.marked(text, []) == text


# -- language_model --------------------------------------------------------------------

PLAY = "ROMEO:\nTo be, or not to be.\nMy lord, I love to go to the gym.\n\n"
PLAY += "JULIET:\nGood my lord, love I.\n\n"


def test_a_play_is_continued_and_orders_are_ranked(here, data, command):
    data(parts(here, ".txt", PLAY * 20), "shakespeare")
    found = command("demo", "language-model", *QUICK, "--ask", "My ")
    assert found.code == 0, found.err
    assert "  | To be, or not" in found.out
    assert "  | ROMEO:" in found.out
    for line in (*language_model.TYPED, "My "):
        assert f"\n  {line.rstrip()} ...  " in found.out
    ranked = found.out.splitlines()[-2:]
    assert {line.split(maxsplit=1)[1] for line in ranked} == set(language_model.ORDERS)
    first, second = (float(line.split()[0]) for line in ranked)
    assert first > second
    plays = Path("model-plays/train.txt").read_text(encoding="utf-8")
    assert plays.startswith("ROMEO:\nTo be")


def test_it_reads_no_more_than_its_share_of_the_plays(here, data, command, monkeypatch):
    monkeypatch.setattr(language_model, "LINES", dict.fromkeys(PARTS, 21))
    data(parts(here, ".txt", PLAY * 20), "shakespeare")
    answers = told(command("demo", "language_model", *QUICK, "--json").out)["answers"]
    for part in PARTS:
        text = Path(f"model-plays/{part}.txt").read_text(encoding="utf-8")
        assert text == PLAY * 3
    assert list(answers) == ["continuations", "next_words", "orders"]
    for one in answers["next_words"]:
        assert 0 <= sum(one["next"].values()) <= 1
        assert len(one["next"]) <= language_model.FEW


# -- all -------------------------------------------------------------------------------


def names() -> list[str]:
    return catalog.names("cli.demos")


def test_the_help_names_every_demo():
    [argument] = demo.__annotations__["task"].__metadata__
    for name in names():
        assert name.replace("_", "-") in argument.help


def test_a_demo_of_another_task_is_wrong_usage(command):
    found = command("demo", "embed")
    assert found.code == 2
    words = " ".join(found.err.split())
    assert f'there is no demo of "embed" yet; try {", ".join(names())}' in words
