"""Pairs of texts as numbers, and back, with and without one vocabulary for both."""

from typing import Any

import pytest
import torch

from unrolled.errors import BrokenModelError, UnreadableDataError
from unrolled.settings import make
from unrolled.tasks._base import Example
from unrolled.tasks._pairs.sides import (
    Pairs,
    as_targets,
    references_of,
    with_references,
)
from unrolled.tasks._pairs.task import AbstractPairsTask
from unrolled.text.vocabulary import UNKNOWN

ROWS = [
    Example("red cat", "chat rouge", "row 1"),
    Example("red dog", "chien rouge", "row 2"),
    Example("black cat", "chat noir", "row 3"),
    Example("black dog", "chien noir", "row 4"),
]


def learned(rows: list[Example] = ROWS, **changed: Any) -> Pairs:
    values = {"source.tokens": "word", "target.tokens": "word"}
    given = values | {name.replace("__", "."): one for name, one in changed.items()}
    return Pairs.learn(rows, make(AbstractPairsTask.sections, given))


def text(pairs: Pairs, row: list[int]) -> list[str]:
    return pairs.tokens(row, [])


def test_each_side_has_its_own_words():
    pairs = learned()
    assert not pairs.joint
    known = set(pairs.source.vocabulary.tokens)
    assert known == {"<unk>", "<end>", "red", "black", "cat", "dog"}
    known = set(pairs.target.vocabulary.tokens)
    assert known == {"<unk>", "<end>", "rouge", "noir", "chat", "chien"}
    assert pairs.notes() == [
        "source: tokens: words, a vocabulary of 6",
        "target: tokens: words, a vocabulary of 6",
    ]


def test_both_sides_have_the_same_words_if_they_are_joint():
    pairs = learned(task__joint=True)
    assert pairs.joint
    assert pairs.source is pairs.target
    assert len(pairs.target) == 10
    assert pairs.notes() == ["both sides: tokens: words, a vocabulary of 10"]


def test_longest_and_mean_answers_are_those_of_training():
    rows = [Example("a", "x", ""), Example("b", "x x x x x x x x", "")]
    assert learned(rows).longest == 11  # a quarter more than eight, and one
    assert learned(rows).length == 5.5  # (2 + 9) / 2 with the ends
    assert learned(rows, task__longest=3).longest == 3


@pytest.mark.parametrize("joint", [False, True])
def test_a_batch_holds_ids_and_the_end_follows_each_target(joint):
    pairs = learned(task__joint=joint)
    batch = pairs.batch(ROWS[:2], most=0, copies=False, targets=True)
    assert batch.words == [["red", "cat"], ["red", "dog"]]
    sources = [pairs.source.tokens(row.tolist()) for row in batch.inputs.to_list()]
    assert sources == batch.words
    targets = [text(pairs, row.tolist()) for row in batch.targets.to_list()]
    assert targets == [["chat", "rouge", "<end>"], ["chien", "rouge", "<end>"]]
    sides = pairs.sides(batch)
    inputs = [text(pairs, row.tolist()) for row in sides.inputs.to_list()]
    assert inputs == [["<end>", "chat", "rouge"], ["<end>", "chien", "rouge"]]
    assert sides.source is batch.inputs
    assert sides.targets is batch.targets
    assert sides.copies is None


def test_words_of_the_source_that_are_unknown_have_numbers_behind_the_known_ones():
    pairs = learned()
    end, rouge = pairs.target.vocabulary.ids(["<end>", "rouge"])
    rows = [Example("rouge Fido rouge cat Fido", "Fido rouge Rex cat", "")]
    batch = pairs.batch(rows, most=0, copies=True, targets=True)
    first, second = 6, 7  # Fido and cat: the target's vocabulary has neither
    assert batch.copies.source.values.tolist() == [rouge, first, rouge, second, first]
    wanted = [first, rouge, UNKNOWN, second, end]  # Rex stands nowhere
    assert batch.copies.target.values.tolist() == wanted
    assert batch.targets.values.tolist() == [UNKNOWN, rouge, UNKNOWN, UNKNOWN, end]
    said = pairs.tokens([first, rouge, second], batch.words[0])
    assert said == ["Fido", "rouge", "cat"]
    asked = pairs.batch(rows, most=0, copies=True, targets=False)
    assert asked.targets is None
    assert asked.copies.target.lengths.tolist() == [0]


def test_chosen_rows_keep_their_words_numbers_and_what_was_not_read():
    pairs = learned()
    rows = [Example(source, "chat", "") for source in ("cat", "Rex cat dog", "")]
    batch = pairs.batch(rows, most=2, copies=True, targets=True)
    assert batch.unread == [0, 1, 0]
    assert batch.words == [["cat"], ["Rex", "cat"], []]
    assert batch.inputs.lengths.tolist() == [1, 2, 0]
    some = batch.gather([1, 1, 2])
    assert some.unread == [1, 1, 0]
    assert some.words == [["Rex", "cat"], ["Rex", "cat"], []]
    assert some.copies.source.to_list()[1].tolist() == [6, 7]
    assert some.targets.lengths.tolist() == [2, 2, 2]
    whole = pairs.batch(rows, most=0, copies=False, targets=False)
    assert whole.unread == [0, 0, 0]
    assert whole.inputs.lengths.tolist() == [1, 3, 0]
    assert whole.gather(torch.tensor([2])).copies is None


def test_sources_that_are_cut_are_counted_in_the_notes():
    rows = [Example("a b c", "x", ""), Example("a b", "x", "")]
    assert learned(rows, task__longest_source=2).notes()[-1] == (
        "sources: 1 are cut at 2 tokens"
    )
    assert len(learned(rows, task__longest_source=3).notes()) == 2
    assert len(learned(rows, task__longest_source=0).notes()) == 2


def test_rows_without_targets_cannot_be_learned_from():
    pairs = learned()
    batch = pairs.batch(ROWS, most=0, copies=False, targets=False)
    with pytest.raises(UnreadableDataError) as found:
        pairs.sides(batch)
    assert str(found.value) == (
        "rows without targets.\n"
        "  expected: a target in every row, to learn from\n"
        "  to fix:   name the column of the targets with --target\n"
        "  code:     unreadable-data"
    )


def test_every_right_answer_is_a_row_to_learn_from():
    row = Example("cat", "chat", "row 7", references=("minou", "matou"))
    rows = with_references([row, ROWS[0]])
    assert [(one.input, one.target) for one in rows] == [
        *(("cat", "chat"), ("cat", "minou"), ("cat", "matou")),
        ("red cat", "chat rouge"),
    ]
    assert all(one.references == () for one in rows)
    assert rows[2].place == "row 7"
    assert references_of([row]) == [["chat", "minou", "matou"]]
    assert as_targets(row).input == "chat"
    assert as_targets(row._replace(target=None)).input == ""


@pytest.mark.parametrize("joint", [False, True])
def test_what_is_kept_brings_back_the_same_numbers(joint):
    pairs = learned(task__joint=joint)
    back = Pairs.restore(pairs.state())
    assert back.joint == joint
    assert (back.longest, back.length) == (pairs.longest, pairs.length)
    one, other = (
        p.batch(ROWS, most=0, copies=True, targets=True) for p in (pairs, back)
    )
    assert torch.equal(one.inputs.values, other.inputs.values)
    assert torch.equal(one.copies.target.values, other.copies.target.values)


DAMAGES: dict[str, tuple[dict[str, Any], str]] = {
    "no lengths": ({"pairs.json": None}, "has no longest from 1 on, but None"),
    "a list": ({"pairs.json": [1, 2]}, "has no longest from 1 on, but None"),
    "a key is missing": ({"pairs.json": {"longest": 3}}, "no length above 0, but None"),
    "true": ({"pairs.json": {"longest": True, "length": 1}}, "from 1 on, but True"),
    "zero": ({"pairs.json": {"longest": 0, "length": 1}}, "from 1 on, but 0"),
    "words": ({"pairs.json": {"longest": 3, "length": "2"}}, "above 0, but 2"),
    "endless": ({"pairs.json": {"longest": 3, "length": 1e999}}, "above 0, but inf"),
    "nothing": ({"pairs.json": {"longest": 3, "length": 0}}, "above 0, but 0"),
    "no target": ({"target_vocabulary.json": ...}, "target_vocabulary.json is missing"),
    "no tokenizer": ({"source_tokenizer.json": ...}, "tokenizer.json is missing"),
    "half a source": ({"source_vocabulary.json": ...}, "vocabulary.json is missing"),
    "no words": ({"source_vocabulary.json": 3}, "it lacks its tokens or its counts"),
    "no end": (
        {"target_vocabulary.json": {"tokens": ["<unk>", "a"], "counts": [0, 1]}},
        "the vocabulary of the model has no <end>",
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damaged_pairs_are_refused(name):
    damage, words = DAMAGES[name]
    files = learned().state() | damage
    with pytest.raises(BrokenModelError) as found:
        Pairs.restore({key: one for key, one in files.items() if one is not ...})
    assert words in found.value.found
    assert found.value.fix == "copy the model folder again, or train again"
