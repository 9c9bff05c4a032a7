"""`unrolled explain`: what it writes, where, and what it refuses."""

import json

import pytest

ROWS = """\
review,rating
He is great,good
She is terrible,bad
A lovely story,good
A boring story,bad
What a great film,good
What a boring film,bad
"""


@pytest.fixture
def model(here, command):
    (here / "reviews.csv").write_text(ROWS)
    few = ["--hidden", "4", "--epochs", "2"]
    made = command("train", "classify", "reviews.csv", "--out", "rating", *few)
    assert made.code == 0, made.err
    return "rating"


def test_a_page_is_written_and_the_answer_said(model, here, command):
    found = command("explain", model, "He is great", "--out", "page.html")
    assert found.code == 0, found.err
    assert found.out == ""
    assert found.err.startswith("page.html: ")
    page = (here / "page.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "He is great" in page


def test_json_goes_to_standard_output_or_to_a_file(model, here, command):
    found = command("explain", model, "He is great")
    told = json.loads(found.out)
    assert told["axes"]["inputs"] == ["he", "is", "great"]
    assert len(told["arrays"]["stack.l0/h"]["values"]) == 3
    command("explain", model, "He is great", "--out", "seen.json")
    assert json.loads((here / "seen.json").read_text(encoding="utf-8")) == told


def test_a_score_may_be_named(model, command):
    found = command("explain", model, "He is great", "--score", "bad", "--step", "1")
    assert json.loads(found.out)["gradient"]["name"] == "bad"


def test_another_input_stands_beside_it(model, here, command):
    words = ("--instead", "He is terrible", "--out", "both.html")
    assert command("explain", model, "He is great", *words).code == 0
    assert "terrible" in (here / "both.html").read_text(encoding="utf-8")


def test_a_page_wants_a_name(model, command):
    found = command("explain", model, "He is great", "--format", "html")
    assert found.code == 2
    assert "name the file to be written" in found.err


def test_a_score_that_is_not_there_is_refused(model, here, command):
    found = command(
        "explain", model, "He is great", "--score", "fair", "--out", "x.html"
    )
    assert found.code == 1
    assert 'a score of "fair"' in found.err
    assert not (here / "x.html").exists()


def test_a_folder_that_is_not_there_says_so(model, here, command):
    found = command("explain", model, "He is great", "--out", "no/such/page.html")
    assert found.code == 1
    assert "no/such/page.html" in found.err


def test_a_series_of_a_table_is_chosen_by_its_row(here, command):
    lines = [f"{at},{at % 4},{at % 3}" for at in range(40)]
    (here / "two.csv").write_text("\n".join(["time,a,b", *lines]))
    few = ["--epochs", "1", "--hidden", "4", "--set", "task.horizon=2"]
    made = command("train", "forecast", "two.csv", "--out", "m", *few)
    assert made.code == 0, made.err
    found = command("explain", "m", "two.csv", "--row", "9")
    assert found.code == 2
    assert "two.csv has" in found.err
    assert json.loads(command("explain", "m", "two.csv").out)["task"] == "forecast"


def test_a_picture_is_written_as_svg_and_as_png(model, here, command):
    for name, begins in (("net.svg", b"<"), ("net.png", b"\x89PNG")):
        found = command("explain", model, "He is <great>", "--out", name)
        assert found.code == 0, found.err
        assert (here / name).read_bytes().startswith(begins)
    assert "<great>" not in (here / "net.svg").read_text(encoding="utf-8")


def test_another_input_and_other_formats_do_not_go_together(model, here, command):
    words = ("--instead", "He is bad", "--out", "net.svg")
    found = command("explain", model, "He is great", *words)
    assert found.code == 2
    assert "on a page (html) alone" in found.err
    assert not (here / "net.svg").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--out", ""), "name the file to be written"),
        (("--out", "page.pdf"), "page.pdf ends in none of html, svg, png, json"),
        (("--step", "0"), "greater than or equal to 1"),
        (("--step", "2"), "only 1 steps are told"),
        (("--given", "female"), "is given an input alone"),
        (("--row", "2"), "reads no table"),
    ],
)
def test_what_makes_no_sense_is_refused(words, told, model, command):
    found = command("explain", model, "He is great", *words)
    assert found.code == 2
    assert told in " ".join(found.err.replace("│", " ").split())


def test_a_link_is_written_through_and_stays(model, here, command):
    (here / "there.html").write_text("old")
    (here / "link.html").symlink_to("there.html")
    assert command("explain", model, "He is great", "--out", "link.html").code == 0
    assert (here / "link.html").is_symlink()
    assert (here / "there.html").read_text(encoding="utf-8").startswith("<!doctype")
