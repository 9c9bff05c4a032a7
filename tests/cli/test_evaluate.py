"""`unrolled evaluate`: metrics beside the baselines, as words and as one object."""

import json
from pathlib import Path

import pytest

from tests.cli.made_up import write_table


@pytest.fixture
def table(here) -> Path:
    return write_table(here / "data.csv")


def test_with_json_standard_output_is_one_object_and_words_are_elsewhere(
    trained, table, command
):
    found = command("evaluate", trained, "data.csv", "--json")
    assert found.code == 0
    [line] = found.out.splitlines()
    ended = json.loads(line)
    assert set(ended) == {"task", "metrics", "baseline", "examples", "seconds"}
    assert (ended["task"], ended["examples"]) == ("classify", 30)
    assert sum(map(sum, ended["metrics"]["confusion"])) == 30
    assert ended["baseline"]["majority"]["accuracy"] == 0.5
    assert found.err.startswith('· data.csv: 30 rows; input is column "text"')


def test_words_show_model_and_baselines_one_below_the_other(trained, table, command):
    found = command("evaluate", trained, "data.csv")
    assert found.code == 0
    lines = found.out.splitlines()
    assert lines[1] == "On 30 rows:"
    assert lines[3].split() == ["accuracy", "macro_f1", "calibration_error"]
    assert [line.split("  ")[0] for line in lines[4:6]] == ["this model", "majority"]
    assert lines[5].split()[1] == "0.5000"


def test_other_columns_can_be_named(trained, here, command):
    text = "id,said,what\n1,positive,He is great\n2,negative,She is bad\n"
    Path("other.csv").write_text(text, encoding="utf-8")
    assert command("evaluate", trained, "other.csv").code == 1
    columns = ("--input", "what", "--target", "2")
    found = command("evaluate", trained, "other.csv", "--json", *columns)
    assert found.code == 0
    assert json.loads(found.out)["examples"] == 2


def test_bad_rows_that_are_skipped_are_counted_and_listed(trained, table, command):
    with table.open("a", encoding="utf-8") as file:
        file.write("too few\n")
    assert command("evaluate", trained, "data.csv").code == 1
    found = command("evaluate", trained, "data.csv", "--skip-bad-rows", "--json")
    assert json.loads(found.out)["bad_rows"] == ["data.csv, line 32: 1 cell."]
    assert "· bad rows: 1, left out\n" in found.err


def test_an_encoding_can_be_named(trained, here, command):
    text = "text,label\nun café,positive\nnon,negative\n"
    Path("old.csv").write_bytes(text.encode("cp1252"))
    words = ("evaluate", trained, "old.csv", "--json")
    assert command(*words).code == 1
    assert command(*words, "--set", "data.encoding=cp1252").code == 0


def test_only_settings_of_the_data_can_be_set(trained, table, command):
    found = command("evaluate", trained, "data.csv", "--set", "model.hidden=3")
    assert found.code == 1
    assert found.err.startswith('there is no setting "model.hidden".')
