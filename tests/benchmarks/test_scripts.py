"""The benchmarks: a small run of one script, the verdicts, and the pictures."""

import csv
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from tests.rules.source import ROOT

FOLDER = ROOT / "benchmarks"
DRAWN = {
    "hidden": "64",
    "rows": "8",
    "cell": "gru",
    "path": "native",
    "ratio": "3.25",
    "ours_mib": "2.0",
    "packed_mib": "5.0",
    "lengths": "wide",
    "shape": "two layers",
    "directions": "1",
    "gain": "1.5",
    "bfloat16_ratio": "",
    "vocabulary": "4000",
    "batches": "shuffled",
    "sentences": "30",
    "attention": "41.5",
    "none": "20.5",
    "words": "",
    "search": "alone",
    "width": "10",
    "turn": "one text",
    "task": "classify",
    "machine": "A <small> machine, 2 threads",
    "libraries": "torch 2.13",
}
TIMES = (
    "ours",
    "padded",
    "packed",
    "careless",
    "layer",
    "cell",
    "onnx",
    "onnx_bound",
    "torch",
    "beam",
    "textbook",
    "bare",
    "watched",
)


@pytest.fixture
def modules(monkeypatch):
    """The scripts import each other as they do when they are run."""
    monkeypatch.syspath_prepend(str(FOLDER))
    import charts
    import pictures
    import protocol

    yield {"charts": charts, "pictures": pictures, "protocol": protocol}
    for name in ("charts", "pictures", "protocol"):
        sys.modules.pop(name, None)


def test_a_script_measures_checks_and_writes(tmp_path):
    table = tmp_path / "table.csv"
    words = ["--quick", "--cells", "rnn", "--threads", "1", "--csv", str(table)]
    ran = subprocess.run(
        [sys.executable, str(FOLDER / "ragged_training.py"), *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    assert "best peer / ours, geometric mean of 2: " in ran.stdout
    with table.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["lengths"] for row in rows] == ["bunched", "wide"]
    for row in rows:
        best = min(float(row["padded_ms"]), float(row["packed_ms"]))
        ratio = best / float(row["ours_ms"])
        assert float(row["ratio"]) == pytest.approx(ratio, rel=0.01)
        assert float(row["ours_low_ms"]) <= float(row["ours_high_ms"])
        assert 0 < float(row["ours_share"]) < 1
        assert "1 thread" in row["machine"]
        if sys.platform == "linux":
            assert 0 < float(row["packed_mib"]) < 20


def test_a_figure_stands_beside_the_least_it_has_to_be(modules, capsys):
    require = modules["protocol"].require
    require("times", [2.0, 8.0], 3.0, mean=True)
    require("times", [2.0, 8.0], 3.0, mean=False)
    require("times", [], 3.0, mean=False)
    assert capsys.readouterr().out == (
        "times, geometric mean of 2: 4.00 (3.0 or more: reached)\n"
        "times, smallest of 2: 2.00 (3.0 or more: NOT REACHED)\n"
    )


def test_every_script_has_a_picture(modules):
    protocol_itself = {"protocol", "memory", "pictures", "charts"}
    of_a_file = {"series_classification"}  # it is given one, and counts right answers
    without_times = {"doctor", "doctor_rows", "doctor_trials"}
    scripts = {path.stem for path in FOLDER.glob("*.py")} - protocol_itself
    scripts -= of_a_file | without_times
    assert set(modules["pictures"].TABLES) == scripts


def test_every_table_is_drawn_with_its_machine(modules, monkeypatch, tmp_path):
    pictures = modules["pictures"]
    monkeypatch.setattr(pictures, "HERE", tmp_path)
    monkeypatch.setattr(pictures, "PICTURES", tmp_path / "pictures")
    times = {f"{name}_{unit}": "2.5" for name in TIMES for unit in ("ms", "us")}
    row = DRAWN | times | {"jax_ms": "5.0"}
    losses = [{"step": "1", "float32": "3.0", "bfloat16": "3.1"}] * 2
    losses.append({"step": "3", "float32": "2.0", "bfloat16": "2.1"})
    modules["protocol"].write_csv(tmp_path / "bfloat16_losses.csv", losses)
    for name in pictures.TABLES:
        modules["protocol"].write_csv(tmp_path / f"{name}.csv", [row])
        drawn = pictures.draw(name)
        assert drawn
        for path in drawn:
            words = [one.text for one in ElementTree.parse(path).iter() if one.text]
            where = "A <small> machine, 2 threads; torch 2.13; engine path: native"
            assert where in words, path


def test_bars_are_as_tall_as_their_figures(modules):
    charts = modules["charts"]
    panel = charts.Panel("GRU", {"64 units": {"8 rows": 2.0, "16 rows": 4.0}})
    drawn = ElementTree.fromstring(
        charts.svg(charts.Picture("p", "A title", [panel]), "here")
    )
    bars = [
        float(one.get("height"))
        for one in drawn.iter()
        if one.tag.endswith("rect") and one.get("y") and one.get("height") != "10"
    ]
    assert bars[1] == pytest.approx(2 * bars[0], rel=0.01)
    words = [one.text for one in drawn.iter() if one.tag.endswith("text")]
    assert {"A title", "here", "GRU", "8 rows", "2.0", "4.0"} <= set(words)


def test_bars_of_translations_have_no_line_at_one(modules):
    charts, pictures = modules["charts"], modules["pictures"]
    rows = [
        {"lengths": "1-5", "sentences": "9", "attention": "40", "none": "30"},
        {"lengths": "21+", "sentences": "4", "attention": "30", "none": "5.5"},
    ]
    [picture] = pictures.attention_by_length(rows)
    groups = picture.panels[0].groups
    assert groups["21+ words (4)"] == {"with attention": 30.0, "without": 5.5}
    assert 'class="one"' not in charts.svg(picture, "here")


def test_without_a_table_nothing_is_drawn(modules, monkeypatch, tmp_path):
    monkeypatch.setattr(modules["pictures"], "HERE", tmp_path)
    assert modules["pictures"].draw("streaming") == []
