"""Scores as a table of text, and what else is said."""

import pytest

from unrolled.cli.output import ReaderGoneError, as_json, say, show_scores, tell

FOUND = {
    "task": "classify",
    "metrics": {
        "accuracy": 0.75,
        "accuracy_interval": [0.5, 1.0],
        "macro_f1": 0.7333,
        "labels": ["bad", "good"],
        "confusion": [[1, 1], [0, 1002]],
    },
    "baseline": {
        "majority": {"accuracy": 0.5, "macro_f1": 0.3333},
        "word 1-2-grams": {"accuracy": 0.6},
    },
    "examples": 1004,
    "seconds": 1.0,
}


def test_scores_stand_beside_the_baselines_in_columns(capsys):
    show_scores(FOUND | {"on": "test"})
    assert capsys.readouterr().out == (
        "\n"
        "On 1,004 test rows:\n"
        "\n"
        "                         accuracy           macro_f1\n"
        "this model                 0.7500             0.7333\n"
        "majority                   0.5000             0.3333\n"
        "word 1-2-grams             0.6000                   \n"
        "\n"
        "accuracy: 95 % interval 0.5000 to 1.0000\n"
        "\n"
        "True labels down, predicted across:\n"
        "              bad     good\n"
        "     bad        1        1\n"
        "    good        0     1002\n"
        "\n"
    )


def test_many_metrics_stand_below_each_other(capsys):
    mine = {
        "perplexity": 4.5,
        "f1": 0.25,
        "precision": 0.5,
        "recall": 0.125,
        "bleu": 31.0,
    }
    show_scores(
        {"metrics": mine, "baseline": {"n-gram": {"perplexity": 5}}, "examples": 2}
    )
    assert capsys.readouterr().out == (
        "\n"
        "On 2 rows:\n"
        "\n"
        "                   this model             n-gram\n"
        "perplexity             4.5000             5.0000\n"
        "f1                     0.2500                   \n"
        "precision              0.5000                   \n"
        "recall                 0.1250                   \n"
        "bleu                  31.0000                   \n"
    )


def test_many_labels_are_not_drawn(capsys):
    many = {"labels": list("abcdefghijklm"), "confusion": [[0] * 13] * 13}
    show_scores(FOUND | {"metrics": {"accuracy": 0.5} | many})
    out = capsys.readouterr().out
    assert "True labels" not in out
    assert out.startswith("\nOn 1,004 rows:\n")


def test_a_model_that_was_never_scored_says_so(capsys):
    show_scores({})
    assert capsys.readouterr().out == (
        "This model was never scored: unrolled evaluate does it.\n"
    )


def test_json_is_one_line_in_unicode_without_what_json_lacks(capsys):
    as_json({"text": "één\nline"})
    assert capsys.readouterr().out == '{"text": "één\\nline"}\n'
    with pytest.raises(ValueError, match="not JSON compliant"):
        as_json({"loss": float("inf")})


def test_what_is_said_goes_to_standard_error_and_steers_no_terminal(capsys):
    say("two\nlines\tand \x1b[31mred\x07")
    found = capsys.readouterr()
    assert found.out == ""
    assert found.err == "two\nlines\tand \\x1b[31mred\\x07\n"


def test_a_closed_pipe_is_told_by_its_own_name(monkeypatch):
    def closed(_):
        raise BrokenPipeError

    monkeypatch.setattr("typer.echo", closed)
    with pytest.raises(ReaderGoneError):
        tell("anything")


def test_kinds_of_spans_and_of_errors_have_a_table(capsys):
    kind = {
        "precision": 0.5,
        "recall": 1.0,
        "f1": 2 / 3,
        "support": 1234,
        "found": 2468,
    }
    errors = {"type": 3, "boundary_and_type": 1200}
    metrics = {"f1": 2 / 3, "by_kind": {"PERSON": kind}, "errors": errors}
    show_scores({"metrics": metrics, "baseline": {}, "examples": 9})
    assert capsys.readouterr().out.endswith(
        "\n"
        "kind    precision     recall         f1   spans\n"
        "PERSON     0.5000     1.0000     0.6667   1,234\n"
        "\n"
        "errors: type 3, boundary and type 1,200\n"
    )
