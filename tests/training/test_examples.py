"""From files to examples, and from those to what is learned and what is kept aside."""

from hashlib import sha256
from pathlib import Path

import pytest

from tests.training.made_up import examples, texts, write
from unrolled.errors import MissingColumnError, SettingError, UnreadableDataError
from unrolled.tasks._base import AbstractTask, Column, Example, Shape
from unrolled.tasks.classify import Classify
from unrolled.training.examples import (
    Source,
    digest_of,
    fingerprint,
    load,
    load_all,
    split,
    split_at_end,
)
from unrolled.training.settings import DataSettings


def test_a_file_becomes_examples_with_their_places(tmp_path):
    path = write(
        tmp_path / "rows.csv", [("He is great", "positive"), ("No", "negative")]
    )
    found = load(path, Classify, {}, DataSettings())
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
        load(path, Classify, {"target": "stars"}, DataSettings())


def test_rows_that_are_left_out_are_counted_and_listed():
    source = Source([], {}, ["encoding: UTF-8"], ["line 3: two cells", "line 9: none"])
    assert source.told() == [
        "encoding: UTF-8",
        "bad rows: 2, left out",
        "left out: line 3: two cells",
        "left out: line 9: none",
    ]


def test_rows_that_go_on_with_each_other_are_split_where_they_stand():
    rows = examples(texts(10))
    assert split_at_end(rows, 0.2) == (rows[:8], rows[8:])
    assert split_at_end(rows[:1], 0.5) == (rows[:1], [])
    assert split_at_end(rows, 0.0) == (rows, [])


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
        Column("target", holds="texts", usual=("target",), optional=True, repeats=True),
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


def load_pairs(*names, task=Pairs, **named):
    return load_all([Path(n) for n in names], task, DataSettings(), named=named)


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
    [found] = load_all(paths, Pairs, DataSettings(), named={}, before=before)
    assert found.examples[1].target == "Merci"


def test_columns_that_the_user_names_win_over_those_of_an_earlier_part(tmp_path):
    path = write(tmp_path / "rows.csv", texts(3))
    data, before = DataSettings(), {"input": "label", "target": "text"}
    [found] = load_all([path], Classify, data, named={"input": ""}, before=before)
    assert found.headers == before
    named = {"input": "text", "target": "2"}
    [found] = load_all([path], Classify, data, named=named, before=before)
    assert found.headers == {"input": "text", "target": "label"}


@pytest.mark.usefixtures("here")
def test_texts_of_other_tasks_are_never_side_by_side():
    with pytest.raises(MissingColumnError, match="has only one column: text"):
        load_all([Path("en.txt"), Path("fr.txt")], Classify, DataSettings(), named={})


# -- split ----------------------------------------------------------------------------


def places(rows):
    return [row.place for row in rows]


@pytest.mark.parametrize(
    ("rows", "share", "aside"),
    [
        (100, 0.1, 10),
        (100, 0.25, 25),
        (7, 0.5, 4),
        (10, 0.0, 0),
        (3, 0.1, 0),
        (2, 0.5, 1),
    ],
)
def test_sets_the_share_aside(rows, share, aside):
    all_rows = examples([(f"text {n}", "a") for n in range(rows)])
    kept, held = split(all_rows, share, 0)
    assert len(held) == aside
    assert sorted(places(kept + held)) == sorted(places(all_rows))
    order = {place: number for number, place in enumerate(places(all_rows))}
    for part in (kept, held):  # both in the order of the file
        assert places(part) == sorted(places(part), key=order.__getitem__)


def test_is_a_function_of_the_rows_the_share_and_the_seed():
    rows = examples([(f"text {n}", "a") for n in range(50)])
    assert split(rows, 0.2, 3) == split(rows, 0.2, 3)
    assert split(rows, 0.2, 3) != split(rows, 0.2, 4)
    aside = places(split(rows, 0.2, 0)[1])
    written_down_once = [3, 4, 8, 11, 15, 19, 30, 32, 40, 43]
    assert aside == [f"row {n}" for n in written_down_once]


@pytest.mark.parametrize("seed", range(20))
def test_rows_with_one_input_stay_together(seed):
    rows = examples([(f"text {n % 30}", str(n)) for n in range(100)])
    kept, held = split(rows, 0.2, seed)
    assert not {row.input for row in kept} & {row.input for row in held}
    assert 17 <= len(held) <= 23


@pytest.mark.parametrize("seed", range(20))
def test_an_input_that_fills_the_file_is_learned(seed):
    rows = examples([("the same", "a")] * 90 + [(f"text {n}", "b") for n in range(10)])
    kept, held = split(rows, 0.1, seed)
    assert "the same" in {row.input for row in kept}
    assert 9 <= len(held) <= 10


@pytest.mark.parametrize("seed", range(5))
def test_something_is_left_to_learn_from(seed):
    twice = examples([("one", "a"), ("two", "b")])
    assert [len(part) for part in split(twice, 0.5, seed)] == [1, 1]
    alone = examples([("one", "a")] * 6)
    assert [len(part) for part in split(alone, 0.5, seed)] == [6, 0]
    assert split([], 0.5, seed) == ([], [])


def test_series_stay_together_as_well():
    rows = examples([([1.0, float(n % 5)], "a") for n in range(20)])
    kept, held = split(rows, 0.4, 0)
    assert len(held) == 8
    assert not [row for row in held if row.input in [other.input for other in kept]]


# -- digests --------------------------------------------------------------------------


def test_a_fingerprint_is_of_inputs_targets_and_their_order():
    rows = texts(5)
    found = fingerprint(examples(rows))
    assert len(found) == 16
    assert fingerprint(examples(rows)) == found
    others = [
        rows[1:],
        [rows[1], rows[0], *rows[2:]],
        [(rows[0][0] + " ", rows[0][1]), *rows[1:]],
        [(rows[0][0], "other"), *rows[1:]],
        [(rows[0][0], None), *rows[1:]],
        [(rows[0][0] + rows[0][1], ""), *rows[1:]],
        [([1.0], rows[0][1]), *rows[1:]],
        [(["1.0"], rows[0][1]), *rows[1:]],
        [],
    ]
    assert len({fingerprint(examples(one)) for one in others} | {found}) == 10
    more = [row._replace(references=("other",)) for row in examples(rows)]
    assert fingerprint(more) != found
    moved = [row._replace(place="elsewhere") for row in examples(rows)]
    assert fingerprint(moved) == found


def test_the_digest_of_a_file_is_the_head_of_its_sha_256(tmp_path):
    path = tmp_path / "vectors.txt"
    path.write_bytes(b"great 0.1 0.2\n")
    assert digest_of(path) == sha256(b"great 0.1 0.2\n").hexdigest()[:16]
    assert digest_of(tmp_path / "missing") == ""
    assert digest_of(tmp_path) == ""
