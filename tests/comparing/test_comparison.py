"""A whole comparison on made-up rows: fair, kept, resumed, counted."""

import json
from dataclasses import replace

import pytest

from tests.training.made_up import texts, write
from unrolled import train
from unrolled.comparing import memory
from unrolled.comparing.comparison import Plan, Told, compare
from unrolled.comparing.kept import NAME, Kept
from unrolled.comparing.on_rows import parts_of
from unrolled.comparing.pages import page, picture, write_pages
from unrolled.comparing.report import report
from unrolled.comparing.variants import Axis, variants_of
from unrolled.errors import CheckpointError, OutputError, SettingError
from unrolled.training.run import Job, prepare

FEW = {
    "model.embedding": 6,
    "model.hidden": 8,
    "model.evidence": False,
    "training.epochs": 1,
    "training.threads": 1,
}
CELLS = Axis("model.cell", ("lstm", "elman", "feedforward"))


@pytest.fixture
def plan(tmp_path):
    def made(**more):
        axes = more.pop("axes", [CELLS])
        task = more.pop("task", "classify")
        given = {**FEW, **more.pop("given", {})}
        job = Job(task=task, data=[write(tmp_path / "r.csv", texts(120))], given=given)
        usual = {"seeds": 2, "probe": False}
        return Plan(job=job, variants=variants_of(task, axes), **{**usual, **more})

    return made


class Heard:
    def __init__(self):
        self.begun, self.ended, self.notes, self.events = [], [], [], []

    @property
    def told(self):
        return Told(self.notes.append, self.begin, self.ended.append)

    def begin(self, name, number, total):
        self.begun.append((name, number, total))
        return (self.events.append,)


def test_every_variant_runs_with_every_seed_on_the_same_rows(plan):
    heard = Heard()
    found = compare(plan(), heard.told)
    assert heard.begun == [
        ("lstm, seed 0", 1, 6),
        ("elman, seed 0", 2, 6),
        ("feedforward, seed 0", 3, 6),
        ("lstm, seed 1", 4, 6),
        ("elman, seed 1", 5, 6),
        ("feedforward, seed 1", 6, 6),
    ]
    assert heard.ended == found.runs
    rows = {tuple(p["rows"] for p in run["by_length"]) for run in found.runs}
    assert len(rows) == 1 and sum(*rows) == 12
    assert {event["event"] for event in heard.events} >= {"start", "step", "end"}


def test_weights_told_are_those_of_the_modules(plan):
    found = compare(plan(match="parameters", seeds=1), Heard().told)
    for run, count in zip(found.runs, found.counts, strict=True):
        assert (run["parameters"], run["recurrent_parameters"]) == count
    lstm, elman, _ = found.counts
    # W, R and two biases of both directions, from 6 numbers to 8 units and 4 gates
    assert lstm.recurrent == 2 * 4 * 8 * (6 + 8 + 2)
    width = found.widths[1]
    assert elman.recurrent == 2 * width * (6 + width + 2)
    assert abs(elman.recurrent / lstm.recurrent - 1) < 0.05


def test_a_run_is_the_one_that_train_gives(plan):
    made = plan(seeds=1)
    [lstm, *_] = compare(made, Heard().told).runs
    settings = {**FEW, "model.cell": "lstm", "data.split_seed": 0}
    model = train("classify", made.job.data[0], settings=settings, seed=0)
    assert model.metrics["metrics"]["accuracy"] == lstm["metrics"]["accuracy"]
    error = model.metrics["metrics"]["calibration_error"]
    assert error == lstm["metrics"]["calibration_error"]


def test_seeds_are_validated_on_the_same_rows(plan):
    job = plan().job
    split = {**job.given, "data.split_seed": 0}
    kept = [
        prepare(replace(job, given={**split, "training.seed": seed})).rows["valid"]
        for seed in (0, 1)
    ]
    assert kept[0] == kept[1]
    other = prepare(replace(job, given={**job.given, "training.seed": 1}))
    assert other.rows["valid"] != kept[0]


def test_rounds_of_the_first_half_are_not_trained_again(plan, tmp_path):
    out = tmp_path / "c"
    whole = compare(plan(out=out), Heard().told)
    lines = (out / NAME).read_text("utf-8").splitlines()
    assert len(lines) == 7
    (out / NAME).write_text("\n".join(lines[:5]) + "\n", encoding="utf-8")
    heard = Heard()
    again = compare(plan(out=out, resume=True), heard.told)
    assert heard.begun == [("elman, seed 1", 5, 6), ("feedforward, seed 1", 6, 6)]
    assert [run["rounds"] for run in again.runs] == [r["rounds"] for r in whole.runs]


def test_another_comparison_does_not_go_on(plan, tmp_path):
    out = tmp_path / "c"
    compare(plan(out=out, seeds=1), Heard().told)
    with pytest.raises(OutputError, match="holds a comparison"):
        compare(plan(out=out), Heard().told)
    with pytest.raises(CheckpointError) as why:
        compare(plan(out=out, resume=True, given={"model.layers": 2}), Heard().told)
    assert "settings was" in str(why.value)
    compare(plan(out=out, seeds=1, overwrite=True), Heard().told)


def test_foreign_and_damaged_folders_are_refused(plan, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(OutputError, match="holds no comparison"):
        compare(plan(out=tmp_path / "mine"), Heard().told)
    with pytest.raises(OutputError, match="is a file"):
        compare(plan(out=tmp_path / "mine" / "letter.txt"), Heard().told)
    (tmp_path / "c").mkdir()
    for broken in ("{", "", "[1]"):
        (tmp_path / "c" / NAME).write_text(broken, encoding="utf-8")
        with pytest.raises(CheckpointError, match="is damaged in line 1"):
            Kept.open(tmp_path / "c", {}, resume=True)


def test_a_cut_last_line_is_run_again_and_a_broken_line_elsewhere_is_refused(
    plan, tmp_path
):
    out = tmp_path / "c"
    whole = compare(plan(out=out, seeds=1), Heard().told)
    lines = (out / NAME).read_bytes().splitlines()
    (out / NAME).write_bytes(b"\n".join([*lines[:3], lines[3][:-40]]))
    heard = Heard()
    again = compare(plan(out=out, seeds=1, resume=True), heard.told)
    assert heard.begun == [("feedforward, seed 0", 3, 3)]
    assert heard.notes == [
        f"line 4 of {out / NAME}, its last, is damaged and left out: what it told is"
        " measured again"
    ]
    assert [run["value"] for run in again.runs] == [run["value"] for run in whole.runs]
    (out / NAME).write_bytes(b"\n".join([lines[0], lines[1][:-40], *lines[2:]]))
    with pytest.raises(CheckpointError) as why:
        compare(plan(out=out, seeds=1, resume=True), Heard().told)
    assert str(why.value) == (
        f"{out / NAME} is damaged in line 2.\n"
        "  expected: JSON objects, one a line, as `unrolled compare` writes them\n"
        "  to fix:   put back the file as it was, or add --overwrite in the place of"
        " --resume to begin again\n"
        "  code:     checkpoint"
    )


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"match": "time"}, "time was to be matched, and no time was given"),
        (
            {"match": "time", "given": {"training.minutes": 1}},
            "and a number of epochs was given",
        ),
        (
            {"match": "parameters", "axes": [Axis("model.hidden", ("4", "8"))]},
            "model.hidden varies, and parameters were to be matched",
        ),
    ],
)
def test_wishes_that_do_not_go_together(plan, wrong, words):
    with pytest.raises(SettingError, match=words):
        compare(plan(**wrong), Heard().told)


def test_equal_time_ends_runs_by_the_clock(plan):
    given = {"training.minutes": 0.01, "training.epochs": 0}
    found = compare(plan(match="time", given=given, seeds=1), Heard().told)
    assert all(0.5 < run["seconds"] < 6 for run in found.runs)
    assert all(run["epochs"] > 1 for run in found.runs)


def test_a_report_a_page_and_a_picture(plan, tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "UPDATES", 50)
    monkeypatch.setattr(memory, "RATES", (0.01,))
    heard = Heard()
    told = report(compare(plan(probe=True), heard.told), seconds=1.0)
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert list(told["metrics"]) == ["lstm", "elman", "feedforward"]
    assert "difference" not in told["metrics"]["lstm"]
    assert "memory" not in told["metrics"]["feedforward"]
    assert set(told["metrics"]["elman"]["memory"]) == {"adding", "copying"}
    assert heard.notes == ["memory of lstm, 8 units", "memory of elman, 8 units"]
    assert [one["tokens"] for one in told["growth"]] == [10, 50, 200]
    write_pages(told, tmp_path)
    shown = (tmp_path / "compare.html").read_text("utf-8")
    assert shown == page(told) and shown.count("<figure") >= 5
    assert "http" not in shown.replace("http://www.w3.org/2000/svg", "")
    assert picture(told).count("<svg") == 3


@pytest.mark.parametrize("rows", ["apart", "joined"])
def test_texts_to_go_on_with_are_compared_by_nats(tmp_path, rows):
    lines = [text for text, _ in texts(80)]
    (tmp_path / "t.txt").write_text("\n".join(lines), encoding="utf-8")
    given = {
        "model.hidden": 8,
        "model.embedding": 6,
        "training.epochs": 1,
        "training.threads": 1,
        "task.rows": rows,
        "data.valid_share": 0.2,
    }
    job = Job(task="language_model", data=[tmp_path / "t.txt"], given=given)
    cells = [Axis("model.cell", ("gru", "elman"))]
    made = variants_of("language_model", cells)
    plan = Plan(job=job, variants=made, seeds=1, probe=False)
    told = report(compare(plan, Heard().told), seconds=1.0)
    assert (told["metric"], told["better"]) == ("nats_per_token", "less")
    if rows == "apart":
        low, high = told["metrics"]["gru"]["interval"]
        assert low < told["metrics"]["gru"]["nats_per_token"] < high
    else:  # one piece of text: no rows to draw
        assert told["metrics"]["gru"]["interval"] is None
        assert told["metrics"]["elman"]["difference"]["p"] == 1.0
        assert "These rows cannot be drawn one by one" in told["sentences"][-2]


def test_forecasts_are_measured_series_by_series(tmp_path):
    from math import sin

    lines = [
        f"{name},{day},{sin(day / 3 + number) + day / 50:.4f}"
        for number, name in enumerate("abcdefghij")
        for day in range(40)
    ]
    table = tmp_path / "s.csv"
    table.write_text("\n".join(["series,day,value", *lines]) + "\n", encoding="utf-8")
    given = {"model.hidden": 6, "training.epochs": 1, "training.threads": 1}
    named = {"given": "series"}
    given |= {"task.horizon": 4}
    job = Job(task="forecast", data=[table], named=named, given=given)
    made = variants_of("forecast", [Axis("model.cell", ("gru", "elman"))])
    found = compare(Plan(job=job, variants=made, seeds=1, probe=False), Heard().told)
    [gru, elman] = found.runs
    assert gru["metric"] == "scaled_mae"
    assert gru["value"] == pytest.approx(gru["metrics"]["scaled_mae"], rel=1e-5)
    assert gru["rows_drawn"] and len(set(gru["rounds"])) > 20
    assert gru["rounds"] != elman["rounds"]


def test_parts_by_length_keep_equal_lengths_together():
    import torch

    assert parts_of(torch.tensor([1, 2, 3, 4, 5, 6, 7, 8])) == [
        (1, 2),
        (3, 4),
        (5, 6),
        (7, 8),
    ]
    assert parts_of(torch.tensor([5, 5, 5, 9])) == [(5, 5), (9, 9)]
    assert parts_of(torch.tensor([], dtype=torch.int64)) == []
