"""The cheap answers beside every score: what they say, and that they come back."""

import pytest
import torch

from unrolled.models.bag_of_words import BagOfWords
from unrolled.tasks._base import Example
from unrolled.tasks._baselines import Bag, bag_name, majority, restore_bag
from unrolled.tasks._decisions import Rule
from unrolled.tasks._input import AbstractInput
from unrolled.tasks._series_input import SeriesInput
from unrolled.tasks._targets import Targets
from unrolled.tasks._text_input import TextInput
from unrolled.text.settings import TextSettings

TEXTS = ["a good film", "a good day", "a bad film", "a bad day"]
SERIES = [[0.0, 1.0, 2.0], [1.0, 2.0, 4.0], [2.0, 1.0, 0.0], [4.0, 2.0, 1.0]]
ANSWERS = {
    "label": ["yes", "yes", "no", "no"],
    "labels": ["g", "g|d", "b", "b|d"],
    "rating": ["5", "4", "2", "1"],
    "number": ["2.5", "1.5", "-1.5", "-2.5"],
}
BY_KIND = pytest.mark.parametrize("kind", ANSWERS)
BY_READS = pytest.mark.parametrize("reads", ["text", "series"])


def fitted(kind: str, reads: str) -> tuple[Bag, list[Example], AbstractInput, Targets]:
    cells = TEXTS if reads == "text" else SERIES
    pairs = zip(cells, ANSWERS[kind], strict=True)
    rows = [Example(cell, answer, "here") for cell, answer in pairs] * 10
    if reads == "text":
        learned = TextInput.learn(rows, TextSettings(), [])
    else:
        learned = SeriesInput.learn(rows)
    targets = Targets.learn(rows, kind=kind, header="x")
    return Bag.fit(rows, learned, targets), rows, learned, targets


@BY_KIND
@BY_READS
def test_a_bag_learns_each_kind_of_answer(kind, reads):
    bag, rows, learned, targets = fitted(kind, reads)
    answers = Rule.plain(targets).answers(targets, bag.scores(rows[:4], learned))
    said = [answer["prediction"] for answer in answers]
    if kind == "number":
        assert said == pytest.approx([float(a) for a in ANSWERS[kind]], abs=0.3)
    elif kind == "labels":
        assert said == [sorted(cell.split("|")) for cell in ANSWERS[kind]]
    else:
        assert said == ANSWERS[kind]


def test_the_units_of_a_series_do_not_matter():
    plain = [Example(cell, a, "") for cell, a in zip(SERIES, "abba", strict=True)]
    large = [e._replace(input=[1000 * n for n in e.input]) for e in plain]
    found = []
    for rows in (plain, large):
        reads = SeriesInput.learn(rows)
        targets = Targets.learn(rows, kind="label", header="x")
        found.append(Bag.fit(rows, reads, targets).scores(rows, reads))
    torch.testing.assert_close(found[0], found[1], rtol=1e-3, atol=1e-3)


@BY_KIND
@BY_READS
def test_a_bag_comes_back_from_the_tensors_of_a_model(kind, reads):
    bag, rows, learned, _ = fitted(kind, reads)
    kept = {f"baseline.{name}": tensor for name, tensor in bag.tensors.items()}
    back = restore_bag(kept | {"task.always": torch.zeros(1)})
    assert back.tensors.keys() == bag.tensors.keys()
    assert torch.equal(back.scores(rows, learned), bag.scores(rows, learned))


@BY_KIND
@BY_READS
def test_no_rows_have_no_scores_but_their_number(kind, reads):
    bag, rows, learned, _ = fitted(kind, reads)
    columns = bag.scores(rows, learned).shape[1]
    assert bag.scores([], learned).shape == (0, columns)


def test_a_text_bag_counts_single_words_and_pairs():
    bag, *_ = fitted("label", "text")
    words = {word for text in TEXTS for word in text.split()}
    pairs = {
        pair
        for text in TEXTS
        for pair in zip(text.split(), text.split()[1:], strict=False)
    }
    assert len(BagOfWords(**bag.tensors).features) == len(words) + len(pairs)
    names = [Example(name, a, "") for name, a in (("Anna", "f"), ("Otto", "m"))]
    letters = TextInput.learn(names, TextSettings(), [])
    bag = Bag.fit(names, letters, Targets.learn(names, kind="label", header="x"))
    single = {"a", "n", "o", "t"}
    double = {"an", "nn", "na", "ot", "tt", "to"}
    triple, whole = {"ann", "nna", "ott", "tto"}, {"anna", "otto"}
    every = len(single | double | triple | whole)
    assert len(BagOfWords(**bag.tensors).features) == every


@pytest.mark.parametrize(
    ("kind", "reads", "name"),
    [
        ("label", "text", "word 1-2-grams, naive Bayes"),
        ("labels", "text", "word 1-2-grams, linear"),
        ("label", "series", "summary figures, linear"),
    ],
)
def test_a_baseline_says_what_it_is(kind, reads, name):
    _, _, learned, _ = fitted(kind, reads)
    assert bag_name(learned, kind) == name


def test_a_baseline_of_names_says_that_it_reads_letters():
    rows = [Example("Anna", None, ""), Example("Bob", None, "")]
    learned = TextInput.learn(rows, TextSettings(), [])
    assert bag_name(learned, "rating") == "character 1-4-grams, linear"


# -- always the same answer ----------------------------------------------------------


def constant(kind: str, *cells: str) -> object:
    """The answer of the majority baseline to any row."""
    rows = [Example("x", cell, "") for cell in cells]
    targets = Targets.learn(rows, kind=kind, header="x")
    always = majority(targets, targets.encode(rows))
    (answer,) = Rule.plain(targets).answers(targets, always)
    return answer["prediction"]


def test_the_majority_is_the_most_frequent_label():
    assert constant("label", "a", "b", "b", "c") == "b"
    assert constant("label", "a", "b") == "a"


def test_the_majority_of_labels_is_each_that_more_than_half_the_rows_have():
    assert constant("labels", "a|b", "a|b", "a|c", "") == ["a"]
    assert constant("labels", "a", "b", "c") == []


@pytest.mark.parametrize(
    ("cells", "median"),
    [
        (("1", "1", "1", "5", "5"), "1"),
        (("1", "3", "4", "5", "5"), "4"),
        (("1", "5", "5"), "5"),
    ],
)
def test_the_majority_of_ratings_is_their_median(cells, median):
    assert constant("rating", *cells) == median


def test_the_majority_of_numbers_is_their_median_in_the_units_of_the_column():
    assert constant("number", "1.5", "2", "100") == pytest.approx(2)


def test_the_probabilities_of_the_majority_are_the_shares_of_the_labels():
    rows = [Example("x", cell, "") for cell in ["a"] * 59 + ["b"] * 39]
    targets = Targets.learn(rows, kind="label", header="x")
    always = majority(targets, targets.encode(rows))
    (answer,) = Rule.plain(targets).answers(targets, always)
    assert answer["probabilities"] == pytest.approx({"a": 0.6, "b": 0.4})
