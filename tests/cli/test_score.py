"""`unrolled score`: nats of lines and tokens, orders of words, minimal pairs."""

import json
from pathlib import Path

import pytest

from unrolled.training.model import load

LINES = "I love to the gym .\nthe gym love I to .\n\nhello there .\n"


@pytest.fixture
def texts(here) -> str:
    """A file of two orders of the same words, nothing, and words that are not known."""
    Path("texts.txt").write_text(LINES, encoding="utf-8")
    return "texts.txt"


def objects(out: str) -> list[dict]:
    return [json.loads(line) for line in out.splitlines()]


def test_each_line_has_its_probability_and_the_surprisal_of_its_tokens(
    texts, weighing, command
):
    found = command("score", weighing, texts, "--json")
    assert (found.code, found.err) == (0, "")
    answers = objects(found.out)
    assert [answer["text"] for answer in answers] == LINES.split("\n")[:-1]
    assert answers == load(weighing).surprisal(LINES.split("\n")[:-1])
    assert answers[0]["tokens"] == ["I", "love", "to", "the", "gym", ".", "<end>"]
    assert answers[2]["tokens"] == ["<end>"]
    assert answers[3]["tokens"] == ["<unk>", "<unk>", ".", "<end>"]
    for answer in answers:
        keys = ["text", "log_probability", "tokens", "surprisal"]
        assert list(answer) == keys
        assert sum(answer["surprisal"]) == pytest.approx(-answer["log_probability"])


def test_without_json_tokens_stand_beside_their_nats(texts, weighing, command):
    lines = command("score", weighing, texts).out.splitlines()
    [first, *_] = load(weighing).surprisal(["I love to the gym ."])
    tokens = zip(first["tokens"], first["surprisal"], strict=True)
    shown = "  ".join(f"{token} {nats:.2f}" for token, nats in tokens)
    assert lines[0] == f"{first['log_probability']:.2f}  {shown}"
    assert len(lines) == 4


def test_blanks_among_characters_can_be_seen(here, command):
    from unrolled.training.front import train

    Path("data.txt").write_text("a b\tc\n" * 40, encoding="utf-8")
    given = {"text.tokens": "character", "task.order": 2}
    train("language_model", "data.txt", out="m", epochs=1, hidden=4, settings=given)
    Path("texts.txt").write_text("a b\tc\n", encoding="utf-8")
    words = command("score", "m", "texts.txt").out.split()
    assert words[1::2] == ["a", "␣", "b", "\\t", "c", "<end>"]


def test_rank_puts_the_likeliest_order_first(texts, weighing, command):
    ranked = objects(command("score", weighing, texts, "--rank", "--json").out)
    assert [one["rank"] for one in ranked] == [1, 2, 3, 4]
    chances = [one["log_probability"] for one in ranked]
    assert chances == sorted(chances, reverse=True)
    order = [one["text"] for one in ranked]
    assert order.index("I love to the gym .") < order.index("the gym love I to .")
    lines = command("score", weighing, texts, "--rank").out.splitlines()
    for line, one in zip(lines, ranked, strict=True):
        assert line == f"{one['rank']}  {one['log_probability']:.2f}  {one['text']}"


def test_lines_stand_beside_shuffles_of_themselves(texts, weighing, command):
    words = ("score", weighing, texts, "--shuffles", "4")
    *rows, share = objects(command(*words, "--json").out)
    assert [row["text"] for row in rows] == LINES.split("\n")[:-1]
    assert [len(row["shuffles"]) for row in rows] == [4, 4, 0, 4]
    for row in (rows[0], rows[1], rows[3]):
        best = max(one["log_probability"] for one in row["shuffles"])
        assert row["above_all"] == (row["log_probability"] > best)
    assert rows[0]["above_all"] is True
    assert rows[2]["above_all"] is None
    won = sum(row["above_all"] is True for row in rows)
    assert share == {"word_order": won / 3, "sentences": 3}

    lines = command(*words).out.splitlines()
    assert lines[0].startswith("above  -")
    assert lines[0].split("  |  ")[1].split("  ")[1] in {
        one["text"] for one in rows[0]["shuffles"]
    }
    assert lines[2].startswith("alone  -")
    assert lines[-1] == f"{won / 3:.3f} of 3 above all shuffles"
    other = command(*words, "--json", "--seed", "1").out
    assert objects(other)[0]["shuffles"] != rows[0]["shuffles"]


def test_where_nothing_has_another_order_there_is_no_share(here, weighing, command):
    Path("texts.txt").write_text("gym\n", encoding="utf-8")
    words = ("score", weighing, "texts.txt", "--shuffles", "2")
    assert objects(command(*words, "--json").out)[-1] == {
        "word_order": None,
        "sentences": 0,
    }
    assert command(*words).out.startswith("alone  -")


PAIRS = """good,bad,kind
I go to school .,go I school to .,order
you want to a lake .,you want to a .,cut
mars .,venus .,unknown
"""


@pytest.fixture
def pairs(here) -> str:
    """Pairs of three kinds; the model knows none of the words of the last."""
    Path("pairs.csv").write_text(PAIRS, encoding="utf-8")
    return "pairs.csv"


def test_pairs_are_counted_in_all_and_by_kind(pairs, weighing, command):
    words = ("score", weighing, pairs, "--pairs", "good,bad", "--by", "kind")
    [told] = objects(command(*words, "--json").out)
    assert told["task"] == "language_model"
    assert told["examples"] == 3
    groups = told["metrics"]["groups"]
    assert groups["order"] == {"accuracy": 1.0, "examples": 1}
    assert groups["unknown"] == {"accuracy": 0.0, "examples": 1}
    assert told["metrics"]["ties"] == 1
    won = sum(one["accuracy"] for one in groups.values())
    assert told["metrics"]["accuracy"] == won / 3

    found = command(*words)
    assert found.out.splitlines() == [
        f"cut        {groups['cut']['accuracy']:.3f}  of 1",
        "order      1.000  of 1",
        "unknown    0.000  of 1",
        f"all pairs  {won / 3:.3f}  of 3",
    ]
    assert found.err == "1 of them come out equal, and count as lost.\n"


def test_bad_rows_of_pairs_are_left_out_and_told(here, weighing, command):
    text = "good,bad\nI go to school .,go I school to .\nyou\n"
    Path("pairs.csv").write_text(text, encoding="utf-8")
    words = ("score", weighing, "pairs.csv", "--pairs", "good,bad")
    found = command(*words, "--skip-bad-rows")
    assert found.out.splitlines() == ["all pairs  1.000  of 1"]
    assert found.err.startswith("left out: pairs.csv, line 3: 1 cell.")


def test_a_table_of_other_encoding_is_read_when_it_is_named(here, weighing, command):
    Path("pairs.csv").write_bytes("good,bad\nI café .,café I .\n".encode("cp1252"))
    words = ("score", weighing, "pairs.csv", "--pairs", "good,bad")
    assert command(*words).code == 1
    assert command(*words, "--set", "data.encoding=cp1252").code == 0


def test_a_model_that_weighs_nothing_is_refused_before_it_is_asked(trained, command):
    found = command("score", trained, "nowhere.txt")
    assert found.code == 1
    assert found.out == ""
    assert found.err.startswith(
        "a model of the task classify, which weighs no texts.\n"
    )


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--rank", "--shuffles", "2"], "exclude each other"),
        (["--rank", "--pairs", "1,2"], "exclude each other"),
        (["--pairs", "good"], '"good" does not name two columns'),
        (["--pairs", "good,"], '"good," does not name two columns'),
        (["--pairs", "1,1"], '"1,1" does not name two columns'),
        (["--pairs", "1,2"], "pairs are read from a table: name a file"),
        (["--by", "kind"], "only pairs have groups"),
        (["--set", "data.encoding=cp1252"], "are for a table of --pairs"),
        (["--shuffles", "-1"], "--shuffles"),
    ],
)
def test_wrong_usage_ends_with_two(weighing, command, words, problem):
    found = command("score", weighing, *words)
    assert found.code == 2
    assert problem in found.err
