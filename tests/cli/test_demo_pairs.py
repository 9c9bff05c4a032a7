"""`unrolled demo` of tasks that read one text and write another, on made-up rows."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.made_up import PARTS, QUICK, parts, told, typing
from unrolled import datasets
from unrolled.cli.demos import correct, summarize, translate
from unrolled.cli.demos._base import cut
from unrolled.errors import DatasetError

# -- translate -------------------------------------------------------------------------

SOUNDS = {"a": "AE", "b": "B", "i": "IH", "n": "N", "o": "OW", "t": "T"}
WORDS = [a + b + c for a in "bnt" for b in "aio" for c in "bnt"]


@pytest.fixture
def pronunciations(here, data) -> None:
    rows = [
        {"word": word, "sounds": [" ".join(SOUNDS[letter] for letter in word)]}
        for word in WORDS
    ]
    content = "".join(f"{json.dumps(row)}\n" for row in rows)
    data(parts(here, ".jsonl", content), "pronunciations")


def test_words_are_pronounced_and_the_alignment_is_drawn(pronunciations, command):
    found = command("demo", "translate", *QUICK, "--ask", "Banin")
    assert found.code == 0, found.err
    assert "On 27 test rows:" in found.out
    assert "word for word" in found.out  # the baseline stands beside it
    for word in (*translate.WORDS, "Banin"):
        assert f"\n  {word:15} " in found.out
    for word in (translate.DRAWN, "banin"):
        assert f"  {' '.join(word)}\n" in found.out
    assert "  p e r c e p t r o n\n" not in found.out  # one picture is enough
    assert "words that it has not learned from" in found.out
    assert found.err.endswith("Ask it more:\n  unrolled predict model -\n")


def test_a_typed_word_is_pronounced_and_drawn(pronunciations, command, monkeypatch):
    monkeypatch.setattr("sys.stdin", typing("Tin", ""))
    found = command("demo", "translate", *QUICK)
    assert "or here, an English word a line (an empty line ends):\n" in found.err
    after = found.out.split(translate.TOLD)[1]
    assert after.startswith(f"\n  {'Tin':15} ")
    assert "  t i n\n" in after


def test_only_its_share_of_the_words_is_scored(pronunciations, command, monkeypatch):
    monkeypatch.setattr(translate, "ROWS", {"train": 27, "valid": 5, "test": 4})
    found = told(command("demo", "translate", *QUICK, "--json").out)
    assert found["examples"] == 4
    assert [one["input"] for one in found["answers"]] == list(translate.WORDS)
    lines = Path("model-words/valid.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["word"] for line in lines] == WORDS[:5]


def test_a_picture_has_a_line_for_each_token_and_a_mark_where_it_looked():
    answer = {
        "tokens": ["Je", "suis", "en", "retard"],
        "source": ["I", "am", "late"],
        "looked_at": [0, 1, 2, 2],
    }
    assert translate.drawn(answer).splitlines() == [
        "          I am late",
        "  Je      # .  .",
        "  suis    . #  .",
        "  en      . .  #",
        "  retard  . .  #",
    ]


def test_a_picture_of_nothing_has_the_source_alone():
    answer = {"tokens": [], "source": ["a", "b"], "looked_at": []}
    assert translate.drawn(answer) == "    a b"


# -- summarize -------------------------------------------------------------------------


@pytest.fixture
def descriptions(here) -> dict[str, Path]:
    rows = [
        {
            "text": f"{name} is a {size} {thing} for terminals. It is easy to use.",
            "title": f"{size} {thing}",
        }
        for name in ("Foo", "Bar", "Baz")
        for size in ("small", "fast", "simple")
        for thing in ("editor", "player", "server")
    ]
    content = "".join(f"{json.dumps(row)}\n" for row in rows)
    return parts(here, ".jsonl", content)


def test_a_summary_stands_beside_the_lead(descriptions, data, command):
    data(descriptions, "debian_descriptions")
    text = "Qux is a fast editor for terminals, or so they say."
    found = command("demo", "summarize", *QUICK, "--ask", text)
    assert found.code == 0, found.err
    assert "On 27 test rows:" in found.out
    assert "lead: 2 words" in found.out
    assert f"\n  | {text}\n  this model  " in found.out
    assert "\n  the lead    Qux is a fast editor for terminals, ...\n" in found.out
    assert found.out.count("  the lead  ") == len(summarize.TEXTS) + 1
    asked = [line for line in found.out.splitlines() if line.startswith("  | ")]
    assert all(len(line) <= 84 for line in asked)
    assert " ".join(line[4:] for line in asked) == " ".join([*summarize.TEXTS, text])
    assert found.out.endswith("Read the text before you trust it.\n")
    answers = told(command("demo", "summarize", *QUICK, "--json").out)["answers"]
    assert [one["input"] for one in answers] == list(summarize.TEXTS)
    assert answers[0]["lead"] == "Skylark shows the weather of the next"


def test_without_apt_the_library_of_python_is_read(
    descriptions, data, command, monkeypatch
):
    data(descriptions, "docstrings")
    get = datasets.get

    def no_apt(name: str, *, accept_license: bool) -> Any:
        if name == "debian_descriptions":
            raise DatasetError(
                found="this machine has no apt-get.",
                expected="Debian",
                fix="take the data set docstrings",
            )
        return get(name, accept_license=accept_license)

    monkeypatch.setattr(datasets, "get", no_apt)
    found = command("demo", "summarize", *QUICK)
    assert found.code == 0, found.err
    assert "this machine has no apt-get." in found.err
    assert "So the documentation of Python's own library is read instead." in found.err
    assert "On 27 test rows:" in found.out


def test_a_typed_text_is_summarized(descriptions, data, command, monkeypatch):
    data(descriptions, "debian_descriptions")
    typed = "Foo is a fast player for terminals. It is easy to use."
    monkeypatch.setattr("sys.stdin", typing(typed, ""))
    found = command("demo", "summarize", *QUICK)
    after = found.out.split(summarize.TOLD)[1].splitlines()
    assert after[1].startswith("  this model  ")
    assert after[2:] == ["  the lead    Foo is a fast player for terminals. ..."]


# -- correct ---------------------------------------------------------------------------

SENTENCES = [
    f"{who} {what} the {thing} in the {place}."
    for who in ("He", "She")
    for what in ("sees", "has", "likes")
    for thing in ("dog", "letter", "house")
    for place in ("city", "garden")
]
MISSPELLINGS = "wrong,right\nteh,the\nleter,letter\nhuose,house\ngardn,garden\n"


@pytest.fixture
def sentences(here, monkeypatch) -> None:
    """Two sets: right sentences, and a table of misspelled words."""
    sets = {"sentences": (".txt", "\n".join([*SENTENCES, ""]))}
    sets["misspellings"] = (".csv", MISSPELLINGS)
    found = {}
    for name, (ending, content) in sets.items():
        Path(name).mkdir()
        files = parts(here / name, ending, content)
        found[name] = datasets.Fetched(
            name=name,
            task="correct",
            folder=here / name,
            files=files,
            rows=dict.fromkeys(PARTS, content.count("\n")),
            columns=(),
            credit="Nobody",
            license="CC0",
        )

    def get(name: str, *, accept_license: bool) -> datasets.Fetched:
        assert accept_license
        return found[name]

    monkeypatch.setattr(datasets, "get", get)


def test_sentences_are_corrected_and_changes_explained(sentences, command):
    found = command("demo", "correct", *QUICK, "--ask", "He sees the dog in the city.")
    assert found.code == 0, found.err
    assert "On 36 test rows:" in found.out
    assert "mistakes are made in them, anew in each copy, and 5 mis" in found.err
    for sentence in (*correct.SENTENCES, "He sees the dog in the city."):
        assert f"\n  {sentence}\n" in found.out
    assert found.out.endswith("only where it is probable enough.\n")
    settings = json.loads(Path("model/config.json").read_text("utf-8"))["settings"]
    assert settings["task.misspellings"].endswith("misspellings/train.csv")


def test_each_change_has_a_line_with_its_kind_and_confidence(capsys):
    answer = {
        "input": "He go to the school yesturday",
        "prediction": "He went to school yesterday",
        "edits": [
            _edit("go", "went", "tense", 0.93),
            _edit("the ", "", "article", 0.5),
            _edit("yesturday", "yesterday", "spelling", 0.999),
            _edit("", " at", "preposition", 0.7),
        ],
    }
    correct._show(answer)
    assert capsys.readouterr().out.splitlines() == [
        "  He went to school yesterday",
        "    go becomes went                  tense,                       0.93",
        "    the is left out                  article,                     0.50",
        "    yesturday becomes yesterday      spelling,                    1.00",
        "    at is added                      preposition,                 0.70",
    ]
    correct._show({"prediction": "Fine", "edits": []})
    assert capsys.readouterr().out == "  nothing to change\n"


def _edit(original: str, replacement: str, why: str, confidence: float) -> Any:
    return {
        "original": original,
        "replacement": replacement,
        "why": why,
        "confidence": confidence,
    }


# -- all -------------------------------------------------------------------------------


def test_a_part_is_cut_to_its_first_lines_and_a_short_one_stays_as_it_is(here):
    files = parts(here, ".txt", "one\ntwo\nthree\n")
    found = datasets.Fetched(
        name="lines",
        task="",
        folder=here,
        files=files,
        rows=dict.fromkeys(PARTS, 3),
        columns=("line",),
        credit="",
        license="",
    )
    made = cut(found, here / "some" / "where", {"train": 2, "test": 9})
    assert made == {part: here / f"some/where/{part}.txt" for part in ("train", "test")}
    assert made["train"].read_text("utf-8") == "one\ntwo\n"
    assert made["test"].read_text("utf-8") == "one\ntwo\nthree\n"
