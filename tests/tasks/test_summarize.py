"""Summarize: from texts and summaries to a model, its figures and its baselines."""

from typing import Any

import pytest

import unrolled
from unrolled.errors import BrokenModelError, UnreadableDataError
from unrolled.settings import make
from unrolled.tasks._base import Example
from unrolled.tasks.summarize import LEAD, Summarize
from unrolled.training.model import Model

TINY: dict[str, Any] = {
    "model.hidden": 24,
    "model.embedding": 16,
    "model.dropout": 0.0,
    "model.word_dropout": 0.0,
    "training.averaging": 0.8,
    "training.batch_rows": 8,
    "training.epochs": 20,
    "training.learning_rate": 0.02,
    "training.threads": 1,
    "data.valid_share": 0.0,
}
THINGS = ("editor", "player", "server", "viewer", "tool", "game", "driver", "clock")
KINDS = ("small", "free", "quick", "plain", "old", "secure")


def about(kind: str, thing: str) -> str:
    return f"This is the {thing} that all of us use. It is {kind}. You may like it."


PAIRS = [(about(kind, thing), f"{kind} {thing}") for kind in KINDS for thing in THINGS]
HELD, LEARNED = PAIRS[::6], [row for n, row in enumerate(PAIRS) if n % 6]


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Model:
    folder = tmp_path_factory.mktemp("things")
    lines = ["text\ttitle", *("\t".join(row) for row in LEARNED)]
    (folder / "train.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    train = folder / "train.tsv"
    unrolled.train("summarize", train, out=folder / "model", settings=TINY)
    return unrolled.load(folder / "model")


def rows(pairs: list[tuple[str, str]]) -> list[Example]:
    return [Example(text, summary, "") for text, summary in pairs]


def test_it_summarizes_texts_that_it_has_not_seen(model):
    found = model.predict([text for text, _ in HELD])
    said = [one["prediction"] for one in found]
    right = sum(a == b for a, (_, b) in zip(said, HELD, strict=True))
    assert right >= 7  # of 8


def test_copying_and_coverage_are_on_and_both_sides_have_one_vocabulary(model):
    how = model.task.model
    assert how.copy
    assert how.coverage > 0
    assert how.attention == "additive"
    assert model.task.pairs.joint
    assert model.task.mine.no_repeat == 2
    assert model.task.pairs.target.tokenizer.lowercase


def test_long_summaries_may_say_two_words_twice_and_many_rows_have_more_words():
    def suggested(rows: int, words: int) -> dict[str, Any]:
        examples = [Example("a text", "word " * words, "")] * rows
        return Summarize.suggest(examples, make(Summarize.sections, {}))

    assert [suggested(1, n)["task.no_repeat"] for n in (5, 19, 20)] == [2, 2, 3]
    known = [suggested(n, 1)["target.vocabulary"] for n in (9, 28_000, 100_000)]
    assert known == [5_000, 7_000, 20_000]
    dropout = [suggested(n, 1)["model.dropout"] for n in (9, 28_000)]
    assert dropout == [0.5, 0.3]


def test_an_unknown_name_is_copied_into_a_summary(model):
    [found] = model.predict([about("secure", "Zonk")])
    assert "zonk" not in model.task.pairs.target.vocabulary
    assert found["prediction"] == "secure zonk"


def test_its_figures_stand_beside_two_leads(model):
    found = model.evaluate(rows(HELD))
    mine, others = found["metrics"], found["baseline"]
    assert list(others) == [
        *("targets alone: 4-grams", "lead: 2 words", "lead: 1 sentence")
    ]
    assert mine["rougeL"] > 0.8
    # 9 words, one of which is that of the title: P = 1/9, R = 1/2, F = 2/11
    assert others["lead: 1 sentence"]["rougeL"] == pytest.approx(2 / 11)
    assert others["lead: 1 sentence"]["copied"] == 1.0
    assert others["lead: 2 words"]["rouge1"] == 0.0
    assert mine["compression"] == pytest.approx(2 / 16, abs=0.02)
    assert mine["of_references"]["compression"] == 2 / 16
    assert mine["of_references"]["novel_pairs"] == 1.0
    assert mine["repetition"] == 0.0


def test_the_lead_has_the_length_of_the_summaries():
    examples = rows([("One two. Three four. Five", "a. b. c d")] * 2)
    settings = make(Summarize.sections, {"target.min_count": 1, "task.joint": True})
    task = Summarize.fit(examples, settings, {})
    task.fit_baselines(examples, [])
    assert (task.words, task.sentences) == (4.0, 3.0)
    assert list(task.baselines(examples))[1:] == ["lead: 4 words", "lead: 3 sentences"]
    assert task.baselines([]) == {}


def test_the_best_of_several_summaries_counts(model):
    [text, summary] = HELD[0]
    several = Example(text, "nothing of this kind", "", references=(summary,))
    found = model.task.judged([summary], [several])
    assert found["rougeL"] == 1.0


def test_a_text_without_a_summary_is_refused():
    settings = make(Summarize.sections, {"task.joint": True})
    given = [Example("a text", "a", "x.csv, line 2"), Example("b", "", "x.csv, line 3")]
    with pytest.raises(UnreadableDataError) as found:
        Summarize.fit(given, settings, {"target": "title"})
    assert str(found.value) == (
        'x.csv, line 3: column "title" is empty.\n'
        "  expected: a text in both columns of every row\n"
        "  to fix:   fill it in, or leave such rows out\n"
        "  code:     unreadable-data"
    )


@pytest.mark.parametrize(
    "kept", [None, 3, {}, {"words": 1}, {"words": "a", "sentences": 1}]
)
def test_a_damaged_lead_is_refused(model, kept):
    files, tensors = model.task.state()
    with pytest.raises(BrokenModelError) as found:
        Summarize.restore(model.task.settings, files | {LEAD: kept}, tensors)
    assert str(found.value) == (
        f"lead.json does not hold two lengths, but {kept}.\n"
        "  expected: words and sentences of a summary, each from 0 on\n"
        "  to fix:   copy the model folder again, or train again\n"
        "  code:     broken-model"
    )
    back = Summarize.restore(model.task.settings, files, tensors)
    assert (back.words, back.sentences) == (model.task.words, model.task.sentences)
