"""Caption: pictures of every kind, several captions, answers, the page, the folder."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import unrolled
from unrolled.catalog import find
from unrolled.errors import BrokenModelError, SettingError, UnreadableDataError
from unrolled.models.picture_settings import PictureSettings
from unrolled.settings import Value
from unrolled.tasks._base import Example
from unrolled.tasks._caption.captions import Captions
from unrolled.tasks._caption.page import Shown, page_of
from unrolled.tasks._caption.pictures import Pictures
from unrolled.tasks._caption.sample_pictures import rows as made_up
from unrolled.training.model import Model

image = pytest.importorskip("PIL.Image", reason="pillow is not installed")

QUICK: dict[str, Value] = {
    "model.hidden": 16,
    "model.embedding": 16,
    "model.dropout": 0.0,
    "picture.channels": 8,
    "picture.dropout": 0.0,
    "training.epochs": 25,
    "training.learning_rate": 0.02,
    "training.averaging": 0.5,
    "training.batch_rows": 5,
    "training.threads": 1,
    "data.valid_share": 0.0,
}
SMALL = PictureSettings(size=8, channels=8)
RED = [[[255, 0, 0]] * 4] * 2  # a red bar, 2 high and 4 wide


@pytest.fixture(scope="module")
def drawn(tmp_path_factory) -> Path:
    """A folder with ten pictures and tables of them."""
    folder = tmp_path_factory.mktemp("drawn")
    (folder / "png").mkdir()
    lines = ["picture,caption"]
    for number, (pixels, words) in enumerate(made_up()):
        made = image.new("RGB", (8, 8))
        made.putdata([tuple(pixel) for line in pixels for pixel in line])
        made.save(folder / "png" / f"{number}.png")
        lines.append(f"png/{number}.png,{words}")
    (folder / "train.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def trained(drawn) -> Model:
    out = drawn / "model"
    return unrolled.train("caption", drawn / "train.csv", out=out, settings=QUICK)


def refused(examples: list[Example], *, features: int = 0) -> str:
    with pytest.raises(UnreadableDataError) as why:
        Pictures(SMALL, features).encode(examples)
    return str(why.value)


# -- pictures ------------------------------------------------------------------------


def test_a_list_of_numbers_is_a_picture_on_white():
    pool, regions = Pictures(SMALL).encode([Example(RED, None, "row 1")])
    assert regions.lengths.tolist() == [64]
    [picture] = pool.values
    bar = picture[:, 2:6]  # twice as large, in the middle
    assert bar[0].eq(255).all()
    assert bar[1:].eq(0).all()
    assert picture[:, :2].eq(255).all()
    assert picture[:, 6:].eq(255).all()


def test_a_picture_is_there_once_however_often_it_is_named(drawn):
    names = [str(drawn / "png" / f"{number}.png") for number in (3, 1, 3)]
    pool, regions = Pictures(SMALL).encode([Example(n, None, "row") for n in names])
    assert len(pool) == 2
    assert [int(one[0]) for one in regions.to_list()] == [0, 1, 0]


def test_a_picture_that_has_changed_is_read_again(tmp_path):
    path = tmp_path / "one.png"
    mine, row = Pictures(SMALL), Example(str(path), None, "row 1")
    found = []
    for color in ("red", "white"):
        image.new("RGB", (8, 8), color).save(path)
        found.append(int(mine.encode([row])[0].values[0, 1, 0, 0]))
    assert found == [0, 255]


def test_a_missing_picture_is_named_with_its_row():
    found = refused([Example("nowhere.png", None, "t.csv, line 3")])
    assert found.startswith("t.csv, line 3: nowhere.png does not exist.\n")


@pytest.mark.parametrize(
    ("cell", "shown"),
    [([[[1, 2, 256]]], "a list"), ([[[1, 2]]], "a list"), ([], "a list"), (3.5, "3.5")],
)
def test_what_is_no_picture_is_refused_in_exact_words(cell, shown):
    assert refused([Example(cell, None, "row 2")]) == (
        f"row 2: {shown}.\n"
        "  expected: the name of a picture, or height × width × 3 numbers from 0 to"
        " 255\n"
        "  to fix:   correct that row, or leave it out\n"
        "  code:     unreadable-data"
    )


def test_features_and_pictures_are_kept_apart():
    rows = [Example([[0.5, 1.0]], None, "row 2")]
    assert refused(rows).startswith("row 2: a list among pictures.\n")
    found = refused([Example(RED, None, "row 3")], features=2)
    assert found.startswith("row 3: a list among features (.npy).\n")


def test_features_of_another_width_are_refused_in_exact_words():
    assert refused([Example([[0.5, 1.0]], None, "row 2")], features=3) == (
        "row 2: a list has 2 numbers for each region.\n"
        "  expected: 3, as in the first row of training\n"
        "  to fix:   compute all features with the same network\n"
        "  code:     unreadable-data"
    )


def test_features_of_unequal_numbers_of_regions_are_read(tmp_path):
    numpy_file = tmp_path / "a.npy"
    np.save(numpy_file, np.arange(6.0).reshape(3, 2))
    rows = [Example(str(numpy_file), "a", "1"), Example([[7.0, 8.0]], "b", "2")]
    learned = Pictures.learn(rows, SMALL)
    pool, regions = learned.encode(rows)
    assert learned.features == 2
    assert regions.lengths.tolist() == [3, 1]
    assert pool[1].tolist() == [[7.0, 8.0]]


# -- training ------------------------------------------------------------------------


def test_it_learns_what_pictures_show(trained, drawn):
    found = trained.metrics["metrics"]
    beside = trained.metrics["baseline"]["most frequent caption"]
    assert found["bleu1"] > beside["bleu1"]
    assert found["cider"] > beside["cider"]
    [answer] = trained.predict([str(drawn / "png" / "0.png")])
    assert answer["prediction"] == " ".join(answer["tokens"])
    assert len(answer["looked_at"]) == len(answer["tokens"])
    assert all(0 <= place < 64 for place in answer["looked_at"])


def test_a_list_is_answered_as_the_file_of_the_same_pixels(trained, drawn):
    names = [str(drawn / "png" / f"{number}.png") for number in range(10)]
    lists: list[Any] = [pixels for pixels, _ in made_up()]
    keys = ("prediction", "log_probability", "looked_at")
    by_name, by_list = trained.predict(names), trained.predict(lists)
    for one, other in zip(by_name, by_list, strict=True):
        assert [one[key] for key in keys] == [other[key] for key in keys]


def test_without_attention_nothing_is_looked_at(drawn):
    few = QUICK | {"training.epochs": 2, "model.attention": "none", "task.best": 2}
    model = unrolled.train("caption", drawn / "train.csv", settings=few)
    [answer] = model.predict([str(drawn / "png" / "0.png")])
    assert "looked_at" not in answer
    assert len(answer["alternatives"]) == 1
    page = model.page([str(drawn / "png" / "0.png")], [answer])
    assert page.count("<svg") == 1


def test_features_are_learned_from(tmp_path):
    lines = []
    for number in range(10):
        features = np.eye(10)[[number, (number + 1) % 10]]
        np.save(tmp_path / f"{number}.npy", features)
        lines.append(json.dumps({"image": f"{number}.npy", "caption": "a red thing"}))
    (tmp_path / "train.jsonl").write_text("\n".join(lines), encoding="utf-8")
    model = unrolled.train("caption", tmp_path / "train.jsonl", settings=QUICK)
    assert "pictures: features, 10 numbers for each region" in model.notes
    answers = model.predict([str(tmp_path / "0.npy")])
    assert answers[0]["prediction"] == "a red thing"
    with pytest.raises(SettingError) as why:
        model.page([str(tmp_path / "0.npy")], answers)
    assert str(why.value) == (
        "this model reads features, and no pictures.\n"
        "  expected: a model that was trained on pictures, to show where it looks\n"
        "  to fix:   leave --show out\n"
        "  code:     setting"
    )


def test_every_caption_of_a_picture_is_learned_from_and_counts(drawn, trained):
    task = trained.task
    name = str(drawn / "png" / "0.png")
    row = Example(name, "a red square", "row 1", references=("red", "square"))
    batch = task.encode_to_learn([row])
    assert len(batch) == 3
    assert len(batch.pictures) == 1
    found = task.judged(["red"], [row])
    assert found["bleu1"] == 100.0


def test_a_row_without_a_caption_is_refused_in_exact_words():
    rows = [Example("a.png", "a dog", "t.csv, line 2"), Example("b.png", " ", "line 3")]
    settings = {
        name: kind() for name, kind in find("tasks", "caption").sections.items()
    }
    with pytest.raises(UnreadableDataError) as why:
        Captions.learn(rows, settings, {"target": "caption"})
    assert str(why.value) == (
        'line 3: column "caption" is empty.\n'
        "  expected: a caption for every picture\n"
        "  to fix:   fill it in, or leave such rows out\n"
        "  code:     unreadable-data"
    )


def test_the_size_is_that_of_the_pictures(drawn, trained):
    assert trained.settings["picture"].size == 8
    suggest = find("tasks", "caption").suggest
    large = [Example([[[0, 0, 0]] * 300] * 200, "a", "row 1")]
    assert suggest(large, {})["picture.size"] == 64
    nowhere = [Example("nowhere.png", "a", "row 1")]
    assert suggest(nowhere, {})["picture.size"] == 64


# -- the folder ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("pictures.json", {"features": -1}, "features are -1"),
        ("pictures.json", [], "features are None"),
        ("captions.json", {"longest": 0}, "captions.json has no longest from 1 on"),
        ("captions.json", 7, "captions.json has no longest from 1 on"),
    ],
)
def test_a_damaged_file_is_a_broken_model(trained, file, content, words):
    files, tensors = trained.task.state()
    kind = find("tasks", "caption")
    with pytest.raises(BrokenModelError, match=re.escape(words)):
        kind.restore(trained.settings, {**files, file: content}, tensors)


# -- the page ------------------------------------------------------------------------


def test_a_page_shows_each_picture_and_each_word(trained, drawn):
    names = [str(drawn / "png" / f"{number}.png") for number in range(3)]
    answers = trained.predict(names)
    page = trained.page(names, answers)
    assert page.count("<section>") == 3
    words = sum(len(answer["tokens"]) for answer in answers)
    assert page.count("<svg") == 3 + words
    assert "<script" not in page
    assert not re.search(r'(?:href|src)="(?!data:|#)', page)
    for answer in answers:
        assert f"<h2>{answer['prediction']}</h2>" in page


def test_what_a_page_says_is_escaped():
    shown = Shown("a<b>.png", torch.zeros(3, 2, 2).byte(), '"<i>"', ['"<i>"'], [])
    page = page_of([shown], left_out=3)
    assert "<i>" not in page
    assert "a&lt;b&gt;.png: &quot;&lt;i&gt;&quot;" in page
    assert "3 more are not shown" in page
