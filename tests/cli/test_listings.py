"""`unrolled cells`, `tasks` and `data`: lists for people, and JSON for programs."""

import json
from dataclasses import asdict
from pathlib import Path

from unrolled import catalog, datasets
from unrolled.settings import describe
from unrolled.training.sections import sections_of


def test_cells_are_listed_with_states_blocks_and_options(command):
    found = command("cells")
    assert found.code == 0
    lines = found.out.splitlines()
    assert [line.split()[0] for line in lines] == catalog.names("cells")
    lstm = next(line for line in lines if line.startswith("lstm"))
    assert "states h, c " in lstm
    assert "blocks i, f, g, o " in lstm


def test_cells_are_objects_with_json(command):
    found = command("cells", "--json")
    cells = {one["cell"]: one for one in map(json.loads, found.out.splitlines())}
    assert list(cells) == catalog.names("cells")
    assert cells["gru"]["blocks"] == ["r", "z", "n"]
    assert cells["gru"]["options"] == ["reset"]
    assert found.err == ""


def test_tasks_are_listed_with_shape_and_goal(command):
    lines = command("tasks").out.splitlines()
    assert [line.split()[0] for line in lines] == catalog.names("tasks")
    listed = map(json.loads, command("tasks", "--json").out.splitlines())
    shapes = {one["task"]: one["shape"] for one in listed}
    assert shapes["classify"] == "many to one"
    assert shapes["transcribe"] == "many to many, unaligned"


def test_every_setting_of_a_task_is_listed(command):
    rows = describe(sections_of(catalog.find("tasks", "classify")))
    text = command("tasks", "classify").out
    told = json.loads(command("tasks", "classify", "--json").out)
    assert [one["setting"] for one in told["settings"]] == [row[0] for row in rows]
    for path, _, default, sentence in rows:
        assert f"  {path} = {default!r}\n      {sentence}\n" in text
    assert [column["role"] for column in told["columns"]] == ["input", "target"]
    wanted = (
        "--input: texts, series of numbers, or files of sound; found by the headers"
    )
    assert wanted in text


def test_data_sets_are_listed_with_license_and_rows(command):
    text = command("data", "list").out
    told = [
        json.loads(line) for line in command("data", "list", "--json").out.splitlines()
    ]
    assert told == [
        json.loads(json.dumps(asdict(known))) for known in datasets.describe()
    ]
    for known in datasets.describe():
        assert f"{known.name}: {known.title}\n" in text
        assert f"    license: {known.license}\n" in text


def test_a_data_set_that_was_got_says_where_it_is(command, monkeypatch):
    made = datasets.Fetched(
        name="toy",
        task="classify",
        folder=Path("cache/toy"),
        files={"train": Path("cache/toy/train.csv")},
        rows={"train": 7},
        columns=("text", "label"),
        credit="Nobody",
        license="CC0",
    )
    asked = {}

    def get(name, *, accept_license, cache):
        asked.update(name=name, accept_license=accept_license, cache=cache)
        return made

    monkeypatch.setattr(datasets, "get", get)
    found = command("data", "get", "toy", "--accept-license", "--cache", "cache")
    assert asked == {"name": "toy", "accept_license": True, "cache": Path("cache")}
    assert found.out == "train\t7\tcache/toy/train.csv\n"
    assert found.err == "Credit:  Nobody\nLicense: CC0\n"
    told = json.loads(command("data", "get", "toy", "--json").out)
    assert told["files"] == {"train": "cache/toy/train.csv"}
    assert told["folder"] == "cache/toy"
