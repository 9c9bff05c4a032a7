"""`unrolled embed`: what its verbs answer, in words and JSON, and what they refuse."""

import json
from pathlib import Path

import pytest
import torch

from tests.cli.made_up import write_table
from unrolled.tasks.embed import Embed
from unrolled.text.vectors_files import read_vectors, write_binary, write_text

WORDS = ("king", "queen", "man", "woman")
VALUES = torch.tensor([[1.0, 1, 0], [1, 0, 1], [0, 1, 0], [0, 0, 1]])


@pytest.fixture
def vectors(here) -> Path:
    write_text("v.txt", WORDS, VALUES)
    return here


def test_nearest_words_a_line_for_each(vectors, command):
    found = command("embed", "nearest", "v.txt", "king", "King", "kinng", "--count", 2)
    assert found == (
        0,
        "king  man 0.71, queen 0.50\nKing  man 0.71, queen 0.50\n"
        "kinng  no vector: kinng\n",
        "",
    )


def test_nearest_words_as_json(vectors, command):
    write_binary("v.bin", WORDS, VALUES)
    found = command(
        "embed", "nearest", "v.bin", "king", "kinng", "--count", 2, "--json"
    )
    first, second = map(json.loads, found.out.splitlines())
    assert first == {
        "input": "king",
        "prediction": ["man", "queen"],
        "cosines": [0.7071, 0.5],
    }
    assert second == {
        "input": "kinng",
        "prediction": [],
        "cosines": [],
        "unknown": ["kinng"],
    }


def test_an_analogy(vectors, command):
    found = command("embed", "analogy", "v.txt", "man", "king", "woman")
    assert found.out == "man : king :: woman : ?  queen 0.96\n"
    found = command("embed", "analogy", "v.txt", "man", "king", "lady", "--json")
    assert json.loads(found.out)["unknown"] == ["lady"]


MARKS = "king\tman\t9\nking\tqueen\t5\nman\twoman\t1\nking\tlady\t4\n"
QUESTIONS = ": royal\nman king woman queen\n: other\na b c d\n"


def test_scores_say_on_how_much_they_stand(vectors, command):
    Path("p.tsv").write_text(MARKS, encoding="utf-8")
    Path("a.txt").write_text(QUESTIONS, encoding="utf-8")
    words = ("embed", "score", "v.txt", "--pairs", "p.tsv", "--analogies", "a.txt")
    lines = command(*words).out.splitlines()
    assert lines[0] == "Spearman 1.000; 3 of 4 pairs have vectors"
    assert [line.split(maxsplit=1)[0] for line in lines[1:]] == [
        "royal",
        "other",
        "all",
    ]
    assert lines[3].endswith("  1.000; 1 of 2 have vectors")
    ended = json.loads(command(*words, "--json").out)
    assert ended["metrics"]["sections"]["other"] == {
        "accuracy": 0.0,
        "right": 0,
        "answered": 0,
        "asked": 1,
    }
    numbers = {k: v for k, v in ended["metrics"].items() if isinstance(v, int)}
    assert numbers == {
        "words": 4,
        "pairs": 4,
        "pairs_answered": 3,
        "analogies": 2,
        "analogies_answered": 1,
    }
    assert ended["baseline"] == {"one-hot": {"spearman": 0.0, "analogy_accuracy": 0.0}}
    assert ended["examples"] == 6


def test_a_score_of_nothing_and_a_file_without_a_kind_are_wrong_usage(vectors, command):
    found = command("embed", "score", "v.txt")
    assert found.code == 2
    assert "give --pairs, --analogies or both" in found.err
    found = command("embed", "export", "v.txt", "--out", "v.json")
    assert found.code == 2
    assert not Path("v.json").exists()


def test_files_are_turned_into_each_other(vectors, command):
    assert command("embed", "export", "v.txt", "--out", "v.bin").code == 0
    found = command("embed", "export", "v.bin", "--out", "v.vec", "--json")
    assert json.loads(found.out) == {"file": "v.vec", "words": 4, "dim": 3}
    assert found.err == "4 words with 3 numbers each are in v.vec.\n"
    assert Path("v.vec").read_bytes() == Path("v.txt").read_bytes()


def test_a_model_is_asked_exported_and_given_to_a_classifier(here, command):
    pytest.importorskip("gensim")
    text = "\n".join(str(row[0]) for row in Embed.sample())
    Path("t.txt").write_text(text, encoding="utf-8")
    trained = ("train", "embed", "t.txt", "--out", "m", "--epochs", 30)
    assert command(*trained, "--set", "task.dim=8").code == 0
    found = command("embed", "nearest", "m", "cat", "--count", 1)
    assert found.out.startswith("cat  ")
    assert command("embed", "export", "m", "--out", "v.bin").code == 0
    assert read_vectors("v.bin").values.shape == (10, 8)
    table = write_table(Path("data.csv"))
    words = ("train", "classify", table, "--out", "c", "--epochs", 1, "--hidden", 4)
    found = command(*words, "--vectors", "v.bin")
    assert found.code == 0
    # Of its words "a" and "and" have a vector.
    assert "· vectors: 2 of 22 tokens have one, 7.4 % of the text" in found.err
    found = command(*words, "--overwrite", "--vectors", "m")
    assert found.code == 1
    assert "m is a folder." in found.err
    assert "unrolled embed export m --out vectors.bin" in found.err


def test_a_model_of_another_task_is_refused(trained, here, command):
    found = command("embed", "nearest", trained, "great")
    assert found == (
        1,
        "",
        f"{trained} is a model of classify.\n"
        "  expected: a model of embed, or a file of word vectors\n"
        "  to fix:   train one: unrolled train embed TEXTS --out FOLDER\n"
        "  code:     setting\n",
    )


def test_a_damaged_model_is_refused(here, command):
    Path("m").mkdir()
    found = command("embed", "nearest", "m", "great")
    assert found.code == 1
    assert "m holds no config.json." in found.err


def test_one_classifier_on_codes_and_on_vectors(here, command):
    table = write_table(Path("data.csv"))
    write_text("v.txt", ["great", "terrible"], torch.eye(2))
    words = ("embed", "compare", table, "--epochs", 1, "--vectors", "v.txt")
    small = ("--set", "model.hidden=4", "--set", "data.valid_share=0.2")
    found = command(*words, *small, "--json")
    assert found.code == 0
    ended = json.loads(found.out)
    ways = ended["metrics"]
    assert list(ways) == ["one-hot", "learned", "co-occurrence", "given"]
    sizes = {way: figures["numbers_a_word"] for way, figures in ways.items()}
    size = sizes["one-hot"]  # as many numbers as there are words
    assert size > 20
    assert sizes == {
        "one-hot": size,
        "learned": 128,
        "co-occurrence": 128,
        "given": 2,
    }
    # The table; for both directions 4 gates of 4 units that read 128 numbers; and the
    # head of 2 labels, which sees the inputs pooled.
    more = ways["learned"]["weights"] - ways["one-hot"]["weights"]
    assert more == 128 * size + (128 - size) * (2 * 16 + 2)
    assert ended["baseline"]["majority"]["accuracy"] == 0.5
    lines = command(*words, *small).out.splitlines()
    assert lines[1] == "On 6 valid rows:"
    assert [line.split()[0] for line in lines[4:9]] == [
        "one-hot",
        "learned",
        "co-occurrence",
        "given",
        "majority",
    ]
