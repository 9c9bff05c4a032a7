"""Tagged sentences at the door: columns in, columns out."""

import json
from pathlib import Path

import pytest

from unrolled.training.front import train

LINES = "Ann\tB-PER\nin\tO\nRome\tB-LOC\n\nBob\tB-PER\nin\tO\nOslo\tB-LOC\n\n"


@pytest.fixture(scope="session")
def tagger(tmp_path_factory) -> Path:
    """A small model that tags words; do not change it."""
    folder = tmp_path_factory.mktemp("tagger")
    (folder / "data.conll").write_text(LINES * 5, encoding="utf-8")
    train("tag", folder / "data.conll", out=folder / "m", epochs=1, hidden=4)
    return folder / "m"


def test_a_file_in_columns_is_asked_by_the_sentence(here, tagger, command):
    (here / "x.conll").write_text(LINES, encoding="utf-8")
    found = command("predict", tagger, "x.conll", "--json")
    answers = [json.loads(line) for line in found.out.splitlines()]
    assert (found.code, found.err) == (0, "")
    assert [a["input"] for a in answers] == [
        ["Ann", "in", "Rome"],
        ["Bob", "in", "Oslo"],
    ]
    # Words alone, without a column of tags, are enough.
    (here / "y.conll").write_text(LINES.replace("\tO", ""), encoding="utf-8")
    words = "\n".join(line.split("\t")[0] for line in LINES.split("\n"))
    (here / "y.conll").write_text(words, encoding="utf-8")
    assert command("predict", tagger, "y.conll", "--json").out == found.out


def test_answers_are_written_in_columns(here, tagger, command):
    (here / "x.conll").write_text(LINES, encoding="utf-8")
    found = command("predict", tagger, "x.conll", "--conll").out.splitlines()
    plain = [line.split("\t")[0] for line in found]
    assert plain == ["Ann", "in", "Rome", "", "Bob", "in", "Oslo", ""]
    assert all(len(line.split("\t")) == 2 for line in found if line)


def test_lines_of_text_are_cut_into_words(here, tagger, command):
    (here / "x.txt").write_text("Ann's here.\n\n", encoding="utf-8")
    found = command("predict", tagger, "x.txt", "--conll").out
    assert [line.split("\t")[0] for line in found.splitlines()] == [
        *("Ann", "'s", "here", ".", ""),
        "",
    ]


def test_a_model_without_tags_has_no_columns(here, trained, command):
    (here / "x.txt").write_text("fine\n", encoding="utf-8")
    found = command("predict", trained, "x.txt", "--conll")
    assert found.code == 2
    assert "a model that can classify has no tags" in found.err
