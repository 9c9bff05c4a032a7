"""Answers to sources: searched, copied, replaced, begun, with words and without."""

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch

import unrolled
from unrolled.decoding.beam import beam
from unrolled.decoding.sampling import sample
from unrolled.decoding.settings import Chances
from unrolled.errors import SettingError
from unrolled.tasks._base import Example
from unrolled.training.model import Model

VERBS = ("call", "ask", "tell")
TINY: dict[str, Any] = {
    "model.hidden": 24,
    "model.embedding": 16,
    "model.dropout": 0.0,
    "source.tokens": "word",
    "target.tokens": "word",
    "training.averaging": 0.8,
    "training.batch_rows": 10,
    "training.epochs": 12,
    "training.learning_rate": 0.02,
    "training.threads": 1,
    "data.valid_share": 0.0,
}


def named(count: int, *, first: int) -> list[tuple[str, str]]:
    """Requests with names that occur but once, and what is asked for."""
    names = [
        "".join(random.Random(first + n).choices("abcdefgh", k=5)) for n in range(count)
    ]
    rows = zip(names, VERBS * count, strict=False)
    return [(f"please {verb} {name} now", f"{verb} {name}") for name, verb in rows]


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Callable[..., Model]:
    """Trains on 100 requests, with these settings beside the tiny ones."""
    path = tmp_path_factory.mktemp("names") / "train.tsv"
    lines = ["source\ttarget", *("\t".join(row) for row in named(100, first=0))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def train(task: str = "translate", **changed: Any) -> Model:
        given = {name.replace("__", "."): one for name, one in changed.items()}
        return unrolled.train(task, path, settings=TINY | given)

    return train


@pytest.fixture(scope="module")
def copier(trained) -> Model:
    return trained(model__copy=True)


def right(model: Model, pairs: list[tuple[str, str]]) -> int:
    found = model.predict([source for source, _ in pairs])
    answers = zip(found, pairs, strict=True)
    return sum(one["prediction"] == target for one, (_, target) in answers)


def changed(model: Model, **settings: Any) -> Model:
    """The same model, asked in another way."""
    task = object.__new__(type(model.task))
    task.__dict__.update(model.task.__dict__)
    mine: Any = task.settings["task"]
    task.settings = {**task.settings, "task": replace(mine, **settings)}
    return Model(model.name, task, model.network, task.settings, model.headers)


# -- words that are not known ----------------------------------------------------------


def test_unknown_names_are_copied_from_the_source(copier):
    known = copier.task.pairs.target.vocabulary.tokens
    assert set(known) == {"<unk>", "<end>", *VERBS}
    assert right(copier, named(40, first=500)) == 40
    [found] = copier.predict(["please tell Zoë now"])
    assert found["tokens"] == ["tell", "Zoë"]
    assert found["looked_at"][1] == 2


def test_the_log_probability_of_a_copy_is_that_of_the_whole_answer(copier):
    [found] = copier.predict(["please tell Zoë now"])
    rows = [Example("please tell Zoë now", "tell Zoë", "")]
    [told] = copier.task.measure(copier.network, copier.task.encode_to_score(rows))
    assert told == {"nats": pytest.approx(told["nats"]), "hits": 3.0, "tokens": 3}
    assert found["log_probability"] == pytest.approx(-told["nats"], abs=1e-4)


def test_without_copying_an_unknown_word_is_replaced_by_the_one_looked_at(trained):
    # A network without feeding of names learns to write <unk> where the name stands.
    model = trained(training__epochs=20, model__attention="additive")
    [found] = model.predict(["please tell Zoë now"])
    assert len(found["tokens"]) == 2
    for token, place in zip(found["tokens"], found["looked_at"], strict=True):
        assert token in (*VERBS, found["source"][place])
    assert found["tokens"][0] == "tell"
    assert "<unk>" not in found["prediction"]


def test_an_unknown_word_is_never_written_where_nothing_is_looked_at(trained):
    model = trained(model__attention="none", training__epochs=2)
    for one in model.predict([source for source, _ in named(10, first=900)]):
        assert "<unk>" not in one["tokens"]


def test_one_vocabulary_for_both_sides_copies_as_well(trained):
    both = {"task__joint": True, "target__min_count": 3, "model__copy": True}
    model = trained(**both)
    assert model.task.pairs.joint
    assert model.network.reads is model.network.writes
    assert right(model, named(40, first=500)) == 40


# -- how answers are searched ----------------------------------------------------------


def test_a_beam_of_one_is_the_likeliest_token_time_and_again(copier):
    model = changed(copier, beam=1)
    rows = [Example(source, None, "") for source, _ in named(8, first=700)]
    batch = model.task.encode(rows)
    answerer = model.task.answerer(model.network)
    found = beam(
        lambda some: answerer.steps(batch.gather(some)),
        answerer.rules(),
        inputs=len(rows),
        width=1,
    )
    greedy = sample(
        lambda some: answerer.steps(batch.gather(some)),
        answerer.rules(),
        count=len(rows),
        generator=torch.Generator(),
        chances=Chances(temperature=0),
    )
    for [one], other in zip(found, greedy, strict=True):
        assert one.ids == other.ids
    answers = answerer.answers(batch)
    texts = [answerer.told(batch, found)[row][0]["prediction"] for row in range(8)]
    assert [one["prediction"] for one in answers] == texts


def test_the_best_answers_stand_in_the_order_of_their_chances(copier):
    model = changed(copier, best=3, beam=2, length_penalty=0.0)
    for one in model.predict([source for source, _ in named(5, first=300)]):
        texts = [one["prediction"], *(a["prediction"] for a in one["alternatives"])]
        chances = [one["log_probability"]]
        chances += [a["log_probability"] for a in one["alternatives"]]
        assert len(set(texts)) == 3
        assert chances == sorted(chances, reverse=True)
    assert "alternatives" not in copier.predict(["please"])[0]


def test_answers_are_as_long_as_they_may_be(copier):
    [found] = changed(copier, shortest=3).predict(["please ask Zoë now"])
    assert 3 <= len(found["tokens"]) <= copier.task.pairs.longest
    copier.task.pairs.longest, kept = 1, copier.task.pairs.longest
    [found] = copier.predict(["please ask Zoë now"])
    copier.task.pairs.longest = kept
    assert found["tokens"] == ["ask"]


def test_an_end_that_was_not_read_is_counted(copier):
    model = changed(copier, longest_source=3)
    short, long = model.predict(["ask Zoë", "ask Zoë now or later"])
    assert "unread" not in short
    assert long["unread"] == 2
    assert long["source"] == ["ask", "Zoë", "now"]
    [written] = model.generate(given="ask Zoë now or later", count=1)
    assert written["unread"] == 2
    assert "unread" not in changed(copier, longest_source=0).predict(["a " * 900])[0]


# -- as a person wishes ----------------------------------------------------------------

ASKED = "please ask Zoë now"


def written(model: Model, **wish: Any) -> list[str]:
    return [one["text"] for one in model.generate(given=ASKED, **wish)]


def test_a_search_gives_the_answer_of_predict_first(copier):
    found = copier.generate(given=ASKED, count=3, decoding={"beam": 5})
    assert found[0]["text"] == "ask Zoë"
    assert len({one["text"] for one in found}) == 3
    assert all(one["log_probability"] < 0 for one in found)


def test_a_seed_draws_the_same_answers(copier):
    hot = {"temperature": 3.0}
    first = written(copier, count=6, seed=1, decoding=hot)
    assert written(copier, count=6, seed=1, decoding=hot) == first
    assert written(copier, count=6, seed=2, decoding=hot) != first
    assert len(set(first)) > 1


def test_an_answer_begins_and_has_words_as_it_is_told(copier):
    how = {"beam": 5}
    [found] = written(copier, count=1, start="call", decoding=how)
    assert found.split()[0] == "call"
    [found] = written(copier, count=1, required=["tell", "call"], decoding=how)
    assert {"tell", "call"} <= set(found.split())
    [found] = written(copier, count=1, banned=["ask"], decoding=how)
    assert "ask" not in found.split()
    twice = {"beam": 5, "shortest": 3}
    [found] = written(copier, count=1, decoding=twice | {"no_repeat": 1})
    assert len(found.split()) == len(set(found.split())) == 3
    [found] = written(copier, count=1, decoding=how | {"longest": 1})
    assert found == "ask"


def test_words_that_it_cannot_write_are_refused(copier):
    with pytest.raises(SettingError) as found:
        written(copier, count=1, start="shout at")
    assert str(found.value) == (
        'start: the word "shout" of "shout at".\n'
        "  expected: words of the training data\n"
        "  to fix:   leave it out: the model has never written it\n"
        "  code:     setting"
    )


@pytest.mark.parametrize("given", [(), ("a", "b")])
def test_one_text_must_be_given(copier, given):
    with pytest.raises(SettingError) as found:
        copier.generate(given=given, count=1)
    assert str(found.value) == (
        f"{len(given)} texts given.\n"
        "  expected: one text that the answer depends on\n"
        '  to fix:   give it: --given "I am late."\n'
        "  code:     setting"
    )
