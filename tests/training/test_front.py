"""`unrolled.train`: every option arrives, and what is none of them is refused."""

from pathlib import Path

import pytest

import unrolled
from tests.training.made_up import texts, write
from unrolled import catalog
from unrolled.settings import describe, flat
from unrolled.training.sections import SHORT, sections_of

SMALL = {"model.embedding": 6, "model.hidden": 5, "training.epochs": 1}


@pytest.fixture
def few(tmp_path: Path) -> Path:
    return write(tmp_path / "texts.csv", texts(40))


def test_short_options_become_settings_and_none_leaves_the_default(few):
    model = unrolled.train(
        "classify",
        few,
        cell="gru",
        hidden=7,
        layers=2,
        bidirectional=False,
        epochs=2,
        minutes=5.0,
        seed=3,
        vectors=None,
        valid=None,
        settings={"model.embedding": 6},
    )
    found = flat(model.settings)
    assert found["model.cell"] == "gru"
    assert found["model.hidden"] == 7
    assert found["model.layers"] == 2
    assert found["model.bidirectional"] is False
    assert found["model.embedding"] == 6
    assert found["training.epochs"] == 2
    assert found["training.minutes"] == 5.0
    assert found["training.seed"] == 3
    assert found["text.vectors"] == ""


def settings_of(task: str) -> set[str]:
    return {row[0] for row in describe(sections_of(catalog.find("tasks", task)))}


def test_every_short_option_names_a_setting():
    assert set(SHORT.values()) <= settings_of("classify")


@pytest.mark.parametrize("task", catalog.names("tasks"))
def test_every_task_has_the_short_options_of_training(task):
    assert {SHORT[key] for key in ("epochs", "minutes", "seed")} <= settings_of(task)


def test_settings_stand_above_short_options(few):
    model = unrolled.train("classify", few, hidden=9, settings=SMALL)
    assert flat(model.settings)["model.hidden"] == 5


def test_several_files_are_one_and_columns_go_by_number(few, tmp_path):
    more = write(tmp_path / "more.csv", [(b, a) for a, b in texts(20, seed=1)])
    turned = tmp_path / "turned.csv"
    turned.write_text(more.read_text().replace("text,label", "label,text"))
    all_of_them = {**SMALL, "data.valid_share": 0}
    model = unrolled.train("classify", [few, str(turned)], settings=all_of_them)
    assert (model.metrics["on"], model.metrics["examples"]) == ("train", 60)
    model = unrolled.train("classify", few, input="2", target=1, settings=SMALL)
    assert model.headers == {"input": "label", "target": "text"}


def test_an_option_that_is_none_of_them_is_refused(few):
    with pytest.raises(TypeError) as found:
        unrolled.train("classify", few, hiden=64, settings=SMALL)
    assert str(found.value) == "train() got an unexpected keyword argument 'hiden'"


def test_resume_on_a_finished_model_gives_it_back_as_it_is(few, tmp_path):
    out = tmp_path / "model"
    first = unrolled.train("classify", few, out=str(out), settings=SMALL)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    again = unrolled.train("classify", few, out=out, resume=True, settings=SMALL)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert again.metrics == first.metrics
    unrolled.train("classify", few, out=out, overwrite=True, seed=1, settings=SMALL)
    assert (out / "model.safetensors").read_bytes() != before["model.safetensors"]
