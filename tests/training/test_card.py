"""The model card, word for word."""

from unrolled.training.card import write_card

SETTINGS = {"model.cell": "gru", "text.vectors": "a|b.txt", "training.seed": 3}
METRICS = {
    "task": "classify",
    "metrics": {"accuracy": 0.87654, "mae": 0.5, "confusion": [[1, 2], [3, 4]]},
    "baseline": {"majority": {"accuracy": 0.5}, "bag": {"mae": 1.0, "other": 2.0}},
    "examples": 2500,
    "on": "test",
    "seconds": 1.5,
}


def test_says_what_it_is_how_good_and_how_it_was_made():
    card = write_card("classify", SETTINGS, METRICS, ["tokens: words"], "1.2.3")
    assert card == (
        "---\n"
        "library_name: unrolled\n"
        "tags: [classify, gru, recurrent]\n"
        "---\n"
        "# A model for classify\n"
        "\n"
        "A recurrent network (gru), trained by unrolled 1.2.3.\n"
        "\n"
        "## Use\n"
        "\n"
        "```\n"
        "unrolled predict THIS_FOLDER texts.txt\n"
        "```\n"
        "\n"
        "## Evaluation\n"
        "\n"
        "On 2,500 test rows:\n"
        "\n"
        "| | accuracy | mae |\n"
        "|---|---|---|\n"
        "| this model | 0.8765 | 0.5000 |\n"
        "| majority | 0.5000 |  |\n"
        "| bag |  | 1.0000 |\n"
        "\n"
        "A figure says most beside those of the baselines, which answer the same rows\n"
        "cheaply.\n"
        "\n"
        "## Limits\n"
        "\n"
        "It knows the kind of data it was trained on and nothing else; what is rare\n"
        "there is answered badly, and what that data gets wrong it gets wrong too.\n"
        "\n"
        "## Training\n"
        "\n"
        "* tokens: words\n"
        "\n"
        "| setting | value |\n"
        "|---|---|\n"
        '| model.cell | "gru" |\n'
        '| text.vectors | "a\\|b.txt" |\n'
        "| training.seed | 3 |\n"
    )


def test_a_model_that_was_never_scored_says_so():
    card = write_card("classify", SETTINGS, {}, [], "1.2.3")
    assert "## Evaluation\n\nNot evaluated.\n\nA figure" in card


def test_a_table_of_vectors_is_no_recurrent_network():
    card = write_card("embed", {"task.dim": 100}, {}, [], "1.2.3")
    assert "tags: [embed]\n" in card
    assert "No network, but a table, trained by unrolled 1.2.3.\n" in card
