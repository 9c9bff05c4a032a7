"""From files to examples: tables, and plain texts side by side."""

from pathlib import Path

import pytest

from tests.training.made_up import texts, write
from unrolled.errors import MissingColumnError, SettingError, UnreadableDataError
from unrolled.tasks._base import AbstractTask, Column, Example, Shape
from unrolled.tasks.classify import Classify
from unrolled.training.settings import DataSettings
from unrolled.training.sources import Source, load, load_all, needs_pairs

PLAIN = {"data": DataSettings()}


def test_a_file_becomes_examples_with_their_places(tmp_path):
    path = write(
        tmp_path / "rows.csv", [("He is great", "positive"), ("No", "negative")]
    )
    found = load(path, Classify, {}, PLAIN)
    assert found.examples == [
        Example("He is great", "positive", f"{path}, line 2"),
        Example("No", "negative", f"{path}, line 3"),
    ]
    assert found.headers == {"input": "text", "target": "label"}
    assert found.notes[0] == (
        f'{path}: 2 rows; input is column "text", target is column "label"'
    )
    assert found.bad_rows == []
    assert found.told() == found.notes


def test_a_column_that_is_not_there_is_refused(tmp_path):
    path = write(tmp_path / "rows.csv", texts(3))
    with pytest.raises(MissingColumnError, match="stars"):
        load(path, Classify, {"target": "stars"}, PLAIN)


def test_rows_that_are_left_out_are_counted_and_listed():
    source = Source([], {}, ["encoding: UTF-8"], ["line 3: two cells", "line 9: none"])
    assert source.told() == [
        "encoding: UTF-8",
        "bad rows: 2, left out",
        "left out: line 3: two cells",
        "left out: line 9: none",
    ]


# -- files of pairs -------------------------------------------------------------------


class Pairs(AbstractTask):
    """As far as its files are concerned."""

    shape = Shape.ENCODER_DECODER
    columns = (
        Column("input", holds="texts", usual=("source",)),
        Column("target", holds="texts", usual=("target",), repeats=True),
    )


class PairsOrTexts(AbstractTask):
    """One that learns from texts alone as well."""

    shape = Shape.ENCODER_DECODER
    columns = (
        Column("input", holds="texts", usual=("source", "text")),
        Column(
            "target", holds="texts", usual=("target", "2"), optional=True, repeats=True
        ),
    )


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with texts in three languages, each of two lines."""
    monkeypatch.chdir(tmp_path)
    words = {"en": "Hi\nThanks\n", "fr": "Salut\nMerci\n", "fr2": "Bonjour\n\n"}
    for ending, text in words.items():
        Path(f"a.{ending}").write_text(text, encoding="utf-8")
        Path(f"{ending}.txt").write_text(text, encoding="utf-8")
    return tmp_path


def load_pairs(
    *names: str, task: type[AbstractTask] = Pairs, **named: str
) -> list[Source]:
    return load_all([Path(n) for n in names], task, PLAIN, named=named)


@pytest.mark.usefixtures("here")
def test_texts_side_by_side_are_pairs_and_further_right_answers():
    [found] = load_pairs("a.en", "a.fr", "a.fr2")
    assert found.examples == [
        Example("Hi", "Salut", "a.en, line 1", references=("Bonjour",)),
        Example("Thanks", "Merci", "a.en, line 2"),
    ]
    assert found.headers == {}
    assert found.notes == [
        "a.en: 2 rows, read side by side; input is a.en, target is a.fr, further right"
        " answers are in a.fr2"
    ]


@pytest.mark.usefixtures("here")
def test_where_the_first_ending_comes_again_another_pair_begins():
    Path("b.en").write_text("Yes\n", encoding="utf-8")
    Path("b.fr").write_text("Oui\n", encoding="utf-8")
    first, second = load_pairs("a.en", "a.fr", "b.en", "b.fr")
    assert [row.target for row in first.examples] == ["Salut", "Merci"]
    assert [row.target for row in second.examples] == ["Oui"]
    assert second.name == "b.en"


@pytest.mark.usefixtures("here")
def test_texts_of_one_ending_are_pairs_unless_a_task_learns_from_texts_alone():
    for task in (Pairs, PairsOrTexts):
        [found] = load_pairs("en.txt", "fr.txt", task=task)
        assert found.examples[0].target == "Salut"
    with Path("fr.txt").open("a", encoding="utf-8") as file:
        file.write("Ciao\n")
    alone = load_pairs("en.txt", "fr.txt", task=PairsOrTexts)
    assert [one.examples[0].input for one in alone] == ["Hi", "Salut"]
    assert [one.examples[0].target for one in alone] == [None, None]
    with pytest.raises(UnreadableDataError, match=r"2 lines and fr\.txt has 3"):
        load_pairs("en.txt", "fr.txt")
    [pairs] = load_pairs("a.en", "a.fr", task=PairsOrTexts)
    assert pairs.examples[0].target == "Salut"


@pytest.mark.usefixtures("here")
def test_tables_of_pairs_are_read_one_after_the_other():
    Path("a.tsv").write_text("Hi\tSalut\nRun\tCours\tCourez\n", encoding="utf-8")
    Path("b.jsonl").write_text(
        '{"source": "Hi", "target": ["Salut", "Bonjour"]}\n', encoding="utf-8"
    )
    first, second = load_pairs("a.tsv", "b.jsonl")
    assert first.examples[1].references == ("Courez",)
    assert first.headers == {"input": "1", "target": "2"}
    assert second.examples[0].target == "Salut"
    assert second.examples[0].references == ("Bonjour",)


@pytest.mark.usefixtures("here")
def test_one_plain_text_is_refused_where_pairs_are_needed():
    with pytest.raises(UnreadableDataError) as refusal:
        load_pairs("a.en")
    assert str(refusal.value) == (
        "a.en is a plain text without a second one beside it.\n"
        "  expected: a table with a column for each side, or two texts whose lines"
        " belong together\n"
        "  to fix:   name both, the one to be read first: a.en OTHER\n"
        "  code:     unreadable-data"
    )


@pytest.mark.usefixtures("here")
def test_columns_named_for_plain_texts_are_refused():
    with pytest.raises(SettingError) as refusal:
        load_pairs("a.fr", "a.en", input="", target="fr")
    assert str(refusal.value) == (
        '--target "fr" names a column, and a.fr and a.en are plain texts, which have'
        " none.\n"
        "  expected: the texts in their order: what is read, then the right answers\n"
        "  to fix:   leave --target out\n"
        "  code:     setting"
    )


@pytest.mark.usefixtures("here")
def test_columns_of_an_earlier_part_say_nothing_of_plain_texts():
    paths, before = [Path("a.en"), Path("a.fr")], {"input": "English"}
    [found] = load_all(paths, Pairs, PLAIN, named={}, before=before)
    assert found.examples[1].target == "Merci"


def test_columns_that_the_user_names_win_over_those_of_an_earlier_part(tmp_path):
    path = write(tmp_path / "rows.csv", texts(3))
    data, before = PLAIN, {"input": "label", "target": "text"}
    [found] = load_all([path], Classify, data, named={"input": ""}, before=before)
    assert found.headers == before
    named = {"input": "text", "target": "2"}
    [found] = load_all([path], Classify, data, named=named, before=before)
    assert found.headers == {"input": "text", "target": "label"}


@pytest.mark.usefixtures("here")
def test_texts_of_other_tasks_are_never_side_by_side():
    with pytest.raises(MissingColumnError, match="has only one column: text"):
        load_all([Path("en.txt"), Path("fr.txt")], Classify, PLAIN, named={})


# -- pairs of which one side is empty -------------------------------------------------


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("Bye\t", 'a.tsv, line 2: column "2" is empty.'),
        (" \tCiao", 'a.tsv, line 2: column "1" is empty.'),
    ],
)
@pytest.mark.usefixtures("here")
def test_a_row_with_a_text_on_one_side_only_is_a_bad_row(row, found):
    Path("a.tsv").write_text(f"Hi\tSalut\n{row}\n\t\nI\tJe\n", encoding="utf-8")
    with pytest.raises(UnreadableDataError) as refusal:
        load_pairs("a.tsv")
    assert str(refusal.value) == (
        f"{found}\n"
        "  expected: a text on both sides of every row\n"
        "  to fix:   fill it in, or leave such rows out with --skip-bad-rows\n"
        "  code:     unreadable-data"
    )
    data = {"data": DataSettings(skip_bad_rows=True)}
    [left] = load_all([Path("a.tsv")], Pairs, data, named={})
    assert [row.target for row in left.examples] == ["Salut", "Je"]
    assert left.bad_rows == [found]
    assert left.notes[-1] == "rows without any text: 1, passed over"


@pytest.mark.usefixtures("here")
def test_a_task_that_learns_from_texts_alone_is_given_them():
    Path("a.tsv").write_text("Hi\tSalut\nBye\n", encoding="utf-8")
    [found] = load_pairs("a.tsv", task=PairsOrTexts)
    assert [row.target for row in found.examples] == ["Salut", ""]
    assert [needs_pairs(t) for t in (Pairs, PairsOrTexts, Classify)] == [1, 0, 0]
