"""Span scores on cases worked by hand after the rules of conlleval."""

import pytest

from unrolled.tasks._span_metrics import ERRORS, report, span_scores

# truth, prediction, spans there / found / right, and the errors
WORKED = {
    "all right": ("B-A I-A O B-B", "B-A I-A O B-B", (2, 2, 2), {}),
    "nothing there, nothing found": ("O O", "O O", (0, 0, 0), {}),
    "nothing found": ("B-A O", "O O", (1, 0, 0), {"missed": 1}),
    "nothing there": ("O O", "O B-A", (0, 1, 0), {"invented": 1}),
    "half a name": ("B-A I-A O", "B-A O O", (1, 1, 0), {"boundary": 1}),
    "another kind": ("B-A I-A", "B-B I-B", (1, 1, 0), {"type": 1}),
    "both": ("B-A I-A", "O B-B", (1, 1, 0), {"boundary_and_type": 1}),
    "elsewhere": ("B-A O", "O B-A", (1, 1, 0), {"invented": 1, "missed": 1}),
    "cut in two": ("B-A I-A I-A", "B-A B-A I-A", (1, 2, 0), {"boundary": 2}),
    "run together": ("B-A B-A", "B-A I-A", (2, 1, 0), {"boundary": 1}),
    "one kind of the two": (
        *("B-A I-A B-B", "B-A I-A I-A"),
        *((2, 1, 0), {"boundary": 1}),
    ),
    # Each I-X that continues nothing begins a span, in the truth and in the answer.
    "IOB1": ("I-A B-A O I-B", "I-A B-A O I-B", (3, 3, 3), {}),
    "IOB1 read against BIO": ("I-A I-A O", "B-A I-A O", (1, 1, 1), {}),
    "IOB1, the two run together": (
        "I-A B-A I-A",
        "I-A I-A I-A",
        (2, 1, 0),
        {"boundary": 1},
    ),
    "I after O": ("O I-A I-A", "O B-A I-A", (1, 1, 1), {}),
    "kind changes inside": (
        *("B-A I-A I-A", "B-A I-A I-B"),
        *((1, 2, 0), {"boundary": 1, "boundary_and_type": 1}),
    ),
    "kind changes after the right span": (
        *("B-A I-A O", "B-A I-A I-B"),
        *((1, 2, 1), {"invented": 1}),
    ),
    "BIOES": ("B-A I-A E-A S-B", "B-A I-A E-A S-B", (2, 2, 2), {}),
    "BIOES, an end too soon": (
        "B-A I-A E-A",
        "B-A E-A S-A",
        (1, 2, 0),
        {"boundary": 2},
    ),
    "BIOES read against BIO": ("S-A B-B E-B", "B-A B-B I-B", (2, 2, 2), {}),
}


@pytest.mark.parametrize("case", WORKED.values(), ids=WORKED)
def test_worked_cases(case: tuple):
    truth, predicted, (there, found, right), errors = case
    scores = span_scores([predicted.split()], [truth.split()])
    assert scores["precision"] == (right / found if found else 0)
    assert scores["recall"] == (right / there if there else 0)
    p, r = scores["precision"], scores["recall"]
    assert scores["f1"] == pytest.approx(2 * p * r / (p + r) if p + r else 0)
    counts = scores["counts"]
    assert (counts["spans"], counts["found"], counts["correct"]) == (
        there,
        found,
        right,
    )
    assert scores["errors"] == {**dict.fromkeys(ERRORS, 0), **errors}


TRUTH = ["B-PER I-PER O B-LOC O O", "B-LOC O", "O B-ORG I-ORG O"]
PREDICTED = ["B-PER I-PER O B-ORG O B-PER", "B-LOC O", "O B-ORG O O"]


def scores() -> dict:
    return span_scores([p.split() for p in PREDICTED], [t.split() for t in TRUTH])


def test_sentences_are_counted_together_and_by_kind():
    # There: PER, LOC, LOC, ORG. Found: PER, ORG, PER, LOC, ORG. Right: PER, LOC.
    found = scores()
    assert found["precision"] == 2 / 5
    assert found["recall"] == 2 / 4
    assert found["f1"] == 4 / 9
    assert found["token_accuracy"] == 9 / 12
    assert found["counts"] == {"tokens": 12, "spans": 4, "found": 5, "correct": 2}
    assert found["errors"] == {
        **{"type": 1, "boundary": 1, "boundary_and_type": 0},
        **{"invented": 1, "missed": 0},
    }
    shares = ("precision", "recall", "f1", "support", "found")
    assert {
        kind: tuple(one[share] for share in shares)
        for kind, one in found["by_kind"].items()
    } == {
        "LOC": (1, 1 / 2, 2 / 3, 2, 1),
        "ORG": (0, 0, 0, 1, 2),
        "PER": (1 / 2, 1, 2 / 3, 1, 2),
    }
    assert list(found["by_kind"]) == ["LOC", "ORG", "PER"]


def test_the_report_looks_like_that_of_conlleval():
    assert report(scores()) == (
        "processed 12 tokens with 4 phrases; found: 5 phrases; correct: 2.\n"
        "accuracy:  75.00%; precision:  40.00%; recall:  50.00%; FB1:  44.44\n"
        "              LOC: precision: 100.00%; recall:  50.00%; FB1:  66.67  1\n"
        "              ORG: precision:   0.00%; recall:   0.00%; FB1:   0.00  2\n"
        "              PER: precision:  50.00%; recall: 100.00%; FB1:  66.67  2"
    )


def test_no_sentence_at_all():
    found = span_scores([], [])
    assert (found["f1"], found["token_accuracy"], found["by_kind"]) == (0, 0, {})


def test_a_span_ends_with_its_sentence():
    one = span_scores([["B-A"], ["I-A"]], [["B-A"], ["I-A"]])
    assert one["counts"]["spans"] == 2


def test_answers_of_another_length_are_a_bug_of_the_caller():
    with pytest.raises(ValueError, match="zip"):
        span_scores([["O"]], [["O", "O"]])
