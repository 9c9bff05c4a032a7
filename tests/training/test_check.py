"""What `check_files` says of small files, each with one thing wrong."""

import json
from pathlib import Path

import pytest

from unrolled.errors import MissingColumnError, UnknownNameError, UnreadableDataError
from unrolled.training.check import check_files
from unrolled.training.findings import Finding, Findings


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, *lines: str, header: str = "text,label") -> Path:
    Path(name).write_text("\n".join([header, *lines, ""]), encoding="utf-8")
    return Path(name)


def even(rows: int = 200) -> list[str]:
    """Rows with nothing wrong: three to four words each, two answers in turn."""
    words = ("film", "plot", "actor", "music")
    return [
        f"{words[n % 4]} number {n % 50} {'is' * (n % 2)} {n},{('bad', 'good')[n % 2]}"
        for n in range(rows)
    ]


def check(*data: Path, valid=None, test=None, named=None, given=None) -> Findings:
    parts = {"valid": valid, "test": test}
    parts = {part: [path] for part, path in parts.items() if path}
    return check_files(
        "classify", list(data), parts=parts, named=named or {}, given=given
    )


def about(found: Findings, what: str) -> list[Finding]:
    return [one for one in found.found if one.about == what]


def test_of_good_data_only_the_split_is_noted():
    found = check(write("data.csv", *even()))
    assert [(one.level, one.about) for one in found.found] == [("note", "parts")]
    assert found.found[0].text == (
        "no --valid and no --test: 10 % of the rows are kept aside for both."
    )
    assert not found.has_errors
    assert found.columns == {"input": "text", "target": "label"}
    assert found.notes[0] == (
        'data.csv: 200 rows; input is column "text", target is column "label"'
    )
    assert "encoding: UTF-8" in found.notes
    assert "answers: label (bad, good)" in found.notes


def test_rows_answers_and_lengths_of_each_part_are_counted():
    train = write("train.csv", *even(), "one,good", ",good", "a b c d e f g h,bad")
    found = check(train, test=write("test.csv", "film,bad"))
    [part, test] = found.parts
    assert (part.name, part.rows, test.name, test.rows) == ("train", 203, "test", 1)
    assert part.answers == {"good": 102, "bad": 101}
    assert part.lengths == {"min": 0, "median": 4, "p95": 5, "max": 8, "empty": 1}
    assert part.histogram == [("0", 1), ("1", 1), ("2–3", 0), ("4–7", 200), ("8–15", 1)]
    assert test.lengths == {"min": 1, "median": 1, "p95": 1, "max": 1, "empty": 0}
    assert found.unit == "tokens"
    [empty] = about(found, "lengths")
    assert empty.places == ["train.csv, line 203"]


def test_bad_rows_are_an_error_and_all_listed():
    found = check(write("data.csv", *even(), "a,b,c", *even(2), "a"))
    [bad] = about(found, "bad rows")
    assert bad.level == "error"
    assert bad.text == "data.csv: 2 rows cannot be read."
    assert bad.places == ["data.csv, line 202: 3 cells.", "data.csv, line 205: 1 cell."]
    assert found.parts[0].rows == 202
    assert not any("left out" in note for note in found.notes)


def test_bad_rows_that_may_be_left_out_are_a_warning():
    data = write("data.csv", *even(), "a,b,c")
    found = check(data, given={"data.skip_bad_rows": True})
    assert [one.level for one in about(found, "bad rows")] == ["warning"]
    assert not found.has_errors


def test_rows_without_a_label_are_an_error_and_the_rest_is_looked_at():
    found = check(write("data.csv", *even(), "a film,", *even(3), "b film, "))
    [bad] = about(found, "bad rows")
    assert bad.level == "error"
    assert bad.text == "train: 2 rows cannot be used."
    assert bad.places == [
        'data.csv, line 202: column "label" is empty.',
        'data.csv, line 206: column "label" is empty.',
    ]
    assert found.parts[0].rows == 203


def test_a_place_is_not_taken_for_one_that_begins_alike():
    lines = even(30)
    lines[1] = "a film,"  # line 3, and there is a line 30 to 32
    found = check(write("data.csv", *lines))
    assert found.parts[0].rows == 29
    [bad] = about(found, "bad rows")
    assert len(bad.places) == 1


def test_many_rows_that_cannot_be_used_end_the_search():
    found = check(write("data.csv", *even(), *["a film,"] * 30))
    assert found.has_errors
    assert found.parts == []
    [end] = about(found, "data")
    assert end.text == 'data.csv, line 222: column "label" is empty.'


def test_one_class_alone_is_an_error():
    found = check(write("data.csv", *[f"film {n},good" for n in range(120)]))
    [one] = about(found, "data")
    assert one.level == "error"
    assert one.text == 'data.csv: column "label" holds only "good".'


def test_answers_that_training_lacks_are_an_error_with_their_places():
    test = write("test.csv", "film,good", "plot,odd", "music,odd", "actor,new")
    found = check(write("train.csv", *even()), test=test)
    labels, rest = about(found, "labels")
    assert labels.level == "error"
    assert labels.text == (
        'test: 3 rows carry labels that training lacks: "odd" (2), "new" (1).'
    )
    assert labels.places[0] == (
        'test.csv, line 3: column "label" holds "odd", not a known label.'
    )
    assert rest.level == "note"
    assert rest.text == "test: no row with bad; its score says nothing on that."


def test_what_is_learned_from_and_scored_on_is_found_in_each_part():
    train = write("train.csv", *even())
    valid = write("valid.csv", *even(3), *[f"new {n},bad" for n in range(9)])
    found = check(train, valid=valid, test=train)
    by_part = {one.text.partition(":")[0]: one for one in about(found, "leakage")}
    assert by_part["valid"].level == "warning"
    assert "valid: 3 of 12 rows (25.0 %)" in by_part["valid"].text
    assert by_part["test"].level == "error"
    assert "test: 200 of 200 rows (100.0 %)" in by_part["test"].text
    assert found.has_errors


def test_words_that_training_lacks_are_counted_as_the_task_reads_them():
    test = write("test.csv", "FILM number zebra,good", "zebra yak,bad")
    found = check(write("train.csv", *even()), test=test)
    [words] = about(found, "unknown words")
    assert words.text == (
        "test: 60.0 % of the tokens and 50.0 % of the different ones are not in the"
        " training rows: zebra (2), yak (1)."
    )
    rare = check(write("train.csv", *even()), test=test, given={"text.min_count": 60})
    [words] = about(rare, "unknown words")
    assert words.text.startswith("test: 80.0 % of the tokens")


def test_few_rows_are_told():
    found = check(write("data.csv", *even(99)))
    [few] = about(found, "rows")
    assert (few.level, few.text) == ("warning", "train: only 99 rows to learn from.")
    assert about(check(write("data.csv", *even(100))), "rows") == []


def test_several_files_are_one_part():
    first, second = write("a.csv", *even(120)), write("b.csv", *even(120))
    found = check(first, second)
    assert found.parts[0].rows == 240
    [same] = about(found, "duplicates")
    assert same.places[0] == "b.csv, line 2 repeats a.csv, line 2"


def test_numbers_to_answer_are_told_by_their_spread():
    lines = [f"film {n},{n / 8}" for n in range(101)]
    [part] = check(write("data.csv", *lines)).parts
    assert part.answers == {}
    assert part.numbers == {"min": 0.0, "median": 6.25, "max": 12.5}


def test_several_labels_in_a_row_are_counted_one_by_one():
    labels = ("joy", "fear", "joy|fear")
    lines = [f"film {n},{labels[n % 3]}" for n in range(120)]
    [part] = check(write("data.csv", *lines)).parts
    assert part.answers == {"fear": 80, "joy": 80}


def test_series_are_measured_in_moments():
    lines = [
        json.dumps({"series": [[n, 1.0]] * (1 + n % 3), "label": "ab"[n % 2]})
        for n in range(120)
    ]
    Path("data.jsonl").write_text("\n".join(lines), encoding="utf-8")
    found = check(Path("data.jsonl"), test=Path("data.jsonl"))
    assert found.unit == "moments"
    assert found.parts[0].lengths["max"] == 3
    assert about(found, "unknown words") == []
    assert "lengths of train in moments" in found.to_text()


def test_a_series_of_another_width_is_a_bad_row():
    lines = [
        json.dumps({"series": [[n, 1.0]] * 3, "label": "ab"[n % 2]}) for n in range(120)
    ]
    wrong = json.dumps({"series": [[1.0, 2.0, 3.0]], "label": "a"})
    Path("data.jsonl").write_text("\n".join([*lines, wrong]), encoding="utf-8")
    found = check(Path("data.jsonl"))
    [bad] = about(found, "bad rows")
    assert bad.places == ["data.jsonl, line 121: a series of 3 numbers at each moment."]


def test_the_encoding_that_was_named_is_used():
    text = "\n".join(["text,label", *even(), "un café,good"])
    Path("data.csv").write_bytes(text.encode("latin-1"))
    with pytest.raises(UnreadableDataError, match="byte 0xe9 is not UTF-8 text"):
        check(Path("data.csv"))
    found = check(Path("data.csv"), given={"data.encoding": "latin-1"})
    assert found.parts[0].rows == 201


def test_the_header_is_as_it_was_said():
    data = write("data.csv", *even())
    assert check(data, given={"data.header": "no"}).parts[0].rows == 201


def test_what_can_not_be_looked_at_is_refused():
    data = write("data.csv", *even())
    with pytest.raises(UnknownNameError, match='there is no "clasify"'):
        check_files("clasify", [data], parts={}, named={})
    with pytest.raises(MissingColumnError, match='no column "review"'):
        check(data, named={"input": "review"})
    with pytest.raises(UnreadableDataError, match=r"nowhere\.csv does not exist"):
        check(Path("nowhere.csv"))


def test_a_series_is_counted_in_its_moments_and_one_is_enough(tmp_path):
    path = tmp_path / "sales.csv"
    lines = [f"{2000 + n // 12}-{n % 12 + 1:02d},{n % 12}" for n in range(60)]
    path.write_text("\n".join(["month,sales", *lines]), encoding="utf-8")
    found = check_files("forecast", [path], parts={}, named={})
    assert found.parts[0].lengths["max"] == 60
    assert found.unit == "moments"
    [note] = found.found
    assert note.text == (
        "no --valid and no --test: the last 10 % of each series is kept aside for both."
    )


def test_a_series_to_learn_from_needs_no_covariates_of_the_future(tmp_path):
    path = tmp_path / "sales.csv"
    lines = [f"{2000 + n // 12}-{n % 12 + 1:02d},{n % 12},{n % 5}" for n in range(60)]
    path.write_text("\n".join(["month,sales,holidays", *lines]), encoding="utf-8")
    given = {"series.known": "holidays"}
    found = check_files("forecast", [path], parts={}, named={}, given=given)
    assert [one.level for one in found.found] == ["note"]
