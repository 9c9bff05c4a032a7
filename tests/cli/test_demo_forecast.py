"""`unrolled demo forecast`, on a made-up series in place of the real one."""

import math
import re
from pathlib import Path

import pytest

from tests.cli.made_up import QUICK, told, typing

MONTHS = {"train": 48, "valid": 66, "test": 90}


@pytest.fixture
def passengers(here, data) -> None:
    rows = [
        f"{1949 + n // 12}-{n % 12 + 1:02},{100 + n + 20 * math.sin(n * 0.5236):.0f}"
        for n in range(90)
    ]
    files = {part: here / f"{part}.csv" for part in MONTHS}
    for part, count in MONTHS.items():
        text = "\n".join(["month,passengers", *rows[:count], ""])
        files[part].write_text(text, encoding="utf-8")
    data(files, "airline_passengers")


def test_a_year_is_foretold_and_drawn(passengers, command):
    found = command("demo", "forecast", *QUICK, "--ask", "190")
    assert found.code == 0, found.err
    assert "Data:    Nobody\nLicense: CC0\n" in found.err
    for baseline in ("seasonal naive", "linear autoregression"):
        assert baseline in found.out
    measured, coming = found.out.split("The year to come:")
    line = r"^  195\d-\d\d +\d+ +\d+ to \d+$"
    assert len(re.findall(line, coming, re.MULTILINE)) == 12
    assert coming.splitlines()[2].startswith("  1956-07 ")
    assert (
        len(re.findall(r"^  195\d-\d\d +\d+ +\d+ +\d+ to \d+$", measured, re.M)) == 12
    )
    assert "  1955-07       178" in measured  # what came stands beside the forecast
    assert re.search(r"^  after 190: 1956-08 +\d+", coming, re.MULTILINE)
    assert "Both as a picture: model.html" in coming
    assert found.err.endswith(
        "  unrolled predict model model-data/test.csv --show forecast.html\n"
    )
    page = Path("model.html").read_text(encoding="utf-8")
    assert page.count('role="img"') == 2
    assert "The last year, and what came" in page
    assert Path("model/config.json").exists()


def test_the_table_is_kept_for_the_command_that_is_named(passengers, command):
    assert command("demo", "forecast", *QUICK).code == 0
    page = ("--show", "forecast.html")
    found = command("predict", "model", "model-data/test.csv", *page)
    assert found.code == 0, found.err
    assert len(found.out.split()) == 12
    assert Path("forecast.html").exists()


def test_with_json_it_ends_with_one_object(passengers, command):
    answers = told(command("demo", "forecast", *QUICK, "--json").out)["answers"]
    assert answers["last_year"]["came"][0] == 178
    assert answers["next_year"]["times"][0] == "1956-07-01"
    assert answers["following"] == []


def test_typed_values_are_followed(passengers, command, monkeypatch):
    monkeypatch.setattr("sys.stdin", typing("190", "many", "200", ""))
    found = command("demo", "forecast", *QUICK)
    assert found.code == 0, found.err
    assert '"many" is no number.' in found.err
    first, second = found.out.splitlines()[-2:]
    assert first.startswith("  after 190: 1956-08 ")
    assert second.startswith("  after 200: 1956-09 ")
