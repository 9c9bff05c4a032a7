"""Findings as a page of text and as an object, character by character."""

from unrolled.training.findings import Finding, Findings, Part, bars


def some() -> Findings:
    part = Part(
        "train",
        rows=1000,
        answers={"good": 600, "bad": 399, "odd": 1},
        lengths={"min": 0, "median": 4, "p95": 9, "max": 40, "empty": 2},
        histogram=[("0", 2), ("1", 0), ("2–3", 998)],
    )
    return Findings(
        "classify",
        notes=["encoding: UTF-8"],
        columns={"input": "text"},
        parts=[part],
        found=[
            Finding("note", "parts", "a note."),
            Finding("warning", "x", "a warning.", "do this", ["line 1", "line 2"]),
            Finding("error", "rows", "wrong.", "mend", [f"line {n}" for n in range(7)]),
        ],
        seconds=1.23456,
    )


def test_the_page_shows_pictures_first_and_the_worst_before_the_rest():
    assert some().to_text() == (
        "· encoding: UTF-8\n"
        "\n"
        "train: 1,000 rows\n"
        "\n"
        "  answers of train\n"
        "  good  ██████████████████████████████  600   60.0 %\n"
        "  bad   ████████████████████            399   39.9 %\n"
        "  odd   ▏                                 1    0.1 %\n"
        "\n"
        "  lengths of train in tokens: shortest 0, median 4, 95 % up to 9, longest 40\n"
        "  0    ▏                                 2    0.2 %\n"
        "  1                                      0    0.0 %\n"
        "  2–3  ██████████████████████████████  998   99.8 %\n"
        "\n"
        "error    wrong.\n"
        "           line 0\n"
        "           line 1\n"
        "           line 2\n"
        "           line 3\n"
        "           line 4\n"
        "           ... and 2 more\n"
        "         → mend\n"
        "warning  a warning.\n"
        "           line 1\n"
        "           line 2\n"
        "         → do this\n"
        "note     a note.\n"
        "\n"
        "1 error, 1 warning, 1 note: correct the errors first."
    )


def test_the_object_holds_all_places_and_what_every_verb_ends_with():
    found = some().to_json()
    assert found["task"] == "classify"
    assert (found["metrics"], found["baseline"]) == ({}, {})
    assert (found["examples"], found["seconds"]) == (1000, 1.235)
    assert [one["level"] for one in found["findings"]] == ["error", "warning", "note"]
    assert set(found["findings"][0]) == {"level", "about", "text", "fix", "places"}
    assert len(found["findings"][0]["places"]) == 7
    assert found["parts"]["train"]["answers"] == {"good": 600, "bad": 399, "odd": 1}


def test_without_an_error_it_can_be_trained_on():
    found = some()
    assert found.has_errors
    found.found = found.found[:2]
    assert not found.has_errors
    assert found.to_text().endswith("\n1 warning, 1 note: it can be trained on.")
    found.found = []
    assert found.to_text().endswith("\nnothing found: it can be trained on.")


def test_numbers_are_told_by_their_spread():
    found = Findings("classify", unit="moments")
    found.parts = [Part("test", 3, numbers={"min": 0.5, "median": 2.0, "max": 1e7})]
    assert "  answers of test: min 0.5, median 2, max 1e+07\n" in found.to_text()


def test_many_answers_are_drawn_in_part():
    part = Part("train", 60, answers={f"name {n}": 2 for n in range(30)})
    text = Findings("classify", parts=[part]).to_text()
    assert "  name 19  " in text
    assert "  name 20  " not in text
    assert "\n  ... and 10 more answers\n" in text


def test_a_long_name_is_cut_and_the_bars_stay_in_line():
    lines = bars([("a name that is longer than a bar wants", 10), ("b", 5)], of=15)
    assert lines[0].startswith("  a name that is longer t…  ██████")
    assert len(set(map(len, lines))) == 1


def test_no_counts_are_no_bars():
    assert bars([], of=0) == []
    assert bars([("a", 0)], of=0) == [f"  a  {'':30}  0    0.0 %"]
