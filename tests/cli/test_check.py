"""`unrolled check`: a page or one object, and an exit code that a script can use."""

import json
from pathlib import Path

from tests.cli.made_up import write_table

KEYS = {
    *("task", "metrics", "baseline", "examples", "seconds"),
    *("columns", "notes", "parts", "findings"),
}


def test_data_that_can_be_trained_on_ends_with_zero_and_a_page(here, command):
    write_table(here / "data.csv")
    found = command("check", "classify", "data.csv")
    assert found.code == 0
    assert found.err == ""
    assert "  positive  ██████████████████████████████  15   50.0 %\n" in found.out
    assert "  lengths of train in tokens: " in found.out
    assert "warning  train: only 30 rows to learn from.\n" in found.out
    assert found.out.endswith("\n1 warning, 1 note: it can be trained on.\n")


def test_an_error_ends_with_one(here, command):
    table = write_table(here / "data.csv")
    with table.open("a", encoding="utf-8") as file:
        file.write("too few\n")
    found = command("check", "classify", "data.csv")
    assert found.code == 1
    assert "error    data.csv: 1 rows cannot be read.\n" in found.out
    assert "           data.csv, line 32: 1 cell.\n" in found.out
    assert found.out.endswith(": correct the errors first.\n")
    assert command("check", "classify", "data.csv", "--skip-bad-rows").code == 0


def test_with_json_standard_output_is_one_object(here, command):
    write_table(here / "data.csv")
    write_table(here / "test.csv", copies=1)
    words = ("--test", "test.csv", "--valid", "test.csv", "--json")
    found = command("check", "classify", "data.csv", *words)
    assert found.code == 1  # all of the test rows are learned from
    [line] = found.out.splitlines()
    told = json.loads(line)
    assert set(told) == KEYS
    assert (told["task"], told["metrics"], told["baseline"]) == ("classify", {}, {})
    assert told["examples"] == 50
    assert list(told["parts"]) == ["train", "valid", "test"]
    assert told["columns"] == {"input": "text", "target": "label"}
    levels = {(one["about"], one["level"]) for one in told["findings"]}
    assert ("leakage", "error") in levels


def test_columns_and_settings_are_those_of_train(here, command):
    lines = [f"film {n},{n},{'ab'[n % 2]}" for n in range(100)]
    text = "\n".join(["what,number,kind", *lines])
    Path("data.csv").write_text(text, encoding="utf-8")
    columns = ("--input", "what", "--target", "kind", "--set", "text.tokens=character")
    found = command("check", "classify", "data.csv", *columns, "--json")
    told = json.loads(found.out)
    assert told["columns"] == {"input": "what", "target": "kind"}
    assert told["parts"]["train"]["answers"] == {"a": 50, "b": 50}
    assert told["parts"]["train"]["lengths"]["max"] == 7
