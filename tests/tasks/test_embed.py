"""Embed: questions and their answers, scores on unseen text, what a folder keeps."""

import json
from pathlib import Path

import pytest
import torch
from torch.testing import assert_close

import unrolled
from unrolled.errors import BrokenModelError, UnreadableDataError
from unrolled.models.word_table import vectors_of
from unrolled.ragged import Ragged
from unrolled.settings import make
from unrolled.tasks._base import Example
from unrolled.tasks._embed.learning import recipe_of
from unrolled.tasks._embed.question import Term, answer, encode, terms
from unrolled.tasks._embed.scores import known_tests, summary, tallies
from unrolled.tasks.embed import Embed
from unrolled.text.similar_words import SimilarWords
from unrolled.text.vocabulary import Vocabulary
from unrolled.text.words import Words
from unrolled.training.sections import sections_of

pytest.importorskip("gensim")

# -- questions -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("king", [("king", 1)]),
        (" warm and funny ", [("warm and funny", 1)]),
        ("king - man + woman", [("king", 1), ("man", -1), ("woman", 1)]),
        ("king − man", [("king", 1), ("man", -1)]),
        ("man : king :: woman : ?", [("man", -1), ("king", 1), ("woman", 1)]),
        ("man:king::woman:?", [("man", -1), ("king", 1), ("woman", 1)]),
        ("well-made films", [("well-made films", 1)]),
        ("The film - a comedy - is great", [("The film - a comedy - is great", 1)]),
        ("", [("", 1)]),
    ],
)
def test_what_a_line_asks(line, expected):
    assert terms(line) == [Term(*pair) for pair in expected]


WORDS = ("<unk>", "king", "queen", "man", "woman")
VALUES = [[0.0, 0, 0], [1, 1, 0], [1, 0, 1], [0, 1, 0], [0, 0, 1]]
KNOWN = Vocabulary(list(WORDS), [0, 4, 3, 2, 1])
SIMILAR = SimilarWords(WORDS[1:], torch.tensor(VALUES[1:]))


def asked(line: str) -> dict:
    batch = encode([line], Words(lowercase=True), KNOWN)
    assert isinstance(batch.targets, Ragged)
    assert batch.evidence is not None
    parts = (batch.inputs.values, batch.evidence.values, batch.targets.values)
    return answer(SIMILAR, *parts, count=2)


def test_an_analogy_in_both_spellings_and_a_word_alone():
    found = asked("King - man + woman")
    assert found == {"prediction": ["queen"], "cosines": [0.9586]}
    assert asked("man : king :: woman : ?") == found
    assert asked("king") == {"prediction": ["man", "queen"], "cosines": [0.7071, 0.5]}


def test_words_together_are_asked_by_those_that_are_known():
    # man + woman is (0, 1, 1): as near to king as to queen, which come in order.
    assert asked("man of woman") == {
        "prediction": ["king", "queen"],
        "cosines": [0.5, 0.5],
        "unknown": ["of"],
    }


@pytest.mark.parametrize(
    ("line", "unknown"),
    [("knight", ["knight"]), ("king - knight", ["knight"]), ("a − b", ["a", "b"])],
)
def test_what_is_unknown_is_named_and_not_guessed_around(line, unknown):
    assert asked(line) == {"prediction": [], "cosines": [], "unknown": unknown}


def test_an_empty_line_asks_nothing():
    assert asked("") == {"prediction": [], "cosines": []}


def test_answers_as_text():
    found = {"prediction": ["a", "b"], "cosines": [0.5, 0.25], "unknown": ["c"]}
    assert Embed.text(found) == "a 0.50, b 0.25; no vector: c"
    assert Embed.text({"prediction": [], "cosines": []}) == ""


# -- scores ----------------------------------------------------------------------------

COUNTS = torch.tensor(KNOWN.counts)


def rows_of(*rows: list[int]) -> Ragged:
    values = torch.tensor([one for row in rows for one in row], dtype=torch.int64)
    return Ragged(values, torch.tensor([len(row) for row in rows]))


def test_one_hot_codes_are_at_chance():
    found = summary(tallies(rows_of([1, 2, 3, 4], [2, 1]), None, COUNTS, window=2))
    assert found == {"coverage": 1.0, "neighbor_accuracy": 0.5}


def test_coverage_is_by_row_and_by_token():
    found = tallies(rows_of([1, 0, 0], [], [3]), None, COUNTS, window=5)
    assert [row["tokens"] for row in found] == [3, 0, 1]
    assert [row["known"] for row in found] == [1, 0, 1]
    assert [row["pairs"] for row in found] == [0, 0, 0]
    assert summary(found)["coverage"] == 0.5
    assert summary([]) == {"coverage": 0.0, "neighbor_accuracy": 0.5}


def test_neighbors_that_are_alike_win_and_those_that_are_not_lose():
    two = torch.tensor([[0.0, 0], [1, 0], [1, 0.1], [0, 1], [0.1, 1]])
    alike = tallies(rows_of([1, 2] * 20), two, COUNTS, window=1)[0]
    assert alike["pairs"] > 5
    assert alike["won"] == alike["pairs"]  # the drawn word is neither: 3 or 4
    unlike = tallies(rows_of([1, 3] * 20), two, COUNTS, window=1)[0]
    # Against 2 it loses; 4, which is as unlike as 3 within 0.1, it loses against too.
    assert unlike["won"] == 0.0


def test_neighbors_stand_within_the_window_and_in_one_row():
    table = torch.randn(5, 4, generator=torch.Generator().manual_seed(0))
    row = rows_of([1, 2, 3, 4] * 50)
    near = tallies(row, table, COUNTS, window=1)[0]["pairs"]
    far = tallies(row, table, COUNTS, window=3)[0]["pairs"]
    # Of 199 pairs, those whose drawn word is another: by hand 0.5 of them, about.
    assert 70 < near < 130
    assert 2.7 * near < far < 3.3 * near
    apart = tallies(rows_of([1], [2], [3], [4]), table, COUNTS, window=3)
    assert [row["pairs"] for row in apart] == [0] * 4


def test_a_row_is_scored_alike_in_any_company():
    generator = torch.Generator().manual_seed(0)
    table = torch.randn(5, 4, generator=generator)
    rows = [torch.randint(5, (n,), generator=generator).tolist() for n in (9, 0, 4, 7)]
    together = tallies(rows_of(*rows), table, COUNTS, window=3)
    alone = [tallies(rows_of(row), table, COUNTS, window=3)[0] for row in rows]
    assert together == alone


def test_drawn_words_are_as_frequent_as_in_the_text():
    size = 101
    counts = torch.tensor([0, 9000] + [10] * (size - 2))
    # Each pair of words 2 to 100, side by side: what is drawn is nearly always word 1.
    words = torch.combinations(torch.arange(2, size)).tolist()
    table = torch.zeros(size, 1)
    table[1] = -1
    table[2:] = 1
    found = tallies(rows_of(*words), table, counts, window=1)
    pairs, won = (sum(row[name] for row in found) for name in ("pairs", "won"))
    # Word 1 is 90 % of the text and loses; any other is as like, and counts half.
    assert_close(won / pairs, 0.9 + 0.1 / 2, rtol=0.01, atol=0)


@pytest.mark.parametrize(
    "found", [None, [], {}, {"tests": []}, {"tests": {"a": {"b": "c"}}}]
)
def test_scores_that_are_damaged_are_refused(found):
    with pytest.raises(BrokenModelError):
        known_tests(found)


# -- learning --------------------------------------------------------------------------


def settings_of(**given):
    return make(sections_of(Embed), {k.replace("__", "."): v for k, v in given.items()})


def test_frequent_words_are_left_out_only_where_there_is_plenty():
    settings = settings_of()
    assert recipe_of(settings, 50, 5).sample == 0.0
    assert recipe_of(settings, 10_000, 5).sample == 0.01  # a hundred of ten thousand
    assert recipe_of(settings, 10_000_000, 5).sample == 0.001
    assert recipe_of(settings_of(task__sample=0.0), 10_000, 5).sample == 0.0


def test_one_thread_learns_unless_told_otherwise():
    assert recipe_of(settings_of(training__threads=2), 50, 5).threads == 1
    freely = settings_of(training__threads=2, task__exact=False)
    assert recipe_of(freely, 50, 5).threads == 2


def lines() -> list[Example]:
    return [Example(row[0], None, f"row {n}") for n, row in enumerate(Embed.sample())]


def test_a_text_seen_less_often_and_rare_words_left_out():
    settings = settings_of(training__epochs=1, text__min_count=2, task__dim=4)
    task = Embed.fit([*lines(), Example("rare word", None, "x")], settings, {})
    assert "rare" not in task.vocabulary
    assert task.notes() == [
        "vectors: 10 words, 4 numbers",
        "learned by skip-gram from 110 tokens, seen once",
    ]


def test_a_list_is_no_text():
    with pytest.raises(UnreadableDataError) as refused:
        Embed.fit([Example([1.0], None, "a.jsonl, line 3")], settings_of(), {})
    assert str(refused.value) == (
        "a.jsonl, line 3: a list where a text should be.\n"
        "  expected: a line of running text\n"
        "  to fix:   name the column that holds text with --input\n"
        "  code:     unreadable-data"
    )


@pytest.fixture
def made(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    text = "\n".join(str(row[0]) for row in Embed.sample())
    Path("t.txt").write_text(text, encoding="utf-8")
    marks = "cat\tdog\t9\nsun\tmoon\t8\ncat\tsun\t1\ncat\tkinng\t3\n"
    Path("p.tsv").write_text(marks, encoding="utf-8")
    Path("a.txt").write_text(": one\ncat dog sun moon\na b c d\n", encoding="utf-8")
    return tmp_path


ASKED = {"task.pairs": "p.tsv", "task.analogies": "a.txt", "task.dim": 8}


def test_what_people_said_stands_beside_baselines_and_is_kept(made):
    model = unrolled.train("embed", "t.txt", out="m", settings=ASKED, epochs=20)
    mine = model.metrics["metrics"]
    assert (mine["pairs"], mine["pairs_answered"]) == (4, 3)
    assert (mine["analogies"], mine["analogies_answered"]) == (2, 1)
    assert mine["spearman"] > 0.4
    one_hot = model.metrics["baseline"]["one-hot"]
    assert (one_hot["spearman"], one_hot["analogy_accuracy"]) == (0.0, 0.0)
    assert one_hot["neighbor_accuracy"] == 0.5
    assert set(model.metrics["baseline"]["co-occurrence"]) == set(mine)
    for name in ("p.tsv", "a.txt"):
        Path(name).unlink()  # a folder needs no file beside it
    back = unrolled.load("m")
    assert back.evaluate("t.txt")["metrics"] == mine
    assert torch.equal(vectors_of(back.network), vectors_of(model.network))
    assert not bool(vectors_of(back.network)[0].any())


def test_a_file_of_pairs_is_read_before_anything_is_learned(made):
    Path("p.tsv").write_text("cat\n", encoding="utf-8")
    with pytest.raises(UnreadableDataError, match=r"p\.tsv, line 1"):
        unrolled.train("embed", "t.txt", settings=ASKED)


def test_a_folder_whose_parts_do_not_fit_is_refused(made):
    unrolled.train("embed", "t.txt", out="m", settings={"task.dim": 8}, epochs=1)
    task = unrolled.load("m").task
    files, tensors = task.state()
    shorter = {**tensors, "baseline.company": tensors["baseline.company"][:3]}
    with pytest.raises(BrokenModelError, match="not as many as its words"):
        Embed.restore(task.settings, json.loads(json.dumps(files)), shorter)
