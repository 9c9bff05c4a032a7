"""A feed-forward classifier: places from the training rows, cuts that are told."""

import pytest

from tests.training.made_up import texts, write
from unrolled import load, train
from unrolled.errors import SettingError
from unrolled.models.feed_forward import FeedForward

SMALL = {
    "model.network": "feedforward",
    "model.embedding": 4,
    "model.hidden": 3,
    "training.epochs": 1,
}


@pytest.fixture
def rows(tmp_path):
    table = texts(60)
    table[0] = (" ".join(["word"] * 15), table[0][1])
    return write(tmp_path / "rows.tsv", table)


def test_it_has_a_place_for_each_token_of_the_longest_training_row(rows, tmp_path):
    found = []
    model = train(
        "classify",
        rows,
        out=tmp_path / "m",
        settings={**SMALL, "data.valid_share": 0},
        listeners=(found.append,),
    )
    assert isinstance(model.network, FeedForward)
    assert model.network.places == 15
    said = [event["text"] for event in found if event["event"] == "note"]
    assert "feed-forward: 15 places; a longer row is cut there" in said


def test_it_is_saved_and_loaded_as_any_other(rows, tmp_path):
    model = train("classify", rows, out=tmp_path / "m", settings=SMALL)
    asked = ["one two three", "", "one " * 12]
    assert load(tmp_path / "m").predict(asked) == model.predict(asked)


def test_a_cut_is_told_with_the_answer(rows):
    settings = {**SMALL, "model.places": 2}
    short, exact, long = train("classify", rows, settings=settings).predict(
        ["one", "one two", "one two three"]
    )
    assert "read" not in short and "read" not in exact
    assert (long["read"], long["of"]) == (2, 3)


def test_a_series_has_places_too(tmp_path):
    rows = [(f"{n % 3} {n % 5} 1 2", "odd" if n % 2 else "even") for n in range(30)]
    settings = {**SMALL, "task.reads": "series", "data.valid_share": 0}
    table = write(tmp_path / "series.csv", rows)
    assert train("classify", table, settings=settings).network.places == 4


def test_another_network_there_is_not(rows):
    with pytest.raises(SettingError, match="one of recurrent, feedforward"):
        train("classify", rows, settings={"model.network": "convolutional"})
